"""Which rows: `for_*` narrows, `with_*` adds."""

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from assessments.models import Assessment, User


class AssessmentQuerySet(models.QuerySet):
    def for_user(self, user: "User") -> "AssessmentQuerySet":
        return self.filter(memberships__user=user).distinct()

    def with_instruments(self) -> "AssessmentQuerySet":
        return self.select_related("study", "guide", "questionnaire", "matrix")


class ForAssessment(models.QuerySet):
    def for_assessment(self, assessment: "Assessment") -> Any:
        return self.filter(assessment=assessment)


class MembershipQuerySet(ForAssessment):
    def for_user(self, user: "User") -> "MembershipQuerySet":
        return self.filter(user=user)


class OrganisationQuerySet(ForAssessment):
    pass


class DocumentQuerySet(ForAssessment):
    def for_bibliography(self) -> "DocumentQuerySet":
        """In the order of a bibliography: by author, else title, then year."""
        return self.filter(in_bibliography=True).order_by(Lower("authors"), Lower("title"), "year", "code")


class ContactQuerySet(ForAssessment):
    def for_inviting(self) -> "ContactQuerySet":
        return self.filter(erased_at=None)


class AuditEventQuerySet(ForAssessment):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit log is append-only: events cannot be changed.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit log is append-only: events cannot be deleted.")
