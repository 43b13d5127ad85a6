"""What is wrong with a catalogue is named with its file and text; the catalogues of the project have no faults."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Message
from django.core.management import CommandError, call_command

from ctnat.settings import LANGUAGES, LOCALE_DIR
from ctnat.translation.checks import faults, outdated, unfinished
from ctnat.translation.placeholders import placeholder_fault

GROUPS = ("%(n)s group of %(of)s", "%(n)s groups of %(of)s")


@pytest.mark.parametrize(
    ("english", "text", "fault"),
    [
        ("Hello %(who)s", "Привет, %(who)s", ""),
        ("Hello %(who)s", "Привет", "%(who)s is missing"),
        ("Hello {who}", "Привет, {whom}", "{whom} is not in the English text"),
        ("100 %% of {n}", "100 % от {n}", "%% is missing"),
        ("100 % of it", "100 % этого", ""),
        ("See <a href='x'>this</a>", "См. <a href='y'>это</a>", "its tags are not those of the English text"),
        ("{a} and {a}", "{a}", "{a} is missing"),
        (GROUPS, ("%(n)s группа %(of)s", "%(n)s группы %(of)s", "%(n)s групп %(of)s"), ""),
        (GROUPS, ("одна группа %(of)s", "%(n)s группы %(of)s", "%(n)s групп %(of)s"), "form “one”: %(n)s is missing"),
        (GROUPS, ("%(n)s группа %(of)s", "%(n)s группы %(of)s"), "2 plural forms instead of 3 (one, few, many)"),
    ],
)
def test_placeholder_fault(english: Any, text: Any, fault: str) -> None:
    assert placeholder_fault(Message(english, text), "ru") == fault


def test_a_form_of_one_number_alone_may_leave_it_out() -> None:
    arabic = ("لا مجموعات من %(of)s", "مجموعة واحدة من %(of)s", "مجموعتان من %(of)s", *["%(n)s من %(of)s"] * 3)
    assert placeholder_fault(Message(GROUPS, arabic), "ar") == ""
    assert placeholder_fault(Message(GROUPS, ("مجموعة", *arabic[1:])), "ar").startswith("form “zero”")
    assert placeholder_fault(Message("none", "{n}", context="a.b/c=0"), "ru") == ""


SOURCE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "a.held"
msgid "With {groups}."
msgstr ""

msgctxt "a.held/rooms"
msgid "one room"
msgid_plural "several rooms"
msgstr[0] ""
msgstr[1] ""

msgctxt "a.yes"
msgid "Yes, {name}"
msgstr ""
"""


def test_faults_and_unfinished_texts_name_file_and_text(tmp_path: Path) -> None:
    (tmp_path / "ru").mkdir()
    (tmp_path / "public.pot").write_text(SOURCE, "utf-8")
    assert [str(fault) for fault in faults(tmp_path)] == [
        "en/public.pot “a.held/rooms”: its sentence has no {rooms}",
        "en/public.pot “a.held/rooms”: form “other” has no {n}",
    ]
    file = tmp_path / "ru" / "public.po"
    file.write_text(SOURCE.replace('msgid "Yes, {name}"\nmsgstr ""', 'msgid "Yes, {name}"\nmsgstr "Да"'), "utf-8")
    assert "ru/public.po “a.yes”: {name} is missing" in [str(fault) for fault in faults(tmp_path)]
    assert [str(fault) for fault in unfinished(tmp_path)] == [
        "ru/public.po “a.held”: not translated",
        "ru/public.po “a.held/rooms”: form one, few is missing",
    ]
    file.write_text(file.read_text("utf-8").replace("a.yes", "a.no"), "utf-8")
    (found,) = outdated(tmp_path, tmp_path)
    assert (found.kind, found.where) == ("outdated", "ru/public.po")


def test_a_text_that_is_new_in_the_program_is_named(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "locale" / "fr").mkdir(parents=True)
    (tmp_path / "locale" / "public.pot").write_text('msgid ""\nmsgstr ""\n', "utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text('{% load i18n %}{% translate "New here" %}', "utf-8")
    (tmp_path / "locale" / "fr" / "django.po").write_text("", "utf-8")
    settings.BASE_DIR, settings.LOCALE_DIR = tmp_path, tmp_path / "locale"
    errors, out = StringIO(), StringIO()
    with pytest.raises(CommandError, match="update_words"):
        call_command("update_words", "--check", stdout=out, stderr=errors)
    assert errors.getvalue() == "fr/django.po: new: “New here”\n"
    call_command("update_words", stdout=out)
    call_command("update_words", "--check", "--list", "fr", stdout=out)
    assert out.getvalue().endswith("fr/django.po “New here”: not translated\n fr django    0 of 1\n")


def test_the_catalogues_of_the_project_have_no_faults() -> None:
    assert [str(fault) for fault in faults(LOCALE_DIR)] == []
    public = {f"{code}/public.po" for code, _ in LANGUAGES if code != "en"}
    assert public <= {file.relative_to(LOCALE_DIR).as_posix() for file in LOCALE_DIR.glob("*/*.po")}
    assert [str(fault) for fault in unfinished(LOCALE_DIR) if "/public.po" in fault.where] == []
