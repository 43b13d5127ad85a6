"""Comparisons of assessments: proposing one and agreeing to it. Each change is logged."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.models import Comparison, Consent
from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from assessments.once import key_detail, made_before

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
MOST_COMPARED = 6


@transaction.atomic
def propose_comparison(
    *, assessment: Assessment, references: Iterable[str], by: User, form_key: UUID | None = None
) -> Comparison:
    """Ask the leads of other assessments, named by reference, to compare with this one, whose lead thereby agrees.

    Only assessments of the same study or country can be compared. A reference that does not exist, or is none of these,
    is kept like any other and never answered, so that proposing does not disclose which assessments there are.
    Raises `ValidationError`. The same form (`form_key`) with the same references makes one comparison.
    """
    wanted = list(dict.fromkeys(reference.strip() for reference in references if reference.strip()))
    wanted = [reference for reference in wanted if reference != assessment.reference]
    if not wanted:
        raise ValidationError(_("Enter the reference of at least one other assessment, such as GEO-2016."))
    if len(wanted) >= MOST_COMPARED:
        raise ValidationError(
            _("You can compare at most {most} assessments. Enter fewer references.").format(most=MOST_COMPARED)
        )
    if wrong := next((reference for reference in wanted if not REFERENCE.fullmatch(reference)), None):
        raise ValidationError(
            _("“{wrong}” is no reference. Write letters, digits and hyphens, such as GEO-2016.").format(
                wrong=wrong[:40]
            )
        )
    lock_assessment(assessment)
    comparison = Comparison(proposed_for=assessment, references=wanted, created_by=by)
    there = Comparison.objects.filter(proposed_for=assessment)
    if same := made_before(
        "comparison.proposed",
        form_key,
        new=comparison,
        names=["references"],
        rows=there,
        assessment=assessment,
        by=by,
    ):
        return same
    comparison.save()
    kin = Q(study=assessment.study_id) | Q(country=assessment.country)
    others = Assessment.objects.filter(kin, reference__in=wanted)
    Consent.objects.bulk_create(Consent(comparison=comparison, assessment=other) for other in others)
    Consent.objects.create(
        comparison=comparison, assessment=assessment, answer=Consent.Answer.AGREED, by=by, at=timezone.now()
    )
    detail = {"references": wanted, **key_detail(form_key)}
    record("comparison.proposed", by=by, assessment=assessment, target=comparison, **detail)
    return comparison


@transaction.atomic
def answer_comparison(*, consent: Consent, agree: bool, by: User) -> Consent:
    """Agree, decline, or withdraw an agreement: the last answer counts, and the comparison closes at once."""
    rows = Consent.objects.select_for_update(of=("self",)).select_related("comparison", "assessment")
    consent = rows.get(pk=consent.pk)
    consent.answer = Consent.Answer.AGREED if agree else Consent.Answer.DECLINED
    consent.by, consent.at = by, timezone.now()
    consent.save(update_fields=["answer", "by", "at"])
    action = "comparison.agreed" if agree else "comparison.declined"
    record(action, by=by, assessment=consent.assessment, target=consent.comparison)
    return consent


def compared(comparison: Comparison) -> list[Assessment]:
    """The assessments side by side, by reference; empty until the leads of all that were named have agreed."""
    consents = list(comparison.consents.select_related(*(f"assessment__{name}" for name in INSTRUMENTS)))
    agreed = [consent for consent in consents if consent.answer == Consent.Answer.AGREED]
    everybody = {comparison.proposed_for.reference, *comparison.references}
    if {consent.assessment.reference for consent in agreed} != everybody:
        return []
    return [consent.assessment for consent in agreed]


INSTRUMENTS = ("study", "guide", "questionnaire", "matrix")
