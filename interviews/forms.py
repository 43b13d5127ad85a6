"""Forms of interviews, suggested colleagues and themes."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from assessments.forms import LanguageField
from assessments.models import Assessment, Organisation, Sector, User
from ctnat.ui.errors import ConflictError
from ctnat.ui.formats import page_day
from ctnat.ui.forms import FilesField, Form, ModelForm, SuggestingInput, YesNoField
from ctnat.ui.languages import suggested_languages
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.names import language_name
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import SeenForm
from instruments.schema import InterviewGuide
from interviews.completing import OpenPoints
from interviews.follow_ups import may_be_assigned
from interviews.guides import guide_of, matrix_of
from interviews.information_notes import Wording, wordings_of
from interviews.models import (
    MOST_PEOPLE,
    PROMISE_LIMIT,
    ConsentRecord,
    FollowUp,
    InformationNote,
    Interview,
    SetAside,
    Theme,
)
from interviews.participants import participants_of

OTHER_PEOPLE = gettext_lazy("Other or undisclosed")
# The browser's own picker gives minutes, and pasted times may have a "T" or a space.
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]


class InterviewForm(OnceForm, SeenForm, ModelForm):
    """The head of the form (Annex C) and who took part. `organisation` is chosen, or named as a new one."""

    needed_sometimes: tuple[str, ...] = ("place", "format", "sector")
    unseen = ("new_organisation", "sector", "in_capital")

    new_organisation = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("New organisation (if not in the list)")
    )
    sector = forms.ChoiceField(
        choices=[("", "—"), *Sector.choices], required=False, label=gettext_lazy("Sector of the new organisation")
    )
    in_capital = YesNoField(
        label=gettext_lazy("Is the new organisation in the capital?"),
        help_text=gettext_lazy(
            "Where the staff who take part work. The report shows for how many organisations this is recorded."
        ),
    )
    interpreter = YesNoField(label=gettext_lazy("An interpreter was present"))
    language = LanguageField(
        max_length=60,
        label=gettext_lazy("Language of the interview"),
        help_text=gettext_lazy(
            "Any language, by its name. The questions and the information note are shown in it if they are translated."
        ),
    )

    class Meta:
        model = Interview
        fields = [
            "held_at",
            "place",
            "format",
            "interviewer",
            "interviewer_organisation",
            "organisation",
            "respondent_title",
            "respondent_name",
            "women",
            "men",
            "other",
            "language",
            "interpreter",
            "duration",
        ]
        labels = {
            "held_at": gettext_lazy("Interview date and time"),
            "place": gettext_lazy("Interview place"),
            "format": gettext_lazy("Interview format"),
            "interviewer": gettext_lazy("Interviewer name"),
            "interviewer_organisation": gettext_lazy("Interviewer organisation"),
            "organisation": gettext_lazy("Respondent organisation"),
            "respondent_title": gettext_lazy("Respondent official title"),
            "respondent_name": gettext_lazy("Respondent name"),
            "women": gettext_lazy("Women taking part"),
            "men": gettext_lazy("Men taking part"),
            "other": OTHER_PEOPLE,
            "duration": gettext_lazy("Duration in minutes"),
        }
        help_texts = {
            "respondent_name": gettext_lazy(
                "Stored encrypted and shown only to consultants and leads. Leave blank if possible."
            ),
            "women": gettext_lazy("Count everyone who took part on the respondent’s side."),
            "duration": gettext_lazy("Of the talk itself. Blank: not recorded."),
        }
        widgets = {
            "held_at": forms.DateTimeInput(),
            "respondent_name": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    field_order = (
        "held_at",
        "place",
        "format",
        "interviewer",
        "interviewer_organisation",
        "organisation",
        "new_organisation",
        "sector",
        "in_capital",
    )

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any):
        kwargs.setdefault("instance", Interview(assessment=assessment))
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        for name in ("place", "format"):
            self.fields[name].choices = [("", _("Not recorded")), *self.fields[name].choices[1:]]  # type: ignore[attr-defined]
        self.fields["organisation"].empty_label = "—"  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = Organisation.objects.for_assessment(assessment)  # type: ignore[attr-defined]
        self.fields["language"].widget = SuggestingInput(language_names(assessment))
        self.fields["held_at"].input_formats = MOMENTS  # type: ignore[attr-defined]
        if self.instance.planned and not self.data.get("duration"):  # it has not been held
            del self.fields["duration"]
        if not self.instance.pk and not self.is_bound:
            self.initial["held_at"] = timezone.localtime().replace(second=0, microsecond=0)
            self.initial["language"] = assessment.report_language

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_organisation") and data.get("organisation"):
            self.add_error("new_organisation", _("Choose an organisation from the list or enter a new one, not both."))
        if data.get("new_organisation") and not data.get("sector"):
            self.add_error("sector", _("Choose the sector of the new organisation."))
        if data.get("in_capital") is not None and not data.get("new_organisation"):
            self.add_error("in_capital", _("Enter the new organisation, or choose “Not recorded” here."))
        return data

    def header(self) -> dict[str, Any]:
        """The fields for the services, without those that name a new organisation."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data}


class FieldForm(InterviewForm):
    """The head of an interview on a device without a connection, whose script fills it and reads it. It names no
    respondent; the organisations come from what the device took along."""

    needed_sometimes = (*InterviewForm.needed_sometimes, "women", "men", "other")  # completing the interview asks

    note_given = YesNoField(label=gettext_lazy("Was the information note given?"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("respondent_title", "respondent_name", "in_capital", "form_key", "seen"):
            self.fields.pop(name, None)
        self.fields["organisation"].queryset = Organisation.objects.none()  # type: ignore[attr-defined]
        for name in ("women", "men", "other"):
            self.fields[name].required = False
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # else browsers write what is chosen to their session files
        self.initial = {}


def language_names(assessment: Assessment) -> list[str]:
    """To be suggested: the assessment's languages first, those of the guide, then all others."""
    guide = frozenset().union(*(section.title.languages for section in guide_of(assessment).sections))
    return suggested_languages([*assessment.languages, *sorted(guide)])


class PlanForm(SeenForm, Form):
    """Which of the sections that may be chosen are asked."""

    needed_sometimes = ("sections", "sections_reason")

    sections = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Sections")
    )
    sections_reason = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Reason for a different number"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Required only if you choose fewer or more sections than the guide asks for."),
    )

    def __init__(self, *args: Any, guide: InterviewGuide, values: dict[str, str], language: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sections"].label = _("Sections")
        self.fields["sections"].choices = [  # type: ignore[attr-defined]
            (name, f"{name}. {guide.section(name).title.translate(language, **values)}")
            for name in guide.routing.choose_from
        ]


class CompletionForm(Form):
    """The open points of an interview, asked one by one. `outcome` has the arguments of `close_open_points`."""

    needed_sometimes = ("women", "men", "other")

    def __init__(
        self, *args: Any, points: OpenPoints, titles: dict[str, str], seconds: Sequence[SetAside] = (), **kwargs: Any
    ):
        self.points = points
        self.seconds = seconds
        super().__init__(*args, **kwargs)
        for aside in seconds:
            choices = [("join", _("Add below the answer")), ("leave", _("Leave out"))]
            self._ask(f"second_{aside.pk}", _("The second text of {code}").format(code=aside.answer.question), choices)
        for name in points.sections:
            choices = [("not_reached", _("Not reached")), ("unanswered", _("Asked, no answer"))]
            self._ask(
                f"section_{name}", _("{name}. {titles}: was it asked?").format(name=name, titles=titles[name]), choices
            )
        if points.note_unknown:
            choices = [
                ("yes", pgettext("information note", "Given")),
                ("no", pgettext("information note", "Not given")),
                ("unknown", _("Not known")),
            ]
            self._ask("note_given", _("Was the information note given?"), choices)
        if points.no_people:
            for name, label in (
                ("women", _("Women taking part")),
                ("men", _("Men taking part")),
                ("other", OTHER_PEOPLE),
            ):
                self.fields[name] = forms.IntegerField(
                    min_value=0,
                    max_value=MOST_PEOPLE,
                    required=False,
                    label=label,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )
        if points.no_place:
            places: list[tuple[str, StrOrPromise]] = [*Interview.Place.choices, ("unknown", _("Not known"))]
            self._ask("place", _("Where was the interview held?"), places)

    def texts(self) -> Iterator[tuple[SetAside, BoundField]]:
        """Each second text with the field that asks about it."""
        for aside in self.seconds:
            yield aside, self[f"second_{aside.pk}"]

    def others(self) -> Iterator[BoundField]:
        """The fields that ask about something else."""
        for name in self.fields:
            if not name.startswith("second_"):
                yield self[name]

    def _ask(self, name: str, label: StrOrPromise, choices: Sequence[tuple[str, StrOrPromise]]) -> None:
        self.fields[name] = forms.ChoiceField(choices=choices, label=label, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.points.no_people and not any(data.get(name) for name in ("women", "men", "other")):
            self.add_error("women", _("Enter the number of women, men or others who took part."))
        return data

    def outcome(self) -> dict[str, Any]:
        data = self.cleaned_data
        chosen = {name: data[f"section_{name}"] for name in self.points.sections}
        found: dict[str, Any] = {
            kind: [name for name, answer in chosen.items() if answer == kind] for kind in ("not_reached", "unanswered")
        }
        if self.points.no_people:
            found |= {name: data[name] or 0 for name in ("women", "men", "other")}
        if self.points.note_unknown and data["note_given"] != "unknown":
            found["note_given"] = data["note_given"] == "yes"
        if self.points.no_place and data["place"] != "unknown":
            found["place"] = data["place"]
        if self.seconds:
            found["seconds"] = {aside.pk: data[f"second_{aside.pk}"] == "join" for aside in self.seconds}
        return found


NOT_RECORDED = ("", gettext_lazy("Not recorded"))


class _ConsentForm(OnceForm, Form):
    """What the forms about consent share: for which person, and the newest record that was shown (`latest`)."""

    participant = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label=gettext_lazy("For whom"))
    latest = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.interview = interview
        people = interview.people
        if people > 1:
            about = {person.position: person.about for person in participants_of(interview)}
            each = [(n, _person(n, people, about.get(n, ""))) for n in range(1, people + 1)]
            self.fields["participant"].choices = [("", _("Everybody who took part")), *each]  # type: ignore[attr-defined]
            self.fields["participant"].label = _("For whom")
        else:
            del self.fields["participant"]
        newest = interview.consents.order_by("-pk").values_list("pk", flat=True).first()
        self.initial["latest"] = newest or 0

    def show_conflict(self, conflict: ConflictError) -> None:
        """From now on the form knows the newest record: saving again adds to it knowingly."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # of a request
        data[self.add_prefix("latest")] = str(conflict.current)
        self.data = data
        self.add_error(None, conflict)


def _person(number: int, people: int, about: str) -> str:
    if about:
        return _("Person {number} of {people}: {about}").format(number=number, people=people, about=about)
    return _("Person {number} of {people}").format(number=number, people=people)


class _VersionField(forms.ChoiceField):
    """A version that is no longer offered is left to the service, which says what became of it."""

    def valid_value(self, value: str) -> bool:
        return True


class ConsentForm(_ConsentForm):
    """What was told, asked and answered. `cleaned_data` has the arguments of `record_consent`."""

    needed_sometimes = (
        "participant",
        "note",
        "language",
        "means",
        "to_interview",
        "to_quotes",
        "happened_at",
        "given_by",
    )

    note_given = YesNoField(label=gettext_lazy("Was the information note given?"))
    note = _VersionField(required=False, label=gettext_lazy("Which version"))
    language = LanguageField(
        required=False,
        label=gettext_lazy("In which language"),
        help_text=gettext_lazy("Leave it blank if it is that of the version. Enter another one if it was interpreted."),
    )
    means = forms.ChoiceField(required=False, label=gettext_lazy("How it was given"))
    to_interview = forms.ChoiceField(required=False, label=gettext_lazy("Agrees to be interviewed"))
    to_quotes = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Agrees to be quoted"),
        help_text=gettext_lazy(
            "A quote never gives a name. “Without attribution” also leaves out the sector and the like."
        ),
    )
    happened_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(),
        help_text=gettext_lazy("Leave it blank if it is not known."),
    )
    given_by = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label=gettext_lazy("Who gave the note and asked")
    )

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any):
        super().__init__(*args, interview=interview, **kwargs)
        self.fields["language"].widget = SuggestingInput(language_names(interview.assessment))
        now = wordings_of(interview.assessment)
        given = InformationNote.objects.filter(assessment=interview.assessment).order_by("-pk")
        known = {wording.checksum for wording in now}
        earlier = [(note.checksum, _label(note)) for note in given if note.checksum not in known]
        groups: list[Any] = [NOT_RECORDED, (_("As the guide is now"), [(w.checksum, _label(w)) for w in now])]
        groups += [(_("Given earlier"), earlier)] if earlier else []
        choices = {
            "note": groups,
            "means": [NOT_RECORDED, *ConsentRecord.Means.choices],
            "to_interview": [NOT_RECORDED, *ConsentRecord.Interviewed.choices],
            "to_quotes": [NOT_RECORDED, *ConsentRecord.Quoted.choices],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        members = User.objects.filter(memberships__assessment=interview.assessment).distinct().order_by("name", "email")
        self.fields["given_by"].queryset = members  # type: ignore[attr-defined]
        self.fields["given_by"].empty_label = str(NOT_RECORDED[1])  # type: ignore[attr-defined]
        self.fields["happened_at"].input_formats = MOMENTS  # type: ignore[attr-defined]


def _label(wording: Wording | InformationNote) -> str:
    name = language_name(wording.language)
    if isinstance(wording, Wording):
        return _("{language}, version {version}").format(language=name, version=wording.version)
    day = page_day(wording.created_at)
    return _("{language}, version {version}, first recorded on {day}").format(
        language=name, version=wording.version, day=day
    )


class WithdrawalForm(_ConsentForm):
    """`cleaned_data` has the arguments of `withdraw_consent` that are typed."""

    withdrawn = forms.ChoiceField(
        choices=[
            ("quotes", gettext_lazy("The quotes only. The interview stays, and is counted")),
            ("interview", gettext_lazy("The whole interview. It is counted no more, and is to be erased")),
        ],
        widget=forms.RadioSelect,
        label=gettext_lazy("What was withdrawn"),
    )
    happened_at = forms.DateTimeField(widget=forms.DateTimeInput(), label=gettext_lazy("When it was withdrawn"))
    reason = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is not needed. It is encrypted, and erased with the interview."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any):
        super().__init__(*args, interview=interview, **kwargs)
        self.fields["happened_at"].input_formats = MOMENTS  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["happened_at"] = timezone.localtime().replace(second=0, microsecond=0)


class ContactForm(OnceForm, Form):
    """A colleague named in the interview."""

    needed_sometimes = ("name", "email")

    name = forms.CharField(max_length=200, required=False, label=pgettext_lazy("person", "Name"))
    email = forms.CharField(max_length=254, required=False, label=gettext_lazy("E-mail address"))
    organisation = forms.CharField(max_length=200, required=False, label=gettext_lazy("Organisation"))
    sector = forms.ChoiceField(choices=[("", "—"), *Sector.choices], required=False, label=gettext_lazy("Sector"))
    language = LanguageField(max_length=60, label=gettext_lazy("Language of the invitation"))

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].widget = SuggestingInput(language_names(assessment))
        self.initial.setdefault("language", assessment.report_language)


class OutcomeForm(Form):
    """What came of a follow-up, asked when it is marked as done."""

    outcome = forms.CharField(
        required=False,
        max_length=PROMISE_LIMIT,
        label=gettext_lazy("What came of it"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FollowUpForm(OnceForm, SeenForm, ModelForm):
    """What was promised, by when, and who does it; of one that was done before, also what came of it."""

    what = forms.CharField(
        max_length=PROMISE_LIMIT,
        label=gettext_lazy("What is to be done"),
        help_text=gettext_lazy("Stored encrypted, and never in a report. Leave out names where you can."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    outcome = OutcomeForm.base_fields["outcome"]

    class Meta:
        model = FollowUp
        fields = ["what", "due", "assigned_to", "outcome"]
        labels = {"due": gettext_lazy("By when"), "assigned_to": gettext_lazy("Who does it")}
        help_texts = {
            "due": gettext_lazy("Leave it blank if no day was promised."),
            "assigned_to": gettext_lazy(
                "A lead or a consultant. The home page of that member names it three days before it is due."
            ),
        }
        widgets = {"due": forms.DateInput()}

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not (self.instance.done_at or self.instance.outcome):
            del self.fields["outcome"]
        members = may_be_assigned(assessment)
        if self.instance.assigned_to_id:  # who left meanwhile stays chosen
            members = members | User.objects.filter(pk=self.instance.assigned_to_id).order_by("name", "email")
        self.fields["assigned_to"].queryset = members  # type: ignore[attr-defined]
        self.fields["assigned_to"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]


class FieldContactForm(ContactForm):
    """The same on a device without a connection, whose script reads it."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, prefix="colleague", **kwargs)
        del self.fields["form_key"]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # else browsers write what is typed to their session files
        self.initial = {}


class ThemeForm(SeenForm, ModelForm):
    class Meta:
        model = Theme
        fields = ["label", "definition", "area", "criterion", "kind"]
        labels = {
            "label": gettext_lazy("Label"),
            "definition": gettext_lazy("Definition"),
            "kind": gettext_lazy("Kind"),
            "area": gettext_lazy("Area"),
            "criterion": gettext_lazy("Criterion of the indicator matrix"),
        }
        help_texts = {"definition": gettext_lazy("When to use this theme, and when not.")}
        widgets = {"definition": forms.Textarea(attrs={"rows": 3}), "area": forms.Select(), "criterion": forms.Select()}

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any):
        kwargs.setdefault("instance", Theme(assessment=assessment))
        super().__init__(*args, **kwargs)
        guide, matrix = guide_of(assessment), matrix_of(assessment)
        language = assessment.report_language
        values = assessment.placeholders_in(language)
        offered = {
            "area": {s.name: f"{s.name}. {s.title.translate(language, **values)}" for s in guide.sections},
            "criterion": {c.name: f"{c.name} {c.label.translate(language, **values)}" for c in matrix.criteria},
        }
        for name, labels in offered.items():
            present = getattr(self.instance, name)  # an earlier version of the instrument may have had it
            earlier = (
                {} if present in labels else {present: _("{present} (of an earlier version)").format(present=present)}
            )
            choices = {"": "—"} | (earlier if present else {}) | labels
            self.fields[name].widget.choices = list(choices.items())


class MergeForm(Form):
    into = forms.ModelChoiceField(queryset=Theme.objects.none(), label=gettext_lazy("Merge into"))

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = Theme.objects.for_assessment(theme.assessment).for_coding().exclude(pk=theme.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class NotesUploadForm(Form):
    file = FilesField(
        label=gettext_lazy("A table, or one or more Word files"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )

    def __init__(self, *args: Any, accept: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept


class UploadForm(Form):
    file = forms.FileField(label=gettext_lazy("File"))

    def __init__(self, *args: Any, accept: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept
