"""Versions of the tool's instruments. A published version never changes; adapting it makes a draft child."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from instruments.schema import Definition, parse


class Instrument(models.Model):
    """One version of an interview guide, survey or indicator matrix. `definition` is the document as JSON."""

    class Kind(models.TextChoices):
        INTERVIEW_GUIDE = "interview_guide", "Interview guide"
        SURVEY = "survey", "Survey"
        INDICATORS = "indicators", "Indicator matrix"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "key", "version"]
        constraints = [models.UniqueConstraint(fields=["kind", "key", "version"], name="instrument_version_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key} version {self.version}"

    @cached_property
    def document(self) -> Definition:
        """The parsed, frozen definition. Raises `DefinitionError`."""
        return parse(self.kind, self.definition)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def clean(self) -> None:
        if self.parent and self.parent.kind != self.kind:
            raise ValidationError("A version must be of the same kind as the one it adapts.")
