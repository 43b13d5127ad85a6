"""Forms of cells and recommendations. The services decide what is allowed."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from ctnat.ui.errors import ConflictError
from ctnat.ui.forms import Form
from ctnat.ui.lazy import StrOrPromise
from indicators.grid import GridCell
from indicators.matrix import matrix_of
from indicators.models import Mark, Recommendation
from indicators.services.checks import LONGEST_TEXT


def long_text(label: StrOrPromise, rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=LONGEST_TEXT, **kwargs)


class SeenRevision(forms.IntegerField):
    """The revision that the user saw. Without a readable one it counts as an old one: `NEVER`."""

    NEVER = -1  # no row ever has it

    def __init__(self, **kwargs: Any):
        super().__init__(**{"widget": forms.HiddenInput, "min_value": 0, "max_value": 1_000_000, **kwargs})

    def clean(self, value: Any) -> int:
        try:
            return int(super().clean(value))
        except forms.ValidationError:
            return self.NEVER


class RevisionForm(Form):
    """A form with the revision that its user saw."""

    revision = SeenRevision()


def accept_revision(form: Any, conflict: ConflictError) -> Any:
    """The same typed form with the current revision, so that saving again overwrites deliberately."""
    data = form.data.copy()
    data["revision"] = str(conflict.current.revision)
    again = form.__class__(form.assessment, data) if hasattr(form, "assessment") else form.__class__(data)
    again.is_valid()
    again.add_error(None, conflict)
    return again


class MarkForm(RevisionForm):
    """A cell's mark or proposal. Evidence is one key per line; a script shows it as a list."""

    needed_sometimes = ("rationale",)

    state = forms.ChoiceField(label=_("Mark"), choices=Mark.State.choices, widget=forms.RadioSelect)
    rationale = long_text(_("Reason"), required=False)
    no_evidence = forms.BooleanField(label=_("No evidence found"), required=False)
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"}),
        help_text=_("One key per line, such as document:Aze 16#3, interview:AZEint3/3.4 or survey:3.1.5."),
    )
    reason = forms.CharField(
        label=_("Reason for the change"), required=False, max_length=1000, help_text=_("Shown in the history.")
    )

    def clean_evidence(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["evidence"].splitlines() if line.strip()]

    @classmethod
    def of(cls, mark: Mark | None, data: Any = None) -> "MarkForm":
        """Filled with the current mark; a cell without a mark starts at "not assessed"."""
        initial: dict[str, Any] = {"state": Mark.State.NOT_ASSESSED, "revision": mark.revision if mark else 0}
        if mark and not mark.withdrawn:
            initial = {name: getattr(mark, name) for name in ("state", "rationale", "no_evidence", "revision")}
            initial["evidence"] = "\n".join(mark.evidence)
        return cls(data, initial=initial)


class DecisionForm(Form):
    """The lead's decision on a cell with two marks."""

    source = forms.ChoiceField(label=_("Final mark"), choices=Mark.Source.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    consultant_revision = SeenRevision()
    proposal_revision = SeenRevision()

    @classmethod
    def of(cls, cell: GridCell) -> "DecisionForm":
        """With the marks that the lead sees; their revisions are 0 where there is none."""
        decided = cell.mark.source if cell.proposal and cell.mark and not cell.proposal.awaits_decision else None
        return cls(initial={"source": decided, **cls._revisions(cell)})

    def accept(self, cell: GridCell, conflict: ConflictError) -> "DecisionForm":
        """The same typed decision on the current marks, so that deciding again is deliberate."""
        data = {**self.data.dict(), **{name: str(number) for name, number in self._revisions(cell).items()}}  # type: ignore[attr-defined]
        again = DecisionForm(data)
        again.is_valid()
        again.add_error(None, conflict)
        return again

    @staticmethod
    def _revisions(cell: GridCell) -> dict[str, int]:
        marks = {"consultant_revision": cell.consultant, "proposal_revision": cell.proposal}
        return {name: mark.revision if mark else 0 for name, mark in marks.items()}


class WithdrawForm(RevisionForm):
    """Takes a proposal back."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)


class RecommendationForm(RevisionForm):
    """One recommendation with the words above it and the criteria it answers."""

    category = forms.ChoiceField(label=_("Category"))
    lead_in = forms.CharField(
        label=_("Lead-in"), required=False, max_length=500, help_text=_("The purpose, such as “In order to ...”.")
    )
    addressee = forms.CharField(label=_("Addressee"), required=False, max_length=300, help_text=_("Who should act."))
    verb = forms.ChoiceField(label=_("Strength of the request"), choices=Recommendation.Verb.choices)
    text = long_text(
        _("Recommendation"), help_text=_("Completes the sentence above: “setting up ...”, “training ...”.")
    )
    criteria = forms.MultipleChoiceField(
        label=_("Criteria it addresses"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason for the change"), required=False, max_length=1000, help_text=_("Shown in the change log.")
    )

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        matrix = matrix_of(assessment)
        for name, entries in (("category", matrix.categories), ("criteria", matrix.criteria)):
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [(entry.name, f"{entry.name} {entry.label.translate()}") for entry in entries]


class StatusForm(Form):
    """Draft, validated or dropped."""

    needed_sometimes = ("reason",)

    status = forms.ChoiceField(choices=Recommendation.Status.choices)
    reason = forms.CharField(required=False, max_length=1000)
    wording_revision = SeenRevision()
    translations = forms.CharField(required=False, max_length=16, empty_value=None)  # mark of those on the page


class MoveForm(Form):
    """A place in an order, 0 is first."""

    to = forms.IntegerField(min_value=-1, max_value=10_000)
    whole_group = forms.BooleanField(required=False)
