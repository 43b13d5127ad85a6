"""Input of the analysis."""

import re
from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.releases.plans import PLACES, Characteristic
from ctnat.ui.forms import Form
from ctnat.ui.once import OnceForm
from ctnat.ui.seen import NAME, SeenForm, marks_of, written

ORDINALS = (_("Most important"), _("Second"), _("Third"), _("In reserve"))
RESERVE = _("It is used if one of the others has no two groups large enough, for instance if nearly all are women.")
LETTERS = [
    ("", _("its own group")),
    *((letter, format_lazy(_("group {letter}"), letter=letter)) for letter in ascii_uppercase),
]


class ComparisonForm(OnceForm, Form):
    references = forms.CharField(
        label=_("References of the other assessments"),
        max_length=300,
        help_text=_("For instance GEO-2016, ARM-2016. They must be of the same study or of the same country."),
    )

    def reference_list(self) -> list[str]:
        return [part for part in re.split(r"[\s,;]+", self.cleaned_data["references"]) if part]


class BreakdownPlanForm(SeenForm, Form):
    """Up to three characteristics in order, one in reserve, and for each option the group it is joined to.

    Made for one questionnaire: `offered` maps a profile to (label, {option: label}).
    """

    one_in = forms.IntegerField(
        label=_("Tables left out by lot: one in"),
        min_value=0,
        max_value=1000,
        help_text=_(
            "Some tables are left out by lot, so that nothing can be concluded from a missing one. With 0 no table is "
            "left out by lot, and whoever knows the rule may then learn from a missing table how a group answered."
        ),
    )

    def __init__(
        self, *args: Any, offered: Mapping[str, tuple[str, Mapping[str, str]]], is_settled: bool = False, **kwargs: Any
    ):
        super().__init__(*args, shows_row=True, **kwargs)
        self._offered = offered
        choices = [("", gettext("None")), *((profile, label) for profile, (label, _options) in offered.items())]
        for number, name in enumerate(PLACES):
            field = forms.ChoiceField(label=ORDINALS[number], choices=choices, required=False)
            self.fields[name] = field
        self.fields["reserve"].help_text = RESERVE
        for profile, (_label, options) in offered.items():
            for option, label in options.items():
                self.needed_sometimes += (f"{profile}:{option}",)  # blank: joined with none
                self.fields[f"{profile}:{option}"] = forms.ChoiceField(label=label, choices=LETTERS, required=False)
        for one in self.fields.values():
            if not one.widget.is_hidden:
                one.widget.attrs["class"] = "form-select" if isinstance(one, forms.ChoiceField) else "form-control"
        if is_settled:
            self.fields["one_in"].disabled = True

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in PLACES]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """(label of the characteristic, the fields of its options, whether one of them has an error)."""
        found = [
            (label, [self[f"{profile}:{option}"] for option in options])
            for profile, (label, options) in self._offered.items()
            if options
        ]
        return [(label, fields, any(field.errors for field in fields)) for label, fields in found]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Only fields that are not blank are marked: a questionnaire may have hundreds of options."""
        if field_name == NAME:
            return written(marks_of(self.initial))
        return super().get_initial_for_field(field, field_name)

    def characteristics(self) -> list[Characteristic]:
        """What was chosen, in order. A group of one option is no group."""
        found = []
        for name in PLACES:
            if profile := self.cleaned_data.get(name):
                joined: dict[str, list[str]] = {}
                for option in self._offered[profile][1]:
                    if letter := self.cleaned_data.get(f"{profile}:{option}"):
                        joined.setdefault(letter, []).append(option)
                groups = tuple(tuple(joined[letter]) for letter in sorted(joined) if len(joined[letter]) > 1)
                found.append(Characteristic(profile, groups))
        return found


class NameParticipantsForm(Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is kept in the log."),
    )
