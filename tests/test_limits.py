"""The longest text that a form allows also fits into the request that sends it."""

from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from interviews.text import ANSWER_LIMIT

URL_ENCODED, MULTIPART = 12, 4  # the most bytes that one character takes in a request


def all_forms() -> list[type[forms.BaseForm]]:
    for path in Path(settings.BASE_DIR).glob("*/forms.py"):
        import_module(f"{path.parent.name}.forms")

    def below(cls: type) -> set[type]:
        return {cls, *(found for child in cls.__subclasses__() for found in below(child))}

    ours = {path.parent.name for path in Path(settings.BASE_DIR).glob("*/apps.py")}
    return sorted((f for f in below(forms.BaseForm) if f.__module__.split(".")[0] in ours), key=lambda f: f.__name__)


@pytest.mark.parametrize("form", all_forms())
def test_the_longest_text_of_a_form_fits_into_a_request(form: type[forms.BaseForm]) -> None:
    fields = form.base_fields.values()  # type: ignore[attr-defined]
    each = MULTIPART if any(isinstance(field, forms.FileField) for field in fields) else URL_ENCODED
    most = sum(getattr(field, "max_length", None) or 0 for field in fields)
    assert most * each < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_longest_answer_of_an_interview_fits_into_a_request() -> None:
    assert ANSWER_LIMIT * URL_ENCODED < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
