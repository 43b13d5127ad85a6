"""Which rows: `for_*` narrows, `with_*` adds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.querysets import ForAssessment, number_of


@dataclass(frozen=True)
class Progress:
    """Progress of the interviews. `text` is the line under the step: "8 of 14 complete"."""

    complete: int
    started: int  # not in the trash, the complete ones included
    ahead: int  # planned, and not started yet
    planned: int | None  # the target of the assessment; None: not decided

    @classmethod
    def of(cls, assessment: Assessment, rows: Iterable[dict[str, int]]) -> "Progress":
        """From `InterviewQuerySet.status_counts()`, or its rows."""
        counts = next(iter(rows), {"complete": 0, "started": 0, "ahead": 0})
        return cls(**counts, planned=assessment.interviews_planned)

    @property
    def expected(self) -> int:
        """The number planned, or the number started where that is higher."""
        return max(self.planned or 0, self.started)

    @property
    def text(self) -> str:
        return _("{complete} of {expected} complete").format(complete=self.complete, expected=self.expected)

    @property
    def state(self) -> str:
        if self.planned is not None and self.complete and self.complete >= self.expected:
            return "done"
        return "current" if self.started else "todo"


class InterviewQuerySet(ForAssessment):
    def for_work(self) -> Self:
        """Those not in the trash, planned ones included."""
        return self.filter(deleted_at=None)

    def for_counting(self) -> Self:
        """Interviews that count: started or complete, and not in the trash."""
        return self.for_work().filter(planned=False)

    def status_counts(self) -> models.QuerySet[Any, Any]:
        """The counts of `Progress` as one row, without the trash; no row where there is no interview."""
        grouped = self.for_work().order_by().values("assessment")
        counted = grouped.annotate(
            started=Count("pk", filter=Q(planned=False)),
            complete=Count("pk", filter=Q(planned=False) & ~Q(completed_at=None)),
            ahead=Count("pk", filter=Q(planned=True)),
        )
        rows: models.QuerySet[Any, Any] = counted.values("started", "complete", "ahead")
        return rows

    def for_trash(self) -> Self:
        return self.exclude(deleted_at=None)

    def for_state(self, state: str) -> Self:
        """`complete`, `open`, `planned` or anything else for all."""
        match state:
            case "complete":
                return self.exclude(completed_at=None)
            case "open":
                return self.filter(completed_at=None, planned=False)
            case "planned":
                return self.filter(planned=True)
            case _:
                return self

    def for_section(self, section: str) -> Self:
        """Interviews in which the section was planned. One query more: SQLite cannot search in JSON."""
        planned = self.order_by().values_list("pk", "sections")
        return self.filter(pk__in=[pk for pk, sections in planned if section in sections])

    def for_code(self, code: str) -> Self:
        """The interview with that code, also by the name under which it was planned."""
        return self.filter(Q(code=code) | Q(planned_as=code)) if code else self.none()

    def in_order(self) -> Self:
        """By number; those that have none yet come last, by when they are to be held."""
        return self.order_by(F("number").asc(nulls_last=True), "held_at", "pk")

    def with_organisation(self) -> Self:
        return self.select_related("organisation")

    def with_answered(self) -> Self:
        """`answered`: how many questions have notes."""
        answers: Any = self.model._meta.get_field("answers").related_model
        return self.annotate(answered=number_of(answers.objects.exclude(text=""), "interview")).in_order()

    def with_waiting(self) -> Self:
        """`waiting`: whether an answer has a second text for which no choice was made."""
        unsettled = Q(answers__set_asides__isnull=False, answers__set_asides__settled_at=None)
        return self.annotate(waiting=Exists(self.model.objects.filter(unsettled, pk=OuterRef("pk"))))

    def with_answers(self) -> Self:
        return self.prefetch_related("answers")


class AnswerQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: Assessment) -> Self:
        """Those with notes, of interviews not in the trash."""
        return self.filter(interview__assessment=assessment, interview__deleted_at=None).exclude(text="")

    def with_interview(self) -> Self:
        return self.select_related("interview", "interview__organisation").order_by("interview__number", "pk")

    def with_codings(self) -> Self:
        return self.prefetch_related("codings__theme", "codings__coder")


class SetAsideQuerySet(models.QuerySet[Any, Any]):
    def for_settling(self) -> Self:
        return self.filter(settled_at=None)


class ThemeQuerySet(ForAssessment):
    def for_coding(self) -> Self:
        """Themes on offer: neither retired nor merged into another."""
        return self.filter(retired_at=None, merged_into=None)


class CodingQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: Assessment) -> Self:
        """Those of interviews not in the trash."""
        return self.filter(answer__interview__assessment=assessment, answer__interview__deleted_at=None)

    def for_counting(self) -> Self:
        return self.filter(lost=False)

    def for_quoting(self) -> Self:
        """Codings that were released: a change of the words withdraws the release.

        What a report prints is `Coding.quotable_words`, which compares the words too.
        """
        return self.for_counting().filter(released=True)

    def for_approval(self) -> Self:
        """Codings whose release was withdrawn because their words were changed."""
        return self.filter(released=False).exclude(withdrawn_at=None)

    def with_place(self) -> Self:
        return self.select_related("theme", "coder", "answer__interview__organisation").order_by(
            "answer__interview__number", "answer_id", "start", "pk"
        )


class ConsentRecordQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: Assessment) -> Self:
        return self.filter(interview__assessment=assessment)

    def with_people(self) -> Self:
        """With the note and the members, the newest record first."""
        return self.select_related("note", "given_by", "recorded_by", "erasure").order_by("-pk")


class ParticipantQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: Assessment) -> Self:
        """Also those of interviews in the trash."""
        return self.filter(interview__assessment=assessment)


class FollowUpQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: Assessment) -> Self:
        """Those of interviews not in the trash."""
        return self.filter(interview__assessment=assessment, interview__deleted_at=None)

    def for_doing(self) -> Self:
        return self.filter(done_at=None)

    def in_order(self) -> Self:
        """The open ones by the day on which they are due, those without a day after them; then what was done last."""
        return self.order_by(F("done_at").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")

    def with_people(self) -> Self:
        return self.select_related("interview", "assigned_to", "done_by")


class NotesImportQuerySet(ForAssessment):
    def for_user(self, user: Any) -> Self:
        """Those that this member began and can still finish."""
        return self.filter(created_by=user, expires_at__gt=timezone.now())

    def with_assessment(self) -> Self:
        return self.select_related("assessment__guide")


class PhotographQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: Assessment) -> Self:
        """Those of all interviews, of those in the trash too."""
        return self.filter(interview__assessment=assessment)

    def for_list(self) -> Self:
        """In the order in which they were added, without their previews, which are read one by one."""
        return self.defer("preview").order_by("pk")
