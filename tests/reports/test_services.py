"""The outline of a report, and changes to its text."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import Assessment, AuditEvent
from reports.document.outline import outline
from reports.models import Report, Section
from reports.services import reports, sections

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return reports.create_report(assessment=assessment, by=None)


def children(report: Report, key: str | None) -> list[str]:
    return list(report.sections.filter(parent__key=key).values_list("key", flat=True))


def section(report: Report, key: str) -> Section:
    return report.sections.get(key=key)


def test_outline_has_the_chapters_and_annexes_of_the_published_report() -> None:
    assert [entry.title for entry in outline()] == [
        "Introduction",
        "Findings",
        "Recommendations",
        "Bibliography",
        "Organisations that took part",
        "Interview tool template",
        "Survey tool template",
        "Assessment indicators",
        "What changed at validation",
    ]
    findings = outline()[1].children
    assert [entry.title for entry in findings if entry.kind != "intro"] == [
        "Identification and referral",
        "Assistance and protection",
        "Investigation and prosecution",
        "Prevention",
        "Coordination and cooperation",
    ]
    tables = [entry.kind for chapter in outline() for entry in chapter.walk() if entry.kind.startswith("indicators")]
    assert tables == [f"indicators {n}" for n in range(1, 6)]


def test_outline_keys_are_unique() -> None:
    keys = [entry.key for chapter in outline() for entry in chapter.walk()]
    assert len(keys) == len(set(keys))


def test_create_report_twice_gives_the_same_report(assessment: Assessment, report: Report) -> None:
    section_count = report.sections.count()
    again = reports.create_report(assessment=assessment, by=None)
    assert (again.pk, again.sections.count()) == (report.pk, section_count)
    assert children(report, "introduction") == ["context", "methodology", "limitations"]


def test_edit_section_stores_every_version_of_the_text(report: Report, member: Any) -> None:
    context = section(report, "context")
    sections.edit_section(section=context, body="One.\r\nTwo.", by=member("lead"), revision=1)
    context.refresh_from_db()
    assert (context.body, context.revision, context.updated_by) == ("One.\nTwo.", 2, member("lead"))
    assert [old.body for old in context.revisions.all()] == [context.revisions.first().body, "One.\nTwo."]
    assert Report.objects.get().revision == 2


def test_edit_section_refuses_to_overwrite_a_newer_text(report: Report, member: Any) -> None:
    context = section(report, "context")
    sections.edit_section(section=context, body="Hers", by=member("lead"), revision=1)
    with pytest.raises(sections.EditConflict) as caught:
        sections.edit_section(section=context, body="His", by=member("consultant"), revision=1)
    assert caught.value.section.body == "Hers"
    assert section(report, "context").body == "Hers"


def test_edit_section_saved_twice_by_a_lost_reply_is_no_conflict(report: Report) -> None:
    context = section(report, "context")
    sections.edit_section(section=context, body="Same", by=None, revision=1)
    assert sections.edit_section(section=context, body="Same", by=None, revision=1).revision == 2


@pytest.mark.parametrize(
    ("body", "title"), [("a\x00b", "Title"), ("a", " "), ("a", "t" * 301), ("a" * 1_000_001, "Title")]
)
def test_edit_section_refuses_what_cannot_be_kept(report: Report, body: str, title: str) -> None:
    context = section(report, "context")
    with pytest.raises(ValidationError):
        sections.edit_section(section=context, body=body, by=None, title=title)
    assert section(report, "context").revision == 1


def test_add_section_gives_a_free_key_and_a_place(report: Report) -> None:
    first = sections.add_section(report=report, title="Context", by=None, parent=section(report, "introduction"))
    second = sections.add_section(
        report=report, title="რეკომენდაცია", by=None, parent=section(report, "introduction"), position=0
    )
    assert (first.key, second.key) == ("context-2", "section")
    assert children(report, "introduction") == ["section", "context", "methodology", "limitations", "context-2"]


def test_move_section_changes_order_and_parent(report: Report) -> None:
    sections.move_section(section=section(report, "limitations"), position=0, by=None)
    assert children(report, "introduction") == ["limitations", "context", "methodology"]
    sections.move_section(
        section=section(report, "context"), position=1, by=None, parent=section(report, "recommendations")
    )
    assert children(report, "introduction") == ["limitations", "methodology"]
    assert children(report, "recommendations")[:3] == ["priorities", "context", "recommendations-identification"]


def test_move_section_refuses_itself_and_a_fourth_level(report: Report) -> None:
    with pytest.raises(ValidationError, match="into itself"):
        sections.move_section(
            section=section(report, "introduction"), position=0, by=None, parent=section(report, "methodology")
        )
    with pytest.raises(ValidationError, match="three levels"):
        sections.move_section(
            section=section(report, "methodology"), position=0, by=None, parent=section(report, "identification")
        )


def test_hide_section_does_not_delete_its_text(report: Report) -> None:
    sections.hide_section(section=section(report, "limitations"), by=None)
    hidden = section(report, "limitations")
    assert (hidden.hidden, bool(hidden.body)) == (True, True)


def test_every_change_is_logged_without_the_text(report: Report, member: Any) -> None:
    lead = member("lead")
    sections.edit_section(section=section(report, "context"), body="Secret words", by=lead)
    sections.add_section(report=report, title="More", by=lead)
    sections.move_section(section=section(report, "more"), position=0, by=lead)
    sections.hide_section(section=section(report, "more"), by=lead)
    reports.update_report(report=report, by=lead, name_agencies=False)
    events = AuditEvent.objects.filter(actor=lead).order_by("pk")
    assert [event.action for event in events] == [
        "report.section_edited",
        "report.section_added",
        "report.section_moved",
        "report.section_hidden",
        "report.changed",
    ]
    assert not any("Secret" in json.dumps(event.detail) + event.object_label for event in events)


@pytest.mark.parametrize(
    ("languages", "title"),
    [
        (["am", "en"], "Needs assessment: responding to trafficking in persons in Ethiopia"),
        (["am"], "Needs assessment: responding to trafficking in persons in Ethiopia"),
        (["am", "ru"], "Needs assessment: responding to trafficking in persons in Ethiopia"),
        (["ru", "am"], "Оценка потребностей в противодействии торговле людьми: Эфиопия"),
        (["ka"], "საჭიროებების შეფასება: რეაგირება ადამიანით ვაჭრობაზე, ეთიოპია"),
    ],
)
def test_the_title_names_the_country_in_its_own_language(
    assessment: Assessment, languages: list[str], title: str
) -> None:
    assessment.country, assessment.languages = "ETH", languages
    assessment.save()
    assert reports.create_report(assessment=assessment, by=None).title == title
    assert assessment.country_in("am") == "ኢትዮጵያ"
