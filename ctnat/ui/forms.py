"""The base of the project's forms: one look, and labels that mark optional fields."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ctnat.ui.digits import plain_number

NOT_RECORDED = _("Not recorded")


class _AsciiDigits:
    """Reads what is typed in the digits of any script, for a widget."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)  # type: ignore[misc]
        return plain_number(value) if isinstance(value, str) else value


class NumberInput(_AsciiDigits, forms.TextInput):
    """A text field with a keyboard for digits: `type="number"` does not accept the digits of another script."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"inputmode": "numeric", "autocomplete": "off", **(attrs or {})})


class SuggestingInput(forms.TextInput):
    """A text field that suggests words; others can be typed too."""

    def __init__(self, suggestions: Iterable[str] = (), attrs: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.suggestions = list(suggestions)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        key = f"{(attrs or {}).get('id', name)}-suggestions"
        options = format_html_join("", '<option value="{}"></option>', ((word,) for word in self.suggestions))
        field = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, key, options)


class DateInput(_AsciiDigits, forms.DateInput):
    pass


class DateTimeInput(_AsciiDigits, forms.DateTimeInput):
    pass


class _Styled:
    """Gives a form a crispy helper without its own <form> tag, inputs for dates and numbers, "(optional)" labels."""

    fields: dict[str, forms.Field]
    needed_sometimes: tuple[str, ...] = ()  # fields that the other answers may require: never labelled "(optional)"
    marks_optional = True  # off: the labels are in another language than the page, or the page says it in another way

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False  # the page writes <form>, its csrf token and its buttons
        self.helper.disable_csrf = True
        for field in self.fields.values():
            _use_native_input(field)
            _keep_out_of_session_files(field.widget)

    def __getitem__(self, name: str) -> forms.BoundField:
        """The label says "(optional)" as the field is when it is shown: `__init__` of a form may change that."""
        bound: forms.BoundField = super().__getitem__(name)  # type: ignore[misc]
        if self._may_be_left_blank(name, bound.field):
            label = bound.field.label or forms.utils.pretty_name(name)
            bound.label = gettext("{label} (optional)").format(label=label)
        return bound

    def _may_be_left_blank(self, name: str, field: forms.Field) -> bool:
        """Whether the label says "(optional)": not where the choices contain "not recorded", nor for a single box."""
        if field.required or field.disabled or field.widget.is_hidden:
            return False
        if not self.marks_optional or name in self.needed_sometimes:
            return False
        return not isinstance(field, forms.BooleanField | YesNoField)


class YesNoField(forms.TypedChoiceField):
    """Yes, no or not recorded, as True, False or None. Only an answer sets the value."""

    def __init__(self, *, unknown: Any = NOT_RECORDED, **kwargs: Any):
        choices = [("", unknown), ("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=choices, coerce=_is_yes, empty_value=None, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


def _is_yes(value: str) -> bool:
    return value == "yes"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files, none where it is not required; its value is their list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list | tuple) else [data]
        clean_one = super().clean
        return [file for one in sent or [None] if (file := clean_one(one, initial))]


def _keep_out_of_session_files(widget: forms.Widget) -> None:
    """Browsers write what is in a field to the disk, to restore the page after a restart, unless the field itself says
    that it is not to be completed."""
    if isinstance(widget, forms.TextInput | forms.Textarea) and not isinstance(widget, forms.PasswordInput):
        widget.attrs.setdefault("autocomplete", "off")


def _use_native_input(field: forms.Field) -> None:
    if type(field.widget) is forms.DateInput:
        field.widget = DateInput(format="%Y-%m-%d", attrs={**field.widget.attrs, "type": "date"})
    elif type(field.widget) is forms.DateTimeInput:
        attributes = {**field.widget.attrs, "type": "datetime-local"}
        field.widget = DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=attributes)
    elif type(field.widget) is forms.NumberInput:
        attributes = {name: value for name, value in field.widget.attrs.items() if name not in ("min", "max", "step")}
        field.widget = NumberInput(attributes)
    else:
        return
    field.widget.is_required = field.required


class Form(_Styled, forms.Form):
    """A plain form in the look of the project."""


class ModelForm(_Styled, forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """A model's form in the look of the project. Saving goes through a service, never through `save()`."""
