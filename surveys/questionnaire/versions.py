"""The versions of the questionnaire of which a survey takes forms: the one in use, and those that it used before."""

from copy import copy
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from instruments.models import Instrument, numbered
from surveys.models import Survey


@dataclass(frozen=True)
class FormVersion:
    """What can be printed at the bottom of a form: a version with one of its corrections. None: it is not known."""

    questionnaire: Instrument
    correction: int | None

    @property
    def value(self) -> str:
        """As pages send it: `12.3`, and `12.` where the correction is not known."""
        return f"{self.questionnaire.pk}.{'' if self.correction is None else self.correction}"

    @property
    def label(self) -> str:
        """As it is printed: `3.2`."""
        key, version = self.questionnaire.key, self.questionnaire.version
        if self.correction is None:
            return _("{key} · {version}, correction not known").format(key=key, version=version)
        return f"{key} · {numbered(version, self.correction)}"


def of_version(survey: Survey, questionnaire: Instrument) -> Survey:
    """The survey for forms of another version; the one in the database stays."""
    other = copy(survey)
    other.questionnaire = questionnaire
    return other


def accepted_version(survey: Survey, pk: int | None) -> Instrument | None:
    """The version with this primary key, if the survey takes forms of it. None as `pk`: the one in use. A query only
    for another one than that."""
    if pk is None or pk == survey.questionnaire_id:
        return survey.questionnaire
    earlier = survey.earlier_versions.filter(questionnaire=pk).select_related("questionnaire").first()
    return earlier.questionnaire if earlier else None


def accepted_versions(survey: Survey) -> list[Instrument]:
    """The version in use, then those used before, the latest first. One query."""
    rows = survey.earlier_versions.select_related("questionnaire").order_by("-pk")
    earlier = [row.questionnaire for row in rows if row.questionnaire_id != survey.questionnaire_id]
    return [survey.questionnaire, *earlier]


def is_accepted(survey: Survey) -> bool:
    """Whether forms of the version that `survey` has are accepted, as it is stored now. One query."""
    version = survey.questionnaire_id
    rows = Survey.objects.filter(pk=survey.pk)
    return rows.filter(Q(questionnaire=version) | Q(earlier_versions__questionnaire=version)).exists()


def form_versions(survey: Survey) -> list[FormVersion]:
    """What a paper form can show, the latest first. One choice only where nothing has changed since it was opened."""
    found = []
    for questionnaire in accepted_versions(survey):
        made = questionnaire.corrections_made
        found += [FormVersion(questionnaire, number) for number in range(made, -1, -1)]
        found += [FormVersion(questionnaire, None)] if made else []
    return found
