"""Beginning an assessment with what another one has: for another country, or for the next round.

Nothing about people is copied: no notes, answers, contacts, members, names. What was typed and may name somebody, such
as a theme or a heading, is left out as a whole where a name of a respondent, a contact or an agency is found in it.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.models import BreakdownPlan
from assessments.audit import record
from assessments.models import Assessment, LanguagePack, Organisation, PackText, Sector, User
from assessments.packs import new_version
from assessments.services.assessments import begin_assessment
from assessments.services.packs import add_pack
from interviews.guides import guide_of, matrix_of
from interviews.models import Theme
from interviews.names import finder_for
from interviews.services.themes import add_theme
from reports.models import Report, Section
from reports.services.reports import create_report
from reports.services.sections import add_section, edit_section
from reports.services.translations import add_language

# What can be chosen, beside the instruments: part -> what it is, for the form.
PARTS = {
    "codebook": gettext_lazy("Codebook: themes with their definitions"),
    "outline": gettext_lazy("Report: outline, headings and languages, without its texts"),
    "packs": gettext_lazy("Language packs of this assessment"),
    "organisations": gettext_lazy("Kinds of organisations, by sector and type, without their names"),
    "settings": gettext_lazy("Settings: thresholds, days in the trash, second factor, break-downs of the survey"),
}
SETTINGS = ("percent_threshold", "disclosure_threshold", "trash_days", "second_factor_required")


@dataclass
class Copied:
    """The new assessment, how many entries of each part it got, and how many were left out because of a name."""

    assessment: Assessment
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def copy_assessment(*, source: Assessment, parts: Collection[str], by: User, **fields: Any) -> Copied:
    """Create an assessment of `by` with the chosen `parts` of `source`; `fields` are those of `begin_assessment`.

    Raises `ValidationError`, and then stores nothing.
    """
    settings = {name: getattr(source, name) for name in SETTINGS} if "settings" in parts else {}
    made = begin_assessment(
        by=by, **settings, **fields, copied_from=source.reference, copied_on=timezone.localdate(timezone=source.zone)
    )
    copied = Copied(made)
    finder = finder_for(source)

    def is_clear(*texts: str) -> bool:
        """Whether no text has what may be a name, as sure as that is."""
        return not any(any(finder.find(text.replace("-", " "), agencies=True)) for text in texts if text)

    for part, copy in _COPIES.items():
        if part in parts:
            copy(source, copied, is_clear, by)
    detail: dict[str, Any] = {"parts": sorted(parts), "counts": dict(copied.counts), "left_out": dict(copied.left_out)}
    record("assessment.copied", by=by, assessment=source, target=source, to=made.reference, **detail)
    record("assessment.begun_as_copy", by=by, assessment=made, target=made, of=source.reference, **detail)
    return copied


IsClear = Callable[..., bool]


def _copy_codebook(source: Assessment, copied: Copied, is_clear: IsClear, by: User) -> None:
    sections = {section.name for section in guide_of(copied.assessment).sections}
    criteria = set(matrix_of(copied.assessment).by_name)
    for theme in Theme.objects.for_assessment(source).filter(retired_at=None, merged_into=None).order_by("pk"):
        if not is_clear(theme.code, theme.label, theme.definition):
            copied.left_out["codebook"] += 1
            continue
        add_theme(
            assessment=copied.assessment,
            by=by,
            code=theme.code,
            label=theme.label,
            definition=theme.definition,
            area=theme.area if theme.area in sections else "",
            criterion=theme.criterion if theme.criterion in criteria else "",
            kind=theme.kind,
        )
        copied.counts["codebook"] += 1


def _copy_outline(source: Assessment, copied: Copied, is_clear: IsClear, by: User) -> None:
    theirs = Report.objects.filter(assessment=source).first()
    if theirs is None:
        return
    report = create_report(assessment=copied.assessment, by=by)
    Report.objects.filter(pk=report.pk).update(name_agencies=theirs.name_agencies)
    for language in theirs.further_languages.for_printing():
        if language.language != report.language:
            add_language(report=report, language=language.language, by=by)
    own = {section.key: section for section in report.sections.all()}
    new: dict[int, Section] = {}  # key of the section that it was made from -> section
    rows = list(theirs.sections.order_by("position", "pk"))
    children: dict[int | None, list[Section]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    waiting = list(children.get(None, ()))
    for row in waiting:  # grows: parents come before their children
        waiting += children.get(row.pk, ())
        parent = new.get(row.parent_id) if row.parent_id else None
        if row.parent_id and parent is None:
            copied.left_out["outline"] += 1  # its chapter was left out
            continue
        section = own.get(row.key)
        clear = is_clear(row.title)
        if section is None and not clear:
            copied.left_out["outline"] += 1
            continue
        if section is None:
            section = add_section(report=report, title=row.title, parent=parent, kind=row.kind, by=by)
        elif clear and report.language == theirs.language:
            section = edit_section(section=section, title=row.title, body=section.body, by=by)
        elif not clear:
            copied.left_out["outline"] += 1  # the heading of a new report stays
        new[row.pk] = section
        place = children[row.parent_id].index(row)
        Section.objects.filter(pk=section.pk).update(parent=parent, hidden=row.hidden, position=place)
        copied.counts["outline"] += 1


def _copy_packs(source: Assessment, copied: Copied, is_clear: IsClear, by: User) -> None:
    for theirs in LanguagePack.objects.for_assessment(source).order_by("pk"):
        own_name = theirs.own_name if is_clear(theirs.own_name) else ""
        pack = add_pack(
            assessment=copied.assessment,
            language=theirs.language,
            own_name=own_name,
            direction=theirs.direction,
            by=by,
        )
        rows = []
        for text in theirs.texts.exclude(text=""):
            if is_clear(text.text):
                rows.append(
                    PackText(pack=pack, key=text.key, form=text.form, text=text.text, source_mark=text.source_mark)
                )
            else:
                copied.left_out["packs"] += 1
        PackText.objects.bulk_create(rows)
        copied.counts["packs"] += len(rows)
    copied.assessment.words_version = new_version()
    copied.assessment.save(update_fields=["words_version"])


def _copy_organisations(source: Assessment, copied: Copied, is_clear: IsClear, by: User) -> None:
    """One entry for each sector and type, to be given a name."""
    rows = Organisation.objects.for_assessment(source).order_by("sector", "entity_type")
    for sector, kind in rows.values_list("sector", "entity_type").distinct():
        if not is_clear(kind):
            copied.left_out["organisations"] += 1
            continue
        what = kind.strip() or str(Sector(sector).label)
        name = _("{kind}, to be named").format(kind=what)
        found = Organisation.objects.for_assessment(copied.assessment).filter(name__iexact=name)
        if found.exists():
            name = _("{kind} ({sector}), to be named").format(kind=what, sector=Sector(sector).label)
        Organisation.objects.create(assessment=copied.assessment, name=name[:200], sector=sector, entity_type=kind)
        copied.counts["organisations"] += 1


def _copy_settings(source: Assessment, copied: Copied, is_clear: IsClear, by: User) -> None:
    """The break-downs of the survey, where both have the same questionnaire. The other settings were given before."""
    plan = BreakdownPlan.objects.filter(assessment=source).first()
    if plan and source.questionnaire_id == copied.assessment.questionnaire_id:
        BreakdownPlan.objects.create(
            assessment=copied.assessment, characteristics=plan.characteristics, one_in=plan.one_in
        )
        copied.counts["settings"] += 1
    copied.counts["settings"] += len(SETTINGS)


_COPIES: dict[str, Callable[[Assessment, Copied, IsClear, User], None]] = {
    "codebook": _copy_codebook,
    "outline": _copy_outline,
    "packs": _copy_packs,
    "organisations": _copy_organisations,
    "settings": _copy_settings,
}
