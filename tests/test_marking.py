"""Every text of the members' pages and scripts is marked for translation. What is left out is listed here, with the
reason.
"""

from pathlib import Path

import pytest
from django.conf import settings

from ctnat.translation.catalogue import ids, messages
from ctnat.translation.extract import marked_texts
from tests.marking import marked_in_script, unmarked, unmarked_in_script

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
LIBRARY = ("allauth/",)  # templates that only pass on the texts of allauth
DOCUMENTS = (  # in a language of their own: what is printed, projected, or shown to people without an account
    "assessments/_certificate.html",
    "assessments/_person_file.html",
    "assessments/_reference.html",
    "instruments/instrument_print.html",
    "reports/_export_index.html",
    "reports/document/",
    "workshops/_area.html",
    "workshops/minutes_document.html",
)


def test_every_text_of_a_page_for_members_is_marked_for_translation() -> None:
    paths = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]  # the latter are mails
    pages = [path.relative_to(TEMPLATES).as_posix() for path in sorted(paths)]
    assert len(pages) > 200, "the walk finds the templates"
    found = [
        f"{page}:{line}: {text}"
        for page in pages
        if not page.startswith(LIBRARY + DOCUMENTS)
        for line, text in unmarked((TEMPLATES / page).read_text())
    ]
    assert not found, "use {% translate %} or {% blocktranslate trimmed %}:\n" + "\n".join(found)


@pytest.mark.parametrize("path", LIBRARY + DOCUMENTS)
def test_what_is_left_out_exists(path: str) -> None:
    assert (TEMPLATES / path).exists()


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Save</p>", ["Save"]),
        ('<p>{% translate "Save" %}</p>', []),
        ("{% blocktranslate trimmed %}\n  Save\n{% endblocktranslate %}", []),
        ("<p>\n\n{{ n }} of {{ m }}</p>", ["of"]),
        ('<a class="btn" href="{% url "x" %}">PDF</a> &nbsp; 3 · A', []),
        ('<a title="Open">x</a><a title="{% translate \'Open\' %}">x</a>', ['title="Open"']),
        ('<a aria-label="{% if a > b %}1{% endif %} Up">x</a>', ['aria-label="{% if a > b %}1{% endif %} Up"']),
        ("{{ n|pluralize }}", ["{{ n|pluralize }}"]),
        ('{{ x|default:"none" }}{{ x|default:_("none") }}{{ x|default:"–" }}', ['|default:"none"']),
        ('{% blocktranslate with x=x|default:"none" %}By {{ x }}{% endblocktranslate %}', ['|default:"none"']),
        ("{{ x|yesno:'yes,no' }}", ["|yesno:'yes,no'"]),
        ('{% state "done" "Sent" %}{% state "done" _("Sent") %}{% icon "arrow-left" %}', ["Sent"]),
        ('{% empty_state _("None") url "Add one" %}', ["Add one"]),
        ("{# Note #}<!-- Note --><script>let it = 1;</script>", []),
    ],
)
def test_finds_what_is_not_marked(source: str, texts: list[str]) -> None:
    assert [text for _, text in unmarked(source)] == texts


def test_every_text_of_a_script_is_marked_and_extracted() -> None:
    """Pages of respondents and of groups bring their texts in `data-` attributes."""
    sources = {path.name: path.read_text() for path in sorted(SCRIPTS.glob("*.js"))}
    found = [f"{name}:{line}: {text}" for name, source in sources.items() for line, text in unmarked_in_script(source)]
    assert not found, "use gettext, ngettext and interpolate:\n" + "\n".join(found)
    extracted = {text for message in messages(marked_texts(settings.BASE_DIR, "djangojs")) for text in ids(message)}
    marked = {text for source in sources.values() for text in marked_in_script(source)}
    assert len(marked) > 40
    assert marked <= extracted, "a text inside a template literal is not extracted: give it a line of its own"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('notice("info", "Copied.")', ["Copied."]),
        ('notice("info", gettext("Copied."))', []),
        ('ngettext(\n"One word here",\n"Many words here", n) + "No more words"', ["No more words"]),
        ("`${n} answers`", ["${n} answers"]),
        ("`Remove ${key}`", ["Remove ${key}"]),
        ('// Not "A text"\nevent.key === "ArrowDown" || button.className === "btn btn-sm btn-secondary"', []),
        ('area.querySelectorAll("input, select, textarea"); fetch("/a/", { method: "POST" })', []),
    ],
)
def test_finds_what_is_not_marked_in_a_script(source: str, texts: list[str]) -> None:
    assert [text for _, text in unmarked_in_script(source)] == texts
