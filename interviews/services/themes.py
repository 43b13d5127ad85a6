"""The codebook: seeding, adding, merging and retiring themes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.known_names import without_names
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from ctnat.ui.seen import Marks, check_seen
from instruments.schema import InterviewGuide
from interviews.codebook_files import Entry
from interviews.guides import guide_of, matrix_of
from interviews.models import Coding, Theme
from interviews.text import clean_text, cleaned


@transaction.atomic
def add_theme(
    *,
    assessment: Assessment,
    by: User | None,
    label: str,
    code: str = "",
    definition: str = "",
    area: str = "",
    criterion: str = "",
    kind: str = Theme.Kind.GAP,
    **fields: Any,
) -> Theme:
    """Add an entry to the codebook; without `code` one is made from the label. Raises `ValidationError`, by field."""
    lock_assessment(assessment)
    label = clean_text(label).strip()
    theme = Theme(
        assessment=assessment,
        code=code or _free_code(assessment, label),
        label=label,
        definition=clean_text(definition).strip(),
        area=area,
        criterion=criterion,
        kind=kind,
        **fields,
    )
    _check(theme)
    theme.save()
    record("theme.added", by=by, assessment=assessment, target=theme)
    return theme


def _check(theme: Theme, changed: Collection[str] = ("area", "criterion")) -> None:
    """Unchanged fields may refer to an earlier version of the instruments."""
    theme.full_clean()
    guide, matrix = guide_of(theme.assessment), matrix_of(theme.assessment)
    sections = [section.name for section in guide.sections]
    if "area" in changed and theme.area and theme.area not in sections:
        raise ValidationError(
            {
                "area": _("The guide has no section {area}. Enter one of {sections}.").format(
                    area=theme.area, sections=", ".join(sections)
                )
            }
        )
    if "criterion" in changed and theme.criterion and theme.criterion not in matrix.by_name:
        raise ValidationError(
            {
                "criterion": _("The matrix has no criterion {criterion}. Choose one from the list.").format(
                    criterion=theme.criterion
                )
            }
        )


def _free_code(assessment: Assessment, label: str) -> str:
    """A slug of the label without names, with a number where it is taken or where the label's script gives none."""
    stem = slugify(without_names(assessment, label))[:50].strip("-") or "theme"
    taken = set(Theme.objects.for_assessment(assessment).values_list("code", flat=True))
    candidates = (f"{stem}-{number}" for number in range(1 if stem == "theme" else 2, len(taken) + 3))
    return stem if stem not in taken and stem != "theme" else next(code for code in candidates if code not in taken)


@transaction.atomic
def update_theme(*, theme: Theme, by: User, seen: Marks | None = None, **fields: Any) -> Theme:
    """Raises `ValidationError`, by field: `SeenConflict` where it has changed since it was shown (`seen`)."""
    fields = cleaned(fields)
    row = Theme.objects.select_for_update().get(pk=theme.pk)
    check_seen(row, seen, fields)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    for name in fields:
        setattr(theme, name, fields[name])
    if changed:
        _check(theme, changed)
        theme.save(update_fields=changed)
        record("theme.changed", by=by, assessment=theme.assessment, target=theme, fields=changed)
    return theme


@transaction.atomic
def retire_theme(*, theme: Theme, by: User) -> Theme:
    """Stop offering it for coding; its codings are kept."""
    theme.retired_at = theme.retired_at or timezone.now()
    theme.save(update_fields=["retired_at"])
    record("theme.retired", by=by, assessment=theme.assessment, target=theme)
    return theme


@transaction.atomic
def return_theme(*, theme: Theme, by: User) -> Theme:
    """Offer a retired theme again. Raises `ValidationError` for one that was merged."""
    if theme.merged_into:
        raise ValidationError(
            _("“{label}” was merged into “{label_2}”. Add a new theme instead.").format(
                label=theme.label, label_2=theme.merged_into.label
            )
        )
    theme.retired_at = None
    theme.save(update_fields=["retired_at"])
    record("theme.returned", by=by, assessment=theme.assessment, target=theme)
    return theme


@transaction.atomic
def merge_themes(*, theme: Theme, into: Theme, by: User) -> Theme:
    """Move every passage of `theme` to `into`; each coder's row is kept. Raises `ValidationError`.

    A passage that one coder had marked with both themes becomes one row, released where either was.
    """
    if theme.assessment_id != into.assessment_id or theme.pk == into.pk:
        raise ValidationError(_("Choose another theme of this codebook to merge into."))
    if into.merged_into_id or into.retired_at:
        raise ValidationError(_("“{label}” is no longer in use. Choose another theme.").format(label=into.label))
    now = {row.pk: row for row in Theme.objects.select_for_update().filter(pk__in=[theme.pk, into.pk]).order_by("pk")}
    if now[theme.pk].merged_into_id == into.pk:  # pressed twice
        return into
    if now[theme.pk].merged_into_id or now[into.pk].retired_at:
        raise ValidationError(
            _("One of the two themes was merged or retired in the meantime. Open the codebook again.")
        )
    there = {_passage_of(coding): coding for coding in into.codings.all()}
    doubled = [coding for coding in theme.codings.all() if _passage_of(coding) in there]
    for coding in doubled:
        _take_over_release(coding, there[_passage_of(coding)])
    Coding.objects.filter(pk__in=[coding.pk for coding in doubled]).delete()
    moved = theme.codings.update(theme=into)
    Theme.objects.filter(merged_into=theme).update(merged_into=into)
    theme.merged_into, theme.retired_at = into, timezone.now()
    theme.save(update_fields=["merged_into", "retired_at"])
    record("theme.merged", by=by, assessment=theme.assessment, target=theme, into=into.code, passages=moved)
    return into


def _take_over_release(merged: Coding, kept: Coding) -> None:
    if (merged.released and not kept.released) or (merged.withdrawn_at and kept.approved_at is None):
        for name in ("released", "approved_quote", "approved_hash", "approved_by", "approved_at", "withdrawn_at"):
            setattr(kept, name, getattr(merged, name))
        kept.save()


def _passage_of(coding: Coding) -> tuple[object, ...]:
    return coding.answer_id, coding.start, coding.end, coding.coder_id, coding.lost


@dataclass
class ImportedThemes:
    """`faults` are lines that each name a place in the file; where there are any, nothing was changed."""

    added: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list)


def import_themes(*, assessment: Assessment, entries: Sequence[Entry], by: User) -> ImportedThemes:
    """Add the themes of a file and change those with the same guid or code: all of them, or none."""
    done = ImportedThemes()
    with transaction.atomic():
        for entry in entries:
            try:
                with transaction.atomic():
                    _import_entry(assessment, entry, by, done)
            except ValidationError as error:
                named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
                done.faults += [
                    f"{entry.place}{', ' if name else ''}{name}: {' '.join(messages)}"
                    for name, messages in named.items()
                ]
        if done.faults:
            transaction.set_rollback(True)
        else:
            record("codebook.imported", by=by, assessment=assessment, added=done.added, changed=done.changed)
    return done


def _import_entry(assessment: Assessment, entry: Entry, by: User, done: ImportedThemes) -> None:
    themes = Theme.objects.for_assessment(assessment).filter(merged_into=None)
    theme = themes.filter(guid=entry.guid).first() if entry.guid else None
    if theme is None and entry.code:
        theme = themes.filter(code=entry.code).first()
    names = ("label", "definition", "area", "criterion", "kind")
    given: dict[str, Any] = {name: value for name in names if (value := getattr(entry, name)) is not None}
    if theme:
        update_theme(theme=theme, by=by, **given)
        done.changed += 1
    else:
        given |= {"guid": entry.guid} if entry.guid else {}
        theme = add_theme(assessment=assessment, by=by, code=entry.code or "", **given)
        done.added += 1
    if entry.retired and not theme.retired_at:
        retire_theme(theme=theme, by=by)
    elif entry.retired is False and theme.retired_at:
        return_theme(theme=theme, by=by)


@transaction.atomic
def seed_codebook(*, assessment: Assessment, by: User | None) -> int:
    """Add a theme for each section with questions of substance and for each criterion. Returns how many were new."""
    guide, matrix = guide_of(assessment), matrix_of(assessment)
    there = set(Theme.objects.for_assessment(assessment).values_list("code", flat=True))
    language = assessment.report_language
    values = assessment.placeholders_in(language)
    opening = {guide.section_of[question] for question in guide.routing.decide_from}  # the respondent's profile
    entries: list[dict[str, Any]] = [
        {
            "code": f"section-{section.name}",
            "label": section.title.translate(language, **values),
            "area": section.name,
            "kind": _kind_of_section(guide, section.name),
        }
        for section in guide.sections
        if section.name not in opening
    ] + [
        {
            "code": f"criterion-{criterion.name.replace('.', '-')}",
            "label": criterion.label.translate(language, **values),
            "definition": criterion.text.translate(language, **values) if criterion.short else "",
            "area": category.interview_section,
            "criterion": criterion.name,
            "kind": Theme.Kind.GAP,
        }
        for category in matrix.categories
        for criterion in category.criteria
    ]
    new = [entry for entry in entries if entry["code"] not in there]
    for entry in new:
        add_theme(assessment=assessment, by=by, **entry)
    return len(new)


def _kind_of_section(guide: InterviewGuide, section: str) -> str:
    """Closing questions are for recommendations, sections without a category of indicators for trends."""
    if any(question.suggests_contacts for question in guide.section(section).questions):
        return Theme.Kind.RECOMMENDATION
    return Theme.Kind.TREND if section == guide.routing.choose_from[0] else Theme.Kind.GAP
