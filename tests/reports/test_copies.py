"""Beginning an assessment as a copy of another one: what is chosen, where it comes from, and what is never copied."""

from typing import Any

import pytest

from analysis.models import BreakdownPlan
from assessments.models import Assessment, AuditEvent, Organisation
from interviews.models import Theme
from reports.models import Section
from reports.services.reports import create_report
from reports.services.sections import add_section, edit_section
from tests.factories import OrganisationFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
COPY = "/a/AZE-2016/copy/"


@pytest.fixture
def source(assessment: Assessment) -> Assessment:
    Assessment.objects.update(
        office="IOM Baku", survey_contact="s@example.org", disclosure_threshold=7, trash_days=60, notice="Secret"
    )
    Theme.objects.create(assessment=assessment, code="shelter", label="Shelter", definition="Beds", area="3")
    Theme.objects.create(assessment=assessment, code="gone", label="Gone", retired_at="2016-02-01T00:00:00Z")
    OrganisationFactory(assessment=assessment, name="Ministry of Examples", entity_type="Ministry")
    OrganisationFactory(assessment=assessment, name="Office of Examples", entity_type="Ministry")
    BreakdownPlan.objects.create(assessment=assessment, characteristics=[{"profile": "sex", "groups": []}], one_in=0)
    report = create_report(assessment=assessment, by=None)
    first = report.sections.filter(parent=None).first()
    edit_section(section=first, title="How it was done", body="What we found in confidence", by=None)
    add_section(report=report, title="Regions", parent=first, body="More in confidence", by=None)
    Section.objects.filter(report=report, parent=None).exclude(pk=first.pk).update(hidden=True)
    return Assessment.objects.get()


def typed(client: Any, **changes: Any) -> dict[str, Any]:
    """The form as it is opened, with the country and a date."""
    form = client.get(COPY).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    return fields | {"country": "GEO", "starts_on": "2026-01-01", "ends_on": "2026-05-01"} | changes


def test_assessment_copy_brings_what_is_chosen_and_says_from_where(client_as: Any, source: Assessment) -> None:
    assert client_as("consultant").get(COPY).status_code == 403
    lead = client_as("lead")
    fields = typed(lead, parts=["codebook", "outline", "organisations", "settings"], office="")
    page = lead.post(COPY, fields, follow=True)
    assert "was begun as a copy of AZE-2016, and you are its lead" in text(page)
    made = Assessment.objects.get(country="GEO")
    assert (made.reference, made.copied_from, made.copied_on is None) == ("GEO-2026", "AZE-2016", False)
    assert "Begun as a copy of AZE-2016, on" in text(lead.get("/a/GEO-2026/manage/"))
    assert (made.study, made.guide, made.questionnaire, made.matrix) == (
        source.study,
        source.guide,
        source.questionnaire,
        source.matrix,
    )
    assert (made.disclosure_threshold, made.trash_days, made.time_zone) == (7, 60, "Asia/Tbilisi")
    assert (made.office, made.survey_contact, made.notice) == ("", "", "")
    themes = Theme.objects.filter(assessment=made).values_list("code", "definition", "area")
    assert list(themes) == [("shelter", "Beds", "3")]
    kinds = Organisation.objects.filter(assessment=made).values_list("name", "entity_type")
    assert list(kinds) == [("Ministry, to be named", "Ministry")]
    first = made.report.sections.filter(parent=None).first()
    assert (first.title, "confidence" in first.body) == ("How it was done", False)
    child = made.report.sections.get(title="Regions")
    assert (child.parent, child.body) == (first, "")
    assert set(made.report.sections.filter(parent=None).exclude(pk=first.pk).values_list("hidden", flat=True)) == {True}
    assert made.breakdown_plan.one_in == 0
    assert [(row.user.email, row.role) for row in made.memberships.all()] == [("lead@example.org", "lead")]
    for assessment, action in ((source, "assessment.copied"), (made, "assessment.begun_as_copy")):
        event = AuditEvent.objects.get(assessment=assessment, action=action)
        assert event.detail["parts"] == ["codebook", "organisations", "outline", "settings"]


def test_assessment_copy_without_parts_is_an_assessment_with_the_same_tool(client_as: Any, source: Assessment) -> None:
    lead = client_as("lead")
    lead.post(COPY, typed(lead, parts=[]))
    made = Assessment.objects.get(country="GEO")
    assert (made.questionnaire, made.copied_from) == (source.questionnaire, "AZE-2016")
    assert (made.themes.count(), made.organisations.count(), hasattr(made, "report")) == (0, 0, False)
    assert made.disclosure_threshold == 5


def test_assessment_copy_keeps_what_was_typed_and_stores_nothing_where_it_is_refused(
    client_as: Any, source: Assessment
) -> None:
    lead = client_as("lead")
    fields = typed(lead, reference="AZE-2016", parts=["codebook"])
    page = lead.post(COPY, fields)
    assert "An assessment with the reference AZE-2016 already exists" in text(page)
    assert (page.status_code, Assessment.objects.count(), Theme.objects.count()) == (422, 1, 2)
    assert page.context["form"]["parts"].value() == ["codebook"]
    proposed = lead.post(COPY, fields | {"propose": "1", "country": "SEN", "languages": "English"})
    assert proposed.context["form"]["languages"].value() == "French, Wolof"
    assert proposed.context["form"]["parts"].value() == ["codebook"]


def test_a_copy_of_an_archived_assessment_can_be_made(client_as: Any, source: Assessment) -> None:
    lead = client_as("lead")
    lead.post("/a/AZE-2016/archive/")
    lead.post(COPY, typed(lead, parts=["codebook"]))
    made = Assessment.objects.get(country="GEO")
    assert (made.is_archived, made.themes.count()) == (False, 1)
