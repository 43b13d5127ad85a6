"""Forms of review rounds: opening one, its reviewers, files that come back, and answers."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Sector, User
from ctnat.ui.forms import Form
from ctnat.ui.names import language_name
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import SeenForm
from reports.models import Edition, Report, Reviewer, ReviewRound
from reports.review_texts import offered_languages
from reports.reviewer_lines import MOST, ReviewerLine, read_reviewers
from reports.services.review_answers import LONGEST_ANSWER
from reports.services.review_returns import too_large
from reports.services.review_rounds import LONGEST_NOTE, LONGEST_ROUND
from reports.services.sections import MAX_BODY
from workshops.models import Comment

USUAL = timedelta(days=14)  # between opening a round and its deadline


class EndOfDayField(forms.DateField):
    """A day, whose last minute is the deadline; as a moment in the assessment's zone."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _until() -> EndOfDayField:
    return EndOfDayField(
        label=gettext_lazy("Files are taken until the end of"),
        help_text=gettext_lazy(
            "After that day the links give and take no files. You can choose a later day at any time."
        ),
    )


def _note() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Words to the reviewers"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("They stand above the link in the mail, and on the page that it opens."),
    )


class RoundForm(OnceForm, Form):
    """A review round on an edition, in one of its languages."""

    edition = forms.ModelChoiceField(Edition.objects.none(), label=gettext_lazy("Edition"), empty_label=None)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    until = _until()
    note = _note()
    offers_tracked = forms.TypedChoiceField(
        label=gettext_lazy("Reviewers can also choose the file with the changes tracked"),
        required=False,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda choice: choice == "yes",
        empty_value=None,  # a form sent twice: it was not asked when the form was made
        initial="no",
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "If an earlier edition was reviewed: a second Word file, in which what changed since then is marked in the "
            "text. Words that were deleted can be read in it."
        ),
    )
    field_order = ["edition", "language", "until", "note", "offers_tracked"]

    def __init__(
        self, report: Report, editions: Any, codes: Sequence[str], *args: Any, follows: bool = False, **kwargs: Any
    ):
        """`codes` are the further languages of the editions. `follows`: an edition was reviewed before."""
        super().__init__(*args, **kwargs)
        if not follows:
            del self.fields["offers_tracked"]
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        if codes:
            choices = [("", language_name(report.language)), *((code, language_name(code)) for code in codes)]
            self.fields["language"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["language"]
        self.initial.setdefault("until", timezone.localdate() + USUAL)
        self.fields["until"].widget.attrs.update(
            min=timezone.localdate().isoformat(), max=(timezone.localdate() + timedelta(days=LONGEST_ROUND)).isoformat()
        )


class RoundChangeForm(SeenForm, Form):
    """Another deadline, and other words to the reviewers."""

    until = _until()
    note = _note()


def _category() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        choices=[("", gettext_lazy("Not known")), *Sector.choices],
        help_text=gettext_lazy("Under which the annex of the report prints the comments; it names no reviewer."),
    )


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Language of the mail and the page"))


def _offer_languages(form: Form, language: str) -> None:
    """The languages that reviewers' pages have, with `language` proposed where it is one of them."""
    codes = offered_languages()
    form.fields["language"].choices = [(code, language_name(code)) for code in codes]  # type: ignore[attr-defined]
    form.initial.setdefault("language", language if language in codes else "en")


class ReviewerForm(OnceForm, Form):
    name = forms.CharField(
        label=gettext_lazy("Who reviews"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("In general terms, as it may be printed: an office, a ministry, an expert."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Leave it blank to hand the link over yourself. It is stored encrypted."),
    )
    language = _language()
    category = _category()
    field_order = ["name", "email", "language", "category", "form_key"]

    def __init__(self, language: str, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        _offer_languages(self, language)


class ReviewersForm(Form):
    """Several reviewers at once, one per line."""

    lines = forms.CharField(
        label=gettext_lazy("Reviewers"),
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off", "dir": "auto"}),
        help_text=gettext_lazy(
            "One per line: who it is, then the e-mail and the category if you know them. A university, "
            "office@example.org, academic or research"
        ),
        error_messages={"required": gettext_lazy("Write at least one reviewer.")},
    )
    language = _language()
    field_order = ["lines", "language"]

    def __init__(self, language: str, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="id_lines_%s", **kwargs)  # beside the form for one of them
        _offer_languages(self, language)

    def clean_lines(self) -> list[ReviewerLine]:
        lines = read_reviewers(self.cleaned_data["lines"])
        if len(lines) > MOST:
            raise forms.ValidationError(_("Add at most {n} reviewers at once.").format(n=MOST))
        return lines


class CategoryForm(Form):
    """The category of a reviewer who is there already."""

    category = _category()


class ReturnForm(Form):
    """A file that a reviewer sent in another way than by the link."""

    reviewer = forms.ModelChoiceField(
        Reviewer.objects.none(), label=gettext_lazy("From"), empty_label=gettext_lazy("Choose the reviewer")
    )
    file = forms.FileField(
        label=gettext_lazy("Word file (.docx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        max_length=200,
    )

    def __init__(self, of_round: ReviewRound, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = of_round.reviewers.all()  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(too_large())
        return file


class _Answered(Form):
    """`revision` is that of the entry which the member saw."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def show_newer(self, revision: int, **others: int) -> None:
        """After a refusal: keep the input; sending it again is then a decision."""
        data = cast(QueryDict, self.data).copy()
        for name, value in {"revision": revision, **others}.items():
            data[self.add_prefix(name)] = str(value)
        self.data = data


def _response(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Answer to the reviewer"),
        required=required,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class AnswerForm(_Answered):
    disposition = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("", gettext_lazy("Choose")),
            *((value, label) for value, label in Comment.Disposition.choices if value),
        ],
    )
    response = _response(required=True)
    changed = forms.CharField(
        label=gettext_lazy("What was changed in the report because of it"),
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    field_order = ["disposition", "response", "changed", "revision"]


class TakeOverForm(_Answered):
    """`section_revision` is that of the text which the page showed."""

    words = forms.CharField(
        label=gettext_lazy("Words that are taken over"),
        required=False,
        strip=False,
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=gettext_lazy("In Markdown, as in the editor. Change them to take over a part of the proposal only."),
    )
    response = _response(required=False)
    section_revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    field_order = ["words", "response", "revision", "section_revision"]


class AssignForm(Form):
    member = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Assigned to"), required=False, empty_label=gettext_lazy("Nobody")
    )

    def __init__(self, members: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


class UndoForm(_Answered):
    """Undoing an answer, which asks for nothing but the press."""
