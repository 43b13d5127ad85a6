"""The form of the table of who took part."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.models import Organisation
from ctnat.ui.forms import NOT_RECORDED, Form
from ctnat.ui.seen import SeenForm
from interviews.models import MOST_LISTED, Interview, Participant
from interviews.participants import Listed


class ParticipantsForm(SeenForm, Form):
    """The table of who took part: five fields for each person, and a few persons more. The number in a field's name is
    that of the person, who keeps it. `rows` has what `save_participants` takes."""

    MORE = 3  # blank rows below those that are filled in
    marks_optional = False  # the page says that everything may be left blank
    _NUMBERED = re.compile(r"(?:part|title|organisation|sex|name)_(\d{1,3})")

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any):
        super().__init__(*args, shows_row=True, **kwargs)
        stored = {row.position: row for row in interview.participants.all()}
        listed = Organisation.objects.for_assessment(interview.assessment)
        self._organisations = {organisation.pk: organisation for organisation in listed}
        last = max(stored, default=0)
        posted = (int(found[1]) for name in self.data if (found := self._NUMBERED.fullmatch(name)))
        self.count = min(max([last, *posted]) if self.is_bound else last + self.MORE, MOST_LISTED)
        for number in range(1, self.count + 1):
            self._add_person(number, stored.get(number, Participant()))

    def _add_person(self, number: int, row: Participant) -> None:
        organisations = [(pk, str(organisation)) for pk, organisation in self._organisations.items()]
        person: dict[str, forms.Field] = {
            "part": forms.ChoiceField(
                choices=[("", NOT_RECORDED), *Participant.Part.choices], required=False, label=_("Spoke or listened")
            ),
            "title": forms.CharField(max_length=200, required=False, label=_("Function or title")),
            "organisation": forms.TypedChoiceField(
                choices=[("", _("As in the details") if number == 1 else NOT_RECORDED), *organisations],
                coerce=int,
                empty_value=None,
                required=False,
                label=_("Organisation"),
            ),
            "sex": forms.ChoiceField(
                choices=[("", NOT_RECORDED), *Participant.Sex.choices], required=False, label=pgettext("person", "Sex")
            ),
            "name": forms.CharField(max_length=200, required=False, label=pgettext("person", "Name")),
        }
        for name, field in person.items():
            field.widget.attrs["autocomplete"] = "off"  # else browsers write what is typed to their session files
            self.fields[f"{name}_{number}"] = field
            self.initial[f"{name}_{number}"] = getattr(row, "organisation_id" if name == "organisation" else name)

    def people(self) -> Iterator[tuple[int, list[BoundField]]]:
        """Each person's number and fields."""
        for number in range(1, self.count + 1):
            yield number, [self[f"{name}_{number}"] for name in ("part", "title", "organisation", "sex", "name")]

    def rows(self) -> list[Listed]:
        data = self.cleaned_data
        return [
            Listed(
                position=number,
                part=data[f"part_{number}"],
                title=data[f"title_{number}"],
                organisation=self._organisations.get(data[f"organisation_{number}"]),
                sex=data[f"sex_{number}"],
                name=data[f"name_{number}"],
            )
            for number in range(1, self.count + 1)
        ]
