"""Catalogues are brought up to date without losing a translation, and compiled when they changed."""

import gettext
import os
from io import StringIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from ctnat.translation.catalogue import compile_stale, messages, read_public, render, strings, update, updated_text


def catalog(*texts: tuple[str | tuple[str, str], str]) -> Catalog:
    """A source of (text or singular and plural, context)."""
    made = Catalog()
    for text, context in texts:
        made.add(text, context=context or None, locations=[("a.html", 3)])
    return made


def written(file: Path, source: Catalog, language: str = "ru", domain: str = "django") -> dict[str, object]:
    """Bring the file up to date; returns text -> (translations, stale)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(updated_text(file, source, language, domain=domain), "utf-8")
    found = read_po(StringIO(file.read_text("utf-8")))
    return {str(message.id): (strings(message), message.fuzzy) for message in messages(found)}


def translate(file: Path, was: str, becomes: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(was) == 1
    file.write_text(text.replace(was, becomes), "utf-8")


def test_a_new_catalogue_has_every_text_its_header_and_no_line_numbers(tmp_path: Path) -> None:
    file = tmp_path / "ru" / "django.po"
    source = catalog(("Members", ""), (("%(n)s group", "%(n)s groups"), ""))
    assert written(file, source) == {
        "Members": (("",), False),
        "('%(n)s group', '%(n)s groups')": (("", "", ""), False),
    }
    text = file.read_text("utf-8")
    assert '"Plural-Forms: nplurals=3; ' in text
    assert "#: a.html\n" in text
    assert updated_text(file, source, "ru", domain="django") == text, "a second time changes nothing"


def test_translations_are_kept_and_those_of_changed_texts_are_marked_as_stale(tmp_path: Path) -> None:
    file = tmp_path / "ru" / "django.po"
    written(file, catalog(("Remove this member", ""), ("Save", ""), ("Help", "")))
    translate(file, 'msgid "Remove this member"\nmsgstr ""', 'msgid "Remove this member"\nmsgstr "Удалить участника"')
    translate(file, 'msgid "Save"\nmsgstr ""', '# of a form\nmsgid "Save"\nmsgstr "Сохранить"')
    translate(file, 'msgid "Help"\nmsgstr ""', 'msgid "Help"\nmsgstr "Помощь"')
    changed = catalog(("Remove these members", ""), ("Save", ""), ("Save", "draft"))
    assert written(file, changed) == {
        "Remove these members": (("Удалить участника",), True),
        "Save": (("",), False),  # in its context; the other one has the same English
    }
    text = file.read_text("utf-8")
    assert '#| msgid "Remove this member"' in text
    assert 'msgstr "Сохранить"' in text
    assert "# of a form" in text
    assert '#~ msgid "Help"\n#~ msgstr "Помощь"' in text, "no longer used, kept at the end"
    written(file, catalog(("Remove these members", ""), ("Save", ""), ("Help", "")))
    assert 'msgid "Help"\nmsgstr "Помощь"' in file.read_text("utf-8"), "used again"


def test_public_texts_are_recognised_by_their_key(tmp_path: Path) -> None:
    file = tmp_path / "ru" / "public.po"
    written(file, catalog(("Yes {name}", "a.yes"), ("Wholly different", "a.no")), domain="public")
    translate(file, 'msgid "Yes {name}"\nmsgstr ""', 'msgid "Yes {name}"\nmsgstr "Да, {name}"')
    found = written(file, catalog(("Certainly, {name}", "a.yes"), ("Wholly different", "a.no")), domain="public")
    assert found["Certainly, {name}"] == (("Да, {name}",), True)


def test_the_translation_of_a_text_that_gets_plural_forms_becomes_stale() -> None:
    old = catalog(("a group", ""))
    old.get("a group").string = "группа"  # type: ignore[union-attr]
    new = update(old, catalog((("a group", "%(n)s groups"), "")), "ru", domain="django")
    (message,) = messages(new)
    assert (strings(message), message.fuzzy) == (("группа", "группа", "группа"), True)


def test_lines_of_translators_in_the_header_are_kept() -> None:
    text = render(catalog(("Save", "")), "fr", header={"Last-Translator": "A. B.", "POT-Creation-Date": "2026"})
    assert '"Last-Translator: A. B.\\n"' in text
    assert "2026" not in text


PUBLIC = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=0;\\n"

msgctxt "a.held"
msgid "With {groups}."
msgstr "%s"

msgctxt "a.held/groups"
msgid "one group"
msgid_plural "{n} groups"
msgstr[0] "%s"
msgstr[1] "%s"
msgstr[2] "%s"

msgctxt "a.held/groups=0"
msgid "no group"
msgstr "%s"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "locale" / "ru").mkdir(parents=True)
    (tmp_path / "locale" / "public.pot").write_text(PUBLIC % ("", "", "", "", "") + "\n", "utf-8")
    texts = PUBLIC % ("Групп: {groups}.", "{n} группа", "{n} группы", "{n} групп", "ни одной")
    (tmp_path / "locale" / "ru" / "public.po").write_text(texts, "utf-8")
    source = catalog(("Save", ""), ("Help", ""), (("%(n)s group", "%(n)s groups"), ""))
    text = render(update(catalog(), source, "ru", domain="django"), "ru")
    text = text.replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Сохранить"')
    text = text.replace('#: a.html\nmsgid "Help"\nmsgstr ""', '#, fuzzy\nmsgid "Help"\nmsgstr "Справка"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s группа"').replace('msgstr[1] ""', 'msgstr[1] "%(n)s группы"')
    (tmp_path / "locale" / "ru" / "django.po").write_text(
        text.replace('msgstr[2] ""', 'msgstr[2] "%(n)s групп"'), "utf-8"
    )
    return tmp_path / "locale"


def test_compiled_texts_are_those_that_are_translated_and_not_stale(folder: Path, tmp_path: Path) -> None:
    assert len(compile_stale(folder, tmp_path / "compiled")) == 3
    found = gettext.translation("django", tmp_path / "compiled", ["ru"])
    assert [found.gettext(text) for text in ("Save", "Help")] == ["Сохранить", "Help"]
    counted = [found.ngettext("%(n)s group", "%(n)s groups", n) % {"n": n} for n in (1, 2, 5, 21)]
    assert counted == ["1 группа", "2 группы", "5 групп", "21 группа"]
    assert read_public(tmp_path / "compiled") == {
        "en": {
            "a.held": {"": "With {groups}."},
            "a.held/groups": {"one": "one group", "other": "{n} groups", "=0": "no group"},
        },
        "ru": {
            "a.held": {"": "Групп: {groups}."},
            "a.held/groups": {"one": "{n} группа", "few": "{n} группы", "many": "{n} групп", "=0": "ни одной"},
        },
    }


def test_a_stale_public_text_is_used_only_while_its_placeholders_fit(folder: Path, tmp_path: Path) -> None:
    file = folder / "ru" / "public.po"
    translate(file, 'msgctxt "a.held"', '#, fuzzy\nmsgctxt "a.held"')
    compile_stale(folder, tmp_path / "one")
    assert "a.held" in read_public(tmp_path / "one")["ru"]
    translate(file, 'msgid "With {groups}."', 'msgid "With {groups} on {day}."')
    compile_stale(folder, tmp_path / "two")
    assert "a.held" not in read_public(tmp_path / "two")["ru"]


def test_only_what_changed_is_compiled_again(folder: Path, tmp_path: Path) -> None:
    target, file = tmp_path / "compiled", folder / "ru" / "django.po"
    compile_stale(folder, target)
    assert compile_stale(folder, target) == []
    translate(file, "Сохранить", "Записать")
    assert compile_stale(folder, target) == [file]
    assert gettext.translation("django", target, ["ru"]).gettext("Save") == "Записать"
    os.utime(file, (1, 1))  # an earlier release was installed
    assert compile_stale(folder, target) == [file]
    assert [path.name for path in target.rglob(".*")] == []
