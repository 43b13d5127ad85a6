"""The rule for break-downs against attackers who share none of its code: they enumerate every possible data set."""

import random
from collections import Counter, defaultdict
from itertools import combinations, permutations, product
from types import SimpleNamespace

import pytest

from analysis.statistics import certainty
from analysis.statistics.certainty import Chosen, Several, certain, margin

SEXES = ("f", "f", "f", "f", "m", "m", "m", "m")
AGES = ("o", "o", "y", "y", "o", "o", "y", "y")


def certain_several(profiles, answers, *limits):
    return certainty.certain_several(Chosen.of(profiles, answers), *limits)


def margin_several(groups, answers):
    return certainty.margin_several(Chosen.of([(group,) for group in groups], answers))


def tables(groups, answers):
    """What is published: for each characteristic its table, always the totals."""
    found = {"total": tuple(sorted(Counter(answers).items()))}
    for name, of in groups.items():
        found[name] = tuple(sorted(Counter(zip(of, answers, strict=True)).items()))
    return tuple(sorted(found.items()))


def enumerated(profiles, answers, options, kind=lambda answer: answer):
    """(profile, kind) which all data sets with the same tables share; none if all respondents answer alike."""
    if len({kind(answer) for answer in answers}) < 2:
        return set()
    places = {str(place): [profile[place] for profile in profiles] for place in range(len(profiles[0]))}
    real, common = tables(places, answers), None
    for world in product(options, repeat=len(profiles)):
        if tables(places, world) == real:
            kinds = defaultdict(set)
            for profile, answer in zip(profiles, world, strict=True):
                kinds[profile].add(kind(answer))
            alike = {(profile, *found) for profile, found in kinds.items() if len(found) == 1}
            common = alike if common is None else common & alike
    return common


@pytest.mark.parametrize("seed", range(60))
def test_certain_is_exactly_what_enumeration_finds(seed):
    draw = random.Random(seed)  # noqa: S311
    n, many = draw.randint(3, 7), draw.randint(1, 3)
    profiles = [tuple(draw.choice("ab") for _ in range(many)) for _ in range(n)]
    options = "xyz"[: draw.randint(2, 3)]
    answers = [draw.choice(options) for _ in range(n)]
    assert certain(profiles, answers) == enumerated(profiles, answers, options)
    side = {"x": "good", "y": "bad", "z": "bad"}.get
    assert certain(profiles, answers, side) == enumerated(profiles, answers, options, side)


def of_two_releases(draw, n):
    """Profiles with a group in an earlier table, if there was one: some joined since, some left."""
    return [draw.choice([("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), (None, "c"), ("a", None)]) for _ in range(n)]


@pytest.mark.parametrize("seed", range(40))
def test_tables_of_two_releases_whole_or_by_sides_disclose_exactly_what_enumeration_finds(seed):
    draw = random.Random(seed)  # noqa: S311
    n = draw.randint(4, 6)
    profiles, answers = of_two_releases(draw, n), [draw.choice("xyz") for _ in range(n)]
    side, itself = {"x": "good", "y": "bad", "z": "bad"}.get, str
    cells, kind = [draw.choice([side, itself]) for _ in range(2)], draw.choice([side, itself])
    all_in_both = not any(None in profile for profile in profiles)

    def published(world):
        found = Counter(world) if all_in_both else Counter()
        for profile, answer in zip(profiles, world, strict=True):
            for place, group in enumerate(profile):
                found[place, group, cells[place](answer)] += group is not None
        return found

    common = {(profile, one) for profile in profiles for one in map(kind, "xyz")}
    for world in product(set(answers), repeat=n):  # an option of which no release has an answer is known to have none
        if published(world) == published(answers):
            given = set(zip(profiles, map(kind, world), strict=True))
            common = {fact for fact in common if {one for one in given if one[0] == fact[0]} == {fact}}
    alike = len(set(map(kind, answers))) < 2
    assert certain(profiles, answers, kind, cells) == (set() if alike else common)


def every_answer(options, least, most):
    chosen = [frozenset(part) for size in range(least, most + 1) for part in combinations(options, size)]
    return [*(Several(part) for part in chosen), Several(state="dont_know"), Several(state="skipped")]


def worlds_with(published, tallies):
    """Every data set with these published counts. `tallies`: for each person, the possible answers and what each of
    them adds to the counts."""
    if not tallies:
        if not published:
            yield ()
        return
    for answer, cells in tallies[0]:
        if all(published[cell] >= count for cell, count in cells.items()):
            yield from ((answer, *rest) for rest in worlds_with(published - cells, tallies[1:]))


def several_enumerated(profiles, answers, possible):
    total = () if any(None in profile for profile in profiles) else ("all",)

    def cells(profile, answer):
        groups = [(place, group) for place, group in enumerate((*profile, *total)) if group is not None]
        return Counter((*group, one) for group in groups for one in (answer.state, *answer.options))

    def facts(world):
        found = defaultdict(list)
        for profile, answer in zip(profiles, world, strict=True):
            found[profile].append(answer.options or {answer.state})
        return {(profile, one) for profile, answers in found.items() for one in set.intersection(*map(set, answers))}

    published = sum((cells(*one) for one in zip(profiles, answers, strict=True)), Counter())
    tallies = [[(answer, cells(profile, answer)) for answer in possible] for profile in profiles]
    common = None
    for world in worlds_with(published, tallies):
        common = facts(world) if common is None else common & facts(world)
    total = Counter(one for answer in answers for one in answer.options or {answer.state})
    return {(profile, one) for profile, one in common if total[one] < len(profiles)}


@pytest.mark.parametrize("seed", range(25))
def test_certain_several_is_exactly_what_enumeration_finds(seed):
    draw = random.Random(seed)  # noqa: S311
    n, (least, most) = draw.randint(3, 4), draw.choice([(1, 3), (2, 2), (1, 1), (1, 2)])
    profiles = [tuple(draw.choice("ab") for _ in range(2)) for _ in range(n)]
    possible = every_answer("xyz", least, most)
    answers = [draw.choice(possible) for _ in range(n)]
    # options that were never chosen are known to be unchosen: the attacker need not try them
    used = {option for answer in answers for option in answer.options}
    tried = [answer for answer in possible if answer.options <= used]
    assert certain_several(profiles, answers, least, most) == several_enumerated(profiles, answers, tried)


STATES = {"?": Several(state="dont_know"), "-": Several(state="skipped")}


@pytest.mark.parametrize(
    ("limits", "people", "chosen"),
    [
        ((1, 2), "bd ac bc ad bc ac", "? - z x y x"),
        ((1, 2), "bd bc ad ad ac", "y - - xz x"),
        ((1, 2), "ad ac bd bc", "yz xy x xz"),
        ((1, 3), "bd bc ad bd ad ac", "x yz yz - yz xyz"),
        # some came and some left between two releases
        ((1, 3), "_c a_ ad ac", "yz yz ? z"),
        ((1, 3), "a_ _c ac ad ac", "xyz yz - z y"),
    ],
)
def test_several_options_in_which_each_limit_counts(limits, people, chosen):
    """Found by leaving out one equation after the other."""
    profiles = [tuple(None if one == "_" else one for one in profile) for profile in people.split()]
    answers = [STATES.get(options) or Several(frozenset(options)) for options in chosen.split()]
    possible = every_answer("xyz", *limits)
    assert certain_several(profiles, answers, *limits) == several_enumerated(profiles, answers, possible)


@pytest.mark.parametrize("seed", range(12))
def test_several_options_in_two_releases_disclose_exactly_what_enumeration_finds(seed):
    draw = random.Random(seed)  # noqa: S311
    profiles, possible = of_two_releases(draw, 4), every_answer("xy", 1, 2)
    answers = [draw.choice(possible) for _ in profiles]
    used = {option for answer in answers for option in answer.options}
    tried = [answer for answer in possible if answer.options <= used]
    assert certain_several(profiles, answers) == several_enumerated(profiles, answers, tried)


def ranked_enumerated(profiles, rankings, only_first, options="xyz"):
    """(profile, option) named by all of a profile (or put first) in all data sets with the same tables and totals."""

    def named(order):
        return set(order[:1] if only_first else order) or {"skipped"}

    marked = [place for place in range(len(profiles[0])) if {profile[place] for profile in profiles} <= {True, None}]

    def cells(profile, order):
        releases = [release for release in marked or ["all"] if release == "all" or profile[release]]
        totals = [(release, *one) for release in releases for one in enumerate(order)]
        groups = [(place, group) for place, group in enumerate(profile) if group is not None]
        return Counter([*totals, *((*group, option) for group in groups for option in named(order))])

    possible = [(), *permutations(options, 3 if only_first else 2)]
    tallies = [[(order, cells(profile, order)) for order in possible] for profile in profiles]
    published = sum((cells(*one) for one in zip(profiles, rankings, strict=True)), Counter())
    common = None
    for world in worlds_with(published, tallies):
        facts = defaultdict(lambda: set(options) | {"skipped"})
        for profile, order in zip(profiles, world, strict=True):
            facts[profile] &= named(order)
        found = {(profile, one) for profile, said in facts.items() for one in said}
        common = found if common is None else common & found
    total = Counter(one for order in rankings for one in named(order))
    return {(profile, one) for profile, one in common if total[one] < len(profiles)}


@pytest.mark.parametrize("two_releases", [False, True])
@pytest.mark.parametrize("only_first", [False, True])
def test_the_totals_of_a_ranking_are_known_too(only_first, two_releases):
    draw = random.Random(5)  # noqa: S311
    for _ in range(25):
        profiles = [(draw.choice("ab"), draw.choice("cd")) for _ in range(4)]
        if two_releases:  # the totals of each; by sex in the second
            profiles = [draw.choice([(True, True, "f"), (True, True, "m"), (True, None, None)]) for _ in range(4)]
        rankings = [draw.choice([(), *permutations("xyz", 3 if only_first else 2)]) for _ in range(4)]
        check_rankings(profiles, rankings, only_first)


def check_rankings(profiles, rankings, only_first, options="xyz"):
    said = [
        Several(frozenset(order[:1] if only_first else order), order=tuple(order))
        if order
        else Several(state="skipped")
        for order in rankings
    ]
    least = 1 if only_first else 2
    found = certain_several(profiles, said, least, least)
    assert found == ranked_enumerated(profiles, rankings, only_first, options)


MARKS = {"T": True, "N": None, "0": 0, "1": 1}  # in a release or not, and the group in its table


@pytest.mark.parametrize(
    ("people", "rankings"),
    [
        ("bd bd ac ad", "xz zy xy xy"),
        ("bd bc ac ad", "xz wx xz wy"),
        ("bd ad ac bc bc ad", "zx yz xz zy xy xy"),
        ("bd ad ac ad ac bc", "yz xy zx yz zy xy"),
        ("bc bd ad bc ad ac", "xz wy - yx xz xy"),
        ("ac bd ac ad", "zyx zyx yxz yzx"),
        ("TT1 TT1 TNN TT1", "xz - wz yx"),
        ("TNN TT0 TT0 TT1 TNN TT0", "- yzx yzx zxy xyz yxz"),
        # some came and some left between two releases, of which the second was shown by groups
        ("TNN TNN TNN TT0 TT0 TNN", "xz - yz wx wz zw"),
        ("NT0 TT1 TT0 TNN", "yx zy zx xy"),
        ("TT1 NT0 TT1 TT1 TT0 TNN", "yx xz xy zx yz xz"),
        ("TT0 TT1 TT0 NT1 TT0 TNN", "yxz zyx xzy xzy yxz xyz"),
        ("TT0 NT0 NT1 TT0 TT1 NT1", "xw zw yx yx wy yz"),
        ("TT0 NT1 TT1 TT1 TNN TT0", "yzx zxy - yzx zxy yxz"),
    ],
)
def test_rankings_in_which_each_published_number_counts(people, rankings):
    """Found by leaving out one after the other: of a ranking of all three the first place is protected."""
    profiles = [tuple(MARKS.get(one, one) for one in profile) for profile in people.split()]
    orders = [order.strip("-") for order in rankings.split()]
    only_first = max(map(len, orders)) == 3
    check_rankings(profiles, orders, only_first, "wxyz" if "w" in rankings else "xyz")


def test_the_totals_of_a_ranking_give_away_what_the_tables_do_not():
    """Found by enumeration: no profile is certain by the options named, two are by the counts of first and second."""
    profiles = [("b", "c"), ("b", "d"), ("a", "c"), ("a", "c"), ("a", "d"), ("a", "d")]
    rankings = ["yz", "yx", "xw", "zw", "yz", ""]
    said = [Several(frozenset(one), order=tuple(one)) if one else Several(state="skipped") for one in rankings]
    assert certain_several(profiles, said, 2, 2) >= {(("b", "c"), "z"), (("b", "d"), "x")}
    named = [Several(one.options, one.state) for one in said]
    assert not certain_several(profiles, named, 2, 2) & {(("b", "c"), "z"), (("b", "d"), "x")}


def shown(groups, answers, *, drawn=(), with_margin=True):
    """The characteristics whose tables are published, in order; `drawn` are withheld by lot."""
    found = {}
    for name, of in groups.items():
        together = list(zip(*found.values(), of, strict=True))
        if name not in drawn and (not with_margin or margin(of, answers)) and not certain(together, answers):
            found[name] = of
    return found


def given_away(groups, options, *, lots, with_margin):
    """Data sets in which a person who knows the rule is certain of one respondent's answer."""
    n = len(next(iter(groups.values())))
    outputs = defaultdict(list)
    for answers in product(options, repeat=n):
        for drawn in lots:
            found = shown(groups, answers, drawn=drawn, with_margin=with_margin)
            outputs[tables(found, answers)].append(answers)
    return [
        output
        for output, worlds in outputs.items()
        if len(set(worlds[0])) > 1 and any(len({world[person] for world in worlds}) == 1 for person in range(n))
    ]


TWO = {"sex": SEXES[:3] + SEXES[4:7]}  # three and three
ALL_LOTS = [(), ("sex",)]


def test_with_the_lot_no_output_discloses_an_answer():
    assert given_away(TWO, "abc", lots=ALL_LOTS, with_margin=False) == []


def test_without_the_lot_the_same_attacker_identifies_a_person():
    # Totals 4, 2, 2: only the table in which all three women said "a" is withheld, so its absence discloses it.
    small = {"sex": ("f", "f", "f", "m", "m", "m", "m", "m")}
    assert given_away(small, "abc", lots=[()], with_margin=False)
    assert given_away(small, "abc", lots=ALL_LOTS, with_margin=False) == []


@pytest.mark.parametrize("with_margin", [True, False])
def test_two_characteristics_together_reveal_no_one(with_margin):
    groups = {"sex": SEXES, "age": AGES}
    lots = [(), ("sex",), ("age",), ("sex", "age")]
    assert given_away(groups, "ab", lots=lots, with_margin=with_margin) == []


def test_a_verdict_is_a_function_of_the_published_tables():
    draw = random.Random(7)  # noqa: S311
    for _ in range(40):
        profiles = [(draw.choice("ab"), draw.choice("cd")) for _ in range(10)]
        answers = [draw.choice("xyz") for _ in range(10)]
        order = sorted(range(10), key=lambda at: (profiles[at], draw.random()))
        plain = sorted(range(10), key=lambda at: (profiles[at], at))
        mixed = list(answers)
        for one, other in zip(plain, order, strict=True):
            mixed[one] = answers[other]  # answers change places within each profile
        assert certain(profiles, mixed) == certain(profiles, answers)


def test_whole_numbers_force_more_than_a_linear_programme_shows():
    """Half-people would leave these cells open; whole people do not. Found by enumeration among random populations."""
    draw = random.Random(3)  # noqa: S311
    found = 0
    for _ in range(400):
        n = draw.randint(5, 7)
        profiles = [tuple(draw.choice("ab") for _ in range(3)) for _ in range(n)]
        answers = [draw.choice("xy") for _ in range(n)]
        sure = certain(profiles, answers)
        found += bool(sure)
        assert sure == enumerated(profiles, answers, "xy")
    assert found > 20


@pytest.mark.parametrize(
    ("answers", "allowed"),
    [("aaaab", False), ("aaabb", True), ("aaaaa", False)],
)
def test_margin_of_a_group_of_five(answers, allowed):
    groups, rest = ["g"] * 5 + ["h"] * 5, "aabbb"
    assert margin(groups, answers + rest) is allowed


def test_margin_of_sides_and_of_a_unanimous_total():
    groups = ["w"] * 6 + ["m"] * 6
    answers = ["bad", "very bad"] * 3 + ["good"] * 6
    assert margin(["w", "w", "m", "m"] * 3, answers)
    assert not margin(groups, answers, lambda answer: answer == "good")
    assert margin(groups, ["yes"] * 12)


def test_all_women_alike_is_withheld():
    # women 6, men 13; totals 7, 4, 3, 3, 2; all six women gave the answer with 7
    groups = ["f"] * 6 + ["m"] * 13
    answers = ["a"] * 7 + ["b"] * 4 + ["c"] * 3 + ["d"] * 3 + ["e"] * 2
    assert certain([(group,) for group in groups], answers) == {(("f",), "a")}
    assert not margin(groups, answers)


def test_margin_several():
    groups = ["g"] * 5 + ["h"] * 5
    most = [Several(frozenset("x"))] * 4 + [Several(frozenset("y"))]
    some = [Several(frozenset("x"))] * 3 + [Several(frozenset("xy"))] + [Several(state="skipped")]
    fair = [Several(frozenset("x"))] * 3 + [Several(frozenset("y"))] * 2
    assert [margin_several(groups, part + fair) for part in (most, some, fair)] == [False, False, True]


def test_a_thousand_respondents_need_no_whole_number_programme(monkeypatch):
    """Where people can change places no programme is solved: the moves find another world for every profile."""
    draw = random.Random(1)  # noqa: S311
    profiles = [(draw.choice("fm"), draw.choice("abcdef"), draw.choice("1234")) for _ in range(1000)]
    answers = [draw.choice("abcde") for _ in range(1000)]
    monkeypatch.setattr(certainty, "milp", lambda *args, **more: pytest.fail("a programme was solved"))
    assert certain(profiles, answers) == set()


@pytest.fixture
def no_programme(monkeypatch):
    monkeypatch.setattr(certainty, "milp", lambda *args, **more: pytest.fail("a programme was solved"))


@pytest.mark.parametrize(
    ("people", "side"),
    [
        # One each: women a, b by age and men b, a. Everyone may have answered the other way round.
        ({"fo": "a", "fy": "b", "mo": "b", "my": "a"}, None),
        # The same with a third characteristic: the two who answer b have the age of one of the others, and the rest of
        # the other.
        ({"foe": "a", "myw": "a", "mye": "b", "fow": "b"}, None),
        ({"foe": "a", "myw": "a", "fye": "b", "mow": "b"}, None),
        # The one who answers b beside the woman has to answer b, and not c, in the other place too.
        ({"fo": "a", "my": "a", "fy": "bc", "mo": "cb"}, None),
        # By sides: the second of two good answers, and the second of two bad ones, is what they have in common.
        ({"fo": "gh", "my": "h", "fy": "b", "mo": "b"}, {"g": "good", "h": "good", "b": "bad"}.get),
        ({"fo": "g", "my": "g", "fy": "bd", "mo": "d"}, {"g": "good", "b": "bad", "d": "bad"}.get),
    ],
)
def test_two_may_exchange_their_answers_with_two_others(no_programme, people, side):
    profiles = [tuple(profile) for profile, answers in people.items() for _ in answers]
    answers = [answer for answers in people.values() for answer in answers]
    assert certain(profiles, answers, *([side] if side else [])) == set()


OPEN = [("f", "y", "1"), ("f", "y", "2"), ("m", "o", "1"), ("m", "o", "2"), ("m", "y", "1"), ("m", "y", "2")]


def test_what_stays_undecided_counts_as_certain(monkeypatch):
    """No two of these can exchange with two others, but other data sets have the same tables."""
    assert certain(OPEN, "bccaab") == enumerated(OPEN, "bccaab", "abc") == set()
    limits = []

    def gives_up(*args, options, **more):
        limits.append(options)
        return SimpleNamespace(status=1, x=None)

    monkeypatch.setattr(certainty, "milp", gives_up)
    assert certain(OPEN, "bccaab") == set(zip(OPEN, "bccaab", strict=True))
    assert limits == [{"node_limit": certainty.NODES}]


def test_answers_need_not_be_of_one_type():
    answers = [1, 1, 1, 2, "skipped", "skipped"]
    assert certain([("f",)] * 3 + [("m",)] * 3, answers) == {(("f",), 1)}


def test_margin_several_of_a_unanimous_total():
    groups = ["g"] * 5 + ["h"] * 5
    x, both = Several(frozenset("x")), Several(frozenset("xy"))
    assert margin_several(groups, [x] * 10)
    assert margin_several(groups, [both] * 3 + [x] * 7)
    assert not margin_several(groups, [both] * 4 + [x] * 6)  # all but one of the first group chose y
    assert margin_several(groups, [both] * 10)


def chose(options):
    return Several(frozenset(options))


def test_each_may_choose_one_option_alone():
    """One each: of the women and of the older one chose x and one y. They may have chosen the other way round."""
    profiles = [tuple(profile) for profile in ("fo", "fy", "mo", "my")]
    assert certain_several(profiles, [chose(one) for one in "xyyx"]) == set()


def test_who_may_choose_two_options_cannot_have_chosen_a_third():
    """All chose y. Of the older one chose x and one z, and x was chosen by a woman alone: z is left for the man."""
    profiles = [tuple(profile) for profile in ("my", "fo", "mo", "fy")]
    answers = [chose(options) for options in ("y", "xy", "yz", "yz")]
    x = (("f", "o"), "x")
    assert certain_several(profiles, answers, 1, 2) == {x, (("m", "o"), "z"), (("f", "y"), "z")}
    assert certain_several(profiles, answers, 1, 3) == {x}
    assert certain_several(profiles, answers) == {x}  # as many as there are


def test_of_several_options_only_what_all_of_a_profile_chose_stays_undecided(monkeypatch):
    monkeypatch.setattr(certainty, "milp", lambda *args, **more: SimpleNamespace(status=1, x=None))
    profiles, answers = [("f",)] * 2 + [("m",)] * 2, [chose("x"), chose("xy"), chose("y"), Several(state="skipped")]
    assert certain_several(profiles, answers) == {(("f",), "x")}
