"""Which rows: `for_*` narrows, `with_*` adds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

SHARE_AFTER_REVOCATION = timedelta(days=30)  # so long a revoked device can be allowed again
SHARE_WITHOUT_USE = timedelta(days=90)


def number_of(rows: type[models.Model] | models.QuerySet[Any, Any], path: str, **only: Any) -> Coalesce:
    """How many of `rows`, or of all rows of a model, refer to a row by `path`, for `annotate`. A query of its own for
    each row that is shown: joined and grouped, several such numbers would multiply each other's rows and sort by every
    column."""
    every = rows if isinstance(rows, models.QuerySet) else rows._base_manager.all()
    found = every.filter(**{path: OuterRef("pk")}, **only).order_by()
    return Coalesce(Subquery(found.values(path).annotate(n=Count("pk")).values("n")), 0)


class AssessmentQuerySet(models.QuerySet[Any, Any]):
    def for_user(self, user: Any) -> Self:
        return self.filter(pk__in=user.memberships.values("assessment"))

    def with_roles_of(self, user: models.Model) -> Self:
        """Assessments of the user, one row for each `role` that the user has in it, with the day of `last_seen_on`."""
        return self.filter(memberships__user=user).annotate(
            role=F("memberships__role"), seen_on=F("memberships__last_seen_on")
        )

    def with_instruments(self) -> Self:
        return self.select_related("study", "guide", "questionnaire", "matrix")


class SignInQuerySet(models.QuerySet[Any, Any]):
    def for_user(self, user: models.Model) -> Self:
        return self.filter(user=user).select_related("user")


class DeviceQuerySet(models.QuerySet[Any, Any]):
    def for_user(self, user: models.Model) -> Self:
        return self.filter(user=user).select_related("user", "revoked_by")

    def with_share(self) -> Self:
        return self.exclude(share="")

    def for_erasing(self, now: datetime) -> Self:
        """Whose share is due: revoked 30 days ago, or not seen for 90."""
        due = Q(revoked_at__lt=now - SHARE_AFTER_REVOCATION) | Q(seen_at__lt=now - SHARE_WITHOUT_USE)
        return self.with_share().filter(due)


class StudyQuerySet(models.QuerySet[Any, Any]):
    def for_lead(self, user: Any) -> Self:
        """Studies to which the user may add a country: all for staff, else those of assessments that the user leads."""
        led = {"assessments__memberships__user": user, "assessments__memberships__role": "lead"}
        return self if user.is_staff else self.filter(**led).distinct()


class ForAssessment(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: models.Model) -> Self:
        """Its rows, each with this very object as its assessment: none reads it again, with its instruments."""
        found = self.filter(assessment=assessment)
        field: Any = self.model._meta.get_field("assessment")
        # As Django does for `assessment.interviews.all()`; there is no other way for a method of a QuerySet.
        found._known_related_objects = {**found._known_related_objects, field: {assessment.pk: assessment}}  # type: ignore[attr-defined]
        return found


class MembershipQuerySet(ForAssessment):
    def for_first_days(self, since: datetime) -> Self:
        """Those whose list of first steps is shown: begun or asked for after `since`, and not hidden."""
        recent = Q(created_at__gte=since) | Q(first_days_asked_at__gte=since)
        return self.filter(recent, first_days_hidden_at=None)

    def for_user(self, user: models.Model) -> Self:
        return self.filter(user=user)


class MemberInvitationQuerySet(ForAssessment):
    def waiting(self) -> Self:
        """Neither used nor revoked; expired ones can be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self) -> Self:
        """Neither used, nor revoked, nor expired: their links work."""
        return self.waiting().filter(expires_at__gt=timezone.now())


class LeadOfferQuerySet(ForAssessment):
    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(accepted_at=None, ended_at=None)


class LanguagePackQuerySet(ForAssessment):
    """`for_assessment(None)`: those of the site."""

    def for_assessment(self, assessment: models.Model | None) -> Self:
        return self.filter(assessment=assessment) if assessment else self.filter(assessment=None)

    def for_readers_of(self, assessment: models.Model | None) -> Self:
        """Those of the site, then those of the assessment, which come before them."""
        own = Q(assessment=assessment) if assessment else Q(pk=None)
        return self.filter(Q(assessment=None) | own).order_by(F("assessment").asc(nulls_first=True), "language")


class OrganisationQuerySet(ForAssessment):
    pass


@dataclass(frozen=True)
class DocumentCounts:
    """Numbers of documents on the register, of reviewed ones, and of those in the bibliography."""

    registered: int = 0
    reviewed: int = 0
    included: int = 0


class DocumentQuerySet(ForAssessment):
    def status_counts(self) -> models.QuerySet[Any, dict[str, int]]:
        """The numbers of `DocumentCounts` as one row; none where there is no document."""
        grouped = self.order_by().values("assessment")
        counted: models.QuerySet[Any, dict[str, int]] = grouped.annotate(
            registered=Count("pk"),
            reviewed=Count("pk", filter=Q(reviewed=True)),
            included=Count("pk", filter=Q(in_bibliography=True)),
        ).values("registered", "reviewed", "included")
        return counted

    def counts(self) -> DocumentCounts:
        return DocumentCounts(**next(iter(self.status_counts()), {}))

    def for_trash(self) -> Self:
        """Removed from the register; only `Document.all_objects` has any."""
        return self.exclude(removed_at=None)

    def for_bibliography(self) -> Self:
        """Sorted as in a bibliography: by author, else title, then year."""
        first = Lower(Coalesce(NullIf("authors", Value("")), "title"))
        return self.filter(in_bibliography=True).order_by(first, Lower("title"), "year", "code")


class RegisterManager(models.Manager.from_queryset(DocumentQuerySet)):  # type: ignore[misc] # a class made at run time
    """The sources on the register: those that were not removed."""

    def get_queryset(self) -> DocumentQuerySet:
        return DocumentQuerySet(self.model, using=self._db).filter(removed_at=None)


class ContactQuerySet(ForAssessment):
    def for_inviting(self) -> Self:
        return self.filter(erased_at=None)


class RetentionDateQuerySet(ForAssessment):
    def ahead(self) -> Self:
        """Those whose data are still there."""
        return self.filter(done_at=None)


class ErasureRequestQuerySet(ForAssessment):
    def for_confirming(self) -> Self:
        """Those that wait for a second person."""
        return self.filter(erased_at=None, cancelled_at=None)

    def settled(self) -> Self:
        """Those that were carried out or cancelled."""
        return self.exclude(erased_at=None, cancelled_at=None)

    def with_people(self) -> Self:
        return self.select_related("assessment", "asked_by", "confirmed_by", "cancelled_by")


READ = ".read"  # the end of the action of events that record a reading


class AuditEventQuerySet(ForAssessment):
    def for_leads(self, assessment: models.Model) -> Self:
        """Events of the assessment and its members' sign-ins; none of any other assessment."""
        members = get_user_model().objects.filter(memberships__assessment=assessment.pk).values("pk")
        own = Q(assessment=assessment) | Q(assessment=None, actor__in=members, action__startswith="user.")
        return self.filter(own).select_related("actor")

    def for_changes(self) -> Self:
        return self.exclude(action__endswith=READ)

    def for_readings(self) -> Self:
        return self.filter(action__endswith=READ)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit log is append-only: events cannot be changed.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit log is append-only: events cannot be deleted.")
