"""The validation workshop: groups, their ballots and verdicts, and the responses made to findings."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.fields import ProtectedCharField, ProtectedJSONField, ProtectedTextField
from assessments.file_encryption import ProtectedBinaryField
from assessments.models import Assessment, Sector
from ctnat.ui.seen import mark
from indicators.models import RecommendationChange
from workshops.querysets import CommentQuerySet, GroupQuerySet, VerdictQuerySet, WorkshopQuerySet
from workshops.words import offered, room_language

GROUP_SECTORS = [*Sector.choices, ("mixed", _("Mixed"))]
MOST_PEOPLE = 1000  # of one sex in a group: more is a typing error


class Workshop(models.Model):
    """One workshop. Its agenda is fixed when it opens, its results are frozen when it closes.

    A rehearsal never counts. Of the others the lead decides which the report covers: `counted` is None until then.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Purpose(models.TextChoices):
        VALIDATION = "validation", _("Validation")
        REHEARSAL = "rehearsal", _("Rehearsal")

    class People(models.TextChoices):
        NEW = "new", _("Other people than at the workshops before")
        SAME = "same", _("The same people as at a workshop before")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="workshops")
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.VALIDATION)
    held_on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=20, blank=True)  # of the room; empty: the report's
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    join_code = models.CharField(max_length=12, unique=True, null=True, blank=True)  # shown on the projector while open
    agenda = models.JSONField(
        null=True, blank=True, default=None
    )  # fixed at opening: `workshops.agenda.fix_agenda`; None: not opened yet, or opened before agendas were kept
    results = ProtectedJSONField(default=dict, blank=True)  # frozen at the last closing: `workshops.results`
    counted = models.BooleanField(
        null=True, blank=True, default=None
    )  # whether the report covers it; None: not yet decided
    people = models.CharField(max_length=4, choices=People.choices, blank=True)  # beside other counted workshops
    revision = models.PositiveIntegerField(default=0)  # rises with every change that the projector and phones show
    opened_at = models.DateTimeField(null=True, blank=True)  # when first opened
    closed_at = models.DateTimeField(null=True, blank=True)  # last closed: the moment of `results`
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "held_on", "pk"]

    def __str__(self) -> str:
        return f"Workshop {self.assessment.reference} {self.held_on}"

    @property
    def room_language(self) -> str:
        return room_language(self.language, self.assessment.languages)

    @property
    def languages(self) -> list[str]:
        """The languages that its phones and pages offer."""
        return offered(self.assessment.languages, self.language)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def is_rehearsal(self) -> bool:
        return self.purpose == self.Purpose.REHEARSAL

    @property
    def is_reopened(self) -> bool:
        """Open again after a closing, whose results stay in force until the next."""
        return self.is_open and bool(self.results)


class Group(models.Model):
    """A working group with one device. The device's token is stored only as HMAC."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)
    sector = models.CharField(max_length=20, choices=GROUP_SECTORS, blank=True)  # empty: not recorded
    categories = models.JSONField(default=list, blank=True)  # categories of the matrix it discusses; none is all
    women = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_PEOPLE)])
    men = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_PEOPLE)])
    other = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_PEOPLE)])
    device_hmac = models.CharField(max_length=64, blank=True, db_index=True)
    ballot_revision = models.PositiveIntegerField(default=0)  # rises with each ballot cast and withdrawn

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["workshop", "pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "name"], name="group_name_once")]

    label_was_typed = True  # see `assessments.audit.record`

    def __str__(self) -> str:
        return self.name

    @property
    def people(self) -> int:
        return self.women + self.men + self.other

    @property
    def device_mark(self) -> str:
        """Differs from device to device; empty where none has joined."""
        return mark(self.device_hmac) if self.device_hmac else ""


class Ballot(models.Model):
    """A group's ordered top three of the priorities. A second ballot replaces the first."""

    class Source(models.TextChoices):
        DEVICE = "device", _("Device")
        PAPER = "paper", _("Paper")

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="ballot")
    priorities = models.JSONField(default=list)  # letters, the highest first
    other_text = ProtectedCharField(
        of="group.workshop.assessment", max_length=300, blank=True
    )  # where "Other" is among them: what it is
    other_language = models.CharField(max_length=20, blank=True)  # of these words, as for a verdict
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.DEVICE)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.group}: {' '.join(self.priorities)}"


class Verdict(models.Model):
    """A group's verdict on a recommendation or a marked cell: `recommendation:12` or `cell:1.1/F1`.

    `seen` is what was judged, as it was shown: {"heading", "text" and "notes" by language, "state", "note", "written"
    (the language of the originals), "revision", "language" in which the group read it}. Empty where it was not
    recorded.
    """

    class Choice(models.TextChoices):
        AGREE = "agree", _("Agree")
        AMEND = "amend", _("Amend")
        DISAGREE = "disagree", _("Disagree")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="verdicts")
    target = models.CharField(max_length=60)
    choice = models.CharField(max_length=10, choices=Choice.choices)
    words = ProtectedTextField(of="group.workshop.assessment", blank=True)
    words_language = models.CharField(
        max_length=20, blank=True
    )  # of the page on which they were typed; empty: not recorded, as on paper
    seen = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)  # rises with each change
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # withdrawn by the group: kept, but not counted
    with_rest = models.BooleanField(default=False)  # agreed together with all cells that had no verdict
    source = models.CharField(max_length=10, choices=Ballot.Source.choices, default=Ballot.Source.DEVICE)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["group", "pk"]
        constraints = [models.UniqueConstraint(fields=["group", "target"], name="verdict_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.choice} {self.target}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def seen_revision(self) -> int | None:
        """The revision of the wording that was judged; None where it was not recorded."""
        revision: int | None = self.seen.get("revision")
        return revision


class Comment(models.Model):
    """A statement on a finding, recommendation or cell. The finding is kept, with the statement beside it."""

    class Stage(models.TextChoices):
        INTERVIEW = "interview", _("In an interview")
        VALIDATION = "validation", _("At validation")
        AFTER = "after_workshop", _("After the workshop")

    class Kind(models.TextChoices):
        DISPUTED = "disputed", _("Disputes it")
        QUALIFIED = "qualified", _("Qualifies it")
        CLARIFICATION = "clarification", _("Adds to it")
        NOTE = "note", pgettext_lazy("kind of response", "Note")

    class Disposition(models.TextChoices):
        OPEN = "", _("Not yet decided")
        ACCEPTED = "accepted", _("Accepted")
        AMENDED = "amended", _("Amended")
        NOTED = "noted", _("Noted")
        DECLINED = "declined", pgettext_lazy("response", "Declined")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="comments")
    workshop = models.ForeignKey(Workshop, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    verdict = models.ForeignKey(
        Verdict, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments"
    )  # the group's words it was taken from
    target = models.CharField(max_length=60, blank=True)  # `section:2.1`, `criterion:1.1`, `cell:1.1/F1`, ...
    finding = ProtectedTextField(blank=True)  # what it answers, repeated
    source = models.CharField(max_length=80, blank=True)  # evidence key of what is disputed, where it is a document
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.NOTE)
    statement = ProtectedTextField()
    language = models.CharField(max_length=20, blank=True)  # of the statement; empty: not recorded
    who = ProtectedCharField(max_length=200, blank=True)  # in general terms: "a ministry"
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.VALIDATION)
    disposition = models.CharField(max_length=20, choices=Disposition.choices, blank=True, default="")
    reason = ProtectedTextField(blank=True)
    changed = ProtectedTextField(blank=True)  # what changed in the report because of it
    decided_on = ProtectedJSONField(
        default=dict, blank=True
    )  # translations of the statement that were on the page when it was decided on: {language: text}
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    seen = models.JSONField(default=dict, blank=True)  # what the group judged, from its verdict
    edit = models.ForeignKey(
        RecommendationChange, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # the edit by which its wording was taken over
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # by those who made it; it stays, marked as withdrawn
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "pk"]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Minutes(models.Model):
    """The minutes of a workshop, made when it closes. `number` is 1 at the first closing, 2 after a reopening."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveIntegerField()
    html = ProtectedTextField(of="workshop.assessment")
    pdf = ProtectedBinaryField(of="workshop.assessment", null=True)  # null: not printed yet
    checksum = models.CharField(max_length=64, blank=True)  # SHA-256 of the PDF, in hexadecimal
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["workshop", "number"]
        constraints = [models.UniqueConstraint(fields=["workshop", "number"], name="minutes_once")]

    def __str__(self) -> str:
        return f"minutes {self.number} of {self.workshop}"
