"""Decide on words of the report that name, or may name, a respondent or an agency."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.models import User
from reports.document.builder import build_with_names
from reports.document.confidentiality import NameFinding
from reports.models import NameDecision, Report

LONGEST_REASON = 2000


def names_in(report: Report) -> list[NameFinding]:
    """All places of the current document that name, or may name, a respondent or an agency."""
    return build_with_names(report)[1]


@transaction.atomic
def decide_on_names(
    *, report: Report, fingerprints: Sequence[str], keep: bool, reason: str, by: User | None
) -> list[NameDecision]:
    """Print the words at these places (`keep`), or withhold them. An earlier decision on a place is replaced.

    Raises `ValidationError` where a reason is missing, or the text of a place was changed in the meantime.
    """
    report = Report.objects.select_for_update().select_related("assessment__study").get(pk=report.pk)
    reason = reason.replace("\x00", "").strip()
    if not fingerprints:
        raise ValidationError({"places": "Choose at least one place."})
    if not reason:
        raise ValidationError({"reason": "Give a reason. It is kept with the decision."})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"The reason has {len(reason)} characters. Shorten it to {LONGEST_REASON}."})
    present = {finding.fingerprint: finding for finding in names_in(report)}
    if not set(fingerprints) <= present.keys():
        raise ValidationError("The text was changed in the meantime. Read it as it is now, then decide.")
    return [_store(report, present[fingerprint], keep, reason, by) for fingerprint in dict.fromkeys(fingerprints)]


def _store(report: Report, finding: NameFinding, keep: bool, reason: str, by: User | None) -> NameDecision:
    decision, _ = NameDecision.objects.update_or_create(
        report=report,
        fingerprint=finding.fingerprint,
        defaults={"place": finding.place, "keep": keep, "reason": reason, "by": by},
    )
    record(
        "report.name_decided",
        by=by,
        assessment=report.assessment,
        target=decision,
        label=finding.place,  # never the words
        printed=keep,
    )
    return decision
