"""Which versions; and the guard that keeps published ones unchanged."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from ctnat.ui.languages import LANGUAGES

LEAD = "lead"  # the role whose members change what their assessment owns
TRANSLATORS = (LEAD, "consultant", "focal_point")  # those whose members translate it and review translations
FROZEN_FIELDS = ("kind", "key", "version", "definition", "published_at", "parent_id")


class PublishedVersionError(Exception):
    """A write that would change or remove a published version."""


class DiscardedDraftError(PublishedVersionError):
    """A write to a draft that a colleague has put into the trash meanwhile."""


class AppendOnlyError(TypeError):
    """A write that would change or remove a row that is only added."""


class CorrectionQuerySet(models.QuerySet[Any]):
    def for_source(self) -> Self:
        """Corrections of the source language, which the limits of a report name."""
        return self.filter(is_source=True)

    def update(self, **values: Any) -> int:
        raise AppendOnlyError("Corrections are only added: a later one corrects this one.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("Corrections are only added: a later one corrects this one.")


class InstrumentQuerySet(models.QuerySet[Any]):
    def for_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def for_published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def for_use(self) -> Self:
        """Published versions that an assessment may choose: those that were not withdrawn."""
        return self.for_published().filter(withdrawn_at__isnull=True)

    def for_trash(self) -> Self:
        return self.filter(discarded_at__isnull=False)

    def for_reader(self, user: Any) -> Self:
        """All published versions, and the drafts of the user's assessments; shared drafts are for staff."""
        own = Q(owner__in=user.memberships.order_by().values("assessment"))
        drafts = own | Q(owner=None) if user.is_staff else own
        return self.filter(Q(published_at__isnull=False) | drafts)

    def for_owner(self, user: Any) -> Self:
        """Versions that the user may change: of assessments that the user leads, and for staff the shared library."""
        led = Q(owner__in=user.memberships.order_by().filter(role=LEAD).values("assessment"))
        return self.filter(led | Q(owner=None) if user.is_staff else led)

    def for_translator(self, user: Any) -> Self:
        """Versions whose texts the user may translate and review: as lead, consultant or focal point of the owner, and
        for staff those of the shared library."""
        own = Q(owner__in=user.memberships.order_by().filter(role__in=TRANSLATORS).values("assessment"))
        return self.filter(own | Q(owner=None) if user.is_staff else own)

    def without_definition(self) -> Self:
        """For lists: the documents are large and are not loaded."""
        return self.select_related("owner").defer(
            "definition", "import_notes", "import_decisions", "parent__definition", "parent__import_notes"
        )

    def with_title(self) -> Self:
        """Adds `title` without reading the rest of the documents: in English, or else in a language of the site."""
        titles = [KT(f"{where}__title__{code}") for code in LANGUAGES for where in ("corrected", "definition")]
        return self.without_definition().annotate(title=Coalesce(*titles, Cast("key", models.TextField())))

    def get_by_natural_key(self, kind: str, key: str, version: int) -> Any:
        return self.get(kind=kind, key=key, version=version)

    def update(self, **values: Any) -> int:
        frozen = {"parent" if name == "parent_id" else name for name in FROZEN_FIELDS} | set(FROZEN_FIELDS)
        if frozen & set(values) and self.for_published().exists():
            raise PublishedVersionError(_("A published version cannot change. Adapt it: that makes a draft version."))
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.for_published().exists():
            raise PublishedVersionError(_("A published version cannot be deleted. Withdraw it instead."))
        return super().delete()


InstrumentManager = models.Manager.from_queryset(InstrumentQuerySet)
