"""When the key of an assessment is destroyed, the names of people interviewed, which have another key, are erased."""

from typing import Any

from django.dispatch import receiver

from assessments.models import Assessment
from assessments.services.data_keys import key_destroyed
from interviews.models import Interview, NotesImport, Participant


@receiver(key_destroyed)
def forget_names(assessment: Assessment, **kwargs: Any) -> None:
    Interview.objects.filter(assessment=assessment).update(respondent_name="")
    Participant.objects.for_assessment(assessment).update(name="")
    NotesImport.objects.filter(assessment=assessment).delete()
