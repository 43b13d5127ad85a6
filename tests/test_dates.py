"""Dates and times of members' pages are those of CLDR, in the language of the page and in its time zone."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from ctnat.translation.catalogue import ids, messages, read, strings
from ctnat.ui.formats import with_decimal_sign

TEMPLATES = Path(settings.BASE_DIR) / "templates"
DJANGOS = re.compile(
    r"\|\s*(?:date|time|timesince|timeuntil|naturalday|naturaltime|intcomma|floatformat|filesizeformat)\b(?!:[\"'](?:c|Y-m-d)[\"'])"
)
BARE = re.compile(
    r"(?:\{\{ *|=)(?:\w+\.)+(?:\w+_(?:at|on|for)|deadline|last_login|due|day|moment)(?= *\}\}| *%\}| \w+=)"
)
TEXTS = ("data.made_on", "row.day", "chosen.day", "words.")  # written already; a part of a date that respondents type
AT = datetime(2016, 6, 30, 20, 5, tzinfo=UTC)


def djangos_own(source: str) -> list[str]:
    """Filters of Django that write a date or a number not as CLDR does, and dates without any filter."""
    bare = [found[0] for found in BARE.finditer(source) if not any(text in found[0] for text in TEXTS)]
    return [found[0] for found in DJANGOS.finditer(source)] + bare


def test_no_template_writes_dates_and_numbers_with_the_filters_of_django() -> None:
    pages = sorted(path for kind in ("*.html", "*.txt") for path in TEMPLATES.rglob(kind))
    assert len(pages) > 200, "the walk finds the templates"
    found = [f"{page.relative_to(TEMPLATES)}: {text}" for page in pages for text in djangos_own(page.read_text())]
    assert not found, "use day, short_day, moment, short_moment, clock, ago or number of `ui`:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{{ x.at|date:"j E Y" }}', ["|date"]),
        ("{{ x.at|time:'H:i' }}{{ x|default:1|date }}", ["|time", "|date"]),
        ("{{ x.at|date:'c' }}{{ x.at|date:\"Y-m-d\" }}{{ x.at|day }}", []),
        ("{{ x.held_on }}", ["{{ x.held_on"]),
        ("{% blocktranslate with day=x.held_on %}{{ day }}{% endblocktranslate %}", ["=x.held_on"]),
        ("{% blocktranslate with day=x.held_on n=3 %}{{ day }}{% endblocktranslate %}", ["=x.held_on"]),
        ("{% if x.held_on %}{{ x.held_on|day }}{% endif %}{{ words.kept_on }}", []),
    ],
)
def test_finds_what_django_would_write(source: str, found: list[str]) -> None:
    assert djangos_own(source) == found


@pytest.mark.parametrize(
    ("language", "day", "short", "moment"),
    [
        ("en", "1 July 2016", "1 Jul 2016", "1 July 2016, 00:05"),
        ("fr", "1 juillet 2016", "1 juil. 2016", "1 juillet 2016, 00:05"),
        ("es", "1 de julio de 2016", "1 jul 2016", "1 de julio de 2016, 00:05"),
        ("ru", "1 июля 2016 г.", "1 июл. 2016 г.", "1 июля 2016 г., 00:05"),
        ("ar", "1 يوليو 2016", "1 يوليو 2016", "1 يوليو 2016، 00:05"),
        ("az", "1 iyul 2016", "1 iyl 2016", "1 iyul 2016 00:05"),
        ("hy", "2016 թ. հուլիսի 1", "2016 թ. հլս 1", "2016 թ. հուլիսի 1, 00:05"),
        ("ka", "1 ივლისი, 2016", "1 ივლ. 2016", "1 ივლისი, 2016, 00:05"),
    ],
)
def test_dates_are_written_as_the_language_of_the_page_does(language: str, day: str, short: str, moment: str) -> None:
    page = Template("{% load ui %}{{ at|day }}/{{ at|short_day }}/{{ at|moment }}/{{ at|clock }}/{{ none|moment }}")
    with translation.override(language), timezone.override("Asia/Baku"):
        shown = page.render(Context({"at": AT, "none": None}))
    assert shown.replace("\u202f", " ") == f"{day}/{short}/{moment}/00:05/"


def test_days_are_read_from_texts_and_numbers_have_the_signs_of_the_language() -> None:
    page = Template("{% load ui %}{{ day|day }} {{ number|number }} {{ then|ago }}")
    values = {"day": "2016-06-30", "number": 12345.5, "then": timezone.now() - timedelta(hours=3)}
    with translation.override("es"):
        assert page.render(Context(values)) == "30 de junio de 2016 12.345,5 hace 3 horas"
    with translation.override("hy"):
        shown = page.render(Context(values | {"day": date(2016, 6, 30)}))
    assert shown == "2016 թ. հունիսի 30 12\xa0345,5 3 ժամ առաջ"


def test_no_russian_sentence_ends_in_two_stops() -> None:
    """A day ends with “г.” there."""
    days = re.compile(r"(\w+)=[\w.]+\|(?:short_)?day\b.*?%}(.*?){% endblocktranslate %}", re.S)
    found = [found for page in TEMPLATES.rglob("*.*") for found in days.findall(page.read_text())]
    assert len(found) > 20, "the walk finds sentences with a day"
    english = {name: {" ".join(text.split()) for of, text in found if of == name} for name, _ in found}
    for message in messages(read(settings.LOCALE_DIR / "ru" / "django.po")):
        for name, texts in english.items():
            if re.sub(r"%\((\w+)\)s", r"{{ \1 }}", ids(message)[0]) in texts:
                assert not any(f"%({name})s." in text for text in strings(message)), ids(message)[0]


def test_decimal_numbers_have_the_sign_of_the_language() -> None:
    signs = [with_decimal_sign("2.5", language) for language in ("en", "fr", "es", "ru", "ar", "az", "hy", "ka")]
    assert signs == ["2.5", "2,5", "2,5", "2,5", "2.5", "2,5", "2,5", "2,5"]
    page = Template("{% load ui %}{{ progress|percent }} {{ bytes|size }} {{ few|size }}")
    shown = []
    for language in ("en", "fr", "az"):
        with translation.override(language):
            shown.append(page.render(Context({"progress": 45, "bytes": 1_572_864, "few": 3})))
    assert [" ".join(text.split()) for text in shown] == [
        "45% 1.5 MB 3 byte",
        "45 % 1,5 Mo 3 o",
        "45% 1,5 MB 3 bayt",
    ]


IN_ENGLISH = {  # files, mails and lines of a log that are in English as a whole
    "assessments/backup_expiry.py",
    "assessments/services/retention.py",
}


def test_no_code_writes_a_month_as_english_or_django_do() -> None:
    written = re.compile(r"%-?d %[bB]|%[bB] %Y|django\.utils\.formats|django\.utils\.dateformat|timesince")
    apps = {path.parent for path in Path(settings.BASE_DIR).glob("*/apps.py")} | {Path(settings.BASE_DIR, "ctnat")}
    files = {file.relative_to(settings.BASE_DIR).as_posix(): file for app in apps for file in app.rglob("*.py")}
    assert len(files) > 300, "the walk finds the code"
    found = {name for name, file in files.items() if "migrations" not in name and written.search(file.read_text())}
    assert found == IN_ENGLISH, "use page_day, page_moment and the others of ctnat.ui.formats"
