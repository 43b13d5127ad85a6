"""Forms of the house. They say what is wrong; the services change the database."""

from datetime import date
from typing import Any

import pycountry
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.countries import country_choices, language_name
from assessments.models import Assessment, Contact, Organisation, Role, Sector, Study, User
from ctnat.ui.forms import Form, ModelForm


class LanguagesField(forms.CharField):
    """Languages typed by name or code, separated by commas: "English, az" -> ["en", "az"], in the typed order."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(language_name(code) for code in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        codes: list[str] = []
        for word in (super().to_python(value) or "").split(","):
            if not word.strip():
                continue
            try:
                found = pycountry.languages.lookup(word.strip())
            except LookupError:
                raise ValidationError(
                    f"“{word.strip()[:40]}” is not a known language. Write its English name or its ISO code, "
                    "such as “Azerbaijani” or “az”, with commas between languages."
                ) from None
            code = getattr(found, "alpha_2", found.alpha_3)
            if code not in codes:
                codes.append(code)
        return codes


def _check_dates(form: forms.BaseForm) -> None:
    starts, ends = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    if starts and ends and ends < starts:
        form.add_error("ends_on", "The end lies before the start. Give a date on or after the start.")


class AssessmentNewForm(Form):
    """Only what is needed to begin; the rest is on the details page."""

    country = forms.ChoiceField(
        error_messages={"invalid_choice": "This country is not on the ISO 3166 list. Choose one from the list."}
    )
    starts_on = forms.DateField(label="Starts on")
    ends_on = forms.DateField(label="Ends on")
    reference = forms.CharField(
        required=False,
        max_length=40,
        help_text="How files and addresses name it, such as AZE-2026. Left blank, it is made of country and year.",
    )
    study = forms.ModelChoiceField(
        Study.objects.none(),
        required=False,
        empty_label="A new study",
        help_text="A study may cover several countries, each with an assessment of its own.",
    )
    study_title = forms.CharField(required=False, max_length=200, label="Title of the new study")
    commissioner = forms.CharField(required=False, max_length=200, label="Commissioned by")
    languages = LanguagesField(
        initial=["en"],
        help_text="The first is the language of the report. With commas between.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", "Choose a country"), *country_choices()]
        study: Any = self.fields["study"]
        led = {"assessments__memberships__user": user, "assessments__memberships__role": Role.LEAD}
        study.queryset = (Study.objects.all() if user.is_staff else Study.objects.filter(**led)).distinct()
        if not study.queryset.exists():
            del self.fields["study"]

    def clean(self) -> dict[str, Any]:
        _check_dates(self)
        data = self.cleaned_data
        if not data.get("reference") and data.get("country") and data.get("starts_on"):
            data["reference"] = f"{data['country']}-{data['starts_on'].year}"
        if data.get("reference") and Assessment.objects.filter(reference__iexact=data["reference"]).exists():
            self.add_error(
                "reference",
                f"An assessment with the reference {data['reference']} exists already. Choose another, "
                f"such as {data['reference'][:36]}-2.",
            )
        if not data.get("study") and not data.get("study_title") and "study_title" not in self.errors:
            self.add_error("study_title", "Give the study a title, such as “Counter-trafficking needs assessment”.")
        return data


class AssessmentEditForm(ModelForm):
    """Everything that a lead may change about an assessment; its country and reference stay."""

    languages = LanguagesField(help_text="The first is the language of the report. With commas between.")

    class Meta:
        model = Assessment
        fields = (
            "stage",
            "starts_on",
            "ends_on",
            "languages",
            "interviews_planned",
            "documents_reviewed",
            "office",
            "interviewer_contact",
            "research_contact",
            "survey_contact",
            "percent_threshold",
            "disclosure_threshold",
            "notice",
        )
        labels = {
            "stage": "Where the assessment is",
            "starts_on": "Starts on",
            "ends_on": "Ends on",
            "interviews_planned": "Interviews planned",
            "documents_reviewed": "Documents reviewed, if more than the register holds",
            "office": "Office that stakeholders know",
            "interviewer_contact": "Contact for interviews",
            "research_contact": "Contact for questions about the research",
            "survey_contact": "Contact for the survey",
            "percent_threshold": "Smallest base for percentages",
            "disclosure_threshold": "Smallest cell of a cross-table",
            "notice": "Notice on the home page and the report’s cover",
        }
        widgets = {"notice": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        _check_dates(self)
        return self.cleaned_data


class MemberInviteForm(Form):
    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(choices=[("", "Choose a role"), *Role.choices])


class InvitationAcceptForm(Form):
    """For an invited person without an account."""

    name = forms.CharField(max_length=120, label="Your name", help_text="Other members see it beside what you do.")
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least twelve characters. Several words in a row are easy to keep in mind and hard to guess.",
    )


class OrganisationForm(ModelForm):
    sector = forms.ChoiceField(choices=[("", "Choose a sector"), *Sector.choices])

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "sector", "entity_type", "in_capital")
        labels = {
            "short_name": "Short name",
            "entity_type": "Kind of body",
            "in_capital": "Works from the capital",
        }
        help_texts = {"entity_type": "Such as ministry, court, shelter or hotline; the profile of entities counts it."}


class ContactForm(ModelForm):
    email = forms.EmailField(required=False, max_length=254, label="E-mail address")
    name = forms.CharField(required=False, max_length=120)

    class Meta:
        model = Contact
        fields = ("name", "email", "organisation", "sector", "language")
        labels = {"language": "Language code"}
        help_texts = {"language": "The language in which to write to this person, such as en, az or ka."}

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data.get("name") and not self.cleaned_data.get("email"):
            raise ValidationError("Give a name or an e-mail address.")
        return self.cleaned_data


def default_dates(today: date | None = None) -> dict[str, date]:
    """A start today, and an end four months on: the time the method takes one person."""
    start = today or timezone.localdate()
    month = start.month + 4
    year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
    return {"starts_on": start, "ends_on": date(year, month, min(start.day, 28))}
