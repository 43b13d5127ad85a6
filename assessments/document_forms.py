"""Forms of the desk review."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assessments.bibliography import Entry, read_entries
from assessments.forms import LanguageField
from assessments.models import Document
from assessments.uploads import check_upload
from ctnat.ui.errors import FileError, shortened
from ctnat.ui.forms import Form, ModelForm

BIBLIOGRAPHY_FILES = frozenset({".bib", ".ris", ".txt"})
MOST_ERRORS_SHOWN = 20


class ThemesField(forms.CharField):
    """Codes of the codebook with commas between: "referral, child-labour" -> ["referral", "child-labour"]."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        codes = [code.strip().lower() for code in (super().to_python(value) or "").split(",")]
        for code in codes:
            if code and not re.fullmatch(r"[a-z0-9_-]{1,60}", code):
                raise ValidationError(f"“{code[:40]}” is no theme code. Codes have letters, digits and hyphens.")
        return list(dict.fromkeys(code for code in codes if code))


def _year(label: str = "Year") -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=1000,
        max_value=2099,
        label=label,
        help_text="" if label == "Year" else "Year, for international instruments.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Give a year such as 2016."),
    )


class DocumentForm(ModelForm):
    themes = ThemesField(required=False, max_length=2000, help_text="Codes of the codebook, with commas between.")
    language = LanguageField(initial="en")
    year, ratified, in_force = _year(), _year("Ratified or acceded in"), _year("In force since")
    url = forms.URLField(required=False, max_length=500, assume_scheme="https", label="Link")
    upload = forms.FileField(
        required=False,
        label="File",
        help_text="PDF, Word, Excel, text or picture, at most 20 MB. Members download it; nobody else can.",
    )

    class Meta:
        model = Document
        fields = (
            "code",
            "kind",
            "title",
            "authors",
            "publisher",
            "year",
            "ratified",
            "in_force",
            "language",
            "url",
            "reviewed",
            "in_bibliography",
            "themes",
            "note",
        )
        labels = {
            "reviewed": "Reviewed",
            "in_bibliography": "In the bibliography",
        }
        help_texts = {
            "code": "How the report cites it: “Aze 16” for the country, “Gen 1” for what is general.",
            "authors": "Family name first, semicolons between authors.",
        }
        widgets = {"title": forms.TextInput(), "note": forms.Textarea(attrs={"rows": 3})}

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload:
            check_upload(upload)
        return upload


class DocumentImportForm(Form):
    """BibTeX or RIS, from a file or pasted; cleaned it is `prefix` and `entries`."""

    prefix = forms.RegexField(
        r"^[A-Za-z]{2,6}$",
        label="Codes begin with",
        error_messages={"invalid": "Two to six letters, such as “Aze” or “Gen”."},
        help_text="The numbers go on after the highest one in use.",
    )
    file = forms.FileField(required=False, label="BibTeX or RIS file")
    text = forms.CharField(
        required=False,
        max_length=2_000_000,
        label="Or paste the entries",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        upload, text = self.cleaned_data.get("file"), self.cleaned_data.get("text")
        if upload and text:
            raise ValidationError("Choose a file or paste entries, not both: only one of them can be imported.")
        if upload:
            check_upload(upload, allowed=BIBLIOGRAPHY_FILES)
            text = upload.read().decode("utf-8-sig")
        elif not text and "text" not in self.errors and "file" not in self.errors:
            raise ValidationError("Choose a file or paste entries.")
        prefix = self.cleaned_data.get("prefix", "").capitalize()
        return {"prefix": prefix, "entries": self._read(text) if text else []}

    def _read(self, text: str) -> list[Entry]:
        try:
            return read_entries(text)
        except FileError as error:
            raise FileError(*shortened(error.errors, MOST_ERRORS_SHOWN)) from error
