"""A text that a page marks as foreign has tags: no attribute, option or title may take it as it is."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.marking import ELEMENT, NOT_TEXT

TEMPLATES = Path(settings.BASE_DIR) / "templates"
APPS = ("surveys/", "workshops/", "reports/", "base_public.html")
FOR_READERS = re.compile(r"{{ ?words\.|{% extends \"base_public\.html\" %}")  # pages in the language of a reader
PART = re.compile(r"{% (?:include|extends) \"([^\"]+)\"")
VALUE = re.compile(r"{{ ?(.*?) ?}}")
WITHOUT_TAGS = re.compile(
    rf"<(option|title|textarea)\b.*?</\1>|{{% block title %}}.*?{{% endblock %}}|{ELEMENT.pattern}", re.S
)
MADE_SAFE = ("|force_escape", "|lang_attributes")
# The last parts of the names of values that are no texts of the page: codes, numbers, addresses, what was typed.
NO_TEXTS = frozenset(
    [
        "anchor",
        "api",
        "chosen",
        "choices_of",
        "code",
        "condition",
        "counter",
        "csrf",
        "day",
        "described",
        "draft",
        "filters",
        "given",
        "groups",
        "id_for_label",
        "input_type",
        "keyboard",
        "kind",
        "lang",
        "letter",
        "limit",
        "live_revision",
        "mark",
        "method",
        "most",
        "n",
        "name",
        "number",
        "opened",
        "other",
        "other_limit",
        "patterns",
        "pk",
        "reference",
        "rules",
        "revision",
        "show",
        "shown",
        "target",
        "text_limit",
        "today",
        "typed",
        "uuid",
        "value",
        "wording",
        "words",
        "year",
        "device_key",
        "ballot_revision",
        "get_absolute_url",
        "receipt",
    ]
)
NO_TEXT = re.compile(r"(?:.*[._])?(?:url|address|language)|here|action|back|preview")
PLAIN = {"entry.text"}  # what is put to the groups: its element says in which language it is


def templates_for_readers() -> list[str]:
    """With the templates that they are made of."""
    every = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    waiting = [name for name, source in every.items() if FOR_READERS.search(source)]
    waiting += [name for name in every if name.startswith("surveys/_field_")]  # included by a name that is data
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and name.startswith(APPS):
            found.add(name)
            waiting += PART.findall(every[name])
    return sorted(found)


def tagged(source: str) -> list[str]:
    """The values that are put, as they are, where there can be no tags, and that may be texts."""
    found = []
    for place in WITHOUT_TAGS.finditer(NOT_TEXT.sub("", source)):
        for value in VALUE.findall(place[0]):
            name = value.partition("|")[0]
            known = name.rpartition(".")[2] in NO_TEXTS or NO_TEXT.fullmatch(name) or name in PLAIN
            if not value.endswith(MADE_SAFE) and (name.startswith("words.") or not known):
                found.append(value)
    return found


def test_no_template_puts_a_marked_text_where_there_can_be_no_tags() -> None:
    """`force_escape` leaves the tags out, `lang_attributes` gives an option the language of its text."""
    names = templates_for_readers()
    assert len(names) > 30, "the walk finds the templates"
    found = [f"{name}: {value}" for name in names for value in tagged((TEMPLATES / name).read_text())]
    assert found == [], "add |force_escape, or, where it is no text, its name to NO_TEXTS"


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ('<a title="{{ words.skip }}">{{ words.skip }}</a>', ["words.skip"]),
        ('<a title="{{ words.skip|force_escape }}" id="q-{{ item.code }}" href="{{ form_url }}">', []),
        ('<p data-sure="{{ words.code }} {{ sentence|upper }}">', ["words.code", "sentence|upper"]),
        ("<option{{ text|lang_attributes }}>{{ text }}</option>", ["text"]),
        ("{% block title %}{{ heading }}{% endblock %}{% block content %}{{ heading }}{% endblock %}", ["heading"]),
        ('<title>{{ heading|force_escape }}</title><p{% if a > b %} class="{{ kind }}"{% endif %}>{{ x }}</p>', []),
    ],
)
def test_finds_texts_where_there_can_be_no_tags(source: str, values: list[str]) -> None:
    assert tagged(source) == values
