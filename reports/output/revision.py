"""The revision of everything a document is made of. Two builds of one revision are the same document."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, Contact, Document, Organisation, Study
from indicators.models import Mark, Recommendation, Translation
from instruments.models import Instrument
from interviews.models import Answer, Coding, Interview, Theme
from reports.models import Report, ReviewItem, SectionTranslation, WordTemplate
from reports.output.html import styles
from surveys.models import Response, SealedAnswer, Survey
from workshops.models import Ballot, Comment, Group, Workshop

FORMAT = 5  # raise it when the same data make another document


def data_revision(report: Report) -> str:
    """64 hex digits. One small query per table, however many rows there are."""
    digest = hashlib.sha256()
    for part in _ingredients(report):
        digest.update(repr(part).encode())
        digest.update(b"\x00")
    return digest.hexdigest()


def _ingredients(report: Report) -> Iterator[Any]:
    assessment = report.assessment
    yield FORMAT, styles("html"), styles("pdf")
    own = Report.objects.filter(pk=report.pk)  # from the database: objects at hand may be older
    yield own.values("title", "subtitle", "language", "name_agencies").get()
    yield Assessment.objects.filter(pk=assessment.pk).values().get()
    today = timezone.localdate()  # sentences depend on what is past, current and planned
    yield assessment.starts_on > today, assessment.ends_on >= today
    days = Workshop.objects.filter(assessment=assessment).values_list("held_on", "status")
    yield [(str(day), status, day >= today) for day, status in days.order_by("pk")]
    yield Study.objects.filter(assessments=assessment).values().get()
    yield list(report.sections.values_list("key", "parent", "position", "hidden", "revision", "kind"))
    yield list(report.further_languages.values_list("language", "title", "subtitle", "of_title", "removed_at"))
    translations = SectionTranslation.objects.filter(section__report=report).order_by("section", "language")
    yield list(translations.values_list("section", "language", "revision"))
    yield list(WordTemplate.objects.filter(report=report).values_list("checksum", flat=True))
    yield list(report.name_decisions.order_by("pk").values_list("fingerprint", "keep"))
    # Every change of the data writes an audit event; what concerns only the report's own files is left out.
    events = AuditEvent.objects.for_assessment(assessment).for_changes().exclude(action__startswith="report.")
    yield events.exclude(action__startswith="share.").aggregate(Max("pk"))
    # Loads that bypass the services are caught by numbers of rows and times of change.
    for model in (
        Document,
        Organisation,
        Interview,
        Theme,
        Mark,
        Recommendation,
        Translation,
        Workshop,
        Comment,
        Contact,
    ):
        names = {field.name for field in model._meta.get_fields()}
        measures = [Count("pk"), Max("pk"), *([Max("updated_at")] if "updated_at" in names else [])]
        yield model.__name__, model.objects.filter(assessment=assessment).aggregate(*measures)
    answers = Answer.objects.filter(interview__assessment=assessment)
    yield answers.aggregate(Count("pk"), Sum("revision"), Max("updated_at"))
    codings = Coding.objects.filter(answer__interview__assessment=assessment)
    yield (
        codings.aggregate(Count("pk"), Max("pk")),
        codings.filter(released=True).count(),
        codings.filter(lost=True).count(),
    )
    responses = Response.objects.filter(survey__assessment=assessment)
    yield responses.aggregate(Count("pk"), Max("pk")), responses.filter(deleted_at=None, is_test=False).count()
    yield SealedAnswer.objects.filter(survey__assessment=assessment).count()  # each marks an invitation as answered
    yield list(Survey.objects.filter(assessment=assessment).values_list("questionnaire", "status", "texts"))
    tool = (assessment.guide_id, assessment.questionnaire_id, assessment.matrix_id)
    answered = responses.order_by().values_list("questionnaire")
    shown = Survey.objects.filter(assessment=assessment).values_list("questionnaire")
    held = Interview.objects.filter(assessment=assessment).order_by().values_list("guide_version")
    keys = {*tool, *(key for (key,) in answered.union(shown, held))} - {None}
    used = Instrument.objects.filter(pk__in=keys).order_by("pk")
    yield list(used.values_list("pk", "corrections_made"))  # of others' versions no event is in this log
    of_reviewers = ReviewItem.objects.for_assessment(assessment).filter(round__isnull=False)
    yield of_reviewers.aggregate(Count("pk"), Max("pk"), Sum("revision"))
    yield Group.objects.filter(workshop__assessment=assessment).aggregate(Count("pk"), Sum("women"), Sum("men"))
    yield Ballot.objects.filter(group__workshop__assessment=assessment).aggregate(Count("pk"), Sum("revision"))
