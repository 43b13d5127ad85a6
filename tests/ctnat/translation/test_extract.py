"""Which texts are found in templates, Python and JavaScript."""

from pathlib import Path

import pytest

from ctnat.settings import BASE_DIR
from ctnat.translation.catalogue import messages
from ctnat.translation.extract import marked_texts

TEMPLATE = """{% load i18n %}
<div>
  <h1>{% translate "Members" %}</h1> it's plain
  {% translate "May" context "month" as may %}
    {% blocktranslate trimmed count n=list|length %}
      {{ n }} group
    {% plural %}
      {{ n }} groups
    {% endblocktranslate %}
  {% empty_state _("No members yet") %}
  {# Translators: a button #}
  {% translate "100 % of it" %}
</div>
"""
PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
label = _("Sector")
one = pgettext_lazy("verb", "Open")
two = lambda n: ngettext("{n} row", "{n} rows", n)
plain = "not marked"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "templates/a/page.html": TEMPLATE,
        "a/__init__.py": "",
        "a/models.py": PYTHON,
        "a/migrations/0001.py": '_("Of a migration")',
        "tests/__init__.py": '_("Of a test")',
        "static/js/page.js": 'const text = gettext("Saved");',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_marked_texts(root: Path) -> None:
    found = {(message.id, message.context): message for message in messages(marked_texts(root, "django"))}
    assert set(found) == {
        ("Members", None),
        ("May", "month"),
        (("%(n)s group", "%(n)s groups"), None),
        ("No members yet", None),
        ("100 %% of it", None),
        ("Sector", None),
        ("Open", "verb"),
        (("{n} row", "{n} rows"), None),
    }
    assert found["Sector", None].locations == [("a/models.py", 0)]
    assert found["100 %% of it", None].auto_comments == ["Translators: a button"]
    assert [message.id for message in messages(marked_texts(root, "djangojs"))] == ["Saved"]


def test_a_template_that_cannot_be_read_is_named(root: Path) -> None:
    (root / "templates/a/page.html").write_text("{% blocktranslate %}{% if x %}{% endblocktranslate %}", "utf-8")
    with pytest.raises(ValueError, match=r"templates/a/page\.html"):
        marked_texts(root, "django")


def test_the_marked_texts_of_the_project_can_be_read() -> None:
    assert list(marked_texts(BASE_DIR, "django"))
