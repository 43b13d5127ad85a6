"""Decide on words of the report that name, or may name, a respondent or an agency."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from ctnat.ui.errors import ConflictError
from ctnat.ui.seen import Marks, mark
from reports.document.builder import build_all
from reports.document.confidentiality import NameFinding
from reports.models import NameDecision, Report

LONGEST_REASON = 2000


def names_in(report: Report) -> list[NameFinding]:
    """All places of the current document, in each language, that name, or may name, a respondent or an agency."""
    return build_all(report)[1]


@transaction.atomic
def decide_on_names(
    *,
    report: Report,
    fingerprints: Sequence[str],
    keep: bool,
    reason: str,
    by: User | None,
    seen: Marks | None = None,
) -> list[NameDecision]:
    """Print the words at these places (`keep`), or withhold them. An earlier decision on a place is replaced.

    Raises `ValidationError` where a reason is missing, or the text of a place was changed in the meantime. `seen` has
    for each place the mark of the decision that the page showed (`decided`): where another lead has decided since,
    `ConflictError` is raised and nothing is decided; None does not ask.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("assessment__study").get(pk=report.pk)
    reason = reason.replace("\x00", "").strip()
    if not fingerprints:
        raise ValidationError({"places": _("Choose at least one place.")})
    if not reason:
        raise ValidationError({"reason": _("Give a reason. It is kept with the decision.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError(
            {
                "reason": _("The reason has {n} characters. Shorten it to {limit}.").format(
                    n=len(reason), limit=LONGEST_REASON
                )
            }
        )
    present = {finding.fingerprint: finding for finding in names_in(report)}
    if not set(fingerprints) <= present.keys():
        raise ValidationError(_("The text was changed in the meantime. Read it as it is now, then decide."))
    rows = report.name_decisions.filter(fingerprint__in=fingerprints)
    same = {row.fingerprint: row for row in rows if decided(row) == [keep, reason]}  # sent twice
    others = {row.fingerprint: decided(row) for row in rows if row.fingerprint not in same}
    if seen is not None and any(seen.get(name) != mark(value) for name, value in others.items()):
        raise ConflictError(
            list(others),
            _("Another lead has decided on one of these places. Read that decision, then save yours again."),
        )
    chosen = dict.fromkeys(fingerprints)
    return [same.get(name) or _store(report, present[name], keep, reason, by) for name in chosen]


def decided(decision: NameDecision | None) -> list[Any] | None:
    """What a page shows of a decision: whether the words are printed, and why."""
    return [decision.keep, decision.reason] if decision else None


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
