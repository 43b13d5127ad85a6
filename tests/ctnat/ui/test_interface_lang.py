"""A member's own words within a text of another language say which language they are in."""

from pathlib import Path

from django.conf import settings
from django.template import Context, Template
from django.utils import translation

OF_ENGLISH = (  # what is in English for everyone
    "assessments/_certificate.html",
    "assessments/_person_file.html",
    "instruments/instrument_print.html",
    "reports/_export_index.html",  # a file, like the tables that it lists
)


def test_the_attributes_are_those_of_the_page() -> None:
    tag = Template("{% load ui %}<p {% interface_lang %}>")
    with translation.override("fr"):
        assert tag.render(Context()) == '<p lang="fr" dir="ltr">'
    with translation.override("ar"):
        assert tag.render(Context()) == '<p lang="ar" dir="rtl">'


def test_no_marked_text_says_that_it_is_english() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.html") if 'lang="en"' in path.read_text()}
    assert found == set(OF_ENGLISH)
