"""Each constraint of the 2016 survey broken one at a time, and thousands of generated answers."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.logic.grammar import parse_condition
from instruments.schema import Survey, parse
from surveys.questionnaire.reading import from_form, from_lines, from_row
from surveys.questionnaire.validation import AnswerError, check
from surveys.words import error_text
from tests.surveys.factories import VALID, document_2016

DOCUMENT = document_2016()


def survey_with(*items: dict[str, Any]) -> Survey:
    document = {
        "kind": "survey",
        "title": {"en": "T"},
        "sections": [{"name": "1", "title": {"en": "S"}, "items": items}],
    }
    parsed = parse("survey", document)
    assert isinstance(parsed, Survey)
    return parsed


def errors(raw: dict[str, Any], survey: Survey = DOCUMENT) -> list[tuple[str, str]]:
    return [(error.key, error.code) for error in check(survey, raw).errors]


def test_valid_answers_pass_unchanged() -> None:
    checked = check(DOCUMENT, VALID)
    assert (checked.answers, checked.errors) == (VALID, ())


def test_every_item_may_be_skipped() -> None:
    assert check(DOCUMENT, {}) == check(DOCUMENT, dict.fromkeys(DOCUMENT.by_name, ""))
    assert check(DOCUMENT, {}).answers == {}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"1.1": "ZZZ"}, ("1.1", "unknown_option")),
        ({"1.6": "unknown"}, ("1.6", "unknown_option")),
        ({"1.6": "dont_know"}, ("1.6", "unknown_option")),  # one's own gender is skipped, not unknown
        ({"1.6": ["female", "male"]}, ("1.6", "one_only")),
        ({"1.2_other": "words"}, ("1.2_other", "other_not_chosen")),
        ({"1.2": "academic", "1.2_other": "words"}, ("1.2_other", "other_not_chosen")),
        ({"1.2": "other", "1.2_other": "x" * 501}, ("1.2_other", "too_long")),
        ({"2.1": ["origin", "origin"]}, ("2.1", "twice")),
        ({"2.1": ["origin", "dont_know"]}, ("2.1", "dont_know_alone")),
        ({"2.2": ["prostitution", "slavery"]}, ("2.2", "choose_exactly")),
        ({"2.2": ["prostitution", "slavery", "forced_labour", "other"]}, ("2.2", "choose_exactly")),
        ({"2.2": ["dont_know"]}, ("2.2", "unknown_option")),
        ({"2.2": ["prostitution", "slavery", "forced_labour"], "2.2.1": "other"}, ("2.2.1", "not_chosen")),
        ({"2.2.1": "slavery"}, ("2.2.1", "not_chosen")),
        ({"2.3": ["agriculture", "construction", "streets", "services"]}, ("2.3", "choose_at_most")),
        ({"2.4": ["women", "men", "girls"]}, ("2.4", "rank_all")),
        ({"2.4": ["women", "men", "girls", "girls"]}, ("2.4", "rank_twice")),
        ({"2.4": {"women": "1", "men": "1", "girls": "2", "boys": "3"}}, ("2.4", "rank_twice")),
        ({"2.4": {"women": "5"}}, ("2.4", "rank_place")),
        ({"2.4": {"women": "one"}}, ("2.4", "rank_place")),
        ({"2.4": {"dragons": "1"}}, ("2.4", "unknown_option")),
        ({"2.6": "x" * 10_001}, ("2.6", "too_long")),
        ({"2.6": ["one", "two"]}, ("2.6", "one_only")),
        ({"3.1.1": "always"}, ("3.1.1", "unknown_option")),  # a point of another scale
        ({"8.1": ["J", "A"]}, ("8.1", "rank_all")),
        ({"8.1": ["J", "A", "B", "C"]}, ("8.1", "rank_all")),
        ({"8.1": {"J": "1", "A": "3"}}, ("8.1", "rank_all")),
        ({"9.9": "x"}, ("9.9", "unknown_item")),
        ({"3.1": "adequate"}, ("3.1", "unknown_item")),  # the matrix itself takes no answer
        ({"1.3_other": "x"}, ("1.3_other", "unknown_item")),
    ],
)
def test_a_broken_constraint_is_named(raw: dict[str, Any], expected: tuple[str, str]) -> None:
    assert errors(raw) == [expected]


def test_an_error_in_an_item_is_not_reported_again_where_another_depends_on_it() -> None:
    assert errors({"2.2": ["slavery"], "2.2.1": "slavery"}) == [("2.2", "choose_exactly")]


def test_ranks_given_as_places_become_a_list_in_their_order() -> None:
    assert check(DOCUMENT, {"8.1": {"A": "2", "J": "1", "B": "3"}}).answers == {"8.1": ["J", "A", "B"]}


def test_dont_know_is_an_answer_on_scales_and_opinions() -> None:
    raw = {"3.1.1": "dont_know", "2.1": ["dont_know"], "2.5": "dont_know"}
    assert check(DOCUMENT, raw).answers == {"2.1": ["dont_know"], "2.5": "dont_know", "3.1.1": "dont_know"}


def test_control_characters_and_lone_surrogates_are_no_text() -> None:
    assert check(DOCUMENT, {"2.6": " a\x00b\r\nc\ud800 "}).answers == {"2.6": "ab\nc"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        (" +7 ", 7),
        ("3.5", "not_whole"),
        ("٣", 3),
        ("\u200f１２", 12),
        ("1 2", "not_whole"),
        ("²", "not_whole"),
        ("1" * 1_000_000, "not_whole"),
        ("1", 1),
        ("0", "too_small"),
        ("99", 99),
        ("100", "too_large"),
    ],
)
def test_integer(value: str, expected: Any) -> None:
    item = {"name": "n", "type": "integer", "text": {"en": "How many?"}, "min": 1, "max": 99}
    checked = check(survey_with(item), {"n": value})
    assert checked.answers.get("n", checked.errors[0].code if checked.errors else None) == expected


def test_codes_are_stored_as_the_questionnaire_writes_them() -> None:
    """`mar` and `MAR` were two countries."""
    for word in ("MAR", "mar", "Mar", "Morocco", "morocco", "Марокко", "المغرب"):
        assert check(DOCUMENT, {"1.1": word}).answers == {"1.1": "MAR"}, word
    assert check(DOCUMENT, {"1.6": "FEMALE", "2.1": ["Transit", "ORIGIN"]}).answers == {
        "1.6": "female",
        "2.1": ["origin", "transit"],
    }
    assert errors({"2.1": ["origin", "Origin"]}) == [("2.1", "twice")]
    assert errors({"8.1": {"J": "1", "j": "2", "A": "3"}}) == [("8.1", "rank_twice")]
    assert errors({"8.1": ["J", "j", "A"]}) == [("8.1", "rank_twice")]
    assert check(DOCUMENT, {"8.1": {"j": "٢", "A": "١", "b": "３"}}).answers == {"8.1": ["A", "J", "B"]}


def test_countries_come_by_name_in_tables_and_from_paper() -> None:
    several = survey_with({"name": "c", "type": "select_multiple", "text": {"en": "?"}, "source": "countries"})
    for read in (from_row, from_lines):
        assert check(DOCUMENT, read(DOCUMENT, {"1.1": " south korea "})).answers == {"1.1": "KOR"}
        assert errors(read(DOCUMENT, {"1.1": "Sout Korea"})) == [("1.1", "unknown_option")]
        for cell in ("South Korea; mar, Iran", "kor MAR irn", "KOR;MAR;IRN"):
            assert check(several, read(several, {"c": cell})).answers == {"c": ["KOR", "MAR", "IRN"]}, cell
        assert errors(read(several, {"c": "mar, MAR"}), several) == [("c", "twice")]


def test_required_and_relevant_items() -> None:
    yes = {"name": "y", "type": "select_one", "text": {"en": "?"}, "options": [{"name": "yes", "text": {"en": "Yes"}}]}
    why = {"name": "w", "type": "text", "text": {"en": "Why?"}, "required": True}
    survey = survey_with(yes, why | {"relevant": {"item": "y", "options": ["yes"]}})
    assert errors({}, survey) == []
    assert errors({"y": "yes"}, survey) == [("w", "required")]
    assert errors({"w": "because"}, survey) == [("w", "not_asked")]
    assert check(survey, {"y": "yes", "w": "because"}).answers == {"y": "yes", "w": "because"}


def nested() -> Survey:
    """Section A: x. Section B if x = 1: y; a table if y = 2, of it a row if 3 days have passed since the day d."""
    number = {"type": "integer", "text": {"en": "?"}}
    yes_no = [{"name": name, "text": {"en": name}} for name in ("yes", "no")]
    row = {"name": "r", "type": "select_one", "text": {"en": "R"}, "relevant": parse_condition("today() > ${d} + 3")}
    table = {"name": "t", "type": "matrix", "text": {"en": "T"}, "scale": "s", "rows": [row]}
    document = {
        "kind": "survey",
        "title": {"en": "T"},
        "scales": [{"name": "s", "points": yes_no}],
        "sections": [
            {
                "name": "A",
                "title": {"en": "A"},
                "items": [{"name": "x", **number}, {"name": "d", "type": "date", "text": {"en": "?"}}],
            },
            {
                "name": "B",
                "title": {"en": "B"},
                "relevant": parse_condition("${x} = 1"),
                "items": [{"name": "y", **number}, table | {"relevant": parse_condition("${y} = 2")}],
            },
        ],
    }
    parsed = parse("survey", document)
    assert isinstance(parsed, Survey)
    return parsed


def test_groups_inside_groups_are_asked_in_the_order_of_the_form_on_the_day_of_answering() -> None:
    raw = {"x": "1", "d": "2026-11-20", "y": "2", "r": "yes"}
    late, early = date(2026, 11, 24), date(2026, 11, 23)
    assert check(nested(), raw, late).answers == {"x": 1, "d": "2026-11-20", "y": 2, "r": "yes"}
    found = {day: [(e.key, e.code, e.values) for e in check(nested(), raw, day).errors] for day in (late, early)}
    assert found == {late: [], early: [("r", "not_asked", {"item": "x, y, d"})]}
    changed = check(nested(), raw | {"x": "5"}, late)
    assert [(error.key, error.code) for error in changed.errors] == [("y", "not_asked"), ("r", "not_asked")]
    assert check(nested(), {"x": "5", "d": "2026-11-20"}, late).answers == {"x": 5, "d": "2026-11-20"}


def test_a_question_without_respondents_is_no_question_of_the_survey() -> None:
    never = {"name": "w", "type": "text", "text": {"en": "?"}, "required": True, "relevant": ["false"]}
    assert errors({}, survey_with(never)) == []
    assert errors({"w": "because"}, survey_with(never)) == [("w", "unknown_item")]


OPTIONS_ABC = [{"name": name, "text": {"en": name}} for name in "abcd"]


def choice(kind: str = "select_multiple", **own: Any) -> Survey:
    return survey_with({"name": "m", "type": kind, "text": {"en": "?"}, "options": OPTIONS_ABC, **own})


def test_dont_know_on_a_required_item() -> None:
    """It is not offered on one unless its author includes it, and then it is an answer."""
    for kind in ("select_one", "select_multiple"):
        assert errors({"m": "dont_know"}, choice(kind, required=True)) == [("m", "unknown_option")]
        assert errors({}, choice(kind, required=True)) == [("m", "required")]
        assert errors({"m": "dont_know"}, choice(kind)) == []
        assert errors({"m": "dont_know"}, choice(kind, required=True, dont_know=True)) == []
        assert errors({"m": "dont_know"}, choice(kind, dont_know=False)) == [("m", "unknown_option")]


def test_dont_know_excludes_other_options_and_is_not_counted_by_bounds() -> None:
    offered = choice(min=2, max=3, dont_know=True)
    assert check(offered, {"m": ["dont_know"]}).answers == {"m": ["dont_know"]}
    assert errors({"m": ["dont_know", "a"]}, offered) == [("m", "dont_know_alone")]
    assert errors({"m": ["a", "b", "dont_know"]}, offered) == [("m", "dont_know_alone")]
    assert errors({"m": ["dont_know", "dont_know"]}, offered) == [("m", "twice")]


def test_answer_that_a_constraint_does_not_allow_is_refused_with_its_message() -> None:
    rule = parse_condition(". >= 18 and . <= ${n} or . = 99", own=True)
    items = [
        {"name": "n", "type": "integer", "text": {"en": "?"}},
        {"name": "m", "type": "integer", "text": {"en": "?"}, "constraint": rule},
    ]
    survey = survey_with(*items)
    assert check(survey, {"n": "30", "m": "20"}).answers == {"n": 30, "m": 20}
    assert check(survey, {"n": "30", "m": "99"}).answers == {"n": 30, "m": 99}
    assert errors({"n": "30", "m": "31"}, survey) == [("m", "constraint")]
    assert errors({"n": "many", "m": "31"}, survey) == [("n", "not_whole")]  # what it depends on is not known
    own = survey_with(items[0], items[1] | {"constraint_message": {"en": "Not more than all."}})
    [error] = check(own, {"n": "30", "m": "31"}).errors
    assert error_text(error, "en") == "Not more than all."


def test_exclusive_option_is_chosen_alone_and_bounds_do_not_apply_to_it() -> None:
    survey = choice(min=2, max=3, options=[option | {"exclusive": option["name"] == "d"} for option in OPTIONS_ABC])
    assert check(survey, {"m": ["d"]}).answers == {"m": ["d"]}
    assert check(survey, {"m": ["a", "b"]}).answers == {"m": ["a", "b"]}
    assert errors({"m": ["a", "d"]}, survey) == [("m", "exclusive")]
    [error] = check(survey, {"m": ["a", "d"]}).errors
    assert error_text(error, "en").startswith("“d” cannot be combined with other answers.")


@pytest.mark.parametrize(
    ("bounds", "wrong", "code", "right"),
    [
        ({"min": 2}, "a", "choose_at_least", ["ab", "abcd"]),
        ({"max": 2}, "abc", "choose_at_most", ["a", "ab"]),
        ({"min": 2, "max": 3}, "a", "choose_at_least", ["ab", "abc"]),
        ({"min": 2, "max": 3}, "abcd", "choose_at_most", ["ab", "abc"]),
        ({"min": 2, "max": 2}, "a", "choose_exactly", ["ab"]),
        ({"min": 2, "max": 2}, "abc", "choose_exactly", ["cd"]),
        ({"min": 0, "max": 1}, "ab", "choose_at_most", ["a"]),
    ],
)
def test_bounds_of_choices_at_their_ends(bounds: dict[str, int], wrong: str, code: str, right: list[str]) -> None:
    assert errors({"m": list(wrong)}, choice(**bounds)) == [("m", code)]
    for chosen in right:
        assert check(choice(**bounds), {"m": list(chosen)}).answers == {"m": list(chosen)}
    assert errors({}, choice(**bounds)) == []


def test_an_integer_without_min_takes_negative_numbers() -> None:
    item = {"name": "n", "type": "integer", "text": {"en": "?"}, "max": 5}
    assert check(survey_with(item), {"n": "-7"}).answers == {"n": -7}
    assert check(survey_with(item | {"min": 0, "max": None}), {"n": "0"}).answers == {"n": 0}
    assert errors({"n": "-1"}, survey_with(item | {"min": 0})) == [("n", "too_small")]
    assert check(survey_with(item), {"n": "-1000000001"}).errors[0].values == {"n": -1_000_000_000}
    assert check(survey_with(item), {"n": "6"}).errors[0].values == {"n": 5}


def test_texts_at_the_ends_of_their_limits() -> None:
    assert errors({"2.6": "x" * 10_000}) == []
    [error] = check(DOCUMENT, {"2.6": "x" * 10_001}).errors
    assert error.values == {"n": 10_000, "given": 10_001}
    assert errors({"1.2": "other", "1.2_other": "x" * 500}) == []


def test_places_at_their_ends() -> None:
    rank = choice("rank", ranks=2)
    assert check(rank, {"m": {"a": "2", "b": "1"}}).answers == {"m": ["b", "a"]}
    for place in ("0", "3", "-1", "1.0", ""):
        wrong = errors({"m": {"a": place, "b": "1"}}, rank)
        assert wrong == [("m", "rank_all" if place == "" else "rank_place")], place
    assert errors({"m": {"a": "", "b": ""}}, rank) == []


def test_a_choice_among_earlier_answers_follows_them() -> None:
    earlier = {"name": "e", "type": "select_multiple", "text": {"en": "?"}, "options": OPTIONS_ABC}
    later = {"name": "l", "type": "select_multiple", "text": {"en": "?"}, "choices_of": "e"}
    survey = survey_with(earlier, later)
    assert errors({"e": ["a", "b"], "l": ["b", "a"]}, survey) == []
    assert errors({"e": ["a", "b"], "l": ["b", "c"]}, survey) == [("l", "not_chosen")]
    assert errors({"l": ["b"]}, survey) == [("l", "not_chosen")]
    assert errors({"e": ["z"], "l": ["b"]}, survey) == [("e", "unknown_option")]


def test_strangers_are_named_up_to_twenty() -> None:
    found = errors({f"x{n}" * 30: "1" for n in range(25)})
    assert len(found) == 20
    assert all(code == "unknown_item" and len(key) == 60 for key, code in found)


def test_line_ends_of_every_system_are_one() -> None:
    assert check(DOCUMENT, {"2.6": "a\rb\r\nc\nd"}).answers == {"2.6": "a\nb\nc\nd"}


def test_a_question_that_follows_a_refused_answer_is_not_reported_too() -> None:
    """Whether it is asked is not known, so it is neither required nor out of place."""
    yes = {"name": "y", "type": "select_one", "text": {"en": "?"}, "options": [{"name": "yes", "text": {"en": "Yes"}}]}
    why = {"name": "w", "type": "text", "text": {"en": "Why?"}, "required": True}
    survey = survey_with(yes, why | {"relevant": {"item": "y", "options": ["yes"]}})
    assert errors({"y": "zzz"}, survey) == [("y", "unknown_option")]
    assert errors({"y": "zzz", "w": "because"}, survey) == [("y", "unknown_option")]
    [error] = check(survey, {"w": "because"}).errors
    assert error == AnswerError("w", "not_asked", {"item": "y"})


def test_a_choice_that_was_not_made_before_names_the_earlier_question() -> None:
    assert check(DOCUMENT, {"2.2.1": "slavery"}).errors == (AnswerError("2.2.1", "not_chosen", {"item": "2.2"}),)


def test_words_beside_an_option_are_one_text_and_follow_its_question() -> None:
    assert errors({"1.2": "other", "1.2_other": ["one", "two"]}) == [("1.2_other", "one_only")]
    assert errors({"1.2": "zzz", "1.2_other": "words"}) == [("1.2", "unknown_option")]
    assert errors({"2.2_other": "words"}) == [("2.2_other", "other_not_chosen")]


def test_at_least_counts_the_choices() -> None:
    options = [{"name": name, "text": {"en": name}} for name in "abc"]
    survey = survey_with({"name": "m", "type": "select_multiple", "text": {"en": "?"}, "min": 2, "options": options})
    assert check(survey, {"m": ["a"]}).errors == (AnswerError("m", "choose_at_least", {"n": 2, "given": 1}),)
    assert check(survey, {"m": ["c", "a"]}).answers == {"m": ["a", "c"]}


def test_from_form_reads_places_lists_and_texts() -> None:
    fields = [("8.1:J", ["1"]), ("8.1:A", ["2"]), ("8.1:B", [""]), ("2.1", ["origin", ""]), ("1.6", ["", "male"])]
    fields += [("_uuid", ["x"]), ("csrfmiddlewaretoken", ["x"]), ("2.6", ["words"])]
    expected = {"8.1": {"J": "1", "A": "2"}, "2.1": ["origin"], "1.6": "male", "2.6": "words"}
    assert from_form(DOCUMENT, fields) == expected


def test_from_form_lists_are_in_rank_order_and_do_not_mix_with_places() -> None:
    assert from_form(DOCUMENT, [("8.1", ["J", "A", "B"])]) == {"8.1": ["J", "A", "B"]}
    assert errors(from_form(DOCUMENT, [("8.1:J", ["1"]), ("8.1", ["J", "A", "B"])])) == [("8.1", "rank_twice")]
    assert errors(from_form(DOCUMENT, [("8.1:J", ["1", "2"])])) == [("8.1", "rank_place")]


def test_from_row_splits_what_may_be_several() -> None:
    row = {"8.1": "J A B", "2.1": "origin, transit", "2.6": "two words", "1.6": "male", "1.3": ""}
    expected = {"8.1": ["J", "A", "B"], "2.1": ["origin", "transit"], "2.6": "two words", "1.6": "male"}
    assert from_row(DOCUMENT, row) == expected


def test_from_lines_takes_printed_numbers_and_names() -> None:
    typed = {"1.1": "aze", "1.6": "2", "2.1": "1 3", "3.1.1": "0", "8.1": "j,1 2", "2.6": "1", "2.5": "9"}
    expected = {"1.1": "aze", "1.6": "male", "2.1": ["origin", "destination"], "3.1.1": "dont_know"}
    assert from_lines(DOCUMENT, typed) == expected | {"8.1": ["j", "A", "B"], "2.6": "1", "2.5": "9"}


def test_from_lines_takes_the_digits_of_every_script() -> None:
    assert from_lines(DOCUMENT, {"1.6": "٢", "2.1": "१، ३", "3.1.1": "٠"}) == {
        "1.6": "male",
        "2.1": ["origin", "destination"],
        "3.1.1": "dont_know",
    }


CODES = [*DOCUMENT.by_name, "1.2_other", "2.2_other", "8.1:J", "8.1:A", "2.4:men", "9.9", "_x", "\x00", ""]
OPTIONS = sorted({option.name for item in DOCUMENT.items for option in DOCUMENT.options(item)} | {"dont_know", "AZE"})
VALUES = st.one_of(st.sampled_from(OPTIONS), st.sampled_from(["1", "2", "3", ""]), st.text(max_size=20))
FIELDS = st.lists(st.tuples(st.sampled_from(CODES) | st.text(max_size=8), st.lists(VALUES, max_size=4)), max_size=12)


@settings(max_examples=1500, deadline=None)
@given(FIELDS)
def test_whatever_is_posted_what_passes_is_valid(fields: list[tuple[str, list[str]]]) -> None:
    """Clean answers pass validation again unchanged, and contain no key unknown to the questionnaire."""
    checked = check(DOCUMENT, from_form(DOCUMENT, fields))
    again = check(DOCUMENT, checked.answers) if not checked.errors else checked
    assert again.answers == checked.answers
    assert {key.removesuffix("_other") for key in checked.answers} <= set(DOCUMENT.by_name)


CHOICES = [{"name": name, "text": {"en": name}} for name in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("own", "raw", "code"),
    [
        ({"type": "text", "pattern": "letters"}, "1", "letters"),
        ({"type": "text", "min_length": 2}, "a", "too_few_characters"),
        ({"type": "text", "max_length": 2}, "abc", "too_many_characters"),
        ({"type": "integer", "min": 2}, "1", "too_small"),
        ({"type": "integer", "max": 2}, "3", "too_large"),
        ({"type": "date", "min": "2016-01-13"}, "2016-01-12", "too_early"),
        ({"type": "date", "max": "2016-01-13"}, "2016-01-14", "too_late"),
        ({"type": "integer", "constraint": parse_condition(". > 1", own=True)}, "1", "constraint"),
        ({"type": "select_multiple", "options": CHOICES, "min": 2}, ["a"], "choose_at_least"),
        ({"type": "select_multiple", "options": CHOICES, "max": 2}, ["a", "b", "c"], "choose_at_most"),
        ({"type": "select_multiple", "options": CHOICES, "min": 2, "max": 2}, ["a"], "choose_exactly"),
        ({"type": "decimal", "places": 1}, "1.25", "too_many_places"),
    ],
)
def test_the_message_of_the_questionnaire_explains_its_own_rules_alone(
    own: dict[str, Any], raw: Any, code: str
) -> None:
    message = {"constraint_message": {"en": "Mine."}}
    survey = survey_with({"name": "q", "text": {"en": "?"}, **own, **message})
    error = check(survey, {"q": raw}).errors[0]
    assert (error.code, str(error.values["own"])) == (code, "Mine.")
    for other in check(survey, {"q": ["x", "x"]}).errors:
        assert "own" not in other.values


def test_a_constraint_leaves_those_alone_who_do_not_know() -> None:
    item = {"name": "q", "text": {"en": "?"}, "type": "select_one", "options": CHOICES, "dont_know": True}
    survey = survey_with({**item, "constraint": parse_condition(". = 'a'", own=True)})
    assert errors({"q": "b"}, survey) == [("q", "constraint")]
    assert errors({"q": "dont_know"}, survey) == []


def test_a_condition_of_today_holds_on_the_present_day_unless_another_is_given() -> None:
    relevant = parse_condition("today() > '2016-01-13'")
    survey = survey_with({"name": "q", "text": {"en": "?"}, "type": "text", "relevant": relevant})
    assert check(survey, {"q": "x"}).answers == {"q": "x"}
    assert errors({"q": "x"}, survey) == []
    assert [error.code for error in check(survey, {"q": "x"}, date(2016, 1, 13)).errors] == ["unknown_item"]
