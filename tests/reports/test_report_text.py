"""The words of a report in its further languages: what is translated, what follows the language, what is left open."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from assessments.models import Assessment, AuditEvent
from assessments.packs import words_for
from assessments.services.packs import save_pack_text
from reports.document.builder import build, build_all
from reports.document.capture import pack, unpack
from reports.document.open_points import find_open_points
from reports.document.outline import entries
from reports.document.report_text import different_references, has_words, text_of
from reports.erasers import Editions, sections
from reports.models import Edition, EditionFile, Report, Section
from reports.output import editions
from reports.output.editions import make_edition_files
from reports.output.formats import FORMATS
from reports.output.html import render
from reports.output.revision import data_revision
from reports.services.builds import request_build
from reports.services.editions import make_edition
from reports.services.reports import create_report, update_report
from reports.services.sections import EditConflict, edit_section
from reports.services.translations import (
    add_language,
    remove_language,
    restore_translation,
    translate_cover,
    translate_section,
)
from reports.uses import texts_of
from tests.fallbacks import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    """A short report in English, with Russian as a further language."""
    report = create_report(assessment=assessment, by=None)
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)
    add_language(report=report, language="ru", by=None)
    return report


def context(report: Report) -> Section:
    return report.sections.get(key="context")


def translate(report: Report, body: str, *, revision: int = 0, of_revision: int | None = 1, title: str = "Фон") -> Any:
    return translate_section(
        section=context(report),
        language="ru",
        title=title,
        body=body,
        by=None,
        revision=revision,
        of_revision=of_revision,
    )


def state(report: Report, key: str = "context") -> str:
    return next(text.state for text in text_of(report, "ru").texts if text.section.key == key)


def html_in(report: Report, language: str) -> str:
    return render(build(report, language=language), "html")


def warnings(report: Report, language: str = "ru") -> list[str]:
    return [problem.message for problem in build(report, language=language).problems if problem.kind == "warning"]


def test_a_translation_is_printed_in_its_language_and_the_facts_are_those_of_the_first(report: Report) -> None:
    edit_section(section=context(report), body="There are {{ documents.registered }} documents.", by=None)
    translate(report, "Документов: {{ documents.registered }}.", of_revision=2)

    html = html_in(report, "ru")

    assert '<html lang="ru" dir="ltr">' in html
    assert 'Документов: <span class="fact">0</span>.' in html
    assert "There are" not in html
    assert "Фон" in html
    assert "There are" in html_in(report, "")


def test_text_without_a_translation_is_printed_in_the_first_language_and_marked(report: Report) -> None:
    edit_section(section=context(report), body="Typed in English.", by=None)
    assert state(report) == "missing"
    assert '<div lang="en" dir="ltr"><p>Typed in English.</p>' in html_in(report, "ru")
    assert "This section has no translation into Russian, so its text is printed in English." in warnings(report)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", False),
        ("{{ interviews.people }} [@Aze 30, p. 31]\n\n[[chart survey 3.2.3]]", False),
        ("[[chart survey 3.2.3 | Views]]", True),  # its title is printed
        ("{{ interviews.people }} people", True),
        ("**12** %", False),
    ],
)
def test_a_text_of_nothing_but_facts_blocks_and_citations_needs_no_translation(body: str, expected: bool) -> None:
    assert has_words(body) is expected


def test_unchanged_headings_and_drafts_follow_the_language(report: Report) -> None:
    from reports.document.outline import outline

    russian = {entry.key: entry for chapter in outline("ru") for entry in chapter.walk()}
    text = {one.section.key: one for one in text_of(report, "ru").texts}
    assert russian["context"].title != "Research context"
    assert text["context"].printed.title == russian["context"].title
    assert text["context"].state == "common"

    edit_section(section=context(report), title="A title of ours", body=context(report).body, by=None)
    text = {one.section.key: one for one in text_of(report, "ru").texts}
    assert text["context"].printed.title == "A title of ours"
    assert text["context"].state == "missing"


def test_the_title_follows_until_it_is_edited(report: Report) -> None:
    assert text_of(report, "ru").title != report.title
    update_report(report=report, title="A title of ours", by=None)
    assert text_of(Report.objects.get(), "ru").title == "A title of ours"
    row = report.further_languages.get()
    values = {"title": "Наш заголовок", "subtitle": "", "of_title": "A title of ours", "of_subtitle": report.subtitle}
    translate_cover(row=row, by=None, **values)
    assert build(Report.objects.get(), language="ru").title == "Наш заголовок"
    assert not text_of(Report.objects.get(), "ru").cover_is_stale
    update_report(report=Report.objects.get(), title="Another title", by=None)
    assert text_of(Report.objects.get(), "ru").cover_is_stale
    assert any("The title or subtitle" in message for message in warnings(Report.objects.get()))


def test_a_translation_is_out_of_date_once_the_first_text_changes_and_until_it_is_declared_up_to_date(
    report: Report,
) -> None:
    edit_section(section=context(report), body="One.", by=None)
    translate(report, "Один.", of_revision=2)
    assert state(report) == "current"
    edit_section(section=context(report), body="Two.", by=None)
    assert state(report) == "stale"
    assert "The text in English was changed after it was translated into Russian." in warnings(report)
    translate(report, "Один!", revision=1, of_revision=2)  # a typing error corrected: it is still of the old text
    assert state(report) == "stale"
    translate(report, "Два.", revision=2, of_revision=3)
    assert state(report) == "current"
    assert not [message for message in warnings(report) if "Russian" in message]


def test_a_translation_not_declared_up_to_date_is_in_progress(report: Report) -> None:
    translate(report, "Начало", of_revision=None)
    assert state(report) == "draft"
    assert "The translation into Russian has not been declared up to date." in warnings(report)


def test_a_translation_that_refers_to_other_facts_is_named() -> None:
    first = "{{ a.b }} and {{a.b}} [@Aze30, p. 1]\n\n[[chart survey  1.1 | One]]"
    assert different_references(first, "{{ a.b }} {{ a.b }} [@Aze 30, с. 1]\n\n[[chart survey 1.1 | Один]]") == []
    missing, added = different_references(first, "{{ a.b }} {{ c.d }} [@Aze 30]")
    assert missing.startswith("The translation does not contain: {{ a.b }}, [[chart survey 1.1]].")
    assert added.startswith("Only the translation contains: {{ c.d }}.")


def test_nobody_overwrites_a_newer_translation(report: Report) -> None:
    translate(report, "Её")
    with pytest.raises(EditConflict) as caught:
        translate(report, "Его")
    assert caught.value.section.body == "Её"
    assert translate(report, "Её").revision == 1  # sent twice
    assert translate(report, "Его", revision=1).revision == 2


@pytest.mark.parametrize("of_revision", [0, 2])
def test_a_text_is_up_to_date_only_with_one_that_exists(report: Report, of_revision: int) -> None:
    with pytest.raises(ValidationError):
        translate(report, "Текст", of_revision=of_revision)


def test_an_earlier_translation_comes_back_with_what_it_was_up_to_date_with(report: Report) -> None:
    translate(report, "Первый", of_revision=None)
    translate(report, "Второй", revision=1, of_revision=1)
    back = restore_translation(section=context(report), language="ru", number=1, by=None, revision=2)
    assert (back.body, back.of_revision, back.revision) == ("Первый", None, 3)
    assert context(report).revisions.for_language("ru").count() == 3
    assert context(report).revisions.for_language("").count() == 1


def test_the_texts_of_a_removed_language_stay_stored_and_are_in_no_document(report: Report) -> None:
    translate(report, "Текст")
    remove_language(report=report, language="ru", by=None)
    with pytest.raises(ValidationError, match="no longer a further language"):
        translate(report, "Ещё", revision=1)
    assert len(build_all(Report.objects.get())[0]) == 1
    add_language(report=report, language="ru", by=None)
    assert state(report) == "current"
    actions = AuditEvent.objects.filter(action__startswith="report.language").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "report.language_added",
        "report.language_removed",
        "report.language_added",
    ]


@pytest.mark.parametrize("language", ["zz", "en", ""])
def test_only_a_further_language_can_be_added(report: Report, language: str) -> None:
    with pytest.raises(ValidationError):
        add_language(report=report, language=language, by=None)


def test_adding_a_language_twice_is_one_language(report: Report) -> None:
    add_language(report=report, language="ru", by=None)
    assert report.further_languages.count() == 1
    assert AuditEvent.objects.filter(action="report.language_added").count() == 1


def test_another_first_language_takes_unchanged_headings_and_drafts_along(report: Report) -> None:
    own = edit_section(section=report.sections.get(key="limitations"), body="Ours.", by=None)
    with pytest.raises(ValidationError, match="remove it from the further languages"):
        update_report(report=report, language="ru", by=None)
    update_report(report=report, language="az", by=None)

    report = Report.objects.get()
    in_azerbaijani = create_report_in(report, "az")
    assert {row.key: row.title for row in report.sections.all()} == in_azerbaijani
    assert report.title == build(report).title != "A title of ours"
    assert report.sections.get(key="limitations").body == own.body == "Ours."
    update_report(report=report, language="en", by=None)
    assert context(report).title == "Research context"


def create_report_in(report: Report, language: str) -> dict[str, str]:
    from reports.document.outline import outline

    return {entry.key: entry.title for chapter in outline(language) for entry in chapter.walk()}


def test_an_edition_has_files_in_every_language_from_what_was_captured(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "FORMATS", {"html": FORMATS["html"]})  # a PDF takes seconds
    translate(report, "Тогда")
    edition = make_edition(report=report, kind="draft", by=None)
    translate(report, "Потом", revision=1)
    make_edition_files(edition.pk)

    files = {(file.language, file.format): file.file for file in edition.files.all()}
    assert set(files) == {("", "html"), ("ru", "html")}
    russian = files["ru", "html"].open().read().decode()
    assert "Тогда" in russian
    assert "Потом" not in russian
    assert Path(files["ru", "html"].name).name.startswith("AZE-2016-edition-1-ru-")
    assert edition.file_of("html") == EditionFile.objects.get(language="", format="html")
    assert edition.file_of("html", "ru") == EditionFile.objects.get(language="ru", format="html")


def test_a_final_edition_has_no_errors_in_any_language_and_reasons_for_what_is_not_translated(report: Report) -> None:
    translate(report, "{{ not.a.fact }}")
    with pytest.raises(ValidationError, match=r"Russian"):
        make_edition(report=report, kind="final", by=None)
    translate(report, "Верно", revision=1, of_revision=None)
    documents, _ = build_all(report)
    points = {point.kind: point.items for point in find_open_points(report, documents)}
    assert any("(Russian): The translation into Russian has not been declared" in item for item in points["warnings"])
    assert any("outline in Russian are drafts" in item for item in points["translations"])


def test_a_build_is_of_one_language(report: Report) -> None:
    english = request_build(report=report, format="html", by=None)
    russian = request_build(report=report, format="html", language="ru", by=None)
    assert english != russian
    assert request_build(report=report, format="html", language="ru", by=None) == russian
    with pytest.raises(ValidationError):
        request_build(report=report, format="html", language="az", by=None)


def test_the_revision_of_the_data_follows_languages_and_translations(report: Report) -> None:
    seen = {data_revision(report)}
    translate(report, "Раз")
    seen.add(data_revision(report))
    translate(report, "Два", revision=1)
    seen.add(data_revision(report))
    remove_language(report=report, language="ru", by=None)
    seen.add(data_revision(report))
    assert len(seen) == 4


def test_words_to_be_erased_are_found_in_translations_and_editions_in_every_language(report: Report) -> None:
    translate(report, "Секретные слова.")
    edition = make_edition(report=report, kind="draft", by=None)
    assert [use.path for use in sections(report.assessment, "note:1", ["Секретные слова"])] == [
        "report/languages/ru/sections/context/"
    ]
    [copy] = Editions().find(report.assessment, ["Секретные слова"])
    Editions().withdraw(report.assessment, [copy.key], by=None)  # type: ignore[arg-type]
    assert not Edition.objects.get(pk=edition.pk).translations.exists()


def test_a_source_that_only_a_translation_cites_is_in_use(report: Report) -> None:
    translate(report, "Так [@Aze 30].")
    labels = [text.label for text in texts_of(context(report))]
    assert labels == ["Report: Research context", "Report: Research context (Russian)"]


def test_what_is_printed_in_english_in_a_report_of_another_language_is_marked(assessment: Assessment) -> None:
    """Headings of the outline, the document's own words and a heading that is not translated; not what a pack has."""
    assessment.languages = ["th", "en"]
    assessment.save()
    for key, text in {"outline.context/title": "บริบท", "reports.contents": "สารบัญ"}.items():
        save_pack_text(assessment=assessment, language="th", key=key, text=text, by=None)
    assessment.refresh_from_db()
    with words_for(assessment):
        report = create_report(assessment=assessment, by=None)
        Section.objects.exclude(key__in=["introduction", "context", "methodology"]).update(hidden=True)
        html = render(build(report), "pdf")
        page = Page(html)
        assert '<html lang="th" dir="ltr">' in html
        assert {"บริบท", "สารบัญ"} <= set(page.languages["th"])
        headings = {entries("en")[key].title for key in ("introduction", "methodology")}
        assert headings | {"Commissioned by"} <= set(page.languages["en"])
        assert not (headings | {"Commissioned by"}) & set(page.languages["th"])
        assert unpack(pack(build(report))).chapters[0].title_language == "en"
        assert "<span lang" in render(unpack(pack(build(report))), "html")
        items = [item for point in find_open_points(report, [build(report)]) for item in point.items]
    [missing] = [item for item in items if "are missing and are printed" in str(item)]
    assert str(missing).startswith("Thai: ")
    with override("fr"):
        assert str(missing).startswith("thaï : ")
        assert "textes du rapport manquent et sont imprimés en anglais" in str(missing)
