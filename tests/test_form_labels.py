"""Labels and help texts of forms are in the language of who reads them. Django makes a label of the field's name, in
English, where a form gives none."""

import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms
from django.utils.functional import Promise

# Fields whose labels their templates write, or their forms when they are made.
ELSEWHERE = {
    "ErasureForm": {"which"},
    "StatusForm": {"status", "reason", "translations"},
    "MoveForm": {"to", "whole_group"},
    "VerdictForm": {"target", "choice", "wording"},
    "BallotForm": {"other_text"},
    "NameDecisionForm": {"places", "reason"},
    "PublishForm": {"use"},
    "AddPasskeyForm": {"name"},
    "ReportForm": {"language"},
}
NAMES = {"DOI"}  # the same in every language
APPS = ("assessments", "interviews", "surveys", "indicators", "workshops", "reports", "instruments")


def forms_of(app: str) -> Iterator[type[forms.BaseForm]]:
    for name in (f"{app}.forms", *(["assessments.account_forms"] if app == "assessments" else [])):
        module = import_module(name)
        for found in vars(module).values():
            if inspect.isclass(found) and issubclass(found, forms.BaseForm) and found.__module__ == name:
                yield found


@pytest.mark.parametrize("app", APPS)
def test_labels_and_help_texts_of_forms_are_marked_for_translation(app: str) -> None:
    found = [
        (form.__name__, name, what)
        for form in forms_of(app)
        for name, field in getattr(form, "base_fields", {}).items()
        for what in ("label", "help_text")
        if not field.widget.is_hidden
        and not isinstance(getattr(field, what), Promise)
        and (what == "label" or field.help_text)
        and getattr(field, what) not in NAMES
        and name not in ELSEWHERE.get(form.__name__, ())
    ]
    assert found == []
