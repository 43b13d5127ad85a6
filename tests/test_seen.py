"""Two people have the same form open: the second to save sees what the first has stored, and loses nothing."""

import html
import json
import re
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from analysis.models import BreakdownPlan
from assessments.models import Assessment, AuditEvent, Contact, Document
from ctnat.ui.forms import ModelForm
from ctnat.ui.seen import Seen, SeenForm, mark
from interviews.models import Interview
from reports.services.reports import create_report
from tests.factories import DocumentFactory, InstrumentFactory, OrganisationFactory
from tests.interviews.factories import FollowUpFactory, InterviewFactory, ThemeFactory
from tests.surveys.factories import SurveyFactory
from tests.workshops.factories import make_group, make_workshop

PAGES: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    # page -> (address, what one person changes, what the other types, what the other must read)
    "details": ("assessments:assessment_edit", {"office": "Baku"}, {"office": "Ganja"}, "to: Baku"),
    "study": ("assessments:assessment_edit", {"study_title": "Caucasus"}, {"notice": "Typed"}, "to: Caucasus"),
    "organisation": ("assessments:organisation_edit", {"in_capital": "yes"}, {"in_capital": "no"}, "to: Yes"),
    "contact": ("assessments:contact_edit", {"name": "A. Person"}, {"name": "B. Person"}, "to: A. Person"),
    "document": ("assessments:document_edit", {"title": "Law"}, {"title": "Decree"}, "to: Law"),
    "interview": ("interviews:interview_edit", {"women": "3"}, {"women": "4"}, "to: 3"),
    "plan": (
        "interviews:interview_plan",
        {"sections": ["3", "4", "5"], "sections_reason": "Short"},
        {"sections": ["3", "4", "6"], "sections_reason": "Also short"},
        "to: Short",
    ),
    "who took part": ("interviews:participants_edit", {"title_2": "Aide"}, {"title_2": "Clerk"}, "to: Aide"),
    "follow-up": ("interviews:follow_up_edit", {"what": "Send it"}, {"what": "Call again"}, "to: Send it"),
    "theme": ("interviews:theme_edit", {"label": "Referral"}, {"label": "Referrals"}, "to: Referral"),
    "group": ("workshops:group_edit", {"women": "5"}, {"women": "6"}, "to: 5"),
    "workshop": ("workshops:workshop_edit", {"place": "Baku, hall 2"}, {"place": "Ganja"}, "to: Baku, hall 2"),
    "survey": ("surveys:survey_edit", {"languages": ["en", "az"]}, {"languages": ["en", "ru"]}, "to: English (en)"),
    "message": (
        "surveys:message_edit",
        {"reminder_subject": "Your form"},
        {"reminder_subject": "A form"},
        "to: Your form",
    ),
    "report": ("reports:report_settings", {"title": "Needs"}, {"title": "Gaps"}, "to: Needs"),
}


@pytest.fixture
def rows(assessment: Assessment) -> dict[str, Any]:
    """name of an address -> the arguments of a row that it changes."""
    create_report(assessment=assessment, by=None)
    SurveyFactory(assessment=assessment)
    workshop = make_workshop(assessment, opened=False)
    interview = InterviewFactory(assessment=assessment, place="capital", format="in_person")
    here = assessment.reference
    return {
        "assessments:assessment_edit": [here],
        "assessments:organisation_edit": [here, OrganisationFactory(assessment=assessment).pk],
        "assessments:contact_edit": [here, Contact.objects.create(assessment=assessment, name="C", language="en").pk],
        "assessments:document_edit": [here, DocumentFactory(assessment=assessment).pk],
        "interviews:interview_edit": [here, interview.code],
        "interviews:interview_plan": [here, interview.code],
        "interviews:participants_edit": [here, interview.code],
        "interviews:follow_up_edit": [here, interview.code, FollowUpFactory(interview=interview).pk],
        "interviews:theme_edit": [here, ThemeFactory(assessment=assessment).code],
        "workshops:group_edit": [here, workshop.pk, make_group(workshop, women=1).pk],
        "workshops:workshop_edit": [here, workshop.pk],
        "surveys:survey_edit": [here],
        "surveys:message_edit": [here, "en"],
        "reports:report_settings": [here],
    }


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send of the page's form unchanged; the marks are read from its HTML."""
    form = response.context["form"]
    found = {bound.html_name: bound.value() for bound in form if bound.name != "upload"}
    written = re.search(r'name="seen" value="([^"]*)"', response.content.decode())
    assert written, "the page does not carry what it showed"
    found["seen"] = html.unescape(written[1])
    for bound in form:
        if isinstance(found.get(bound.html_name), datetime):
            found[bound.html_name] = bound.field.widget.format_value(found[bound.html_name])
        elif isinstance(found.get(bound.html_name), list) and not hasattr(bound.field, "choices"):
            found[bound.html_name] = ", ".join(found[bound.html_name])
    return {name: value for name, value in found.items() if value is not None and value is not False}


@pytest.mark.parametrize("page", PAGES)
def test_second_to_save_reads_what_the_first_has_stored(page: str, rows: Any, client_as: Any) -> None:
    name, theirs, mine, read = PAGES[page]
    lead, address = client_as("lead"), reverse(name, args=rows[name])
    shown = fields_of(lead.get(address))
    assert lead.post(address, shown | theirs).status_code == 302
    stored = fields_of(lead.get(address))

    refused = lead.post(address, shown | mine)

    text = html.unescape(refused.content.decode())
    assert refused.status_code == 409
    assert "changed this since you opened the page" in text
    assert read in text
    kept = fields_of(refused)
    assert {name: kept[name] for name in mine} == mine  # what was typed
    assert fields_of(lead.get(address)) == stored  # nothing of it was saved
    assert lead.post(address, kept).status_code == 302  # knowingly
    now = fields_of(lead.get(address))
    assert {name: now[name] for name in mine} == {name: _stored(name, value) for name, value in mine.items()}


def _stored(name: str, value: Any) -> Any:
    """The plan has the sections that are always asked, too."""
    return ["1", *value, "7", "8"] if name == "sections" else int(value) if name == "women" else value


@pytest.mark.parametrize("page", PAGES)
def test_saving_twice_is_saving_once(page: str, rows: Any, client_as: Any) -> None:
    """A double click, or a form sent again after a killed server had stored it: no conflict with oneself."""
    name, theirs, _, _ = PAGES[page]
    lead, address = client_as("lead"), reverse(name, args=rows[name])
    shown = fields_of(lead.get(address))
    before = AuditEvent.objects.for_changes().count()
    assert lead.post(address, shown | theirs).status_code == 302
    once = AuditEvent.objects.for_changes().count()
    assert lead.post(address, shown | theirs).status_code == 302
    assert (once - before, AuditEvent.objects.for_changes().count()) == (1, once)


def test_marks_that_cannot_be_read_count_as_never_seen() -> None:
    assert [Seen().clean(text) for text in (None, "", "{", "[]", "x" * 20_000, '{"a": "b"}')] == [
        None,
        None,
        {},
        {},
        {},
        {"a": "b"},
    ]


@pytest.mark.parametrize("seen", ["{", "[]", json.dumps({"name": ["x"]})])
def test_form_with_broken_marks_is_refused(seen: str, rows: Any, client_as: Any) -> None:
    lead, address = client_as("lead"), reverse("workshops:group_edit", args=rows["workshops:group_edit"])
    assert lead.post(address, fields_of(lead.get(address)) | {"women": "7", "seen": seen}).status_code == 409


def test_hour_has_the_same_mark_in_every_zone() -> None:
    noon = datetime(2016, 4, 1, 12, tzinfo=UTC)
    assert mark(noon) == mark(noon.astimezone())
    assert mark(noon) != mark(noon.replace(hour=13))


def test_forms_of_rows_all_contain_what_they_showed() -> None:
    for config in apps.get_app_configs():
        if config.name in {"assessments", "indicators", "instruments", "interviews", "reports", "surveys", "workshops"}:
            import_module(f"{config.name}.forms")
    assert [form.__name__ for form in ModelForm.__subclasses__() if not issubclass(form, SeenForm)] == []


def test_source_that_was_removed_while_it_was_edited_stays_in_the_trash(rows: Any, client_as: Any) -> None:
    lead, address = client_as("lead"), reverse("assessments:document_edit", args=rows["assessments:document_edit"])
    shown = fields_of(lead.get(address))
    lead.post(reverse("assessments:document_remove", args=rows["assessments:document_edit"]))
    refused = html.unescape(lead.post(address, shown | {"title": "Typed"}).content.decode())
    assert "was removed in the meantime. Restore it from the trash" in refused
    assert 'value="Typed"' in refused
    assert lead.get(address).status_code == 404
    assert Document.objects.count() == 0


def test_changed_details_of_an_interview_stay_with_a_plan_made_at_the_same_time(rows: Any, client_as: Any) -> None:
    """Two different forms of one row do not conflict."""
    lead = client_as("lead")
    details, plan = (
        reverse(f"interviews:{name}", args=rows[f"interviews:{name}"]) for name in ("interview_edit", "interview_plan")
    )
    shown, planned = fields_of(lead.get(details)), fields_of(lead.get(plan))
    assert lead.post(details, shown | {"women": "5"}).status_code == 302
    reason = {"sections": ["3", "4", "5"], "sections_reason": "Short"}
    assert lead.post(plan, planned | reason).status_code == 302
    interview = Interview.objects.get()
    assert (interview.women, interview.sections_reason) == (5, "Short")


def test_plan_of_break_downs_is_not_saved_over_one_that_was_not_seen(assessment: Assessment, client_as: Any) -> None:
    lead, here = client_as("lead"), [assessment.reference]
    page, address = reverse("analysis:release", args=here), reverse("analysis:breakdown_plan", args=here)

    def seen(response: Any) -> str:
        found = re.search(r'name="seen" value="([^"]*)"', response.content.decode())
        assert found
        return html.unescape(found[1])

    shown = {"seen": seen(lead.get(page)), "one_in": "20"}
    theirs = shown | {"first": "role", "role:igo_un": "A", "role:igo_iom": "A"}
    for _ in range(2):  # the second of the same form is no conflict with oneself
        assert lead.post(address, theirs).status_code == 302
    stored = BreakdownPlan.objects.get().characteristics
    assert AuditEvent.objects.filter(action="breakdowns.planned").count() == 1

    mine = shown | {"first": "sex"}
    refused = lead.post(address, mine)

    text = html.unescape(refused.content.decode())
    assert refused.status_code == 409
    assert "changed this since you opened the page" in text
    assert "Changed by another member to: group A" in text
    assert '<details class="fold" open>' in text  # where the marked fields are
    assert refused.context["plan_form"]["first"].value() == "sex"
    assert BreakdownPlan.objects.get().characteristics == stored
    assert lead.post(address, mine | {"seen": seen(refused)}).status_code == 302  # knowingly
    assert BreakdownPlan.objects.get().characteristics == [{"profile": "sex", "groups": []}]


def test_version_of_an_instrument_that_another_lead_has_chosen_is_not_replaced_unseen(
    assessment: Assessment, client_as: Any
) -> None:
    lead, old = client_as("lead"), assessment.guide
    second, third = (
        InstrumentFactory(kind="interview_guide", version=version, definition=old.definition) for version in (2, 3)
    )
    page = reverse("assessments:assessment_tool", args=[assessment.reference])
    address = reverse("assessments:assessment_tool_change", args=[assessment.reference])
    assert f'name="used" value="{old.pk}"' in lead.get(page).content.decode()
    shown = {"field": "guide", "used": str(old.pk)}
    for _ in range(2):
        page_after = lead.post(address, shown | {"instrument": second.pk}, follow=True).content.decode()
        assert "now uses this version" in page_after

    refused = lead.post(address, shown | {"instrument": third.pk}, follow=True).content.decode()

    assert "since you opened the page. Nothing was changed." in html.unescape(refused)
    assert Assessment.objects.get().guide == second
    assert AuditEvent.objects.filter(action="assessment.tool_changed").count() == 1


def test_reason_of_naming_participants_is_not_replaced_unseen(assessment: Assessment, client_as: Any) -> None:
    SurveyFactory(assessment=assessment)
    lead, address = client_as("lead"), reverse("analysis:participants_named", args=[assessment.reference])
    for _ in range(2):
        assert lead.post(address, {"reason": "They agreed."}).status_code == 302
    refused = html.unescape(lead.post(address, {"reason": "All were asked."}).content.decode())
    assert "with the reason: They agreed." in refused
    assert BreakdownPlan.objects.get().named_because == "They agreed."
    assert AuditEvent.objects.filter(action="participants.named").count() == 1
