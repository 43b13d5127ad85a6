"""Assessments, members, organisations, desk review and the audit log. Members of one assessment see no other."""

import uuid
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.data_keys import new_secret
from assessments.fields import EncryptedTextField
from assessments.file_encryption import ProtectedFileField
from assessments.querysets import (
    AssessmentQuerySet,
    AuditEventQuerySet,
    ContactQuerySet,
    DeviceQuerySet,
    DocumentQuerySet,
    ErasureRequestQuerySet,
    LanguagePackQuerySet,
    LeadOfferQuerySet,
    MemberInvitationQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
    RegisterManager,
    RetentionDateQuerySet,
    SignInQuerySet,
    StudyQuerySet,
)
from ctnat.ui.countries import country_name, is_country
from instruments.models import Instrument


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class Colours(models.TextChoices):
    LIGHT = "light", gettext_lazy("Light")
    DARK = "dark", gettext_lazy("Dark")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address. `is_staff` may create assessments and adapt instruments."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # its name and address: only a pseudonym is left
    language = models.CharField(max_length=20, blank=True)  # of its pages and mails; blank: the browser's, and English
    colours = models.CharField(max_length=5, choices=Colours.choices, blank=True)  # of its pages; blank: the device's

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_editor(self) -> bool:
        """May create assessments and adapt instruments: staff, and leads of an assessment."""
        return self.is_staff or self.memberships.filter(role=Role.LEAD).exists()


class SignIn(models.Model):
    """A browser in which a user is signed in. No network address is kept; people recognise the device by its
    description."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, blank=True)
    device = models.CharField(max_length=60)
    begun_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-last_used_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.device}, since {self.begun_at:%Y-%m-%d %H:%M}"


class Device(models.Model):
    """A browser that keeps texts which its user has not saved yet, encrypted.

    `share` is the server's half of their key: without it the browser opens nothing. Erasing it makes what the browser
    keeps unreadable for good.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    uuid = models.UUIDField(unique=True, help_text="made by the browser")
    share = EncryptedTextField(blank=True, help_text="base64 of 32 random bytes; blank once it was erased")
    name = models.CharField(max_length=60, help_text="the browser in words")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}, since {self.created_at:%Y-%m-%d}"


class RefusedSignIn(models.Model):
    """A sign-in that was refused. Neither what was typed nor the network is kept."""

    class Reason(models.TextChoices):
        PASSWORD = "password", gettext_lazy("Wrong password")
        TOO_MANY = "too_many", gettext_lazy("Too many attempts")
        PROVIDER = "provider", gettext_lazy("Refused after a sign-in at the organisation")
        DEMONSTRATION = "demonstration", gettext_lazy("An account of the demonstration")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="refused")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    device = models.CharField(max_length=60)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    told_at = models.DateTimeField(null=True, blank=True)  # when the user was informed at a sign-in

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_reason_display()}"


class MailFailure(models.Model):
    """A mail that could not be handed to the mail server. No address is kept."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    reason = models.CharField(max_length=100)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.reason}"


class WorkerBeat(models.Model):
    """When a background worker was last seen alive."""

    worker = models.CharField(max_length=64, unique=True)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.worker


class SiteDetails(models.Model):
    """What an administrator chose for the whole site: one row, or none where nothing was chosen yet."""

    name = models.CharField(max_length=60, blank=True)  # blank: CT-NAT
    languages = models.JSONField(default=list, blank=True)  # of new assessments, and of pages for those who chose none
    time_zone = models.CharField(max_length=40, blank=True)  # of pages outside an assessment; blank: of the settings

    class Meta:
        verbose_name_plural = "site details"

    def __str__(self) -> str:
        return self.name or "CT-NAT"


class Study(models.Model):
    """A commissioned study: one or several countries, each with an assessment of its own."""

    title = models.CharField(max_length=200)
    commissioner = models.CharField(max_length=200, blank=True)
    funder = models.CharField(max_length=200, blank=True)
    is_demonstration = models.BooleanField(default=False, editable=False)  # made by `load_demo`, whatever its title is
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.title

    def may_be_changed_by(self, user: User) -> bool:
        """By staff, and by a user who leads all its assessments: its texts are printed in the report of each
        country."""
        led = user.memberships.filter(role=Role.LEAD).values("assessment")
        return user.is_staff or not self.assessments.exclude(pk__in=led).exists()


class DataKey(models.Model):
    """The key with which what people said in one assessment is encrypted, itself encrypted with FIELD_KEYS.

    Where it was destroyed the row stays, without its secret: nothing that was encrypted with it can be read again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret = EncryptedTextField(blank=True, default=new_secret)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"data key {self.pk}"  # never the secret

    @property
    def is_destroyed(self) -> bool:
        return self.destroyed_at is not None


def validate_country(code: str) -> None:
    if not is_country(code):
        raise ValidationError(_("Choose a country from the list."))


def default_languages() -> list[str]:
    return ["en"]


class Assessment(models.Model):
    """The rapid needs assessment of one country. Its three instruments are the versions in use."""

    class Stage(models.TextChoices):
        DESK_REVIEW = "desk_review", gettext_lazy("Desk review")
        TOOL = "tool", gettext_lazy("The tool")
        DATA_COLLECTION = "data_collection", gettext_lazy("Interviews and survey")
        ANALYSIS = "analysis", gettext_lazy("Analysis and drafting")
        VALIDATION = "validation", gettext_lazy("Validation")
        FINAL = "final", gettext_lazy("Final report")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="assessments")
    country = models.CharField(max_length=3, validators=[validate_country])  # ISO 3166-1 alpha-3
    reference = models.SlugField(
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", gettext_lazy("Use letters, digits and hyphens only."))
        ],
        error_messages={
            "unique": gettext_lazy("An assessment with this reference exists already. Choose another reference.")
        },
    )
    # Set by hand: from data collection on, desk review and tool count as done. Blank: it follows from the work.
    stage = models.CharField(max_length=20, choices=Stage.choices, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    time_zone = models.CharField(max_length=40, default="UTC")
    languages = models.JSONField(default=default_languages)  # the first is the report's
    country_names = models.JSONField(default=dict, blank=True)  # language -> a name other than that of the list
    office = models.CharField(max_length=200, blank=True)
    interviewer_contact = models.CharField(max_length=200, blank=True)
    research_contact = models.CharField(max_length=200, blank=True)
    survey_contact = models.CharField(max_length=200, blank=True)
    interviews_planned = models.PositiveSmallIntegerField(null=True, blank=True)  # None: not decided
    documents_reviewed = models.PositiveSmallIntegerField(null=True, blank=True)  # where more were read than registered
    percent_threshold = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("Below this base, counts are shown, not percentages."),
    )
    disclosure_threshold = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=gettext_lazy("Cells of cross-tables below this count are hidden."),
    )
    guide = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    questionnaire = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    matrix = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    second_factor_required = models.BooleanField(
        default=False,
        verbose_name=gettext_lazy("members need a second factor"),
        help_text=gettext_lazy(
            "Members without one are asked to set it up before they see anything of this assessment."
        ),
    )
    notice = models.TextField(blank=True)  # shown on the home page and on the report's cover
    trash_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        verbose_name=gettext_lazy("days in the trash"),
        help_text=gettext_lazy("What is in the trash longer is erased for good. Leave blank for the rule of the site."),
    )
    last_interview = models.PositiveIntegerField(default=0)  # number given last; locked while the next is given
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)  # read only since (`archiving.py`)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    # The assessment that it was begun as a copy of, whatever becomes of that one; blank: of none.
    copied_from = models.CharField(max_length=40, blank=True, editable=False)
    copied_on = models.DateField(null=True, blank=True, editable=False)
    data_key = models.OneToOneField(DataKey, blank=True, editable=False, on_delete=models.PROTECT, related_name="+")
    # Another one whenever a text of its language packs or of the site's changes; blank: there is none (`packs.py`).
    words_version = models.CharField(max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:assessment_home", args=[self.reference])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def days_in_trash(self) -> int:
        """How long something stays in the trash; 0: as long as nobody erases it."""
        return self.trash_days or int(settings.TRASH_DAYS)

    @property
    def country_name(self) -> str:
        return self.country_in("en")

    @property
    def country_on_page(self) -> str:
        """In the language of the member who looks at a page."""
        return self.country_in(get_language() or "en")

    def country_in(self, language: str) -> str:
        """The country's name as the lead wrote it for `language`, else as the list of countries has it."""
        return str(self.country_names.get(language) or country_name(self.country, language))

    @property
    def is_demonstration(self) -> bool:
        return self.study.is_demonstration

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown and typed; UTC where the stored name is unknown."""
        try:
            return ZoneInfo(self.time_zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return ZoneInfo("UTC")

    @property
    def report_language(self) -> str:
        return self.languages[0] if self.languages else "en"

    @property
    def placeholders(self) -> dict[str, str]:
        return self.placeholders_in("en")

    def placeholders_in(self, language: str) -> dict[str, str]:
        """Values for `{...}` in instrument texts; the survey adds its deadline."""
        return {
            "assessment": self.reference,
            "country": self.country_in(language),
            "commissioner": self.study.commissioner,
            "office": self.office,
            "survey_contact": self.survey_contact,
            "interviewer_contact": self.interviewer_contact,
            "research_contact": self.research_contact,
        }

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end is before the start. Give a date on or after the start.")})


class Role(models.TextChoices):
    LEAD = "lead", gettext_lazy("Lead")
    CONSULTANT = "consultant", gettext_lazy("Consultant")
    FOCAL_POINT = "focal_point", gettext_lazy("Focal point")
    FACILITATOR = "facilitator", gettext_lazy("Facilitator")
    OBSERVER = "observer", gettext_lazy("Observer")


class Membership(models.Model):
    """A user's role in an assessment. One user may hold several roles."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    # The last day, by the assessment's clocks, on which the member opened one of its pages; no finer, and no history.
    last_seen_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # The list of first steps on the home page: hidden by the member, and asked for again. Null: neither.
    first_days_hidden_at = models.DateTimeField(null=True, blank=True)
    first_days_asked_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["role", "user__email"]
        constraints = [models.UniqueConstraint(fields=["user", "assessment", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} of {self.assessment}"


class MemberInvitation(models.Model):
    """An e-mailed invitation to a role. The token in the link is kept only as HMAC."""

    class Delivery(models.TextChoices):
        """What became of the mail with the present link."""

        SENT = "sent", gettext_lazy("Handed to the mail server")
        NO_SERVER = "no_server", gettext_lazy("Not sent: this site has no mail server")
        FAILED = "failed", gettext_lazy("The mail could not be sent")
        BY_HAND = "by_hand", gettext_lazy("Link given by hand")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="member_invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    token_hmac = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)  # when the present link was made
    delivery = models.CharField(max_length=10, choices=Delivery.choices, blank=True)  # blank: not recorded
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = MemberInvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()} of {self.assessment}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def inviter(self) -> str:
        """The inviter's name, as the invited person knows it."""
        return str(self.invited_by) if self.invited_by else "A lead of the assessment"


class LeadOffer(models.Model):
    """A lead offers the lead of an assessment to another member, who accepts or declines.

    `stays_as` is the role that the offering lead has afterwards, lead or another one; blank for none.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="lead_offers")
    offered_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    stays_as = models.CharField(max_length=20, choices=Role.choices, blank=True)
    offered_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # declined by the one, or withdrawn by the other

    objects = LeadOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "-pk"]

    def __str__(self) -> str:
        return f"lead of {self.assessment} offered to {self.offered_to}"


class Sector(models.TextChoices):
    STATE = "state", gettext_lazy("State agency")
    NGO = "ngo", gettext_lazy("Non-governmental organisation")
    IGO = "igo", gettext_lazy("Intergovernmental organisation")
    ACADEMIC = "academic", gettext_lazy("Academic or research")
    PRIVATE = "private", gettext_lazy("Private sector")
    OTHER = "other", gettext_lazy("Other")


class Organisation(models.Model):
    """A body that took part or is cited. Names stay inside the assessment."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="organisations")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40, blank=True)
    sector = models.CharField(max_length=20, choices=Sector.choices)
    entity_type = models.CharField(max_length=80, blank=True)  # ministry, shelter, ... (profile of entities)
    in_capital = models.BooleanField(null=True, blank=True)  # None: not recorded

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["assessment", "name"], name="organisation_once")]

    def __str__(self) -> str:
        return self.short_name or self.name


class Document(models.Model):
    """A source of the desk review. `code` ("Aze 16", "Gen 1") is how the report cites it.

    A removed source stays in the trash with its code: `objects` are those on the register, `all_objects` include the
    trash.
    """

    class Kind(models.TextChoices):
        LAW = "law", gettext_lazy("Law or decree")
        TREATY = "treaty", gettext_lazy("International instrument")
        REPORT = "report", gettext_lazy("Report")
        STATISTICS = "statistics", gettext_lazy("Statistics")
        ARTICLE = "article", gettext_lazy("Article or book")
        WEB = "web", gettext_lazy("Web page")
        OTHER = "other", gettext_lazy("Other")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="documents")
    code = models.CharField(
        max_length=20,
        validators=[
            RegexValidator(r"^[A-Za-z]{2,6} [0-9]{1,4}$", gettext_lazy("Write a code such as “Aze 16” or “Gen 1”."))
        ],
    )
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.REPORT)
    title = models.CharField(max_length=500)
    authors = models.CharField(max_length=300, blank=True)
    published_in = models.CharField(max_length=300, blank=True)  # the journal or the collected volume
    volume = models.CharField(max_length=40, blank=True)
    issue = models.CharField(max_length=40, blank=True)
    pages = models.CharField(max_length=60, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    ratified = models.PositiveSmallIntegerField(null=True, blank=True)  # treaties: year of ratification or accession
    in_force = models.PositiveSmallIntegerField(null=True, blank=True)  # treaties: year of entry into force
    language = models.CharField(max_length=20, blank=True)  # blank: not recorded
    url = models.URLField(max_length=500, blank=True)
    accessed_on = models.DateField(null=True, blank=True)
    doi = models.CharField(max_length=200, blank=True)
    file = ProtectedFileField(upload_to="documents/%Y", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    reviewed = models.BooleanField(default=False)
    in_bibliography = models.BooleanField(default=False)
    themes = models.JSONField(default=list, blank=True)  # theme codes of the codebook
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # in the trash since

    objects = RegisterManager()
    all_objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "code"]
        base_manager_name = "all_objects"
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="document_code_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def by_line(self) -> str:
        """The authors as a bibliography begins with them: one full stop after "Doe, J." as after "Parliament"."""
        return f"{self.authors.rstrip('. ')}." if self.authors else ""


class RetiredCode(models.Model):
    """A code that a source had, and no source has now. It is never given again."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="retired_codes")
    prefix = models.CharField(max_length=6)  # in lower case
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="retired_codes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "prefix", "number"], name="retired_code_once")]

    def __str__(self) -> str:
        return f"{self.prefix.capitalize()} {self.number}"


class LanguagePack(models.Model):
    """Texts in one language, beside or instead of those that are shipped: of one assessment, or of the whole site.

    `own_name` and `direction` are blank where CLDR's apply.
    """

    class Direction(models.TextChoices):
        LTR = "ltr", gettext_lazy("From left to right")
        RTL = "rtl", gettext_lazy("From right to left")

    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.CASCADE, related_name="language_packs")
    language = models.CharField(max_length=20)
    own_name = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=3, choices=Direction.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LanguagePackQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "language"]
        constraints = [models.UniqueConstraint(Coalesce("assessment", 0), "language", name="language_pack_once")]

    def __str__(self) -> str:
        return f"{self.language} of {self.assessment or 'the site'}"


class PackText(models.Model):
    """One text of a language pack.

    `key` is that of the source ("surveys.skip", `public_texts.py`). `form` is a plural form of CLDR, "=0" for none at
    all, or blank for a text without forms. `source_mark` is the mark of the English that it was made from: where that
    is another by now, the text is out of date. A row whose text was cleared stays: `revision` counts on.
    """

    pack = models.ForeignKey(LanguagePack, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField(max_length=120)
    form = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True)
    source_mark = models.CharField(max_length=16)
    revision = models.PositiveIntegerField(default=1)  # rises with each change of the text and each review
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_mark = models.CharField(max_length=16, blank=True)  # of English and text, as reviewed

    class Meta:
        ordering = ["pack", "key", "form"]
        constraints = [models.UniqueConstraint(fields=["pack", "key", "form"], name="pack_text_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.form} in {self.pack.language}"


class Contact(models.Model):
    """A person who may be invited to the survey. Name and address are encrypted, and can be erased."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="contacts")
    name = EncryptedTextField(blank=True)
    email = EncryptedTextField(blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    language = models.CharField(max_length=20, default="en")
    suggested_in = models.CharField(max_length=40, blank=True)  # code of the interview, where one suggested it
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"contact {self.pk}"  # never the name: this text reaches logs


class AuditChain(models.Model):
    """The end of one chain of audit events: of an assessment, or of the events that belong to none.

    Its row is locked while an event is added, so that each event follows exactly one other.
    """

    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="audit_chains")
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)  # the hash of the last event
    cut_length = models.PositiveBigIntegerField(default=0)  # so many first events were erased when their time was over
    cut_head = models.CharField(max_length=64, blank=True)  # the hash of the last of those

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("assessment", 0), name="audit_chain_once")]

    def __str__(self) -> str:
        return f"Audit chain of {self.assessment or 'the site'}"


class AuditEvent(models.Model):
    """Who did what to which object, and when. Append-only; never contains a protected value.

    `hash` is the SHA-256 of `previous_hash` and the event (`assessments/audit.py`), so that a changed, added or removed
    event breaks the chain. The database refuses UPDATE and DELETE by triggers, but for two acts of erasing, each of
    which is an event itself: a label may become blank (`audit.erase_labels`), and the first events of a chain may go
    when their time is over (`audit.cut_chain`).
    """

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="audit_events")
    action = models.CharField(max_length=60)  # `interview.created`
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    position = models.PositiveBigIntegerField()  # in its chain, from 1
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["actor", "action", "object_id", "at"], name="audit_event_of_actor")]
        constraints = [models.UniqueConstraint(Coalesce("assessment", 0), "position", name="audit_event_place")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The audit log is append-only: an event cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("The audit log is append-only: an event cannot be deleted.")

    @property
    def words(self) -> str:
        """The action in words: "document.file_added" -> "document file added"."""
        return self.action.replace(".", " ").replace("_", " ")


class ErasureRequest(models.Model):
    """A request to erase something for good. It is carried out when a second person confirms it.

    `label` and `parts` name and count what is to be erased, and never repeat it. The row stays afterwards, also where a
    whole assessment was erased: `reference` then says of which.
    """

    class Ground(models.TextChoices):
        PERSON = "person", gettext_lazy("The person concerned asked for it")
        CONSENT = "consent", gettext_lazy("Consent was withdrawn")
        MISTAKE = "mistake", gettext_lazy("It should not have been recorded")
        RULE = "rule", gettext_lazy("A rule or a decision of the organisation")
        ENDED = "ended", gettext_lazy("It is no longer needed")

    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="erasure_requests")
    reference = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)  # an eraser's (assessments/erasers.py)
    key = models.CharField(max_length=80)
    place = models.JSONField(default=dict, blank=True)  # more of what it is: of a passage, its mark and length
    label = models.CharField(max_length=200)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    note = EncryptedTextField(blank=True)  # erased once it is carried out: it may repeat what was erased
    parts = models.JSONField(default=list, blank=True)  # [[name, count]], when it was asked, then when it was erased
    copies_withdrawn = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def is_waiting(self) -> bool:
        return self.erased_at is None and self.cancelled_at is None


class RetentionDate(models.Model):
    """Until when one kind of data of an assessment is kept. It is erased then, once the leads were warned in time."""

    class Kind(models.TextChoices):
        NAMES = "names", gettext_lazy("Names and addresses")
        NOTES = "notes", gettext_lazy("Raw notes")
        ANSWERS = "answers", gettext_lazy("Raw answers")
        AUDIT = "audit", gettext_lazy("Audit log")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="retention_dates")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    due_on = models.DateField()
    warned_at = models.DateTimeField(null=True, blank=True)  # None again where the date is changed
    done_at = models.DateTimeField(null=True, blank=True)

    objects = RetentionDateQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "kind"], name="retention_date_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.due_on}"


class DeletionCertificate(models.Model):
    """What was erased by a date of retention: how many of what, when and by which rule. Never the content."""

    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="certificates")
    reference = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=RetentionDate.Kind.choices)
    rule = models.CharField(max_length=300)
    parts = models.JSONField(default=list)  # [[name, count]]
    erased_at = models.DateTimeField()
    pdf = models.BinaryField(null=True)  # None: not printed yet
    checksum = models.CharField(max_length=64, blank=True)  # SHA-256 of the PDF, in hexadecimal
    # SHA-256 of what it certifies, printed in it; blank in a certificate of an earlier version
    content_checksum = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-erased_at", "-pk"]

    def __str__(self) -> str:
        return f"certificate {self.pk} of {self.reference}"

    def content(self) -> str:
        """What it certifies, line by line, of which `content_checksum` is the SHA-256 (UTF-8)."""
        lines = [self.reference, self.kind, self.rule, f"{self.erased_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"]
        return "\n".join([*lines, *(f"{name}: {count}" for name, count in self.parts)])


class DailyRun(models.Model):
    """One day's round of what is due: emptying the trash, warning of dates of retention and keeping to them."""

    day = models.DateField(unique=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"round of {self.day}"
