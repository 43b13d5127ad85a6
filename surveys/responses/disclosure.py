"""Which groups of a survey are too small, so that data about them are data about persons."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from assessments.models import Sector
from ctnat.ui.names import language_name
from surveys.item_types import answer_in_words
from surveys.models import Invitation, Response, SealedAnswer, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.paper_entry import dont_know_label
from surveys.sealed.boxes import SMALLEST


@dataclass(frozen=True)
class Group:
    """`is_small`: fewer than the survey's threshold, but not empty."""

    label: str
    count: int
    is_small: bool


@dataclass(frozen=True)
class Division:
    """A characteristic and the groups by it, the largest first."""

    heading: str
    groups: tuple[Group, ...]

    @property
    def small(self) -> int:
        return sum(group.is_small for group in self.groups)


def _division(heading: str, values: Iterable[Hashable], name: Callable[[str], str], k: int) -> Division:
    counted = sorted(Counter(values).items(), key=lambda pair: (-pair[1], str(pair[0])))
    return Division(heading, tuple(Group(name(str(value)), count, 0 < count < k) for value, count in counted))


def answered_groups(survey: Survey) -> list[Division]:
    """The invited people who have answered, by language and sector. One query."""
    answered = set(survey.answered)
    rows = [
        row[1:]
        for row in Invitation.objects.for_survey(survey).values_list("pk", "language", "sector")
        if row[0] in answered
    ]
    sectors = dict(Sector.choices) | {"": _("Not known")}
    return [
        _division(_("Language"), (row[0] for row in rows), language_name, survey.threshold),
        _division(
            _("Sector"), (row[1] for row in rows), lambda value: str(sectors.get(value, value)), survey.threshold
        ),
    ]


def count_long_forms(survey: Survey) -> int:
    """The number of sealed forms in larger boxes, which copies of the database distinguish from the others. One
    query."""
    boxes = SealedAnswer.objects.filter(survey=survey).annotate(size=Length("box"))
    return boxes.filter(size__gt=SMALLEST).count()


def form_groups(survey: Survey) -> list[Division]:
    """The readable forms that count, by language, source and each characteristic of respondents. One query."""
    rows = list(
        Response.objects.for_counting().filter(survey=survey).order_by().values_list("language", "source", "answers")
    )
    sources = dict(Response.Source.choices)
    found = [
        _division(_("Language"), (row[0] for row in rows), language_name, survey.threshold),
        _division(
            _("Source"), (row[1] for row in rows), lambda value: str(sources.get(value, value)), survey.threshold
        ),
    ]
    document = document_of(survey.questionnaire)
    for item in document.items:
        if item.profile:
            answers = (row[2].get(item.name) for row in rows)
            words = [
                _("Not stated")
                if answer is None
                else answer_in_words(document, item, answer, dont_know_label(document, item))
                for answer in answers
            ]
            found.append(_division(f"{item.name} {item.label}", words, str, survey.threshold))
    return found
