"""Locking an assessment while a value that must be unique within it is chosen."""

from assessments.models import Assessment


def lock_assessment(assessment: Assessment) -> None:
    """Lock the assessment's row until this transaction ends, waiting for any other transaction that has locked it.

    For rows that must differ from all others of the assessment (a code, a name): two transactions that check at once
    would both find none. Rows that refer to the assessment can still be added.
    """
    Assessment.objects.select_for_update(no_key=True).only("pk").get(pk=assessment.pk)
