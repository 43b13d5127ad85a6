"""Notes of a question that another version of the guide drops: never lost, never out of sight."""

from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import ValidationError

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
    """Notes under 3.1, which the version in use no longer has; nor does it have section 4."""
    interview = InterviewFactory(assessment=assessment, sections=["1", "3", "4", "7", "8"])
    save_answer(interview=interview, question="3.1", text=WORDS, by=None)
    change_guide(assessment, dropped=["3.1"], sections=["4"])
    return interview


def change_guide(assessment: Any, *, dropped: list[str], sections: list[str]) -> None:
    definition = deepcopy(assessment.guide.definition)
    definition["sections"] = [part for part in definition["sections"] if part["name"] not in sections]
    for part in definition["sections"]:
        part["questions"] = [question for question in part["questions"] if question["name"] not in dropped]
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
    assert "1 answer in 1 interview" in consultant.get(f"{HOME}search/?q=inspectors").content.decode()
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
