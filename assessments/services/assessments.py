"""Changes to assessments and their studies, and to the instruments they use."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, LanguagePack, Role, Study, User
from assessments.packs import new_version
from assessments.services.members import add_member
from ctnat.ui.countries import country_name, zone_of
from ctnat.ui.errors import ConflictError
from ctnat.ui.seen import Marks, check_seen, values_of
from instruments.models import Instrument

TOOL_FIELDS = {
    "guide": Instrument.Kind.INTERVIEW_GUIDE,
    "questionnaire": Instrument.Kind.SURVEY,
    "matrix": Instrument.Kind.INDICATORS,
}


@transaction.atomic
def create_study(
    *, title: str, commissioner: str = "", funder: str = "", is_demonstration: bool = False, by: User | None
) -> Study:
    study = Study.objects.create(
        title=title, commissioner=commissioner, funder=funder, is_demonstration=is_demonstration
    )
    record("study.created", by=by, target=study)
    return study


@transaction.atomic
def create_assessment(
    *,
    study: Study,
    country: str,
    reference: str,
    starts_on: date,
    ends_on: date,
    guide: Instrument,
    questionnaire: Instrument,
    matrix: Instrument,
    by: User | None,
    **fields: Any,
) -> Assessment:
    """Create an assessment with the given published instruments; `by` becomes its lead. Raises `ValidationError`."""
    tool = {"guide": guide, "questionnaire": questionnaire, "matrix": matrix}
    for field, version in tool.items():
        if not Instrument.objects.for_kind(TOOL_FIELDS[field]).for_use().filter(pk=version.pk).exists():
            raise ValidationError(
                {field: _("{version} is no longer available. Choose another version.").format(version=version)}
            )
    assessment = Assessment(
        study=study,
        country=country,
        reference=reference,
        starts_on=starts_on,
        ends_on=ends_on,
        **{"time_zone": zone_of(country)} | tool | fields,
    )
    if LanguagePack.objects.for_assessment(None).exists():
        assessment.words_version = new_version()
    assessment.full_clean()
    assessment.save()
    record(
        "assessment.created",
        by=by,
        assessment=assessment,
        target=assessment,
        tool=[str(version) for version in tool.values()],
    )
    if by:
        add_member(assessment=assessment, user=by, role=Role.LEAD, by=by)
    return assessment


@transaction.atomic
def begin_assessment(
    *, study_title: str, commissioner: str, by: User, study: Study | None = None, **fields: Any
) -> Assessment:
    """Create an assessment in `study`, or in a new study of that title. Raises `ValidationError`, and then stores
    neither."""
    study = study or create_study(title=study_title, commissioner=commissioner, by=by)
    return create_assessment(study=study, by=by, **fields)


@transaction.atomic
def update_assessment(*, assessment: Assessment, by: User, **fields: Any) -> Assessment:
    changed = sorted(name for name, value in fields.items() if getattr(assessment, name) != value)
    if not changed:
        return assessment
    for name in changed:
        setattr(assessment, name, fields[name])
    assessment.full_clean()
    assessment.save(update_fields=changed)
    record("assessment.changed", by=by, assessment=assessment, target=assessment, fields=changed)
    return assessment


@transaction.atomic
def update_details(
    *,
    assessment: Assessment,
    by: User,
    study: dict[str, str],
    country_names: dict[str, str],
    seen: Marks | None = None,
    **fields: Any,
) -> Assessment:
    """Change an assessment, the names of its country in the languages given, and the texts of its study.

    A blank name is that of the list of countries. Raises `ValidationError`, and then changes neither:
    `SeenConflict` where another person has changed one of them since they were shown (`seen`).
    """
    row = Assessment.objects.select_for_update(of=("self",)).select_related("study").get(pk=assessment.pk)
    about = Study.objects.select_for_update().get(pk=row.study_id)
    listed = {code: country_name(row.country, code) for code in country_names}
    names = {code: name or listed[code] for code, name in country_names.items()}
    values = values_of(row, fields) | {f"study_{name}": getattr(about, name) for name in study}
    values |= {f"country_name_{code}": row.country_in(code) for code in names}
    wanted = fields | {f"study_{name}": value for name, value in study.items()}
    check_seen(row, seen, wanted | {f"country_name_{code}": name for code, name in names.items()}, values)
    others = {code: name for code, name in row.country_names.items() if code not in names}
    fields["country_names"] = others | {code: name for code, name in names.items() if name != listed[code]}
    assessment.study = about
    for name in fields:
        setattr(assessment, name, getattr(row, name))
    changed = sorted(name for name, value in study.items() if getattr(about, name) != value)
    for name in changed:
        setattr(about, name, study[name])
    if changed:
        about.full_clean()
        about.save(update_fields=changed)
        record("study.changed", by=by, assessment=assessment, target=about, fields=changed)
    return update_assessment(assessment=assessment, by=by, **fields)


@dataclass(frozen=True)
class ToolRow:
    """One of the three instruments of an assessment: the version in use, and the others that may replace it."""

    field: str
    used: Instrument
    others: list[Instrument]


def tool_of(assessment: Assessment) -> list[ToolRow]:
    published = list(Instrument.objects.for_use().select_related("owner").order_by("published_at", "pk"))
    rows = []
    for field, kind in TOOL_FIELDS.items():
        used = getattr(assessment, field)
        rows.append(ToolRow(field, used, [i for i in published if i.kind == kind and i.pk != used.pk]))
    return rows


@transaction.atomic
def change_tool(*, assessment: Assessment, field: str, instrument: str, by: User, used: str | None = None) -> None:
    """Use another published version. `instrument` is a key as typed. Raises `ValidationError`.

    `used` is the key of the version that the page showed as used: where another lead has chosen one since,
    `ConflictError` is raised. None does not ask.
    """
    lock_assessment(assessment)
    assessment.refresh_from_db(fields=list(TOOL_FIELDS))
    if used is not None and field in TOOL_FIELDS:
        now = getattr(assessment, field)
        if str(now.pk) == instrument:  # sent twice
            return
        if str(now.pk) != used:
            raise ConflictError(
                now,
                _(
                    "Another member has chosen {now} since you opened the page. Nothing was changed. Choose "
                    "again if you want to replace it."
                ).format(now=now),
            )
    row = next((row for row in tool_of(assessment) if row.field == field), None)
    chosen = next((i for i in row.others if str(i.pk) == instrument), None) if row else None
    if chosen is None:
        raise ValidationError(
            _("This version cannot be used. Choose one of the published versions in the list; nothing was changed.")
        )
    setattr(assessment, field, chosen)
    assessment.save(update_fields=[field])
    record("assessment.tool_changed", by=by, assessment=assessment, target=chosen, field=field)
