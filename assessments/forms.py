"""Forms of assessments, members, organisations, contacts and the desk review."""

import re
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Self

from babel.localedata import locale_identifiers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.bibliography import Bibliography, read_entries
from assessments.erasers import Eraser
from assessments.invited_lines import MOST as MOST_INVITED
from assessments.invited_lines import read_lines
from assessments.models import (
    Assessment,
    Colours,
    Contact,
    Document,
    ErasureRequest,
    LanguagePack,
    Organisation,
    RetentionDate,
    Role,
    Sector,
    SiteDetails,
    Study,
    User,
)
from assessments.proposals import Proposal, proposal_for
from assessments.services.assessments import TOOL_FIELDS
from assessments.this_site import this_site
from assessments.uploads import check_upload
from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.translation.languages import interface_languages
from ctnat.translation.plurals import language_and_script
from ctnat.ui.countries import country_choices, country_name, is_country, zone_choices, zone_of, zones_of
from ctnat.ui.errors import FileError, shortened
from ctnat.ui.forms import DateInput, Form, ModelForm, SuggestingInput, YesNoField
from ctnat.ui.languages import direction, english_name, find_code, own_name, script_in
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.names import language_name
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import SeenForm
from instruments.models import Instrument

BIBLIOGRAPHY_FILES = frozenset({".bib", ".ris", ".txt"})
MOST_ERRORS_SHOWN = 20
LONGEST_TRANSLATION = 10_000  # characters
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)  # beyond them a date is mistyped


def language_choices() -> list[tuple[str, Any]]:
    """The browser's language, and the languages in which the pages are translated."""
    found: list[tuple[str, Any]] = [("", _("The language of the browser"))]
    for code in interface_languages():
        name = own_name(code)
        found.append((code, name if code == SOURCE_LANGUAGE else format_lazy(_("{language} (draft)"), language=name)))
    return found


def known_language(word: str) -> str:
    """The code of a language typed by name or code. One with a script or a region, such as `az-Cyrl`, stays."""
    code = find_code(word)
    if code is None:
        raise ValidationError(
            _(
                "“{word}” is not a known language. Enter its English name or its ISO code, such as "
                "“Azerbaijani” or “az”."
            ).format(word=word.strip()[:40])
        )
    return code


class LanguageForm(Form):
    """The language of a member's pages, each by its own name, those that no native speaker has read as drafts; and
    the pages' colours."""

    needed_sometimes = ("language", "colours")
    language = forms.ChoiceField(
        label=_("Language of your pages and mails"), required=False, widget=forms.RadioSelect, choices=language_choices
    )
    colours = forms.ChoiceField(
        label=_("Colours of your pages"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("As the device is set")), *Colours.choices],
        help_text=_("Where the device asks for more contrast, the pages have it with light and with dark colours."),
    )


def typed_language(code: str) -> str:
    """What a person would type for a language: its name in the words of the page where it is found again, else the
    code.
    """
    name = language_name(code)
    return name if find_code(name) == code and "," not in name else code


class LanguageField(forms.CharField):
    """A language typed by its name or its code: "Georgian" -> "ka"."""

    def prepare_value(self, value: Any) -> Any:
        return typed_language(value) if value else value

    def to_python(self, value: Any) -> Any:
        word = super().to_python(value)
        return known_language(word) if word else word


@lru_cache(maxsize=1)
def language_suggestions() -> list[str]:
    """The English names of the languages of CLDR."""
    codes = {code.split("_")[0] for code in locale_identifiers()}
    return sorted({english_name(code) for code in codes} - codes)


class PackForm(Form):
    """A language to add. Name and direction are needed only for one that CLDR does not know."""

    language = LanguageField(
        max_length=60,
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("Its name or its code, such as Swahili or sw."),
    )
    own_name = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("What its speakers call it"),
        help_text=gettext_lazy("Leave blank for the usual name."),
    )
    direction = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Direction of writing"),
        choices=[("", gettext_lazy("That of its usual script")), *LanguagePack.Direction.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        field.widget = SuggestingInput(language_suggestions(), field.widget.attrs)


class LanguagesField(forms.CharField):
    """Languages typed by name or code, separated by commas: "English, az" -> ["en", "az"], in the typed order."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(typed_language, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        words = (super().to_python(value) or "").split(",")
        return list(dict.fromkeys(known_language(word) for word in words if word.strip()))


def _check_dates(form: forms.BaseForm) -> None:
    starts, ends = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    for name in ("starts_on", "ends_on"):
        if (given := form.cleaned_data.get(name)) and not EARLIEST <= given <= LATEST:
            form.add_error(
                name,
                _("{year} is not a likely year. Give one from {first} to {last}.").format(
                    year=given.year, first=EARLIEST.year, last=LATEST.year
                ),
            )
    if starts and ends and ends < starts:
        form.add_error("ends_on", _("The end is before the start. Give a date on or after the start."))


class InstrumentField(forms.ModelChoiceField):  # type: ignore[type-arg] # it takes none at run time
    """A published version, by title, version and owner."""

    default_error_messages = {
        "required": gettext_lazy("Choose the version to use."),
        "invalid_choice": gettext_lazy("This version is not offered any more. Choose another one."),
    }

    def __init__(self, **kwargs: Any):
        super().__init__(Instrument.objects.none(), empty_label=_("Choose a version"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class AssessmentNewForm(Form):
    """Only what is needed to begin; the rest is on the details page."""

    needed_sometimes: tuple[str, ...] = ("study", "study_title", "time_zone")

    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        error_messages={
            "invalid_choice": gettext_lazy("This country is not on the ISO 3166 list. Choose one from the list.")
        },
    )
    starts_on = forms.DateField(label=gettext_lazy("Starts on"))
    ends_on = forms.DateField(label=gettext_lazy("Ends on"))
    reference = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label=gettext_lazy("Reference"),
        required=False,
        max_length=40,
        error_messages={
            "invalid": gettext_lazy("Use only letters, digits and hyphens, and begin with a letter or a digit.")
        },
        help_text=gettext_lazy(
            "Used in file names and web addresses, such as AZE-2026. Leave blank to make it from the "
            "country and the year."
        ),
    )
    study = forms.ModelChoiceField(
        Study.objects.none(),
        label=gettext_lazy("Study"),
        required=False,
        empty_label=gettext_lazy("New study"),
        help_text=gettext_lazy("A study can cover several countries, each with its own assessment."),
    )
    study_title = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Title of the new study"),
        help_text=gettext_lazy("On the cover of the report, such as “Counter-trafficking needs assessment”."),
    )
    commissioner = forms.CharField(required=False, max_length=200, label=gettext_lazy("Commissioned by"))
    languages = LanguagesField(
        label=gettext_lazy("Languages"),
        initial=["en"],
        help_text=gettext_lazy("The first one is the language of the report. Separate them with commas."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy("All times are entered and shown in this time zone."),
    )
    office = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Office known to stakeholders"),
        help_text=gettext_lazy(
            "The information note and the survey name it. While it is blank, they leave those sentences out."
        ),
    )
    proposed_for = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)
    guide = InstrumentField(label=gettext_lazy("Interview guide"))
    questionnaire = InstrumentField(label=gettext_lazy("Survey"))
    matrix = InstrumentField(label=gettext_lazy("Indicator matrix"))

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("Choose a country")), *country_choices(get_language() or "en")]
        self.chosen = str(self["country"].value() or "")
        zone: Any = self.fields["time_zone"]
        zone.choices = [("", _("Choose a time zone")), *zone_choices(self.chosen)]
        for name, kind in TOOL_FIELDS.items():
            self._offer(name, kind)
        if proposed := this_site().languages:
            self.initial.setdefault("languages", list(proposed))
        study: Any = self.fields["study"]
        study.queryset = Study.objects.for_lead(user)
        if not study.queryset.exists():
            del self.fields["study"]
            self.fields["study_title"].required = True

    @classmethod
    def proposing(cls, data: Any, *, user: User, **given: Any) -> Self:
        """The form as it was typed, with what the chosen country proposes in place of what nobody has changed since it
        was proposed or since the page was opened."""
        typed = {name: data.get(name, "") for name in cls.base_fields}
        if "parts" in typed:
            typed["parts"] = data.getlist("parts")
        now = proposal_for(typed["country"], user=user, commissioner=typed["commissioner"])
        before = proposal_for(typed["proposed_for"], user=user, commissioner=typed["commissioner"])
        for name in ("time_zone", "office"):
            if typed[name] in ("", getattr(before, name)):
                typed[name] = getattr(now, name)
        shown = LanguagesField().prepare_value(list(before.languages))
        if typed["languages"] in ("", shown):
            typed["languages"] = list(now.languages)
        form = cls(initial=typed | {"proposed_for": typed["country"]}, user=user, **given)
        form.proposal = now if is_country(typed["country"]) else None
        return form

    proposal: Proposal | None = None

    @property
    def scripts(self) -> list[tuple[str, str, str]]:
        """(language, its script, "ltr" or "rtl") of each proposed language whose script does not go without saying."""
        found: list[tuple[str, str, str]] = []
        for code in self.proposal.languages if self.proposal else ():
            if language_and_script(code) != (code, "latn"):
                found.append((language_name(code), script_in(code, get_language() or "en"), direction(code)))
        return found

    def _offer(self, name: str, kind: str) -> None:
        """The published versions of a kind; chosen already only where there is no other."""
        field: Any = self.fields[name]
        field.queryset = Instrument.objects.for_kind(kind).for_use().select_related("owner").order_by("key", "version")
        offered = list(field.queryset[:2])
        if len(offered) == 1:
            self.initial[name] = offered[0].pk
        if not offered:
            field.help_text = _(
                "None is published yet. Ask who runs this site to load the tool of 2016, or import one."
            )

    def clean(self) -> dict[str, Any]:
        _check_dates(self)
        data = self.cleaned_data
        if data.get("reference") == "" and data.get("country") and data.get("starts_on"):
            data["reference"] = f"{data['country']}-{data['starts_on'].year}"
        if data.get("reference") and Assessment.objects.filter(reference__iexact=data["reference"]).exists():
            self.add_error(
                "reference",
                _(
                    "An assessment with the reference {reference} already exists. Choose another, such as {start}-2."
                ).format(reference=data["reference"], start=data["reference"][:36]),
            )
        if data.get("country") and not data.get("time_zone") and "time_zone" not in self.errors:
            data["time_zone"] = zone_of(data["country"])
            if len(zones_of(data["country"])) > 1:
                self.add_error("time_zone", _("The country has several time zones. Choose one."))
        data.pop("proposed_for", None)
        if data.get("study") and (data.get("study_title") or data.get("commissioner")):
            self.add_error(
                "study", _("To use the title and the commissioner below, choose “New study”. Otherwise clear them.")
            )
        elif not data.get("study") and not data.get("study_title") and not {"study", "study_title"} & set(self.errors):
            self.add_error("study_title", _("Give the study a title, such as “Counter-trafficking needs assessment”."))
        return data


class AssessmentEditForm(SeenForm, ModelForm):
    """Everything that a lead may change about an assessment; its country and reference stay.

    `cleaned_data["study"]` has the fields of the study; it is empty for a user who does not lead all its assessments.
    `cleaned_data["country_names"]` has the country's names by language, blank for the one in the list of countries.
    """

    STUDY = ("title", "commissioner", "funder")
    NAME = "country_name_"
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("All times are entered and shown in this time zone.")
    )
    study_title = forms.CharField(max_length=200, label=gettext_lazy("Title of the study"))
    study_commissioner = forms.CharField(max_length=200, required=False, label=gettext_lazy("Commissioned by"))
    study_funder = forms.CharField(max_length=200, required=False, label=gettext_lazy("Funded by"))
    field_order = ("study_title", "study_commissioner", "study_funder", "starts_on", "ends_on", "time_zone")
    languages = LanguagesField(
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("The first one is the language of the report. Separate them with commas."),
    )
    interviews_planned = forms.IntegerField(
        min_value=1,
        max_value=1000,
        required=False,
        label=gettext_lazy("Interviews planned"),
        help_text=gettext_lazy("Leave blank if not decided yet."),
    )
    documents_reviewed = forms.IntegerField(
        min_value=0,
        max_value=30_000,
        required=False,
        label=gettext_lazy("Documents reviewed, if more than in the register"),
    )
    notice = forms.CharField(
        max_length=2000,
        required=False,
        label=gettext_lazy("Notice on the home page and on the report’s cover"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Assessment
        fields = (
            "starts_on",
            "ends_on",
            "time_zone",
            "languages",
            "interviews_planned",
            "documents_reviewed",
            "stage",
            "office",
            "interviewer_contact",
            "research_contact",
            "survey_contact",
            "percent_threshold",
            "disclosure_threshold",
            "notice",
        )
        labels = {
            "stage": gettext_lazy("Stage set by hand"),
            "starts_on": gettext_lazy("Starts on"),
            "ends_on": gettext_lazy("Ends on"),
            "office": gettext_lazy("Office known to stakeholders"),
            "interviewer_contact": gettext_lazy("Contact for interviews"),
            "research_contact": gettext_lazy("Contact for questions about the research"),
            "survey_contact": gettext_lazy("Contact for the survey"),
            "percent_threshold": gettext_lazy("Smallest base for percentages"),
            "disclosure_threshold": gettext_lazy("Smallest group of respondents"),
        }
        help_texts = {
            "stage": gettext_lazy(
                "Leave blank: each step shows how far its work is. A stage after “The tool” counts the desk review and "
                "the tool as done."
            ),
            "disclosure_threshold": gettext_lazy(
                "Smaller groups are not shown, and at least as many survey forms are opened at "
                "once. Set it before the survey opens: respondents read it, and afterwards only a higher number counts."
            ),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = zone_choices(self.instance.country)
        names = {f"{self.NAME}{code}": code for code in ("en", *self.instance.languages)}
        before, after = [], list(self.fields)
        while "languages" not in before:
            before.append(after.pop(0))
        for field, code in names.items():
            self.initial[field] = self.instance.country_in(code)
            self.fields[field] = forms.CharField(
                required=False,
                max_length=100,
                label=_("Name of the country in {language}").format(language=language_name(code)),
                help_text=_("Leave blank for “{country_name}”.").format(
                    country_name=country_name(self.instance.country, code)
                ),
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
            )
        self.order_fields([*before, *names, *after])
        study = self.instance.study
        shown = study.may_be_changed_by(user)
        for name in self.STUDY:
            if shown:
                self.initial[f"study_{name}"] = getattr(study, name)
            else:
                del self.fields[f"study_{name}"]

    def clean(self) -> dict[str, Any]:
        _check_dates(self)
        data = self.cleaned_data
        data["study"] = {name: data.pop(f"study_{name}") for name in self.STUDY if f"study_{name}" in data}
        names = [name for name in data if name.startswith(self.NAME)]
        data["country_names"] = {name.removeprefix(self.NAME): data.pop(name) for name in names}
        return data


class MemberInviteForm(Form):
    """People to invite, one per line. `cleaned_data` is as `invite_members` takes it."""

    needed_sometimes = ("role",)

    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off", "dir": "ltr"}),
        help_text=gettext_lazy("One per line. A line can have a role of its own: amina@example.org, observer"),
        error_messages={"required": gettext_lazy("Enter at least one e-mail address.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        choices=[("", gettext_lazy("Choose a role")), *Role.choices],
        help_text=gettext_lazy("For all lines without a role of their own."),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        lines = read_lines(data.get("addresses", ""), data.get("role", ""))
        if len(lines) > MOST_INVITED:
            self.add_error("addresses", _("Invite at most {n} people at once.").format(n=MOST_INVITED))
        elif not self.errors and not data.get("role") and not any(line.role for line in lines):
            self.add_error("role", _("Choose a role."))
        return {"lines": lines}


class LeadOfferForm(Form):
    """To whom the lead is offered, and what the lead who offers it will be afterwards."""

    needed_sometimes = ("stays_as",)

    member = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Who takes over"), empty_label=gettext_lazy("Choose a member")
    )
    stays_as = forms.ChoiceField(
        label=gettext_lazy("Your role afterwards"),
        required=False,
        choices=[
            ("", gettext_lazy("None: you leave the assessment")),
            (Role.LEAD.value, gettext_lazy("Lead, beside the other")),
            *((role.value, role.label) for role in Role if role != Role.LEAD),
        ],
        widget=forms.RadioSelect,
        initial=Role.OBSERVER.value,
    )

    def __init__(self, *args: Any, assessment: Assessment, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        member: Any = self.fields["member"]
        people = User.objects.filter(memberships__assessment=assessment, is_active=True, erased_at=None)
        leads = people.filter(memberships__role=Role.LEAD)
        member.queryset = people.exclude(pk__in=leads).exclude(pk=user.pk).distinct().order_by("name", "email")
        member.label_from_instance = lambda person: f"{person} ({person.email})"


class InvitationAcceptForm(Form):
    """For an invited person without an account."""

    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Shown to other members next to your work."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least 12 characters. Several words in a row are easy to remember and hard to guess."
        ),
    )


class FirstAccountForm(InvitationAcceptForm):
    """For the administrator of a new site."""

    email = forms.EmailField(
        max_length=254,
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("You sign in with it, and the site writes to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("name", "email", "password")


class SiteForm(SeenForm, ModelForm):
    languages = LanguagesField(
        required=False,
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy(
            "Separated by commas. New assessments begin with them, and people who chose no language see the first "
            "that the program’s pages have."
        ),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("For pages of the whole site. Each assessment has its own."),
    )

    class Meta:
        model = SiteDetails
        fields = ("name", "languages", "time_zone")
        labels = {"name": gettext_lazy("Name of the site")}
        help_texts = {"name": gettext_lazy("On every page and in mails to members, such as the name of your office.")}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = zone_choices("")
        self.initial["time_zone"] = self.initial.get("time_zone") or settings.TIME_ZONE


class OrganisationForm(SeenForm, ModelForm):
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"), choices=[("", gettext_lazy("Choose a sector")), *Sector.choices]
    )
    in_capital = YesNoField(
        label=gettext_lazy("In the capital"),
        help_text=gettext_lazy(
            "Where the staff who take part work. The report shows for how many organisations this is recorded."
        ),
    )

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "sector", "entity_type", "in_capital")
        labels = {
            "name": gettext_lazy("Name"),
            "short_name": gettext_lazy("Short name"),
            "entity_type": gettext_lazy("Type of organisation"),
        }
        help_texts = {
            "entity_type": gettext_lazy(
                "For example ministry, court, shelter or hotline. Counted in the profile of entities."
            )
        }


class ContactForm(OnceForm, SeenForm, ModelForm):
    needed_sometimes = ("name", "email")
    email = forms.EmailField(required=False, max_length=254, label=gettext_lazy("E-mail address"))
    name = forms.CharField(required=False, max_length=120, label=pgettext_lazy("person", "Name"))
    language = LanguageField(
        label=gettext_lazy("Language"), help_text=gettext_lazy("The language for e-mails to this person.")
    )

    class Meta:
        model = Contact
        fields = ("name", "email", "organisation", "sector", "language")
        labels = {"organisation": gettext_lazy("Organisation"), "sector": gettext_lazy("Sector")}

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data.get("name") and not self.cleaned_data.get("email"):
            raise ValidationError(_("Enter a name or an e-mail address."))
        return self.cleaned_data


def default_dates(today: date | None = None) -> dict[str, date]:
    """A start today, and an end four months on: the time the method takes one person."""
    start = today or timezone.localdate()
    month = start.month + 4
    year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
    return {"starts_on": start, "ends_on": date(year, month, min(start.day, 28))}


class ThemesField(forms.CharField):
    """Codes of the codebook with commas between: "referral, child-labour" -> ["referral", "child-labour"]."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        codes = [code.strip().lower() for code in (super().to_python(value) or "").split(",")]
        for code in codes:
            if code and not re.fullmatch(r"[a-z0-9_-]{1,60}", code):
                raise ValidationError(
                    _("“{code}” is not a theme code. Codes contain only letters, digits and hyphens.").format(
                        code=code[:40]
                    )
                )
        return list(dict.fromkeys(code for code in codes if code))


def _year(label: StrOrPromise = "") -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=1000,
        max_value=2099,
        label=label or gettext_lazy("Year"),
        help_text=gettext_lazy("For international instruments.") if label else "",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Enter a year, such as 2016.")
        ),
    )


class DocumentForm(SeenForm, ModelForm):
    unseen = ("upload",)
    FOLDED = ("published_in", "volume", "issue", "pages", "place", "doi", "accessed_on", "ratified", "in_force")
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("Choose a type")), *Document.Kind.choices]
    )
    themes = ThemesField(
        label=gettext_lazy("Themes"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Codes of the codebook, separated by commas."),
    )
    language = LanguageField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Enter its name or code. Leave blank if not known."),
    )
    year, ratified, in_force = (
        _year(),
        _year(gettext_lazy("Ratified or acceded in")),
        _year(gettext_lazy("In force since")),
    )
    url = forms.URLField(required=False, max_length=500, assume_scheme="https", label=gettext_lazy("Link"))
    upload = forms.FileField(
        required=False,
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, Word, Excel, text or picture, at most 20 MB. Only members can download it."),
    )

    class Meta:
        model = Document
        fields = (
            "code",
            "kind",
            "title",
            "authors",
            "published_in",
            "volume",
            "issue",
            "pages",
            "publisher",
            "place",
            "year",
            "ratified",
            "in_force",
            "language",
            "url",
            "accessed_on",
            "doi",
            "reviewed",
            "in_bibliography",
            "themes",
            "note",
        )
        labels = {
            "code": gettext_lazy("Code"),
            "title": gettext_lazy("Title"),
            "authors": gettext_lazy("Authors"),
            "volume": gettext_lazy("Volume"),
            "pages": gettext_lazy("Pages"),
            "publisher": gettext_lazy("Publisher"),
            "place": gettext_lazy("Place"),
            "note": gettext_lazy("Note"),
            "published_in": gettext_lazy("Published in"),
            "issue": pgettext_lazy("journal", "Number"),
            "accessed_on": gettext_lazy("Link accessed on"),
            "doi": "DOI",
            "reviewed": gettext_lazy("Reviewed"),
            "in_bibliography": gettext_lazy("In the bibliography"),
        }
        help_texts = {
            "code": gettext_lazy("Used to cite the document: “Aze 16” for a country, “Gen 1” for general sources."),
            "authors": gettext_lazy("Family name first. Separate authors with semicolons."),
            "published_in": gettext_lazy("The journal or edited volume."),
            "issue": gettext_lazy("Of the journal, or the number of the report in its series."),
        }
        widgets = {"title": forms.TextInput(), "note": forms.Textarea(attrs={"rows": 3})}

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name not in self.FOLDED]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """What only some sources have; the page folds them unless one is filled in or has an error."""
        return [self[name] for name in self.FOLDED]

    @property
    def is_unfolded(self) -> bool:
        return any(bound.errors or bound.value() for bound in self.folded_fields)

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload:
            check_upload(upload)
        return upload


class DocumentImportForm(Form):
    """BibTeX or RIS, from a file or pasted. `bibliography` is what was read; cleaned it is `prefix` and `entries`."""

    needed_sometimes = ("file", "text")
    MOST_CHARACTERS = 2_000_000
    bibliography = Bibliography([], [])

    code_prefix = forms.RegexField(
        r"^[A-Za-z]{2,6}$",
        label=gettext_lazy("Prefix of the codes"),
        error_messages={"invalid": gettext_lazy("Enter two to six letters, such as “Aze” or “Gen”.")},
        help_text=gettext_lazy("Numbering continues after the highest number used so far."),
    )
    file = forms.FileField(required=False, label=gettext_lazy("BibTeX or RIS file"))
    text = forms.CharField(
        required=False,
        max_length=MOST_CHARACTERS,
        label=gettext_lazy("Or paste entries"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        upload, text = self.cleaned_data.get("file"), self.cleaned_data.get("text")
        if upload and text:
            raise ValidationError(_("Choose a file or paste entries, not both."))
        if upload:
            check_upload(upload, allowed=BIBLIOGRAPHY_FILES)
            text = upload.read().decode("utf-8-sig")
            if len(text) > self.MOST_CHARACTERS:
                raise ValidationError(_("The file is too large. Export fewer sources at a time."))
        elif not text and "text" not in self.errors and "file" not in self.errors:
            raise ValidationError(_("Choose a file or paste entries."))
        if text:
            self.bibliography = self._read(text)
        prefix = self.cleaned_data.get("code_prefix", "").capitalize()
        return {"prefix": prefix, "entries": self.bibliography.entries, "text": text}

    def _read(self, text: str) -> Bibliography:
        """Raises `FileError` where not a single entry can be read."""
        try:
            found = read_entries(text)
        except FileError as error:
            raise FileError(*shortened(error.errors, MOST_ERRORS_SHOWN)) from error
        if not found.entries:
            raise FileError(
                *shortened(found.errors, MOST_ERRORS_SHOWN)
                or [str(_("The file contains no entries. Export your sources as BibTeX or RIS and try again."))]
            )
        return found


class _GroundForm(Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose a reason")), *ErasureRequest.Ground.choices]
    )
    note = forms.CharField(
        label=gettext_lazy("More about the reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Read by who confirms, and erased afterwards. Do not repeat what is to be erased."),
    )


class ContactErasureForm(_GroundForm):
    """The reason why the contact of the page is to be erased."""


class PersonForm(Form):
    """By what a person is looked for."""

    words = forms.CharField(
        max_length=254,
        label=_("Name or e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ErasureForm(_GroundForm):
    """What is to be erased, by the choices of its kind, or typed."""

    needed_sometimes = ("successor",)
    typed = {
        "passage": (
            gettext_lazy("Notes"),
            gettext_lazy("The interview and the question, such as “AZEint3 3.1”, or “AZEint3 observations”."),
        ),
        "revision": (
            gettext_lazy("Number of the text"),
            gettext_lazy("Choose “Erase this text” in the version history of the notes."),
        ),
        "response": (
            gettext_lazy("Code or receipt"),
            gettext_lazy("A code such as AZEsur12, or the receipt that the respondent was given."),
        ),
    }

    which = forms.CharField(max_length=80)
    field_order = ("which", "words", "successor", "ground", "note")

    def __init__(self, *args: Any, eraser: Eraser, assessment: Assessment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = eraser.choices(assessment)
        if choices is None:
            label, help_text = self.typed.get(eraser.kind, (eraser.label, ""))
            self.fields["which"].label, self.fields["which"].help_text = label, help_text
        else:
            missing = {"invalid_choice": _("This does not exist any more. Choose another one.")}
            self.fields["which"] = forms.ChoiceField(
                label=eraser.label, choices=[("", _("Choose")), *choices], error_messages=missing
            )
        if eraser.kind == "passage":
            self.fields["words"] = forms.CharField(
                label=_("Words to erase"),
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
                help_text=_("Copy them exactly from the notes. They are not stored with the request."),
            )
        if eraser.kind == "account":
            self.fields["successor"] = forms.ChoiceField(
                label=_("Who becomes lead"),
                required=False,
                choices=[("", _("Nobody needs to")), *(choices or [])],
                help_text=_("Needed where the person is the only lead of an assessment."),
            )
        self.order_fields(self.field_order)


class SiteErasureForm(_GroundForm):
    """An account of any assessment, for who administers the site."""

    needed_sometimes = ("successor",)

    which = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Account"), empty_label=gettext_lazy("Choose")
    )
    successor = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label=gettext_lazy("Who becomes lead"),
        empty_label=gettext_lazy("Nobody needs to"),
        help_text=gettext_lazy("Needed where the person is the only lead of an assessment."),
    )
    field_order = ("which", "successor", "ground", "note")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("which", "successor"):
            field: Any = self.fields[name]
            field.queryset = User.objects.filter(memberships__isnull=False, erased_at=None).distinct().order_by("email")
            field.label_from_instance = lambda user: f"{user} ({user.email})"

    def clean(self) -> dict[str, Any]:
        """As `ask_erasure` takes it: the account with the assessment that it is found by."""
        data = self.cleaned_data
        if user := data.get("which"):
            data["assessment"] = user.memberships.select_related("assessment").earliest("pk").assessment
            data["which"] = str(user.pk)
        data["successor"] = str(data["successor"].pk) if data.get("successor") else ""
        return data


class RetentionForm(Form):
    """Until when each kind of data is kept, and how long something stays in the trash.

    `cleaned_data` is as `set_retention` takes it.
    """

    HELP: ClassVar[dict[str, StrOrPromise]] = {
        "names": gettext_lazy("Names and titles of respondents, contacts, and the names in invitations."),
        "notes": gettext_lazy(
            "Notes, their version history, observations. Which questions were answered, codings and released "
            "quotes are kept."
        ),
        "answers": gettext_lazy("Single responses to the survey. Released results are kept."),
        "audit": gettext_lazy("The log of this assessment. Its last hash is kept."),
    }
    trash_days = forms.IntegerField(
        min_value=1,
        max_value=3650,
        required=False,
        label=gettext_lazy("Days in the trash"),
        help_text=gettext_lazy(
            "What is in the trash longer is erased for good. Leave blank for the rule of this site."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for kind, label in RetentionDate.Kind.choices:
            widget = DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            self.fields[kind] = forms.DateField(
                label=label,
                required=False,
                widget=widget,
                help_text=self.HELP[kind],
            )
        self.order_fields([*RetentionDate.Kind.values, "trash_days"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for kind in RetentionDate.Kind.values:
            if (given := data.get(kind)) and given > LATEST:
                self.add_error(
                    kind,
                    _("{year} is not a likely year. Give one before {limit}.").format(
                        year=given.year, limit=LATEST.year + 1
                    ),
                )
        dates = {kind: data.get(kind) for kind in RetentionDate.Kind.values}
        return {"trash_days": data.get("trash_days"), "dates": dates}


class TranslationForm(SeenForm, Form):
    """The translation of one text. `source_mark` is the mark of the original beside it. The states of texts are those
    of `assessments.translation_pages.Row`."""

    unseen = ("key", "source_mark")
    needed_sometimes = ("text",)

    key = forms.CharField(widget=forms.HiddenInput, max_length=200)
    source_mark = forms.CharField(widget=forms.HiddenInput, max_length=16)
    text = forms.CharField(
        label=_("Translation"), widget=forms.Textarea(attrs={"rows": 2}), max_length=LONGEST_TRANSLATION, required=False
    )

    @classmethod
    def of(cls, state: Any, language: str, data: Any = None) -> "TranslationForm":
        initial = {"key": state.key, "source_mark": state.source_mark, "text": state.own}
        form = cls(data, initial=initial, shows_row=True, auto_id=f"{state.anchor}_%s")
        label = f"{language_name(language)}: {state.place}"
        form.fields["text"].widget.attrs |= {
            "class": "form-control",
            "lang": language,
            "dir": direction(language),
            "aria-label": label,
        }
        return form

    def accept(self, state: Any, language: str) -> "TranslationForm":
        """The same typed translation beside the present original, so that saving it again is deliberate."""
        data = {**self.data.dict(), "source_mark": state.source_mark}  # type: ignore[attr-defined]
        again = TranslationForm.of(state, language, data)
        again.is_valid()
        return again
