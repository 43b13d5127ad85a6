"""One change at a time of what an assessment has only once."""

from assessments.models import Assessment


def lock_assessment(assessment: Assessment) -> None:
    """Wait until no other transaction holds the assessment's row, and hold it until this one ends.

    For rows that must differ from all others of the assessment (a code, a name): two that look at the same moment would
    both find none. Rows that refer to the assessment can be added meanwhile.
    """
    Assessment.objects.select_for_update(no_key=True).only("pk").get(pk=assessment.pk)
