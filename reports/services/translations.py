"""Add and remove further languages of a report, and translate its cover and its sections. Every text is kept."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from ctnat.ui.names import language_name
from ctnat.ui.seen import Marks, check_seen
from reports.document.report_text import languages_of
from reports.models import Report, ReportLanguage, Section, SectionRevision, SectionTranslation
from reports.services.reports import check_language
from reports.services.sections import EditConflict, check_text, raise_revision


@transaction.atomic
def add_language(*, report: Report, language: str, by: User | None) -> ReportLanguage:
    """A further language; one that was removed comes back with its texts. Raises `ValidationError`."""
    check_language(language)
    report = _locked(report)
    if language == report.language:
        raise ValidationError(
            {"language": _("{language} is the first language of this report.").format(language=language_name(language))}
        )
    row, is_new = ReportLanguage.objects.get_or_create(report=report, language=language, defaults={"added_by": by})
    if not is_new and row.removed_at is None:
        return row
    ReportLanguage.objects.filter(pk=row.pk).update(removed_at=None)
    row.removed_at = None
    raise_revision(report)
    record("report.language_added", by=by, assessment=report.assessment, target=row, language=language)
    return row


@transaction.atomic
def remove_language(*, report: Report, language: str, by: User | None) -> None:
    """Leave a further language out of the next editions. Its texts are kept."""
    report = _locked(report)
    row = report.further_languages.for_printing().filter(language=language).first()
    if row is None:
        return
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    raise_revision(report)
    record("report.language_removed", by=by, assessment=report.assessment, target=row, language=language)


@transaction.atomic
def translate_cover(
    *,
    row: ReportLanguage,
    title: str,
    subtitle: str,
    of_title: str,
    of_subtitle: str,
    by: User | None,
    seen: Marks | None = None,
) -> ReportLanguage:
    """Save title and subtitle in a further language, as translations of those that the person saw (`of_...`).

    Raises `ValidationError`: `SeenConflict` where another member has changed them since they were shown (`seen`).
    """
    report = _locked(row.report)
    row = ReportLanguage.objects.select_for_update().get(pk=row.pk)
    row.report = report
    check_seen(row, seen, {"title": title, "subtitle": subtitle})
    before = (row.title, row.subtitle, row.of_title, row.of_subtitle)
    row.title, row.subtitle, row.of_title, row.of_subtitle = title, subtitle, of_title, of_subtitle
    row.full_clean()
    if before != (title, subtitle, of_title, of_subtitle):
        row.save()
        raise_revision(report)
        record("report.cover_translated", by=by, assessment=report.assessment, target=row, language=row.language)
    return row


@transaction.atomic
def translate_section(
    *,
    section: Section,
    language: str,
    title: str,
    body: str,
    by: User | None,
    revision: int,
    of_revision: int | None,
) -> SectionTranslation:
    """Save a section's text in a further language.

    `revision` is that of the translation which the editor started from, 0 where there was none. `of_revision` is the
    section's revision with which the text is declared to be up to date; None: with none.
    Raises `EditConflict` where the stored translation is newer and different, and `ValidationError`.
    """
    report = _locked(section.report)
    if language not in languages_of(report)[1:]:
        raise ValidationError(
            _(
                "{language} is no longer a further language of this report. Add it again on the page “Languages”, then "
                "save."
            ).format(language=language_name(language))
        )
    body = body.replace("\r\n", "\n")
    check_text(title, body)
    section = Section.objects.get(pk=section.pk)
    section.report = report
    if of_revision is not None and not 1 <= of_revision <= section.revision:
        raise ValidationError(_("Open this page again, and compare with the present text."))
    row = section.translations.select_for_update().filter(language=language).first()
    stored = row.revision if row else 0
    row = row or SectionTranslation(section=section, language=language, revision=0)
    wanted = (title, body, of_revision)
    if wanted == (row.title, row.body, row.of_revision):
        return row
    if revision != stored:
        raise EditConflict(row)
    row.title, row.body, row.of_revision = wanted
    row.revision, row.updated_by = stored + 1, by
    row.save()
    SectionRevision.objects.create(
        section=section,
        language=language,
        revision=row.revision,
        of_revision=row.of_revision,
        title=title,
        body=body,
        by=by,
    )
    raise_revision(report)
    record(
        "report.section_translated",
        by=by,
        assessment=report.assessment,
        target=section,
        key=section.key,
        language=language,
        revision=row.revision,
    )
    return row


@transaction.atomic
def restore_translation(
    *, section: Section, language: str, number: int, by: User | None, revision: int
) -> SectionTranslation:
    """Make an earlier translation the current one, up to date with what it was up to date with then.

    Raises `SectionRevision.DoesNotExist`, and `EditConflict` where it was saved after `revision`.
    """
    earlier = section.revisions.for_language(language).get(revision=number)
    return translate_section(
        section=section,
        language=language,
        title=earlier.title,
        body=earlier.body,
        by=by,
        revision=revision,
        of_revision=earlier.of_revision,
    )


def _locked(report: Report) -> Report:
    """The report, so that its languages and translations change one at a time."""
    return Report.objects.select_for_update(of=("self",), no_key=True).select_related("assessment").get(pk=report.pk)
