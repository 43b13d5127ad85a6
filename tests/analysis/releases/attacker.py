"""An attacker who knows the sex and age of all respondents, and everything that pages and files disclose.

Nothing here uses the protection. The attacker considers every form that a respondent could have sent (the answers of a
question, or of two that depend on each other, as a whole), counts how many respondents of each profile may have sent
it, and asks of each answer shared by all who have a profile whether another data set agrees with everything that was
read. For ratings the same is found by trying all data sets, without a solver.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, permutations, product
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Person = tuple[Any, ...]  # the profile: sex and age
Form = Any  # what one respondent answered
Facts = dict[tuple[str, str], int]  # (group or "everyone", outcome) -> respondents

GROUPS = {"Female": (0, "female"), "Male": (0, "male"), "18 to 34": (1, "age_18_34"), "35 to 50": (1, "age_35_50")}
STATES = ("dont_know", "skipped")
SIDE = {
    "adequate": "favourable",
    "somewhat_adequate": "favourable",
    "neither": "neither",  # the middle of the scale is this one answer
    "inadequate": "unfavourable",
    **dict.fromkeys(STATES, "no_rating"),
}


class Question:
    """What a respondent can answer, what is counted of it, and what must not be inferred."""

    def __init__(self, code: str):
        self.code = code

    def forms(self, offered: Sequence[str]) -> Iterator[Form]:
        """All forms that choose from `offered`, the options that were chosen."""
        yield from (*offered, *STATES)

    def outcomes(self, form: Form) -> set[str]:
        """Everything that may be counted of a form."""
        return {form} if form in STATES else {form, "answered"}

    def secrets(self, form: Form) -> set[str]:
        return {form}

    def read(self, row: Mapping[str, Any]) -> Form:
        return row.get(self.code, "skipped")

    def options(self, form: Form) -> set[str]:
        return set() if form in STATES else {form}


class Rated(Question):
    """`side`: of each answer of the scale, and of giving none."""

    def __init__(self, code: str, side: Mapping[str, str] = SIDE):
        super().__init__(code)
        self.side = side

    def outcomes(self, form: Form) -> set[str]:
        return super().outcomes(form) | {self.side[form]}

    def secrets(self, form: Form) -> set[str]:
        return {self.side[form]}


class Several(Question):
    def __init__(self, code: str, least: int, most: int):
        super().__init__(code)
        self.least, self.most = least, most

    def forms(self, offered: Sequence[str]) -> Iterator[Form]:
        sizes = range(self.least, self.most + 1)
        yield from (*(one for size in sizes for one in combinations(offered, size)), *STATES)

    def outcomes(self, form: Form) -> set[str]:
        return {form} if form in STATES else {*form, "answered"}

    def secrets(self, form: Form) -> set[str]:
        return {form} if form in STATES else set(form)

    def read(self, row: Mapping[str, Any]) -> Form:
        found = row.get(self.code, "skipped")
        return found if found in STATES else tuple(sorted(found))

    def options(self, form: Form) -> set[str]:
        return set() if form in STATES else set(form)


class Ranked(Several):
    """`first`: in a break-down only the first place is counted, because everybody ranks every option."""

    def __init__(self, code: str, places: int, *, first: bool = False):
        super().__init__(code, places, places)
        self.first = first

    def forms(self, offered: Sequence[str]) -> Iterator[Form]:
        yield from (*permutations(offered, self.least), *STATES)

    def outcomes(self, form: Form) -> set[str]:
        return super().outcomes(self.counted(form)) | {f"{one}, place {at}" for at, one in self.placed(form)}

    def secrets(self, form: Form) -> set[str]:
        return super().secrets(self.counted(form))

    def read(self, row: Mapping[str, Any]) -> Form:
        found = row.get(self.code, "skipped")
        return found if found in STATES else tuple(found)

    def counted(self, form: Form) -> Form:
        return form[:1] if self.first and form not in STATES else form

    def placed(self, form: Form) -> list[tuple[int, str]]:
        return [] if form in STATES else list(enumerate(form, start=1))


class Dependent(Several):
    """A question with several answers, and one that asks which of them is the most important."""

    def __init__(self, code: str, then: str, least: int, most: int):
        super().__init__(code, least, most)
        self.then = then

    def forms(self, offered: Sequence[str]) -> Iterator[Form]:
        for form in super().forms(offered):
            yield from ((form, then) for then in ((*form, *STATES) if form not in STATES else ("not asked",)))

    def outcomes(self, form: Form) -> set[str]:
        first, then = form
        known = {f"{self.then}: {then}"} | ({f"{self.then}: asked"} if then != "not asked" else set())
        return super().outcomes(first) | known

    def secrets(self, form: Form) -> set[str]:
        first, then = form
        return super().secrets(first) | ({f"{self.then}: {then}"} if then != "not asked" else set())

    def read(self, row: Mapping[str, Any]) -> Form:
        first = super().read(row)
        return first, row.get(self.then, "skipped") if first not in STATES else "not asked"

    def options(self, form: Form) -> set[str]:
        return super().options(form[0])


def tabulated(question: Question, people: Sequence[Person], forms: Sequence[Form]) -> Facts:
    """Everything that could be counted, of each group and of everyone: what a survey without protection would show."""
    found: Counter[tuple[str, str]] = Counter()
    for person, form in zip(people, forms, strict=True):
        for group in ("everyone", *(name for name, (at, value) in GROUPS.items() if person[at] == value)):
            found.update((group, one) for one in question.outcomes(form))
    return dict(found)


def certain(
    question: Question,
    people: Sequence[Person],
    forms: Sequence[Form],
    facts: Facts,
    groups: Mapping[str, tuple[int, Any]] = GROUPS,
) -> set[tuple[Person, str]]:
    """(profile, secret) that are true in every data set which agrees with `facts`; `forms` is the real one.

    `groups`: of each group the place in a profile, and what its members have there.
    """
    size, shared, total = Counter(people), Counter[tuple[Person, str]](), Counter[str]()
    for person, form in zip(people, forms, strict=True):
        shared.update((person, one) for one in question.secrets(form))
        total.update(question.secrets(form))
    suspects = {key for key, count in shared.items() if count == size[key[0]] and total[key[1]] < len(people)}
    if not suspects:
        return set()
    offered = sorted({option for form in forms for option in question.options(form)})
    profiles, every = sorted(size), list(question.forms(offered))
    outcomes, secrets = map(question.outcomes, every), list(map(question.secrets, every))
    having = [{*one, "size"} for one in outcomes]

    def row(of: Sequence[bool], gave: Sequence[bool]) -> np.ndarray:
        """One entry for each profile and each form, in this order."""
        return np.outer(of, gave).ravel().astype(float)

    rows = [row([one == profile for one in profiles], [True] * len(every)) for profile in profiles]
    counts = [size[profile] for profile in profiles]
    for (group, outcome), count in facts.items():
        at, value = groups.get(group, (0, None))
        rows.append(row([value is None or one[at] == value for one in profiles], [outcome in one for one in having]))
        counts.append(count)
    limits = LinearConstraint(csr_array(np.array(rows)), counts, counts)
    most = np.repeat([size[profile] for profile in profiles], len(every))

    def those(profile: Person, secret: str) -> np.ndarray:
        return row([one == profile for one in profiles], [secret in one for one in secrets])

    sure = set()
    while suspects:
        suspect = min(suspects, key=str)
        found = milp(those(*suspect), constraints=limits, bounds=Bounds(0, most), integrality=np.ones(len(most)))
        assert found.status == 0, found.message  # the real data set is one of those that agree
        cleared = {one for one in suspects if round(those(*one) @ np.rint(found.x)) < size[one[0]]}
        sure |= {suspect} - cleared
        suspects -= cleared | {suspect}
    return sure


def certain_by_trying(people: Sequence[Person], forms: Sequence[Form], facts: Facts) -> set[tuple[Person, str]]:
    """The same for a rated question, by trying all data sets."""
    size, real = Counter(people), defaultdict(set)
    for person, form in zip(people, forms, strict=True):
        real[person].add(SIDE[form])
    answers = sorted(SIDE, key=lambda answer: SIDE[answer])
    total, profiles = Counter(forms), sorted(size)
    inside = {group: [profile[at] == value for profile in profiles] for group, (at, value) in GROUPS.items()}

    def agrees(split: Sequence[int], what: str) -> bool:
        return all(
            facts.get((group, what), count) == count
            for group, who in inside.items()
            for count in [sum(here for here, is_in in zip(split, who, strict=True) if is_in)]
        )

    def possible(who: int, side: str) -> bool:
        """Whether one of a profile may be on another side."""

        @cache
        def rest(at: int, room: tuple[int, ...], of_side: tuple[int, ...]) -> bool:
            if at == len(answers):
                return not any(room)
            one = answers[at]
            ends = at + 1 == len(answers) or SIDE[answers[at + 1]] != SIDE[one]
            for *some, last in (
                (*some, total[one] - sum(some)) for some in product(*(range(count + 1) for count in room[:-1]))
            ):
                split = (*some, last)
                if not 0 <= last <= room[-1]:
                    continue
                now = tuple(a + b for a, b in zip(of_side, split, strict=True))
                if SIDE[one] == side and now[who] == size[profiles[who]]:
                    continue
                if not agrees(split, one) or (ends and not agrees(now, SIDE[one])):
                    continue
                left = tuple(a - b for a, b in zip(room, split, strict=True))
                if rest(at + 1, left, (0,) * len(room) if ends else now):
                    return True
            return False

        return rest(0, tuple(size[profile] for profile in profiles), (0,) * len(profiles))

    sides = Counter(SIDE[form] for form in forms)
    return {
        (profile, side)
        for at, profile in enumerate(profiles)
        for side in real[profile]
        if len(real[profile]) == 1 and sides[side] < len(people) and not possible(at, side)
    }
