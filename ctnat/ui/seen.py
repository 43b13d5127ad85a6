"""The values that a person saw when they opened a row's form, so that saving never overwrites what they did not see.

A form made with `SeenForm` carries a mark of each value that it showed (`seen`, a hidden field). The service compares
the marks with the row as it is now, under the lock (`check_seen`). Where another person has changed one of the values,
`SeenConflict` is raised, nothing is stored, and `show_conflict` shows each field's present value. What was typed
stays, and sending the form again replaces the other person's values knowingly.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ctnat.ui.errors import ConflictError

Marks = Mapping[str, str]  # name of a field -> mark of the value that was shown
NAME = "seen"
LONGEST = 10_000  # characters of the hidden field
TEXT = _(
    "Another member has changed this since you opened the page. Nothing was saved, and your entries are still here. "
    "The fields that were changed are marked. Save again to replace the other values with yours, or leave the page "
    "without saving to keep them."
)


class SeenConflict(ConflictError):
    """Another person changed `names` since the form was opened. `values` are those of the row as it is now."""

    def __init__(self, current: Any, values: Mapping[str, Any], names: Iterable[str]):
        super().__init__(current, TEXT)
        self.values = values
        self.names = list(names)


def values_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The row's values as a form shows them: for a relation, its key."""
    return {name: _value(row, name) for name in names}


def _value(row: models.Model, name: str) -> Any:
    try:
        field: Any = row._meta.get_field(name)
    except FieldDoesNotExist:
        return getattr(row, name)
    return field.value_from_object(row)


def mark(value: Any) -> str:
    """A short hash of a value. The same moment has the same hash in every time zone."""
    text = json.dumps(value.pk if isinstance(value, models.Model) else value, default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: Any) -> str:
    return str(value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value)


def marks_of(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: mark(value) for name, value in values.items()}


def written(marks: Marks) -> str:
    """The marks as the hidden field contains them."""
    return json.dumps(marks, separators=(",", ":"))


def check_seen(
    row: models.Model, seen: Marks | None, wanted: Mapping[str, Any], values: Mapping[str, Any] | None = None
) -> None:
    """Raise `SeenConflict` where the row, which is locked, no longer has the values that were seen.

    `wanted` are the values to be stored: if they are stored already, the form was sent twice, which is no conflict.
    `values` are those stored now, if they are not fields of the row. `seen` is None if no values were shown.
    """
    values = values_of(row, wanted) if values is None else values
    if seen is None or all(mark(values[name]) == mark(value) for name, value in wanted.items()):
        return
    if changed := [name for name, value in values.items() if seen.get(name) != mark(value)]:
        raise SeenConflict(row, values, changed)


class Seen(forms.CharField):
    """The marks of what the form showed. None if it showed no row; {} if they cannot be read."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"widget": forms.HiddenInput, "required": False, "max_length": LONGEST, **kwargs})

    def clean(self, value: Any) -> Marks | None:
        if not value:
            return None
        try:
            found = json.loads(super().clean(value))
        except (ValueError, forms.ValidationError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class SeenForm:
    """For a form that changes a row: `class ThemeForm(SeenForm, ModelForm)`. One that makes a new row carries no marks.

    A form without an instance sets `shows_row` to tell whether its initial values are those of a row. `unseen` names
    fields that do not belong to the row.
    """

    fields: dict[str, forms.Field]
    unseen: tuple[str, ...] = ()

    def __init__(self, *args: Any, shows_row: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        if shows_row or (instance is not None and instance.pk):
            self.fields[NAME] = Seen()

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The marks are made when the page is written: a form's own `__init__` may add to its initial values."""
        form: Any = self
        if field_name != NAME:
            return super().get_initial_for_field(field, field_name)  # type: ignore[misc]
        names = [name for name in self.fields if name not in (NAME, *self.unseen)]
        return written(marks_of({name: form.initial.get(name) for name in names}))

    @property
    def has_conflict(self) -> bool:
        form: Any = self
        return bool(form.is_bound and form.has_error(NON_FIELD_ERRORS, "conflict"))

    def show_conflict(self, conflict: ConflictError) -> None:
        """Show the stored value beside each field that was changed; from now on the form carries the present marks."""
        form: Any = self
        if not isinstance(conflict, SeenConflict):
            form.add_error(None, conflict)
            return
        data = form.data.copy()
        data[form.add_prefix(NAME)] = written(marks_of(conflict.values))
        form.data = data
        form.add_error(None, conflict)
        for name in conflict.names:
            if name in self.fields and mark(form.cleaned_data.get(name)) != mark(conflict.values[name]):
                value = _as_read(self.fields[name], conflict.values[name])
                form.add_error(name, gettext("Changed by another member to: {value}").format(value=value))


def _as_read(field: forms.Field, value: Any) -> str:
    """A stored value as the page displays it."""
    if value is None or value in ("", []):
        return gettext("(blank)")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    labels = {str(key): str(label) for key, label in _flat(getattr(field, "choices", ()) or ())}
    shown = [labels.get(str(one), str(one)) for one in (value if isinstance(value, list | tuple) else [value])]
    return ", ".join(shown)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
