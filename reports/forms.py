"""Forms of the report's pages."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms import AssessmentNewForm, LanguageField
from assessments.models import Assessment, User
from assessments.services.assessments import TOOL_FIELDS
from assessments.uploads import clean_name
from ctnat.ui.forms import Form, ModelForm, SuggestingInput
from ctnat.ui.languages import direction, suggested_languages
from ctnat.ui.names import language_name
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import Seen, SeenForm, mark, written
from reports.document.confidentiality import NameFinding
from reports.document.open_points import OpenPoint
from reports.document.outline_match import matching
from reports.document.passages import LONGEST_QUOTE
from reports.models import Edition, NameDecision, Report, ReportLanguage, Section, SectionTranslation
from reports.services.comments import LONGEST_COMMENT
from reports.services.copies import PARTS
from reports.services.names import LONGEST_REASON, decided
from reports.services.sections import MAX_BODY
from reports.services.shares import LONGEST_SHARE
from reports.services.word_imports import Choice
from reports.word.importing import Piece
from reports.word.opening import SIZE_LIMIT

MOST_PARAGRAPHS = 400  # that can be chosen from a list; words of any can be selected
DRAFTS = gettext_lazy(
    "Except for English, these texts are drafts that have not been reviewed by a native speaker: have them reviewed "
    "before you publish."
)
LANGUAGE_HELP = format_lazy(
    "{} {}",
    gettext_lazy(
        "The first language, in which the report is written. Headings and drafts that nobody has changed follow it, "
        "and so do captions, charts and facts."
    ),
    DRAFTS,
)
FURTHER_HELP = format_lazy(
    "{} {}", gettext_lazy("Captions, charts, facts and unchanged headings appear in it at once."), DRAFTS
)


class MarkdownField(forms.CharField):
    """Text whose line breaks count as one character, as the writer counts them; browsers send two."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class ReportForm(SeenForm, ModelForm):
    class Meta:
        model = Report
        fields = ["title", "subtitle", "language", "name_agencies"]
        labels = {
            "title": gettext_lazy("Title"),
            "subtitle": gettext_lazy("Subtitle"),
            "name_agencies": gettext_lazy("Agencies may be named"),
        }
        help_texts = {
            "name_agencies": gettext_lazy(
                "Otherwise, organisations and quotations are attributed to categories of agencies "
                "only. Names of respondents and contacts are always withheld."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"] = LanguageField(
            label=gettext_lazy("Language"),
            max_length=60,
            help_text=LANGUAGE_HELP,
            widget=SuggestingInput(suggested_languages(self.instance.assessment.languages)),
        )


class WordTemplateForm(Form):
    template = forms.FileField(
        label=gettext_lazy("Word template"),
        help_text=gettext_lazy("A .docx or .dotx file without macros, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.dotx"}),
    )


class SectionForm(Form):
    """`revision` is the one that the editor started from."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    body = MarkdownField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=MAX_BODY,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def show_newer(self, saved: Section | SectionTranslation) -> None:
        """After a refusal: keep the input; saving again is then a decision."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("revision")] = str(saved.revision)
        self.data = data


class LanguageForm(Form):
    """A language to be added to those of the report."""

    language = LanguageField(label=gettext_lazy("Language"), max_length=60, help_text=FURTHER_HELP)

    def __init__(self, taken: Collection[str], first: Iterable[str], *args: Any, **kwargs: Any):
        """`taken` are those that the report has; those of `first` are suggested before the others."""
        super().__init__(*args, **kwargs)
        names = {language_name(code) for code in taken}
        self.fields["language"].widget = SuggestingInput(
            name for name in suggested_languages(first) if name not in names
        )


class CoverTranslationForm(SeenForm, ModelForm):
    """Title and subtitle in a further language. `of_...` are those in the first language that the page showed."""

    unseen = ("of_title", "of_subtitle")

    class Meta:
        model = ReportLanguage
        fields = ["title", "subtitle", "of_title", "of_subtitle"]
        labels = {"title": gettext_lazy("Title"), "subtitle": gettext_lazy("Subtitle")}
        widgets = {"of_title": forms.HiddenInput, "of_subtitle": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        report = self.instance.report
        self.initial.update(of_title=report.title, of_subtitle=report.subtitle)
        for name in ("title", "subtitle"):
            language = self.instance.language
            self.fields[name].widget.attrs.update(lang=language, dir=direction(language))


class SectionTranslationForm(SectionForm):
    """`revision` is that of the translation, 0 where there is none; `shown` that of the text beside it."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    shown = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class NewSectionForm(OnceForm, Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    parent = forms.ModelChoiceField(
        Section.objects.none(),
        label=gettext_lazy("Under"),
        required=False,
        empty_label=gettext_lazy("None: add a chapter"),
    )

    def __init__(self, report: Report, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        places = Section.objects.filter(report=report, parent__parent=None)
        self.fields["parent"].queryset = places  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Where a section goes: one place up or down among its siblings."""

    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class CopyForm(AssessmentNewForm):
    """A new assessment, begun with the chosen parts of another one. `cleaned_data` is as `copy_assessment` takes it."""

    needed_sometimes = (*AssessmentNewForm.needed_sometimes, "parts")

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What is copied"),
        required=False,
        choices=list(PARTS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "The three instruments are chosen above. Notes, answers, contacts, members and names are never copied. An "
            "entry in which somebody may be named is left out."
        ),
    )

    def __init__(self, *args: Any, source: Assessment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in TOOL_FIELDS:  # one that was withdrawn since is chosen anew
            field: Any = self.fields[name]
            used = getattr(source, f"{name}_id")
            if not self.is_bound and field.queryset.filter(pk=used).exists():
                self.initial.setdefault(name, used)

    @classmethod
    def initial_of(cls, source: Assessment) -> dict[str, Any]:
        return {"study": source.study_id, "parts": [part for part in PARTS if part != "organisations"]}


class WhatChangedForm(Form):
    """`after` is the number of the last edition that the page showed, so that a form sent twice makes one edition."""

    after = forms.IntegerField(min_value=0, max_value=10**6, required=False, widget=forms.HiddenInput)
    what_changed = forms.CharField(
        label=gettext_lazy("What changed since the last edition"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def show_newer(self, edition: Edition) -> None:
        """After a refusal: keep the input; the person has been told of the newer edition."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("after")] = str(edition.number)
        self.data = data


class EditionForm(WhatChangedForm):
    """An edition of any kind but the final one, which has a page of its own."""

    kind = forms.ChoiceField(
        choices=[choice for choice in Edition.Kind.choices if choice[0] != Edition.Kind.FINAL],
        label=gettext_lazy("Type of edition"),
    )
    field_order = ["kind", "what_changed", "after"]


class FinalEditionForm(WhatChangedForm):
    """A reason for each kind of open point, and beside it the mark of those that the page showed."""

    def __init__(self, points: Sequence[OpenPoint], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.points = points
        for point in points:
            self.fields[f"reason_{point.kind}"] = forms.CharField(
                label=_("Reason for leaving this open"),
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("Give a reason: {label}.").format(label=point.label.lower())},
            )
            self.fields[f"seen_{point.kind}"] = forms.CharField(
                initial=point.mark, max_length=40, widget=forms.HiddenInput
            )

    @property
    def rows(self) -> list[tuple[OpenPoint, forms.BoundField, forms.BoundField]]:
        return [(point, self[f"reason_{point.kind}"], self[f"seen_{point.kind}"]) for point in self.points]

    @property
    def reasons(self) -> dict[str, tuple[str, str]]:
        """Kind -> (reason, mark of what was open), for `services.editions.make_edition`."""
        values = self.cleaned_data
        return {point.kind: (values[f"reason_{point.kind}"], values[f"seen_{point.kind}"]) for point in self.points}

    def show_present_points(self, points: Sequence[OpenPoint]) -> None:
        """After a refusal: keep the input, with the current points, so that saving again is deliberate."""
        data = cast(QueryDict, self.data).copy()
        for point in points:
            data[self.add_prefix(f"seen_{point.kind}")] = point.mark
        self.data = data


class NameDecisionForm(Form):
    """One decision on some of the places that hold the same words."""

    places = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("Choose at least one place.")}
    )
    keep = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether the words are printed or withheld.")},
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give a reason. It is kept with the decision.")},
    )

    seen = Seen()  # the decision that the page showed for each place

    def __init__(self, found: Sequence[NameFinding], decisions: Mapping[str, NameDecision], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.found = found
        self.marks = written({one.fingerprint: mark(decided(decisions.get(one.fingerprint))) for one in found})
        self.initial["seen"] = self.marks
        person = found[0].kind == "person"
        choices = [
            ("yes", _("This is not the respondent: print it") if person else _("Print it")),
            ("no", _("Withhold it") if person else _("Print the category instead")),
        ]
        self.fields["places"].choices = [(one.fingerprint, one.place) for one in found]  # type: ignore[attr-defined]
        self.fields["keep"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """The places that are ticked; before anything was sent, those without a decision."""
        if self.is_bound:
            return set(self["places"].value() or [])
        return {one.fingerprint for one in self.found if one.keep is None}

    @property
    def decision(self) -> dict[str, Any]:
        """For `services.names.decide_on_names`."""
        values = self.cleaned_data
        chosen = {"fingerprints": values["places"], "seen": values["seen"]}
        return {**chosen, "keep": values["keep"] == "yes", "reason": values["reason"]}

    def show_present_decisions(self) -> None:
        """After a refusal: keep the input; the page shows what the other lead has decided."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("seen")] = self.marks
        self.data = data


class MembersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """Members of the assessment, as boxes."""

    def __init__(self, members: Sequence[User]):
        super().__init__(
            User.objects.filter(pk__in=[member.pk for member in members]),
            required=False,
            label=gettext_lazy("Tell these members"),
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("Or write @ and a name in the text. They are told of it without what you wrote."),
        )
        self.choices = [(member.pk, str(member)) for member in members]


class ReplyForm(OnceForm, Form):
    """What a member writes, and whom it is to be told."""

    text = MarkdownField(
        label=gettext_lazy("Reply"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write the comment.")},
    )

    def __init__(self, members: Sequence[User], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if members:
            self.fields["members"] = MembersField(members)


class SectionCommentForm(ReplyForm):
    """A comment on words of a section. `occurrence` says which of several places with these words was selected."""

    words = forms.CharField(
        label=gettext_lazy("Words that you comment on"),
        required=False,
        max_length=2 * LONGEST_QUOTE,  # white space does not count
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("Select them in the text, or copy them from there."),
    )
    paragraph = forms.TypedChoiceField(
        label=gettext_lazy("Or a whole paragraph"), required=False, coerce=int, empty_value=None
    )
    occurrence = forms.IntegerField(min_value=0, max_value=10**6, required=False, widget=forms.HiddenInput)
    field_order = ["words", "occurrence", "paragraph", "text", "members", "form_key"]

    def __init__(self, members: Sequence[User], lines: Sequence[str], *args: Any, **kwargs: Any):
        super().__init__(members, *args, **kwargs)
        self.fields["text"].label = gettext_lazy("Your comment")
        paragraphs = [(number, f"{number}: {Truncator(line).chars(70)}") for number, line in enumerate(lines, 1)]
        self.fields["paragraph"].choices = [  # type: ignore[attr-defined]
            ("", _("None: the section as a whole")),
            *paragraphs[:MOST_PARAGRAPHS],
        ]


class CommentEditForm(ReplyForm):
    """`revision` is the one that the member saw."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, members: Sequence[User], *args: Any, **kwargs: Any):
        super().__init__(members, *args, **kwargs)
        self.fields["text"].label = gettext_lazy("Your comment")
        del self.fields["form_key"]

    def show_newer(self, revision: int) -> None:
        """After a refusal: keep the input; saving again is then a decision."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("revision")] = str(revision)
        self.data = data


class ShareForm(Form):
    days = forms.IntegerField(
        label=gettext_lazy("Days until the link expires"), min_value=1, max_value=LONGEST_SHARE, initial=14
    )


class DemonstrationForm(Form):
    password = forms.CharField(
        label=gettext_lazy("Password of its accounts"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters. Everybody who tries the demonstration gets it from you."),
    )


class WordFileForm(Form):
    """A Word document; it is checked while it is read (`reports.word.opening`)."""

    file = forms.FileField(
        label=gettext_lazy("Word document (.docx)"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )
    changes = forms.ChoiceField(
        label=gettext_lazy("Tracked changes in the file"),
        choices=[
            ("accepted", gettext_lazy("Read the text as if all of them were accepted")),
            ("refused", gettext_lazy("Read the text as if all of them were refused")),
        ],
        initial="accepted",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Comments are never taken over."),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > SIZE_LIMIT:
            raise forms.ValidationError(
                _("“{name}” is {size:.0f} MB; the limit is {limit} MB. Delete its pictures, or split it.").format(
                    name=clean_name(upload.name or ""), size=upload.size / 1024**2, limit=SIZE_LIMIT // 1024**2
                )
            )
        return upload


class SectionImportForm(Form):
    """The words of a document for one section, and whether they replace its text. `revision`: see `SectionForm`."""

    body = MarkdownField(required=False, max_length=MAX_BODY, strip=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    notes = forms.JSONField(required=False, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=gettext_lazy("What becomes of the present text"),
        choices=[
            ("replace", gettext_lazy("It is replaced by these words")),
            ("append", gettext_lazy("These words are added below it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether the present text is replaced.")},
    )

    def show_newer(self, saved: Section | SectionTranslation) -> None:
        """After a refusal: keep the input; pressing again is then a decision."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("revision")] = str(saved.revision)
        self.data = data


class OutlineImportForm(OnceForm, Form):
    """For each heading of a document what becomes of it, and the section that it means."""

    HOW = (
        ("replace", gettext_lazy("Replace the text of a section")),
        ("append", gettext_lazy("Add to the text of a section")),
        ("new", gettext_lazy("New section")),
        ("text", gettext_lazy("Heading in the text above")),
        ("leave", gettext_lazy("Leave out")),
    )

    revisions = forms.JSONField(widget=forms.HiddenInput)

    def __init__(self, report: Report, pieces: Sequence[Piece], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.pieces = pieces
        self.sections = list(report.sections.order_by("position", "pk").select_related("parent"))
        self.initial["revisions"] = {section.key: section.revision for section in self.sections}
        matches = matching([piece.title for piece in pieces], in_reading_order(self.sections))
        targets = [("", _("Choose the section"))]
        targets += [(section.key, self._label(section)) for section in in_reading_order(self.sections)]
        self.needed_sometimes = tuple(f"target_{place}" for place in range(len(pieces)))
        depth = 0  # of the heading before this one that is a section
        for place, (piece, match) in enumerate(zip(pieces, matches, strict=True)):
            hows = [choice for choice in self.HOW if piece.level or choice[0] in ("replace", "append", "leave")]
            how: forms.ChoiceField = forms.ChoiceField(
                label=_("What becomes of it"),
                choices=[("", _("Choose")), *hows],
                error_messages={"required": _("Choose what becomes of “{title}”.").format(title=piece.title)},
            )
            self.fields[f"how_{place}"] = how
            self.fields[f"target_{place}"] = forms.ChoiceField(label=_("Section"), choices=targets, required=False)
            for name in (f"how_{place}", f"target_{place}"):
                self.fields[name].widget.attrs["class"] = "form-select"
            proposed = self._proposed(piece, match, depth)
            if proposed != "text":
                depth = 0 if proposed == "leave" else max(1, piece.level)
            self.initial[f"how_{place}"] = proposed
            self.initial[f"target_{place}"] = match.key if match else ""

    @staticmethod
    def _label(section: Section) -> str:
        indent, parent = "", section.parent
        while parent is not None:
            indent, parent = indent + "\u2003", parent.parent
        title = section.title if len(section.title) <= 80 else f"{section.title[:80]} …"
        return f"{indent}{title} ({len(section.body.split())})"

    @staticmethod
    def _proposed(piece: Piece, match: Section | None, depth: int) -> str:
        """A text that somebody has written is never proposed to be replaced: that is asked."""
        if match is not None:
            return "replace" if match.revision == 1 or not match.body.strip() else ""
        if not piece.level:
            return "leave"
        return "text" if 0 < depth < piece.level else "new"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for place, piece in enumerate(self.pieces):
            if cleaned.get(f"how_{place}") in ("replace", "append") and not cleaned.get(f"target_{place}"):
                self.add_error(f"target_{place}", _("Choose the section for “{title}”.").format(title=piece.title))
        revisions = cleaned.get("revisions")
        if not isinstance(revisions, dict) or not all(isinstance(one, int) for one in revisions.values()):
            cleaned["revisions"] = {}  # every section then counts as changed meanwhile
        return cleaned

    @property
    def choices_made(self) -> list[Choice]:
        values = self.cleaned_data
        return [Choice(values[f"how_{place}"], values[f"target_{place}"]) for place, _piece in enumerate(self.pieces)]

    def show_newer(self) -> None:
        """After a refusal: keep the choices; pressing again is then a decision."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("revisions")] = json.dumps(self.initial["revisions"])
        self.data = data


def in_reading_order(sections: Sequence[Section]) -> list[Section]:
    """Chapters, each followed by its sections and their parts. `sections` are ordered by position."""
    below: dict[int | None, list[Section]] = {}
    for section in sections:
        below.setdefault(section.parent_id, []).append(section)
    found: list[Section] = []

    def walk(parent: int | None) -> None:
        for section in below.get(parent, []):
            found.append(section)
            walk(section.pk)

    walk(None)
    return found
