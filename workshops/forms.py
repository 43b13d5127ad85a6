"""Forms of workshops, groups, ballots and responses. The services decide what is allowed."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.forms import LanguageField
from assessments.models import Assessment
from ctnat.ui.foreign import in_page
from ctnat.ui.forms import Form, SuggestingInput
from ctnat.ui.languages import suggested_languages
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import SeenForm
from indicators.forms import RevisionForm, SeenRevision, long_text
from indicators.grid import recommendation_groups
from indicators.matrix import matrix_of
from instruments.schema import CELLS
from workshops.models import GROUP_SECTORS, MOST_PEOPLE, Comment, Group, Workshop
from workshops.priorities import find_priority_item
from workshops.targets import SITUATION
from workshops.words import translate


def short_text(label: StrOrPromise, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **kwargs)


def people(label: StrOrPromise) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PEOPLE, initial=0)


class WorkshopForm(SeenForm, Form):
    needed_sometimes = ("language",)  # without a choice it is the report's

    held_on = forms.DateField(label=gettext_lazy("Date"))
    place = short_text(gettext_lazy("Place"), 200, required=False)
    language = LanguageField(
        label=gettext_lazy("Language of the room"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "Any language, by its name. The handout, slides and projector begin in it. Each phone can choose among it "
            "and the languages of the assessment."
        ),
    )

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["language"].widget = SuggestingInput(suggested_languages(assessment.languages))


class NewWorkshopForm(OnceForm, WorkshopForm):
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=Workshop.Purpose.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A rehearsal works like the workshop, but its results are never used. You can clear and delete it."
        ),
    )


class CountForm(Form):
    """The lead's answer to whether the report speaks of a workshop."""

    needed_sometimes = ("people",)  # where another workshop is included

    counted = forms.TypedChoiceField(
        label=gettext_lazy("Include this workshop in the report?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    people = forms.ChoiceField(
        label=gettext_lazy("Did other people take part than in the other included workshops?"),
        choices=Workshop.People.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    revision = SeenRevision()

    @classmethod
    def of(cls, workshop: Workshop, data: Any = None) -> "CountForm":
        counted = "" if workshop.counted is None else "yes" if workshop.counted else "no"
        return cls(data, initial={"counted": counted, "people": workshop.people, "revision": workshop.revision})


class ReasonForm(Form):
    reason = short_text(gettext_lazy("Because"), 500)


class GroupForm(OnceForm, SeenForm, Form):
    """A group and the categories it discusses."""

    name = short_text(gettext_lazy("Name"), 80)
    sector = forms.ChoiceField(
        label=gettext_lazy("Type of organisations"),
        choices=[("", gettext_lazy("Not recorded")), *GROUP_SECTORS],
        required=False,
        help_text=gettext_lazy("Shown in the report with the group’s responses."),
    )
    women, men, other = (
        people(gettext_lazy("Women")),
        people(gettext_lazy("Men")),
        people(pgettext_lazy("people", "Other")),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Categories to discuss"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Leave all unselected to discuss all categories."),
    )

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(c.name, f"{c.name}. {c.label.translate()}") for c in matrix_of(assessment).categories]
        cast(forms.ChoiceField, self.fields["categories"]).choices = choices


class BallotForm(Form):
    """Three places, each a priority. `letters` is the ballot, an empty string where a place is empty."""

    marks_optional = False  # a page of the room, in its language

    other_text = short_text("", 300, required=False)
    revision = SeenRevision()

    def __init__(self, assessment: Assessment, *args: Any, language: str = "en", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["other_text"].label = translate("other_text", language)
        item = find_priority_item(assessment)
        if item is None:  # the survey was changed since; reported when the form is sent
            return
        choices = [("", translate("choose", language))] + [
            (o.name, in_page(f"{o.name}. {o.text.translate(language)}", o.text.language_for(language), language))
            for o in item.options
        ]
        for place in range(item.places):
            label = translate("place", language, place=place + 1)
            self.fields[f"place_{place}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.order_fields([name for name in self.fields if name != "other_text"])

    @classmethod
    def of(cls, group: Group, data: Any = None, *, language: str = "en") -> "BallotForm":
        ballot, assessment = getattr(group, "ballot", None), group.workshop.assessment
        initial: dict[str, Any] = (
            {f"place_{place}": letter for place, letter in enumerate(ballot.priorities)} if ballot else {}
        )
        initial |= {"other_text": ballot.other_text if ballot else "", "revision": group.ballot_revision}
        return cls(assessment, data, initial=initial, language=language)

    @property
    def letters(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields if name.startswith("place_")]


class VerdictForm(Form):
    target = forms.CharField(max_length=60)
    choice = forms.CharField(required=False, max_length=10)  # checked by the service
    words = long_text(gettext_lazy("In your own words"), required=False)
    revision = SeenRevision()  # of the wording on the screen
    given = SeenRevision()  # of the verdict beside it
    wording = forms.CharField(required=False, max_length=16, empty_value=None)  # mark of the words in their language


class CommentForm(RevisionForm):
    """A statement, who made it in general terms, and what it answers."""

    needed_sometimes = ("language",)

    target = forms.ChoiceField(label=gettext_lazy("Subject"), required=False)
    finding = long_text(
        gettext_lazy("Finding it responds to"), 2, required=False, help_text=gettext_lazy("Summarise it in a sentence.")
    )
    source = short_text(
        gettext_lazy("Disputed document"),
        80,
        required=False,
        help_text=gettext_lazy("If it disputes a cited source, its key, such as document:Aze 30."),
    )
    statement = long_text(gettext_lazy("Statement"))
    language = LanguageField(
        label=gettext_lazy("Language of the statement"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Any language, by its name. Leave blank if it was not recorded."),
    )
    who = short_text(
        gettext_lazy("Made by"),
        200,
        required=False,
        help_text=gettext_lazy("In general terms, such as “a ministry”. Never enter a person’s name."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Type of response"), choices=Comment.Kind.choices)
    stage = forms.ChoiceField(
        label=gettext_lazy("When"), choices=Comment.Stage.choices, initial=Comment.Stage.VALIDATION
    )

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        cast(forms.ChoiceField, self.fields["target"]).choices = _target_choices(assessment)
        self.fields["language"].widget = SuggestingInput(suggested_languages(assessment.languages))


def _target_choices(assessment: Assessment) -> list[Any]:
    """Grouped by category: its section, criteria, cells and recommendations."""
    recommendations = recommendation_groups(assessment)
    choices: list[Any] = [("", _("The report as a whole")), ("section:2", SITUATION)]
    for category in matrix_of(assessment).categories:
        found = [
            (
                f"section:{category.report_section}",
                _("Section {report_section}: {title}").format(
                    report_section=category.report_section, title=category.title.translate()
                ),
            )
        ]
        for criterion in category.criteria:
            found.append(
                (
                    f"criterion:{criterion.name}",
                    _("Criterion {name}: {label}").format(name=criterion.name, label=criterion.label.translate()),
                )
            )
            found += [
                (f"cell:{criterion.name}/{cell}", _("Cell {name} {cell}").format(name=criterion.name, cell=cell))
                for cell in CELLS
            ]
        for group in recommendations[category.name]:
            found += [
                (f"recommendation:{row.pk}", _("Recommendation: {text}").format(text=row.text[:70]))
                for row in group.recommendations
            ]
        choices.append((category.label.translate(), found))
    return choices


class ResolveForm(RevisionForm):
    """The decision on a statement, and its reason."""

    disposition = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[choice for choice in Comment.Disposition.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    reason = long_text(gettext_lazy("Reason"), 2)
    changed = long_text(gettext_lazy("What changes in the report"), 2, required=False)


class AdoptForm(RevisionForm):
    """Adopts a proposed wording; both revisions are those that the lead saw."""

    wording_revision = SeenRevision()
