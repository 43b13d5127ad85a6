"""A form that creates a row carries a unique key, so that sending it twice creates the row once.

A script stops double clicks only where it runs, and after a server crash the browser offers to send the form again.
The key (`form_key`, a hidden field) goes into the audit event of the new row, where `assessments/once.py` finds it.
"""

import uuid
from typing import Any

from django import forms

NAME = "form_key"


class FormKey(forms.UUIDField):
    """The key of a form that was sent. An invalid one counts as no key."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"widget": forms.HiddenInput, "required": False, "initial": uuid.uuid4, **kwargs})

    def clean(self, value: Any) -> uuid.UUID | None:
        try:
            found: uuid.UUID | None = super().clean(value)
        except forms.ValidationError:
            return None
        return found


class OnceForm:
    """For a form that creates a row: `class NewSectionForm(OnceForm, Form)`. One that shows a row gets no key."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any):
        shows_row = kwargs.get("shows_row", False)
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        if not shows_row and not (instance is not None and instance.pk):
            self.fields[NAME] = FormKey()
