"""Forms sent by link, read as the team reads them once the survey is closed."""

from surveys.models import Response, SealedAnswer, Survey
from surveys.services.sealed_answers import open_responses


def open_forms() -> list[Response]:
    """All responses of all surveys by number, after opening the sealed forms. The surveys are left unchanged."""
    for survey in Survey.objects.filter(pk__in=SealedAnswer.objects.values("survey")):
        status = survey.status
        Survey.objects.filter(pk=survey.pk).update(status=Survey.Status.CLOSED)
        open_responses(survey=survey, by=None, few=True)
        Survey.objects.filter(pk=survey.pk).update(status=status)
    return list(Response.objects.order_by("survey", "number"))


def open_form() -> Response:
    """The only response there is."""
    (response,) = open_forms()
    return response


def count_forms() -> int:
    """How many forms there are, sealed or not."""
    return SealedAnswer.objects.count() + Response.objects.count()
