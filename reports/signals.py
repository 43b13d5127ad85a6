"""When the key of an assessment is destroyed, reasons that may repeat a name, which have another key, are erased."""

from typing import Any

from django.dispatch import receiver

from assessments.models import Assessment
from assessments.services.data_keys import key_destroyed
from reports.models import NameDecision


@receiver(key_destroyed)
def forget_reasons(assessment: Assessment, **kwargs: Any) -> None:
    NameDecision.objects.filter(report__assessment=assessment).update(reason="")
