"""Create a report from the outline, and change its title, language and settings."""

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.models import Assessment, User
from ctnat.ui.names import language_name
from ctnat.ui.seen import Marks, check_seen
from instruments.texts import is_language
from reports.document.drafts import first_draft
from reports.document.outline import Entry, entries, outline
from reports.document.report_text import generated_title, languages_of, unchanged_parts
from reports.models import Report, Section
from reports.services.sections import edit_section, raise_revision, store_revision

IS_FURTHER = (
    "The report is translated into {language}. To make it the first language, remove it from the further languages "
    "first, on the page “Languages”. Its texts are kept."
)


def check_language(language: str) -> None:
    """Any language; words of the report that it lacks are printed in English. Raises `ValidationError`."""
    if not is_language(language):
        raise ValidationError({"language": f"“{language[:40]}” is not a known language."})


@transaction.atomic
def create_report(*, assessment: Assessment, by: User | None) -> Report:
    """The assessment's report with the outline's sections and first drafts. One that exists is returned as it is."""
    language = assessment.report_language
    report, created = Report.objects.get_or_create(
        assessment=assessment,
        defaults={
            "title": generated_title(Report(assessment=assessment), language),
            "subtitle": assessment.study.title,
            "language": language,
        },
    )
    if created:
        for position, entry in enumerate(outline(language)):
            _create_entry(report, entry, None, position, by)
        record("report.created", by=by, assessment=assessment, target=report)
    return report


def _create_entry(report: Report, entry: Entry, parent: Section | None, position: int, by: User | None) -> None:
    section = Section.objects.create(
        report=report,
        key=entry.key,
        parent=parent,
        kind=entry.kind,
        title=entry.title,
        body=first_draft(entry, report.assessment),
        position=position,
        updated_by=by,
    )
    store_revision(section, by)
    for place, child in enumerate(entry.children):
        _create_entry(report, child, section, place, by)


def _follow_language(report: Report, language: str, by: User | None) -> None:
    """Put the outline's titles and drafts in `language` where they are those of the report's language until now."""
    theirs = entries(language)
    for section in report.sections.filter(key__in=theirs):
        section.report = report
        follows, entry = unchanged_parts(section), theirs[section.key]
        title = entry.title if follows.title else section.title
        body = first_draft(entry, report.assessment) if follows.body else section.body
        edit_section(section=section, title=title, body=body, by=by)


@transaction.atomic
def update_report(*, report: Report, by: User | None, seen: Marks | None = None, **fields: object) -> Report:
    """Change title, subtitle, language or `name_agencies`. Raises `ValidationError`: `SeenConflict` where they have
    changed since they were shown (`seen`).

    Headings, first drafts and a title that nobody has changed follow a new language.
    """
    row = Report.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=report.pk)
    check_seen(row, seen, fields)
    language = str(fields.get("language", row.language))
    check_language(language)
    if language in languages_of(row)[1:]:
        raise ValidationError({"language": IS_FURTHER.format(language=language_name(language))})
    if language != row.language:
        if fields.get("title", row.title) == row.title == generated_title(row, row.language):
            fields["title"] = generated_title(row, language)
        _follow_language(row, language, by)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    for name, value in fields.items():
        setattr(report, name, value)
    report.full_clean()
    if changed:
        report.save(update_fields=changed)
        raise_revision(report)
        record("report.changed", by=by, assessment=report.assessment, target=report, fields=changed)
    return report
