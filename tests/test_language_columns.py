"""Columns for the code of a language."""

from django.apps import apps
from django.db.models import CharField

from ctnat.ui.languages import LONGEST_CODE


def test_each_column_for_a_language_holds_the_longest_code() -> None:
    found = {
        f"{model._meta.label}.{field.name}": field.max_length
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, CharField) and field.name.endswith("language")
    }
    assert len(found) > 15
    assert {name: length for name, length in found.items() if (length or 0) < LONGEST_CODE} == {}
