"""An imported form: what was taken, left out and why, and the decisions that must be made before it is published."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment
from instruments.logic.grammar import parse
from instruments.logic.writing import write
from instruments.models import Instrument
from instruments.paths import entry_mark
from instruments.removing import remove
from instruments.services.versions import adapt
from tests.factories import UserFactory
from tests.instruments.test_xlsform import workbook

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"instruments:{name}", args=args)


@pytest.fixture
def editor(client_as: Any, assessment: Assessment) -> Client:
    client: Client = client_as("lead")
    return client


def plain_form(*, conditions: bool = True) -> SimpleUploadedFile:
    """An XLSForm with a table of the list `agree`, a condition that cannot be imported, and a row of metadata."""
    relevant = "${m1} = 'a' or ${q1} > 3" if conditions else ""
    survey = [
        ["type", "name", "label", "relevant", "appearance"],
        ["end", "end"],
        ["begin_group", "m", "Rate", "", "table-list"],
        ["select_one agree", "m1", "Roads"],
        ["end_group"],
        ["text", "q1", "Why?", relevant],
    ]
    choices = [["list_name", "name", "label"], ["agree", "d", "Disagree"], ["agree", "a", "Agree"]]
    return SimpleUploadedFile("form.xlsx", workbook(survey, choices))


def imported(editor: Client, **data: Any) -> Instrument:
    editor.post(url("instrument_import"), {"key": "own", "file": plain_form(), **data})
    return Instrument.objects.get(key="own")


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_import_review_lists_what_was_taken_decided_and_left_out(editor: Client) -> None:
    draft = imported(editor, language="English")
    response = editor.get(url("import_review", draft.pk))
    assert [(row["row"], row["name"], row["text"]) for row in response.context["taken"]] == [
        (4, "m1", "Roads"),
        (6, "q1", "Why?"),
    ]
    assert [(note.row, note.name) for note in response.context["left_out"]] == [(2, "end")]
    assert [each["title"] for each in response.context["decisions"]] == [
        "Row 6, “q1”: ask everybody, or remove it?",
        "Which end of the scale “agree” is favourable?",
    ]
    assert f'href="{url("import_decisions", draft.pk)}"' in text_of(response)


def test_import_review_groups_rows_by_section_and_by_reason_and_takes_decisions(editor: Client) -> None:
    draft = imported(editor, language="English")
    page = editor.get(url("import_review", draft.pk))
    assert [(part["title"], len(part["rows"])) for part in page.context["taken_by_section"]] == [("Questions", 2)]
    [(reason, rows)] = page.context["left_out_by_reason"]
    assert (reason, [note.row for note in rows]) == ("Data about the device or the moment are not collected.", [2])
    assert "Without the condition, these questions are asked of more people" in text_of(page)
    data = {"from": "report", "answer-condition-1": "everyone"}
    answer = editor.post(url("import_decisions", draft.pk), data)
    assert answer.headers["Location"] == url("import_review", draft.pk)
    page = editor.get(url("import_review", draft.pk))
    assert [(each["title"], each["answer"]) for each in page.context["made"]] == [
        ("Row 6, “q1”: ask everybody, or remove it?", "Asked of everybody")
    ]
    assert [group["kind"] for group in page.context["groups"]] == ["favourable"]


def test_draft_with_open_decisions_is_not_published_and_the_message_says_which(editor: Client) -> None:
    draft = imported(editor, language="English")
    answer = text_of(editor.post(url("instrument_publish", draft.pk), follow=True))
    assert "Which end of the scale “agree” is favourable?" in answer
    assert "Row 6, “q1”: ask everybody, or remove it?" in answer
    assert not Instrument.objects.get(pk=draft.pk).is_published
    decisions = url("import_decisions", draft.pk)
    editor.post(decisions, {"answer-favourable-agree": "last"})
    editor.post(url("instrument_publish", draft.pk))
    assert not Instrument.objects.get(pk=draft.pk).is_published
    assert "favourable-agree" not in text_of(editor.get(decisions))
    response = editor.post(decisions, {"answer-condition-1": "everyone"})
    assert response.url == url("instrument_detail", draft.pk)
    editor.post(url("instrument_publish", draft.pk))
    published = Instrument.objects.get(pk=draft.pk)
    assert (published.is_published, published.definition["scales"][0]["favourable"]) == (True, "last")
    assert "Asked of everybody" in text_of(editor.get(url("import_review", draft.pk)))
    assert editor.get(decisions).status_code == 302


def test_import_decisions_may_say_that_neither_end_is_favourable(editor: Client) -> None:
    draft = imported(editor, language="en")
    answers = {"answer-favourable-agree": "neither", "answer-condition-1": "remove"}
    editor.post(url("import_decisions", draft.pk), answers)
    editor.post(url("instrument_publish", draft.pk))
    published = Instrument.objects.get(pk=draft.pk)
    assert (published.is_published, "favourable" in published.definition["scales"][0]) == (True, False)
    assert list(published.document.by_name) == ["m1"]


def test_import_decisions_ask_for_the_language_where_the_form_names_none(editor: Client) -> None:
    response = editor.post(url("instrument_import"), {"key": "own", "file": plain_form(), "language": "Klingonese"})
    assert "is not a known language" in str(response.context["form"].errors["language"])
    draft = imported(editor)
    assert draft.definition["source_language"] == "und"
    decisions = url("import_decisions", draft.pk)
    page = text_of(editor.post(decisions, {"answer-language": "Klingonese", "answer-favourable-agree": "first"}))
    assert "“Klingonese” is not a known language." in page
    assert 'value="Klingonese"' in page
    editor.post(decisions, {"answer-language": "Georgian"})
    draft = Instrument.objects.get(key="own")
    assert (draft.definition["source_language"], draft.title_text) == ("ka", "Survey")
    assert draft.definition["scales"][0]["favourable"] == "first"  # the other answer was stored
    for name in ("instrument_detail", "instrument_edit", "translation_status", "instrument_files", "instrument_print"):
        assert editor.get(url(name, draft.pk)).status_code == 200
    path = url("entry_edit", draft.pk) + "?path=title"
    editor.post(path, {"text": "კითხვარი", "was": entry_mark({"ka": "Survey"})})
    assert Instrument.objects.get(pk=draft.pk).definition["title"] == {"ka": "კითხვარი"}
    assert editor.get(url("instrument_list")).content.decode().count("კითხვარი") == 1


def test_pages_of_a_draft_in_an_unknown_language_open(editor: Client) -> None:
    draft = imported(editor)
    names = ("import_review", "import_decisions", "instrument_detail", "instrument_edit", "translation_status")
    for name in (*names, "instrument_files", "instrument_print", "instrument_xlsform", "instrument_json"):
        assert editor.get(url(name, draft.pk)).status_code == 200, name


def test_a_draft_adapted_from_one_with_open_decisions_has_them_too(editor: Client) -> None:
    draft = imported(editor, language="en")
    copy = adapt(instrument=draft, owner=draft.owner, by=UserFactory())
    assert [each.key for each in copy.open_decisions] == ["condition-1", "favourable-agree"]


RATED = [["list_name", "name", "label"], *(["l", code, code.title()] for code in ("bad", "middling", "good"))]


def form_of(*rows: list[str]) -> SimpleUploadedFile:
    survey = [["type", "name", "label::English", "required"], *rows]
    return SimpleUploadedFile("form.xlsx", workbook(survey, RATED))


def test_import_decisions_make_a_table_whose_reversed_statements_count_the_other_way(editor: Client) -> None:
    rows = [["select_one l", name, name.title(), "yes"] for name in ("roads", "schools", "crime")]
    draft = imported(editor, file=form_of(*rows))
    assert {each.kind for each in draft.open_decisions} == {"matrix", "dont_know"}
    decisions = url("import_decisions", draft.pk)
    editor.post(decisions, {"answer-matrix-1": "table", "answer-dont_know": "as_form"})
    draft = Instrument.objects.get(key="own")
    [decision] = draft.open_decisions  # a scale has come into being
    assert (decision.kind, decision.subject) == ("favourable", "l")
    editor.post(decisions, {"answer-favourable-l": "last", "reversed-favourable-l": "crime"})
    document: Any = Instrument.objects.get(key="own").document
    assert document.sections[0].items[0].rows[0].required
    best = {item.name: document.scale_of(item).from_favourable[0] for item in document.items}
    assert best == {"roads": "good", "schools": "good", "crime": "bad"}
    assert [document.dont_know(item) for item in document.items] == [False, False, False]


def test_import_decisions_name_characteristics_and_offer_dont_know(editor: Client) -> None:
    draft = imported(
        editor, file=form_of(["select_one l", "a1", "Your gender?"], ["select_one l", "a2", "Sex of head"])
    )
    decisions = url("import_decisions", draft.pk)
    page = text_of(editor.get(decisions))
    assert "Which question asks for the respondent’s sex?" in page
    answer = editor.post(decisions, {"answer-profile-sex": "a9", "answer-dont_know": "all"})
    assert "Choose one of the answers." in text_of(answer)
    editor.post(decisions, {"answer-profile-sex": "a2"})
    document: Any = Instrument.objects.get(key="own").document
    assert [(item.name, item.profile, item.dont_know) for item in document.items] == [
        ("a1", None, True),
        ("a2", "sex", True),
    ]
    assert Instrument.objects.get(key="own").open_decisions == []


def test_import_decisions_answer_the_rest_of_a_kind_at_once_and_keep_what_depends_on_removed_ones(
    editor: Client,
) -> None:
    rows = [["select_one l", f"q{n}", f"Question {n}"] for n in range(3)]
    survey = [["type", "name", "label::English", "relevant"], *rows]
    survey += [["text", f"t{n}", f"Why {n}?", "pulldata('a', 'b')"] for n in range(4)]
    draft = imported(editor, file=SimpleUploadedFile("form.xlsx", workbook(survey, RATED)))
    data = {"answer-condition-2": "everyone", "rest-condition": "remove"}
    editor.post(url("import_decisions", draft.pk), data)
    document: Any = Instrument.objects.get(key="own").document
    assert [name for name in document.by_name if name.startswith("t")] == ["t1"]


def roster() -> SimpleUploadedFile:
    """An XLSForm with a repeated group, and questions outside that depend on it in every way."""
    rows = [
        ["type", "name", "label::English (en)", "relevant", "constraint"],
        ["select_one yn", "begin", "Shall we begin?"],
        ["begin_repeat", "people", "People"],
        ["text", "who", "Who is it?"],
        ["integer", "age", "How old?"],
        ["begin_repeat", "jobs", "Jobs"],
        ["text", "job", "Which job?", "${age} > 15"],
        ["end_repeat"],
        ["end_repeat"],
        ["note", "n", "Think of school.", "${begin} = 'y' and sum(${age}) > 5"],
        ["text", "school", "Which school?", "${begin} = 'y' and sum(${age}) > 5"],
        ["integer", "years", "For how many years?", "", ". < ${age} and . < 30"],
        ["text", "last", "And ${who}?"],
    ]
    choices = [["list_name", "name", "label::English (en)"], ["yn", "y", "Yes"], ["yn", "n", "No"]]
    return SimpleUploadedFile("form.xlsx", workbook(rows, choices))


def test_repeated_questions_are_asked_once_where_a_person_decides_it(editor: Client) -> None:
    draft = imported(editor, file=roster())
    assert [(each.kind, each.subject, list(each.items)) for each in draft.open_decisions][:2] == [
        ("repeat", "People", ["who", "age", "job"]),
        ("repeat", "Jobs", ["job"]),
    ]
    editor.post(url("import_decisions", draft.pk), {"answer-repeat-1": "once", "answer-repeat-2": "remove"})
    draft = Instrument.objects.get(key="own")
    document: Any = draft.document
    assert list(document.by_name) == ["begin", "who", "age", "school", "years", "last"]
    assert write(document.conditions["school"]) == "${begin} = 'y' and coalesce(${age}, 0) > 5"
    assert [each.kind for each in draft.open_decisions] == ["dont_know"]


def test_repeated_questions_that_are_left_out_leave_nothing_that_depends_on_them(editor: Client) -> None:
    draft = imported(editor, file=roster())
    editor.post(url("import_decisions", draft.pk), {"answer-repeat-1": "remove"})
    draft = Instrument.objects.get(key="own")
    document: Any = draft.document
    assert list(document.by_name) == ["begin", "school", "years", "last"]
    assert write(document.conditions["school"]) == "${begin} = 'y'"
    assert (document.by_name["years"].max, document.by_name["years"].constraint) == (29, None)
    [condition] = [each for each in draft.open_decisions if each.kind == "condition"]
    assert (condition.row, condition.name, condition.subject) == (11, "school", "coalesce(${age}, 0) > 5")
    assert [each.kind for each in draft.open_decisions] == ["dont_know", "condition"]
    report = text_of(editor.get(url("import_review", draft.pk)))
    assert "A part of the constraint is left out: . &lt; ${age}" in report
    assert "Row 11, “school”: ask everybody, or remove it?" in report


def test_decisions_cannot_remove_every_question(editor: Client) -> None:
    survey = [["type", "name", "label"], ["begin_repeat", "r", "Again"], ["text", "t", "Text"], ["end_repeat"]]
    draft = imported(editor, language="en", file=SimpleUploadedFile("form.xlsx", workbook(survey)))
    answer = editor.post(url("import_decisions", draft.pk), {"answer-repeat-1": "remove"})
    assert "No question would be left. Keep at least one." in text_of(answer)
    assert Instrument.objects.get(key="own").definition == draft.definition


def test_a_decision_is_void_once_its_question_was_removed(editor: Client) -> None:
    draft = imported(editor, language="en")
    editor.post(url("entry_remove", draft.pk), {"path": f"sections/{draft.definition['sections'][0]['name']}/items/q1"})
    assert [each.kind for each in Instrument.objects.get(key="own").open_decisions] == ["favourable"]
    assert "No longer in the draft" in text_of(editor.get(url("import_review", draft.pk)))


def test_import_decisions_are_for_those_who_may_change_the_draft(editor: Client, client_as: Any) -> None:
    draft = imported(editor, language="en")
    address = url("import_decisions", draft.pk)
    answers = {"answer-condition-1": "everyone"}
    assert client_as("consultant").post(address, answers).status_code == 403
    assert client_as("outsider").post(address, answers).status_code == 404
    assert len(Instrument.objects.get(key="own").open_decisions) == 2


def test_lost_parts_of_a_condition_keep_their_parentheses() -> None:
    condition = parse("(${gone} = 1 or ${gone} = 2) and ${gone} < 9 and ${left} = 3")
    items = [
        {"name": "gone", "type": "integer"},
        {"name": "left", "type": "integer"},
        {"name": "last", "type": "integer", "relevant": condition},
    ]
    document: Any = {"sections": [{"name": "a", "items": items}]}
    [lost] = remove(document, ["gone"])
    assert (lost.text, lost.items) == ("(${gone} = 1 or ${gone} = 2) and ${gone} < 9", ("last",))
    assert write(document["sections"][0]["items"][1]["relevant"]) == "${left} = 3"
