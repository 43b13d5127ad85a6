"""An interview keeps the version of the guide with which it was held. Where that is not known, notes of a question that
another version drops are never lost, and never out of sight."""

from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from analysis.evidence import resolve
from analysis.exports.worksheet import save
from analysis.results import Results
from assessments.models import Assessment
from assessments.services.assessments import change_tool
from instruments.models import Instrument
from interviews.models import Answer, Interview, Theme
from interviews.services.answers import save_answer
from interviews.services.interviews import plan_sections
from interviews.services.themes import seed_codebook
from tests.factories import InstrumentFactory
from tests.interviews.factories import CodingFactory, InterviewFactory

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/interviews/"
WORDS = "Police and labour inspectors share a list"


@pytest.fixture
def interview(assessment: Any) -> Interview:
    """Notes under 3.1, which the version in use no longer has; nor does it have section 4. They were typed before the
    version was stored."""
    interview = InterviewFactory(assessment=assessment, sections=["1", "3", "4", "7", "8"])
    save_answer(interview=interview, question="3.1", text=WORDS, by=None)
    Interview.objects.update(guide_version=None)
    change_guide(assessment, dropped=["3.1"], sections=["4"])
    return again(interview)


@pytest.fixture
def held(assessment: Any) -> Interview:
    """The same, with the version as it is stored since; in the version in use, 3.2 has other words too."""
    interview = InterviewFactory(assessment=assessment, sections=["1", "3", "4", "7", "8"])
    save_answer(interview=interview, question="3.1", text=WORDS, by=None)
    change_guide(assessment, dropped=["3.1"], sections=["4"], words={"3.2": "Put in other words?"})
    return again(interview)


def again(interview: Interview) -> Interview:
    return Interview.objects.with_organisation().get(pk=interview.pk)


def change_guide(
    assessment: Any, *, dropped: list[str], sections: list[str], words: dict[str, str] | None = None
) -> None:
    definition = deepcopy(assessment.guide.definition)
    definition["sections"] = [part for part in definition["sections"] if part["name"] not in sections]
    for part in definition["sections"]:
        part["questions"] = [question for question in part["questions"] if question["name"] not in dropped]
        for question in part["questions"]:
            if question["name"] in (words or {}):
                question["text"] = {"en": words[question["name"]]}
    routing = definition["routing"]
    routing["choose_from"] = [name for name in routing["choose_from"] if name not in sections]
    guide = InstrumentFactory(kind=Instrument.Kind.INTERVIEW_GUIDE, version=2, definition=definition)
    change_tool(assessment=assessment, field="guide", instrument=str(guide.pk), by=None)  # type: ignore[arg-type]


def test_interview_detail_shows_them_with_their_question(client_as, interview) -> None:
    page = client_as("observer").get(f"{HOME}{interview.code}/").content.decode()
    assert page.count(WORDS) == 1
    assert page.index("Questions of an earlier guide") < page.index('id="q-3.1"') < page.index(WORDS)
    asked = Instrument.objects.get(kind="interview_guide", version=1).document.by_name["3.1"].text
    assert str(asked).split("’")[0] in page


def test_interview_type_lets_them_be_edited_with_and_without_script(client_as, interview) -> None:
    consultant = client_as("consultant")
    page = consultant.get(f"{HOME}{interview.code}/notes/").content.decode()
    assert f"{WORDS}</textarea>" in page
    sent = {"text-3.1": f"{WORDS} now.", "base-3.1": "1", "text-9.9": "forged"}
    assert consultant.post(f"{HOME}{interview.code}/notes/", sent).status_code == 302
    assert list(Answer.objects.values_list("question", "text")) == [("3.1", f"{WORDS} now.")]
    # a device that was offline sends what was typed under the earlier guide, even if nothing was saved before
    for question, status in (("3.1", 200), ("4.1", 200), ("9.9", 400)):
        sent = {"text": "Typed off line", "client": "c", "sequence": "1", "base": "2"}
        assert consultant.post(f"{HOME}{interview.code}/notes/{question}/", sent).status_code == status


def test_two_texts_of_a_dropped_question_both_wait_on_the_page(client_as, interview) -> None:
    save_answer(interview=interview, question="3.1", text="Another", by=None, client="x", sequence=1, base=0)
    page = client_as("consultant").get(f"{HOME}{interview.code}/notes/").content.decode()
    assert (WORDS in page, "<p>Another</p>" in page, page.count('id="settle-')) == (True, True, 1)


def test_they_are_coded_found_and_have_their_history(client_as, interview) -> None:
    coding = CodingFactory(answer=Answer.objects.get())
    consultant = client_as("consultant")
    assert coding.theme.label in consultant.get(f"{HOME}{interview.code}/coding/").content.decode()
    found = consultant.post(f"{HOME}search/", {"q": "inspectors"}, follow=True)
    assert "1 answer in 1 interview" in found.content.decode()
    assert WORDS in consultant.get(f"{HOME}{interview.code}/history/3.1/").content.decode()


def test_the_plan_contains_a_section_that_the_guide_no_longer_has(interview) -> None:
    plan_sections(interview=interview, sections=["3", "5"], by=None)
    assert interview.sections == ["1", "3", "5", "7", "8", "4"]
    save_answer(interview=interview, question="2.1", text="Notes plan their section", by=None)
    assert interview.sections == ["1", "2", "3", "5", "7", "8", "4"]
    with pytest.raises(ValidationError, match="has no section 4"):
        plan_sections(interview=interview, sections=["4", "5"], by=None)


def test_notes_under_a_question_that_moved_to_a_section_not_planned_are_shown(client_as, interview) -> None:
    Interview.objects.update(sections=["1", "7", "8"])
    Answer.objects.update(question="5.1")
    assert WORDS in client_as("observer").get(f"{HOME}{interview.code}/").content.decode()
    assert WORDS in client_as("consultant").get(f"{HOME}{interview.code}/notes/").content.decode()


def test_theme_edit_leaves_an_area_of_the_earlier_guide_unchanged(client_as, assessment) -> None:
    seed_codebook(assessment=assessment, by=None)
    change_guide(assessment, dropped=[], sections=["4"])
    url = f"{HOME}themes/t/section-4/edit/"
    page = client_as("consultant").get(url).content.decode()
    assert '<option value="4" selected>4 (of an earlier version)</option>' in page
    sent = {"label": "Renamed", "definition": "", "area": "4", "criterion": "", "kind": "gap"}
    assert client_as("consultant").post(url, sent).status_code == 302
    theme = Theme.objects.get(code="section-4")
    assert (theme.label, theme.area) == ("Renamed", "4")


# The version is stored


def versions() -> list[int | None]:
    return list(Interview.objects.order_by("pk").values_list("guide_version__version", flat=True))


def asked(code: str) -> str:
    """The beginning of a question as the first version has it."""
    question = Instrument.objects.get(kind="interview_guide", version=1).document.by_name[code]
    return str(question.text).split("’")[0]


def test_the_first_note_stores_the_version_and_later_ones_leave_it(assessment: Any) -> None:
    interview = InterviewFactory(assessment=assessment)
    save_answer(interview=interview, question="1.1", text="", by=None)
    assert versions() == [None]
    save_answer(interview=interview, question="1.1", text="Now", by=None)
    assert versions() == [1]
    change_guide(assessment, dropped=["3.1"], sections=[])
    save_answer(interview=again(interview), question="1.2", text="Later", by=None)
    other = InterviewFactory(assessment=assessment)
    save_answer(interview=other, question="1.1", text="The new version", by=None)
    assert versions() == [1, 2]


def test_the_version_of_an_interview_with_notes_of_before_stays_unknown(interview: Interview) -> None:
    save_answer(interview=interview, question="1.1", text="More", by=None)
    assert versions() == [None]


def test_the_page_sends_which_guide_it_shows(client_as: Any, assessment: Any) -> None:
    """A page opened with the first version, also off line, sends its first note after the guide was changed."""
    interview, other = (InterviewFactory(assessment=assessment) for _ in range(2))
    consultant, shown = client_as("consultant"), str(assessment.guide_id)
    assert f'name="guide" value="{shown}"' in consultant.get(f"{HOME}{interview.code}/notes/").content.decode()
    change_guide(assessment, dropped=["3.1"], sections=[])
    sent = {"text": "Typed off line", "client": "c", "sequence": "1", "base": "0", "guide": shown}
    assert consultant.post(f"{HOME}{interview.code}/notes/3.1/", sent).status_code == 200
    forged = {"text-1.1": "Typed", "base-1.1": "0", "guide": str(assessment.questionnaire_id)}
    assert consultant.post(f"{HOME}{other.code}/notes/", forged).status_code == 302
    assert versions() == [1, 2]


def test_its_pages_show_the_questions_of_that_version(client_as: Any, held: Interview) -> None:
    lead = client_as("lead")
    read = lead.get(f"{HOME}{held.code}/").content.decode()
    assert "Questions of an earlier guide" not in read
    assert "This interview keeps its own" in read
    assert "ct-nat-2016, version 1" in " ".join(read.split())
    typed = lead.get(f"{HOME}{held.code}/notes/").content.decode()
    assert f'name="guide" value="{held.guide_version_id}"' in typed
    for page in (read, typed):
        assert ("Put in other words?" in page, asked("3.2") in page) == (False, True)
    assert asked("3.1") in lead.get(f"{HOME}{held.code}/history/3.1/").content.decode()
    [block] = lead.get(f"{HOME}{held.code}/coding/").context["blocks"]
    assert asked("3.1") in block["text"]


def test_a_note_under_a_question_that_only_another_version_has_is_kept_and_shown(
    client_as: Any, assessment: Any
) -> None:
    interview, first = InterviewFactory(assessment=assessment), assessment.guide
    change_guide(assessment, dropped=["3.1"], sections=[])
    save_answer(interview=interview, question="1.1", text="With the version without 3.1", by=None)
    change_tool(assessment=assessment, field="guide", instrument=str(first.pk), by=None)  # type: ignore[arg-type]
    save_answer(interview=again(interview), question="3.1", text=WORDS, by=None)
    page = client_as("lead").get(f"{HOME}{interview.code}/").content.decode()
    assert page.index("Questions of an earlier guide") < page.index(asked("3.1")) < page.index(WORDS)


def test_interviews_of_several_versions_are_counted_together_by_code(assessment: Any, held: Interview) -> None:
    new = InterviewFactory(assessment=assessment, sections=["1", "3", "7", "8"])
    save_answer(interview=new, question="3.2", text="With the new version", by=None)
    results = Results(Assessment.objects.with_instruments().get())
    counted = {row.section: (row.asked, row.answered) for row in results.interviews.sections}
    assert (counted["3"], counted["4"], counted["2"]) == ((2, 2), (1, 0), (0, 0))
    assert list(counted)[-1] == "4"  # only the earlier version has it
    assert results.interviews.section_title("4")
    assert (results.interviews.asked("3.1"), results.interviews.answered("3.1")) == ({held.code}, {held.code})
    assert results.interviews.asked("3.2") == {held.code, new.code}
    target = BytesIO()
    save(results, target)
    head, *rows = load_workbook(target)["Interviews"].iter_rows(values_only=True)
    assert [row[head.index("Guide")] for row in rows] == ["ct-nat-2016 version 1", "ct-nat-2016 version 2"]


def test_coverage_has_sections_of_the_versions_with_which_interviews_were_held(client_as: Any, held: Interview) -> None:
    title = Instrument.objects.get(kind="interview_guide", version=1).document.section("4").title
    lead = client_as("lead")
    assert str(title) in lead.get(f"{HOME}coverage/").content.decode()
    assert held.code in lead.get(f"{HOME}?section=4").content.decode()


def test_evidence_has_the_words_of_that_version(held: Interview) -> None:
    save_answer(interview=held, question="3.2", text="More", by=None)
    keys = [f"interview:{held.code}/{code}" for code in ("3.1", "3.2")]
    found = resolve(Assessment.objects.with_instruments().get(), keys)
    assert [found[key].detail.split("’")[0] for key in keys] == [asked("3.1"), asked("3.2")]
