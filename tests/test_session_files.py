"""Browsers write the content of fields into their session files, in clear, also after signing out. Chromium and Firefox
leave out a field that says `autocomplete="off"` itself; a form that says it is enough for Chromium alone."""

import re
from pathlib import Path

from django.conf import settings

from ctnat.ui.forms import Form, forms

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FIELD = re.compile(r"<(?:input|textarea)\b(?:[^<>\"']|\"[^\"]*\"|'[^']*'|\{[%{].*?[%}]\})*>", re.DOTALL)
NOTHING_TYPED = re.compile(r'type="(?:hidden|checkbox|radio|file|submit|password)"|\bhidden\b|\breadonly\b')
# Pages of respondents, whose forms say it as a whole, and of allauth: addresses and codes.
OTHERS = re.compile(r"^(?:allauth/|surveys/_(?:field|question_set|respondent))")


def test_no_field_in_which_text_is_typed_is_stored_by_the_browser() -> None:
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        fields = FIELD.findall(path.read_text()) if not OTHERS.match(name) else []
        found += [
            (name, field[:80]) for field in fields if "autocomplete=" not in field and not NOTHING_TYPED.search(field)
        ]
    assert found == []


def test_forms_say_so_for_each_of_their_fields() -> None:
    class Typed(Form):
        line = forms.CharField()
        text = forms.CharField(widget=forms.Textarea)
        name = forms.CharField(widget=forms.TextInput({"autocomplete": "name"}))
        chosen = forms.BooleanField()

    form = Typed()
    said = {name: field.widget.attrs.get("autocomplete") for name, field in form.fields.items()}
    assert said == {"line": "off", "text": "off", "name": "name", "chosen": None}
