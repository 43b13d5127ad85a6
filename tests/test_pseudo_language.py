"""In a made-up language, in which each marked text stands in brackets, members' pages show nothing else but data.

Files and what is stored have no brackets: they do not depend on the language of the member who asks for them. (A file
whose words are those of the catalogues of members has them in the language of the report.)
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile
from zoneinfo import available_timezones

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve
from django.utils import translation

from assessments.models import Role, User
from ctnat.ui.countries import country_choices
from ctnat.ui.formats import format_date, format_short_date
from ctnat.ui.languages import LANGUAGES
from surveys.forms import ENCODING_NAMES
from tests.conftest import rows_of_module
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory
from tests.whole_assessment import fill

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
LINK = re.compile(r'(?:href|hx-get)="(/a/AZE-2016/[^"#]*)"')
OTHER_LANGUAGE = {  # pages in the language of a survey, a room or a report; the audit log, which is in English
    "assessments:audit_list",
    "assessments:pack_edit",
    "indicators:translation_import",
    "reports:name_list",
    "reports:palette_search",
    "reports:section_edit",
    "reports:section_translate",
    "surveys:survey_preview",
    "workshops:group_ballot",
    "workshops:handout",
    "workshops:projector",
    "workshops:slides",
}
OF_INSTRUMENT = {"tool:instrument_detail: Information note"}  # a heading in the language of the instrument
OF_REPORT = {"reports:matrix_file (file)"}  # in the language of the report, with the words of the catalogues of members
OF_GUIDE = {"interviews:import_template (file)"}  # likewise, of the guide
FORMATS = {"CSV", "PNG", "SVG", "PDF", "DOCX", "XLSX", "SPSS", "DOI", "REFI-QDA"}
# The text of a mail in a language of the survey; what a question asks for, charts and sentences of the analysis, which
# are public texts in the language of the page; the sentences on the limits of the data; how a recommendation begins.
NOT_YET = re.compile(
    r"Code|Place \d|Sections of the guide|Too few interviews|The diagonal counts|With \d+ responses|Points: a first"
    r"|choose exactly \d+|\d+ (?:interview|survey response|of \d+ criteria).*|[\d.]+ .*: \d+ favourable"
    r"|Hello \{name\}|.*personal link:|.*\{(?:link|deadline|country|contact)\}"
    r"|(?:are|is) (?:encouraged|invited) to consider"
)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    def load() -> None:
        with transaction.atomic():
            assessment = AssessmentFactory(reference="AZE-2016")
            lead = UserFactory(email="lead@example.org", name="lead")
            MembershipFactory(user=lead, assessment=assessment, role=Role.LEAD)
            fill(assessment, lead)
            connection.run_on_commit.clear()  # the files of the edition

    with rows_of_module(django_db_blocker, load):
        yield


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Brackets around each marked text, except where code asks for the language of the site, as for what is stored."""
    settings.LANGUAGE_CODE = "de"
    found: Any = translation._trans  # type: ignore[attr-defined]
    functions: dict[str, Callable[..., str]] = {
        "gettext": lambda text: type(text)(f"⟦{text}⟧"),
        "ngettext": lambda one, many, number: f"⟦{one if number == 1 else many}⟧",
        "pgettext": lambda context, text: f"⟦{text}⟧",
        "npgettext": lambda context, one, many, number: f"⟦{one if number == 1 else many}⟧",
    }
    for name, bracketed in functions.items():
        monkeypatch.setattr(found, name, _unless_of_the_site(bracketed, getattr(found, name)))
    with translation.override("en"):
        yield


def _unless_of_the_site(bracketed: Callable[..., str], real: Callable[..., str]) -> Callable[..., str]:
    return lambda *args: real(*args) if translation.get_language() == "de" else bracketed(*args)


def words_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.findall(r"[^\W\d_]{3,}", value)
    elif isinstance(value, dict):
        yield from words_of([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from words_of(inner)


def stored() -> Iterator[tuple[str, Any]]:
    for model in apps.get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                yield f"{model._meta.label}.{field.name}", getattr(row, field.attname)


def outside_brackets(html: str) -> Iterator[str]:
    """The visible texts of the page's own part that are not in brackets."""
    main = html.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<(script|style|textarea)\b.*?</\1>", "", f"<{main}", flags=re.S)
    main = re.sub(r'<div class="mail-sample".*?</div>', "", main, flags=re.S)  # a mail in the language of its reader
    main = re.sub(r"https?://[^\s<]+", "", main)  # a link has random letters
    depth, kept = 0, ""
    for part in re.split(r"(⟦|⟧)", unescape(re.sub(r"<[^>]*>", "\n\n", main))):
        depth += (part == "⟦") - (part == "⟧")
        kept += part if depth == 0 and part != "⟧" else ""
    for text in kept.split("\n\n"):
        yield " ".join(text.split())


def text_of_file(content: bytes) -> str:
    if not is_zipfile(BytesIO(content)):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_pages_show_marked_texts_and_data_and_files_no_marked_text(
    filled: None, brackets: None, client: Client
) -> None:
    dates = [form(date(2026, month, 1), "en") for month in range(1, 13) for form in (format_date, format_short_date)]
    names = [
        *available_timezones(),
        *(name for _, name in country_choices()),
        *(vars(one) for one in LANGUAGES.values()),
        *FORMATS,
        *dates,
        *ENCODING_NAMES.values(),
    ]
    known = {*words_of([value for _, value in stored()]), *words_of(names), "http", "https"}
    client.force_login(User.objects.get(email="lead@example.org"))
    waiting, seen, addresses = deque(["/a/AZE-2016/"]), set(), set()
    forgotten: list[str] = []
    while waiting:
        address = waiting.popleft()
        if address in addresses:
            continue
        addresses.add(address)
        view = resolve(address.partition("?")[0]).view_name
        if view in seen:
            continue
        seen.add(view)
        response: Any = client.get(address, headers={"accept-language": "en"})
        if response.status_code != 200:
            continue
        content = b"".join(response.streaming_content) if response.streaming else response.content
        if "html" not in response.headers["Content-Type"]:
            forgotten += [f"{view} (file)"] * ("⟦" in text_of_file(content))
            continue
        html = content.decode()
        waiting += [unescape(link) for link in LINK.findall(html)]
        if view not in OTHER_LANGUAGE:
            texts = {text for text in outside_brackets(html) if not known.issuperset(words_of(text))}
            forgotten += [f"{view}: {text[:100]}" for text in sorted(texts) if not NOT_YET.match(text)]
    assert len(seen) > 90, "the pages were visited"
    assert set(forgotten) == OF_INSTRUMENT | OF_REPORT | OF_GUIDE
    assert [name for name, value in stored() if "⟦" in str(value)] == []
