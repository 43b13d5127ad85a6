"""The errors shown to people: one family, each shown by a form."""

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from ctnat.ui.errors import ConflictError, FileError, InputError, RowError, add_errors, in_one_line, shortened


class NameForm(forms.Form):
    name = forms.CharField()


def test_errors_of_a_service_are_shown_beside_their_field_or_above_the_form() -> None:
    form = NameForm({"name": "x"})
    add_errors(form, InputError({"name": "Too short.", "other": "Not here."}))
    assert form.errors == {"name": ["Too short."], "__all__": ["Not here."]}


def test_a_conflict_includes_the_stored_values() -> None:
    error = ConflictError("stored", "Saved by a colleague.")
    assert (error.current, error.messages, isinstance(error, ValidationError)) == (
        "stored",
        ["Saved by a colleague."],
        True,
    )


def test_a_file_names_each_place_and_a_percent_sign_stays_a_percent_sign() -> None:
    error = FileError(RowError("Row 7", "100% is no year."), "No header.")
    assert error.messages == ["Row 7: 100% is no year.", "No header."]
    assert str(error) == "Row 7: 100% is no year.\nNo header."
    form = NameForm({"name": "x"})
    add_errors(form, error)
    assert form.non_field_errors() == error.messages


def test_a_long_list_shows_how_many_more_there_are() -> None:
    assert shortened(range(5), 3) == ["0", "1", "2", "… and 2 more."]
    assert shortened(range(3), 3) == ["0", "1", "2"]


def test_the_messages_of_an_error_are_put_into_one_line_by_one_function() -> None:
    assert in_one_line(ValidationError(["Too long.", "Too late."])) == "Too long. Too late."
    root, pattern = Path(settings.BASE_DIR), re.compile(r'" "\.join\(\w+\.messages\)')
    sources = [path for path in root.glob("[a-z]*/**/*.py") if path.relative_to(root).parts[0] != "tests"]
    assert [path.name for path in sources if pattern.search(path.read_text())] == ["errors.py"]
