"""Which assessments use a version of an instrument, registered for the pages of the instruments."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment
from assessments.services.assessments import TOOL_FIELDS, change_tool
from instruments.models import Instrument
from instruments.uses import VersionUse, adopts_versions, uses_versions


@uses_versions
def used_by(versions: Collection[int], user: Any) -> list[VersionUse]:
    """Assessments of the user by name, the others as a number."""
    chosen = Q()
    for field in TOOL_FIELDS:
        chosen |= Q(**{f"{field}__in": versions})
    own = set(user.memberships.order_by().values_list("assessment", flat=True))
    found, others = [], 0
    for row in Assessment.objects.filter(chosen).order_by("reference").values("pk", "reference", *TOOL_FIELDS):
        if row["pk"] not in own:
            others += 1
            continue
        address = reverse("assessments:assessment_tool", args=[row["reference"]])
        used = [row[field] for field in TOOL_FIELDS if row[field] in versions]
        found += [
            VersionUse(pk, _("Assessment {reference}").format(reference=row["reference"]), address) for pk in used
        ]
    if others:
        text = ngettext("{n} other assessment", "{n} other assessments", others).format(n=others)
        found.append(VersionUse(0, text))
    return found


@adopts_versions
def use_version(assessment: Assessment, version: Instrument, user: Any) -> None:
    field = next(field for field, kind in TOOL_FIELDS.items() if kind == version.kind)
    change_tool(assessment=assessment, field=field, instrument=str(version.pk), by=user)
