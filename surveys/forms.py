"""Forms for members. The questionnaire itself is not a Django form: see surveys/questionnaire/rendering.py."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms import LanguageField
from assessments.uploads import Upload, check_upload, clean_name
from ctnat.ui.forms import Form, SuggestingInput
from ctnat.ui.languages import LANGUAGES, find_language, own_name, suggested_languages
from ctnat.ui.seen import SeenForm
from surveys.distribution.messages import BODY_LIMIT, MAIL_PLACES, SUBJECT_LIMIT, text_errors
from surveys.models import Mailing, Response
from surveys.questionnaire.versions import FormVersion

TABLES = frozenset({".csv", ".xlsx"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls"})  # of the tables of other programs


def language_choices(first: Iterable[str]) -> list[tuple[str, str]]:
    """The languages of `first`, then the others that we ship: code, and name as its speakers call it."""
    return [(code, f"{own_name(code)} ({code})") for code in dict.fromkeys([*first, *LANGUAGES])]


class SurveyForm(SeenForm, Form):
    """The settings of a survey. Times are in the assessment's time zone, which the view activates.

    `languages` are those of the survey and of the assessment, which are offered first.
    """

    unseen = ("another_language",)
    needed_sometimes = ("languages", "another_language")

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Texts that are not translated are shown in English, and are listed before you open the survey."
        ),
    )
    another_language = LanguageField(
        label=gettext_lazy("Another language"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Any language, by its name."),
    )
    opens_at = forms.DateTimeField(
        label=gettext_lazy("Opens"), required=False, help_text=gettext_lazy("Leave blank to open at once.")
    )
    deadline = forms.DateTimeField(
        label=gettext_lazy("Deadline"),
        required=False,
        help_text=gettext_lazy(
            "After this time, no answers are accepted by link, except, for six hours, from pages that were opened "
            "before."
        ),
    )
    open_link = forms.BooleanField(
        label=gettext_lazy("Open link that can be forwarded"),
        required=False,
        help_text=gettext_lazy("Anyone with the link can answer."),
    )

    days_between_mails = forms.IntegerField(
        label=gettext_lazy("Days between an e-mail to a person and the next reminder"),
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("A reminder leaves out people to whom an e-mail was sent more recently."),
        error_messages={"required": gettext_lazy("Enter a number of days, 0 or more.")},
    )

    def __init__(self, *args: Any, zone: str, languages: Iterable[str] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = language_choices(languages)
        cast(forms.MultipleChoiceField, self.fields["languages"]).choices = choices
        known = {code for code, _ in choices}
        self.fields["another_language"].widget = SuggestingInput(
            name for name in suggested_languages() if find_language(name) not in known
        )
        for name in ("opens_at", "deadline"):
            self.fields[name].help_text = _("{help_text} Time zone: {zone}.").format(
                help_text=self.fields[name].help_text, zone=zone
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        another = data.pop("another_language", "")
        if not self.errors:
            data["languages"] = list(dict.fromkeys([*data["languages"], *([another] if another else [])]))
            if not data["languages"]:
                self.add_error("languages", _("Choose at least one language."))
        return data


# Encodings of CSV files, with letters by which people know their own.
ENCODING_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf_16_le": "UTF-16 LE",
    "utf_16_be": "UTF-16 BE",
    "cp1252": "Windows-1252 · àéñöß",
    "cp1251": "Windows-1251 · АБВгд",
    "cp1256": "Windows-1256 · أبتث",
    "cp1254": "Windows-1254 · ğışç",
    "cp1250": "Windows-1250 · ąčěř",
    "cp1253": "Windows-1253 · αβγδ",
    "cp1255": "Windows-1255 · אבגד",
    "cp1257": "Windows-1257 · āčęš",
    "cp1258": "Windows-1258 · ăđơư",
    "cp874": "Windows-874 · กขคง",
    "mac_roman": "Mac Roman · àéñöß",
    "mac_cyrillic": "Mac Cyrillic · АБВгд",
    "mac_arabic": "Mac Arabic · أبتث",
    "koi8_r": "KOI8-R · АБВгд",
    "iso8859_5": "ISO 8859-5 · АБВгд",
    "iso8859_6": "ISO 8859-6 · أبتث",
    "gb18030": "GB 18030 · 中文",
    "big5": "Big5 · 繁體",
    "cp932": "Shift JIS · 日本語",
    "cp949": "Windows-949 · 한국어",
}


def separator_names() -> list[tuple[str, str]]:
    return [(",", _("Comma")), (";", _("Semicolon")), ("\t", _("Tab")), ("|", _("Vertical bar"))]


class UploadForm(Form):
    """A table: size, ending and content are checked before it is read."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX table"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )

    def clean_file(self) -> Upload:
        upload: Upload = self.cleaned_data["file"]
        check_upload(upload, allowed=TABLES)
        return upload


class TableForm(Form):
    """A table of any program. Its encoding and content are checked while it is read.

    `versions`: those of the questionnaire of which the survey takes forms; asked for only where there is a choice.
    """

    needed_sometimes = ("version",)

    file = forms.FileField(
        label=gettext_lazy("Table (CSV, XLSX or XLS)"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )
    version = forms.ChoiceField(
        label=gettext_lazy("Version of the questionnaire"),
        required=False,
        help_text=gettext_lazy("All forms of the file have to be of the same version."),
        error_messages={"required": gettext_lazy("Choose the version that the forms show.")},
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding of a CSV file"),
        required=False,
        help_text=gettext_lazy("Choose it where letters are wrong on the next page."),
    )
    separator = forms.ChoiceField(label=gettext_lazy("Separator of a CSV file"), required=False)

    def __init__(self, *args: Any, versions: Sequence[FormVersion], **kwargs: Any):
        super().__init__(*args, **kwargs)
        automatic = ("", _("Recognised automatically"))
        self.fields["encoding"].choices = [automatic, *ENCODING_NAMES.items()]  # type: ignore[attr-defined]
        self.fields["separator"].choices = [automatic, *separator_names()]  # type: ignore[attr-defined]
        if len(versions) > 1:
            choices = [("", _("Choose")), *((version.value, version.label) for version in versions)]
            self.fields["version"].choices = choices  # type: ignore[attr-defined]
            self.fields["version"].required = True
        else:
            del self.fields["version"]

    def clean_file(self) -> Upload:
        upload: Upload = self.cleaned_data["file"]
        name = clean_name(upload.name or "")
        if PurePath(name).suffix.lower() not in TABLE_SUFFIXES:
            raise ValidationError(
                _("“{name}” is neither CSV nor XLSX nor XLS. Save the table in one of these formats.").format(name=name)
            )
        if (upload.size or 0) > settings.UPLOAD_LIMIT:
            raise ValidationError(
                _("“{name}” is larger than {limit} MB. Split it into several files.").format(
                    name=name, limit=settings.UPLOAD_LIMIT // 1024**2
                )
            )
        return upload


class SheetForm(Form):
    sheet = forms.TypedChoiceField(label=gettext_lazy("Sheet"), coerce=int)
    heading = forms.IntegerField(label=gettext_lazy("Row of the headings"), min_value=1, max_value=1_048_576)

    def __init__(self, *args: Any, sheets: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = sheets  # type: ignore[attr-defined]
        if len(sheets) == 1:
            self.fields["sheet"].widget = forms.HiddenInput()


class ImportedFormsForm(Form):
    """What the rows of a table do not state themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the forms that do not state theirs"))
    source = forms.ChoiceField(
        label=gettext_lazy("How the forms were filled in"),
        choices=[("", gettext_lazy("Choose")), *Response.Source.choices],
        error_messages={"required": gettext_lazy("Choose how the forms were filled in.")},
    )
    as_given = forms.BooleanField(
        label=gettext_lazy("Store answers that break a rule as given, marked invalid"), required=False
    )

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = language_choices(languages)
        self.fields["language"].choices = [("", _("Choose")), *choices] if len(languages) != 1 else choices  # type: ignore[attr-defined]


class PasteForm(Form):
    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One per line or separated by commas: someone@example.org, or Name &lt;someone@example.org&gt;."
        ),
        error_messages={"required": gettext_lazy("Enter at least one e-mail address.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(c, own_name(c)) for c in languages]  # type: ignore[attr-defined]


class PlanForm(Form):
    """When a round of e-mails is to start, in the assessment's time zone, which the view activates."""

    moment = forms.DateTimeField(
        label=gettext_lazy("Send at"), error_messages={"required": gettext_lazy("Enter a date and a time.")}
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["moment"].help_text = _("Time zone: {zone}.").format(zone=zone)


class FailureForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason given in the returned message"),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter the reason.")},
    )


def text_field(kind: str, part: str) -> forms.CharField:
    limit, widget = (SUBJECT_LIMIT, forms.TextInput()) if part == "subject" else (BODY_LIMIT, forms.Textarea())
    label = format_lazy(
        gettext_lazy("{kind}: subject") if part == "subject" else gettext_lazy("{kind}: text"),
        kind=Mailing.Kind(kind).label,
    )
    return forms.CharField(
        label=label, max_length=limit, widget=widget, error_messages={"required": gettext_lazy("Enter a text.")}
    )


class MessageForm(SeenForm, Form):
    """Invitation and reminder in one language."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for kind in Mailing.Kind.values:
            for part in ("subject", "body"):
                self.fields[f"{kind}_{part}"] = text_field(kind, part)
        places = ", ".join(f"{{{place}}}" for place in MAIL_PLACES)
        self.fields["invitation_body"].help_text = _("Replaced for each person: {places}.").format(places=places)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for kind in Mailing.Kind.values:
            if errors := text_errors(data.get(f"{kind}_subject", ""), data.get(f"{kind}_body") or "{link}"):
                self.add_error(f"{kind}_body", ValidationError(errors))
        return data


class EntryForm(Form):
    """The head of a form typed from paper."""

    source = forms.ChoiceField(
        label=gettext_lazy("Source"), choices=[c for c in Response.Source.choices if c[0] != "web"], initial="paper"
    )
    language = LanguageField(
        label=gettext_lazy("Language"), max_length=60, help_text=gettext_lazy("In which the form was filled in.")
    )

    def __init__(self, *args: Any, languages: Iterable[str] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].widget = SuggestingInput(suggested_languages(languages))
