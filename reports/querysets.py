"""Which rows: `for_*` narrows, `with_*` adds."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from assessments.models import Assessment

M = TypeVar("M", bound=models.Model)  # the model is given where the manager is made: importing it would be a circle


class ReportQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(assessment=assessment)


class ReportLanguageQuerySet(models.QuerySet[M]):
    def for_printing(self) -> Self:
        """Not removed."""
        return self.filter(removed_at=None)


class SectionRevisionQuerySet(models.QuerySet[M]):
    def for_language(self, language: str) -> Self:
        """Blank: the report's first language."""
        return self.filter(language=language)


class SectionQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)


class AssessmentExportQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(assessment=assessment)

    def expired(self) -> Self:
        return self.filter(expires_at__lte=Now())


class InterviewDocumentQuerySet(AssessmentExportQuerySet[M]):
    def for_reading(self, may: Collection[str]) -> Self:
        """Those that a member with these rights may have: with names only those who may see names."""
        return self if "interviews.names" in may else self.filter(with_names=False)


class BuildQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)


class EditionQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)

    def with_files(self) -> Self:
        """With their files, and without the large columns until they are asked for."""
        return self.prefetch_related("files").defer("captured", "paragraphs")


class ShareLinkQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(edition__report__assessment=assessment)

    def for_opening(self) -> Self:
        """Neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=Now())


class ReviewRoundQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)

    def for_returning(self) -> Self:
        """In which files are given to reviewers and taken from them."""
        return self.filter(closed_at=None, erased_at=None, until__gt=Now())


class ReviewerQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(round__report__assessment=assessment)

    def for_opening(self) -> Self:
        """Whose link is valid: neither revoked, nor of a round that has ended."""
        open_rounds = {"round__closed_at": None, "round__erased_at": None, "round__until__gt": Now()}
        return self.filter(revoked_at=None, **open_rounds)


class ReturnedFileQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(round__report__assessment=assessment)


class ReviewItemQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)

    def for_list(self) -> Self:
        """Without the large column, until it is asked for."""
        return self.defer("patched")

    def for_matrix(self) -> Self:
        """With all that the response matrix says of each."""
        people = ("made_by", "member_comment", "file__reviewer")
        replies = self.model._default_manager.filter(kind="reply").select_related(*people, "round").order_by("pk")
        found = self.for_list().select_related(*people, "round")
        return found.prefetch_related(models.Prefetch("replies", replies.defer("patched")))

    def undecided(self) -> Self:
        """Reviewers' without a disposition, and members' that are neither resolved nor withdrawn."""
        open_members = models.Q(round=None, member_comment__withdrawn_at=None) & ~models.Q(resolved=True)
        return self.filter(models.Q(round__isnull=False, disposition="") | open_members)

    def for_members(self) -> Self:
        """Comments that members wrote in the product, without the replies to them."""
        return self.filter(round=None, kind="comment")

    def for_passages(self) -> Self:
        """Neither resolved nor withdrawn: their words are marked in the text."""
        return self.exclude(resolved=True).filter(member_comment__withdrawn_at=None)

    def with_thread(self) -> Self:
        """With who wrote and resolved it, whom it mentions, and its replies with the same."""
        people = ("made_by", "member_comment", "member_comment__resolved_by")
        replies = (
            self.model._default_manager.select_related(*people).order_by("pk").prefetch_related("mentions__member")
        )
        return self.select_related(*people, "section").prefetch_related(
            "mentions__member", models.Prefetch("replies", replies)
        )


class MentionQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(item__report__assessment=assessment)

    def waiting(self) -> Self:
        """Not read yet, in a comment that is neither withdrawn nor resolved."""
        found = self.filter(read_at=None, item__member_comment__withdrawn_at=None)
        return found.exclude(item__resolved=True).exclude(item__parent__resolved=True)
