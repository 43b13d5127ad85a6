"""What changed since the edition that was reviewed before: on the page of a round, and in its Word file."""

from io import BytesIO
from typing import Any

import docx
import pytest

from assessments.models import Assessment
from reports.models import Edition, EditionFile, Report, ReviewRound
from reports.output import review_files
from reports.output.since import changes_since, reviewed_before, since_of
from reports.services.editions import make_edition
from reports.services.reports import update_report
from reports.services.review_rounds import open_round
from reports.services.sections import edit_section
from tests.factories import OrganisationFactory
from tests.reports.reviews import BODY, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def rounds(assessment: Assessment) -> tuple[ReviewRound, ReviewRound]:
    """Two rounds on two editions, between which one word was changed."""
    first = make_round(assessment)
    section = first.report.sections.get(key="context")
    edit_section(section=section, body=BODY.replace("all year", "in winter"), by=None)
    second = open_round(edition=edition_of(first.report), until=first.until, by=None)
    return first, second


def edition_of(report: Report) -> Edition:
    edition = make_edition(report=report, kind="for_validation", by=None)
    EditionFile.objects.create(edition=edition, format="html", checksum="x", file="editions/none.html")
    return edition


def words(of_round: ReviewRound) -> list[str]:
    found = changes_since(of_round)
    assert found
    return [" ".join(text for text, _ in change.after) for change in found[1]]


def test_the_edition_of_the_last_round_is_compared(rounds: tuple[ReviewRound, ReviewRound]) -> None:
    first, second = rounds
    assert reviewed_before(first) is None
    assert since_of(first, "en") is None
    assert reviewed_before(second) == first.edition
    assert words(second) == ["The shelter is open in winter."]
    since = since_of(second, "fr")
    assert since
    assert since.heading == "Ce qui a changé depuis l’édition 1"


def test_a_second_round_on_the_same_edition_has_no_changes(rounds: tuple[ReviewRound, ReviewRound]) -> None:
    first, second = rounds
    third = open_round(edition=second.edition, until=first.until, by=None)
    assert reviewed_before(third) == first.edition
    assert words(third) == ["The shelter is open in winter."]
    again = open_round(edition=first.edition, until=first.until, by=None)
    assert changes_since(again) is None


def test_an_edition_that_was_erased_or_is_in_another_language_is_not_compared(
    rounds: tuple[ReviewRound, ReviewRound],
) -> None:
    first, second = rounds
    second.language = "fr"
    assert changes_since(second) is None
    second.language = ""
    Edition.objects.filter(pk=first.edition.pk).update(erased_at=first.until)
    assert changes_since(second) is None


def test_the_words_of_the_earlier_edition_are_without_names_that_may_not_be_printed_now(
    assessment: Assessment,
) -> None:
    OrganisationFactory(assessment=assessment, name="Ministry of Examples", short_name="MoEx", sector="state")
    first = make_round(assessment)
    report, section = first.report, first.report.sections.get(key="context")
    edit_section(section=section, body="The Ministry of Examples runs it all year.", by=None)
    named = open_round(edition=edition_of(report), until=first.until, by=None)
    update_report(report=report, name_agencies=False, by=None)
    edit_section(section=section, body="The state runs it in winter.", by=None)
    report = Report.objects.get(pk=report.pk)
    third = open_round(edition=edition_of(report), until=first.until, by=None)
    assert reviewed_before(third) == named.edition
    since = since_of(third, "en")
    assert since
    said = " ".join(words for change in since.changes for words, _ in (*change.before, *change.after))
    assert "Examples" not in said
    assert "runs it all year." in said
    assert "The state runs it in winter." in said


def test_review_round_lists_what_changed(rounds: tuple[ReviewRound, ReviewRound], client_as: Any) -> None:
    pages = [client_as("observer").get(f"/a/AZE-2016/report/review/{n}/").content.decode() for n in (1, 2)]
    assert "What changed since edition 1" not in pages[0]
    assert "What changed since edition 1" in pages[1]
    assert "Research context: 1 paragraph" in " ".join(pages[1].split())
    assert "/report/editions/1/compare/2/" in pages[1]


def test_the_word_file_begins_with_what_changed(rounds: tuple[ReviewRound, ReviewRound]) -> None:
    _, second = rounds
    review_files.make_review_file(second.pk)
    second.refresh_from_db()
    with second.file.open() as file:
        texts = [paragraph.text for paragraph in docx.Document(BytesIO(file.read())).paragraphs]
    at = texts.index("What changed since edition 1")
    assert texts[at + 2 : at + 4] == ["Research context", "The shelter is open all year. in winter."]
    assert texts.index("The shelter is open in winter.") > at
