"""Versions of the instruments. A published version never changes; adapting it creates a draft from it.

What can be corrected in it while it is in use are its words: a `Correction` never changes the stored definition, and
the document that people see is the definition with the corrections.
"""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from instruments.decisions import is_moot
from instruments.fields import DefinitionField, stored_text
from instruments.import_notes import Decision
from instruments.querysets import (
    FROZEN_FIELDS,
    AppendOnlyError,
    CorrectionQuerySet,
    InstrumentManager,
    PublishedVersionError,
)
from instruments.schema import Definition, parse, parse_stored, source_language
from instruments.texts import Overlay, overlaid, place_of


class Instrument(models.Model):
    """One version of an interview guide, survey or indicator matrix. `definition` is the document as JSON.

    `corrections_made` is the number of its newest correction, `corrected` its texts as corrected: text's path ->
    language -> words. Both are kept in step with the rows of `Correction`, so that a page reads no further row.
    """

    class Kind(models.TextChoices):
        INTERVIEW_GUIDE = "interview_guide", gettext_lazy("Interview guide")
        SURVEY = "survey", gettext_lazy("Survey")
        INDICATORS = "indicators", gettext_lazy("Indicator matrix")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80, blank=True)  # what the version is for, in the words of its owner
    definition = DefinitionField()
    published_at = models.DateTimeField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    created_at = models.DateTimeField(default=timezone.now, editable=False)  # a default, so that loaddata fills it
    revision = models.PositiveIntegerField(default=0)  # counts the edits of a draft, so that none overwrites another

    import_notes = DefinitionField(default=list, blank=True)  # row by row: what of the form was taken, and what not
    import_decisions = DefinitionField(default=list, blank=True)  # what the form left open, with the answers
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # a mistake: no longer offered
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    corrections_made = models.PositiveIntegerField(default=0, editable=False)
    corrected = models.JSONField(default=dict, blank=True, editable=False)

    # The assessment whose leads may change it; None: the shared library, or an owner that is not known.
    owner = models.ForeignKey(
        "assessments.Assessment", null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_instruments"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)  # a draft in the trash since

    objects = InstrumentManager()

    class Meta:
        ordering = ["kind", "key", "version"]
        constraints = [models.UniqueConstraint(fields=["kind", "key", "version"], name="instrument_version_unique")]

    def __str__(self) -> str:
        return _("{kind} {key} version {version}").format(
            kind=self.get_kind_display(), key=self.key, version=self.version
        )

    def natural_key(self) -> tuple[str, str, int]:
        return (self.kind, self.key, self.version)

    @cached_property
    def document(self) -> Definition:
        """The parsed definition with its corrections: what people see. Raises `DefinitionError`."""
        text = stored_text(self, "definition")
        if text is None:
            return parse(self.kind, self.shown_definition)
        if self.corrected:
            return _parse_corrected(self.kind, text, json.dumps(self.corrected, sort_keys=True))
        return parse_stored(self.kind, text)

    @property
    def shown_definition(self) -> Any:
        """The definition as JSON with its corrections."""
        return overlaid(self.definition, self.corrected) if self.corrected else self.definition

    def definition_at(self, correction: int) -> Any:
        """The definition as it was shown with the corrections up to that number. One query."""
        overlay: Overlay = {}
        for row in self.corrections.filter(number__lte=correction).order_by("number"):
            overlay.setdefault(row.key, {})[row.language] = row.becomes
        return overlaid(self.definition, overlay)

    @property
    def version_number(self) -> str:
        """`3`, or with corrections `3.2`: what is printed at the bottom of forms."""
        return numbered(self.version, self.corrections_made)

    @property
    def title_text(self) -> str:
        """The title in the definition's source language."""
        title = self.definition["title"] | self.corrected.get("title", {})
        return str(title.get(source_language(self.definition), self.key))

    @property
    def open_decisions(self) -> list[Decision]:
        """What the imported form left open, is not answered yet, and still has its subject in the draft."""
        decisions = (Decision.from_json(each) for each in self.import_decisions)
        return [each for each in decisions if each.is_open and not is_moot(self.definition, each)]

    @property
    def owner_name(self) -> str:
        return str(self.owner) if self.owner else _("Shared library")

    @property
    def label(self) -> str:
        """Its name in select boxes: version and owner, by which entries differ, before the title."""
        name = f" “{self.name}”" if self.name else ""
        return f"{self.key}, version {self.version}{name} ({self.owner_name}): {self.title_text}"

    @property
    def is_discarded(self) -> bool:
        return self.discarded_at is not None

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed: neither published nor in the trash."""
        return self.published_at is None and self.discarded_at is None

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def clean(self) -> None:
        if self.parent and self.parent.kind != self.kind:
            raise ValidationError(_("A version must be of the same kind as the one it adapts."))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.is_published:
            raise PublishedVersionError(
                _("{instrument} is published and cannot be deleted. Withdraw it instead.").format(instrument=self)
            )
        return super().delete(*args, **kwargs)


def numbered(version: int, correction: int) -> str:
    return f"{version}.{correction}" if correction else str(version)


@lru_cache(maxsize=16)
def _parse_corrected(kind: str, text: str, corrected: str) -> Definition:
    return parse(kind, overlaid(json.loads(text), json.loads(corrected)))


@receiver(pre_save, sender=Instrument)
def keep_published_version(instance: Instrument, **kwargs: Any) -> None:
    """Refuse a save that would change a published version. A signal, because `loaddata` passes `save()` by."""
    if instance.pk is None:
        return
    stored = Instrument.objects.filter(pk=instance.pk, published_at__isnull=False).only(*FROZEN_FIELDS).first()
    if stored and any(getattr(instance, field) != getattr(stored, field) for field in FROZEN_FIELDS):
        raise PublishedVersionError(
            _("{instrument} is published and cannot change. Adapt it: that makes a draft version.").format(
                instrument=instance
            )
        )


class Translation(models.Model):
    """The state of one translated text. Its words are in the definition.

    `key` is the text's path (`sections/3/items/3.1/rows/3.1.5/text`), `source_mark` the mark of the source text that
    the translation was made from: if the source text has a different mark now, the translation is stale. Without a row,
    a translation is a draft made from the current source text. A review may be recorded on a published version
    too: it changes no text.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft, needs review")
        REVIEWED = "reviewed", pgettext_lazy("translation", "Reviewed")

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=20)
    key = models.CharField(max_length=250)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    source_mark = models.CharField(max_length=16)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["instrument", "language", "key"]
        constraints = [models.UniqueConstraint(fields=["instrument", "language", "key"], name="translation_once")]

    def __str__(self) -> str:
        return f"{self.key} in {self.language}: {self.get_status_display()}"


class RemovedEntry(models.Model):
    """An entry removed from a draft, with what is needed to put it back. The newest of a draft is undone first.

    `position` is its place in the list at the parent of `path`, from 0; `translations` are the rows of `Translation`
    for its texts. Kept until it is restored, or until the draft is published.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="removed_entries")
    path = models.CharField(max_length=250)
    position = models.PositiveIntegerField()
    entry: Any = models.JSONField()
    translations: Any = models.JSONField(default=list, blank=True)
    removed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["instrument", "-pk"]

    def __str__(self) -> str:
        return self.path

    @property
    def code(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def words(self) -> str:
        """Its title or text in the source language of the draft; blank for an entry without either."""
        text = self.entry.get("title") or self.entry.get("text") or {}
        return str(text.get(source_language(self.instrument.definition), ""))


class Correction(models.Model):
    """One text of a published version, corrected in one language while the version is in use. Rows are only added.

    `number` counts the corrections of the version: each answer knows the number of the newest that was shown. `key` is
    the text's path. In the source language the words have to mean the same (`means_same`), with a `reason`; a
    correction of a translation states neither unless its author does.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=20)
    key = models.CharField(max_length=250)
    was = models.TextField(blank=True)  # blank: the translation was missing
    becomes = models.TextField()
    reason = models.CharField(max_length=500, blank=True)
    is_source = models.BooleanField()
    means_same = models.BooleanField(null=True)  # None: was not asked
    corrected_at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["instrument", "number"]
        constraints = [models.UniqueConstraint(fields=["instrument", "number"], name="correction_once")]

    def __str__(self) -> str:
        return f"{self.key} in {self.language}, correction {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise AppendOnlyError("Corrections are only added: a later one corrects this one.")
        super().save(*args, **kwargs)

    @property
    def place(self) -> str:
        return place_of(self.key)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise AppendOnlyError("Corrections are only added: a later one corrects this one.")
