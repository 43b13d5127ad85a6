"""The codebook and the passages marked with it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from analysis.frames import Frames
from analysis.results import Results
from analysis.statistics.agreement import compare
from assessments.models import Assessment, AuditEvent
from interviews.counting import Mentions
from interviews.mentions import mentions_of
from interviews.models import Coding, Theme
from interviews.services.answers import save_answer
from interviews.services.codings import code_passage, release_passage, remove_coding, withhold_passage
from interviews.services.interviews import trash_interview
from interviews.services.themes import add_theme, merge_themes, retire_theme, return_theme, seed_codebook
from tests.factories import AssessmentFactory
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_seed_codebook_has_the_sections_and_the_criteria_once(assessment: Assessment, member: Any) -> None:
    assert seed_codebook(assessment=assessment, by=member("lead")) == 32  # 7 sections after the profile, 25
    assert seed_codebook(assessment=assessment, by=member("lead")) == 0
    themes = {theme.code: theme for theme in Theme.objects.for_assessment(assessment)}
    assert [code for code in themes if code.startswith("section")] == [f"section-{n}" for n in range(2, 9)]
    one = themes["criterion-1-1"]
    assert (one.label, one.area, one.criterion, one.kind) == ("National Referral Mechanism", "3", "1.1", "gap")
    assert (themes["section-2"].kind, themes["section-8"].kind) == ("trend", "recommendation")


def test_add_theme_makes_a_code_in_any_script(assessment: Assessment, member: Any) -> None:
    labels = ["Trust in hotlines", "Trust in hotlines", "ცხელი ხაზი", "თავშესაფარი"]
    codes = [add_theme(assessment=assessment, by=member("lead"), label=label).code for label in labels]
    assert codes == ["trust-in-hotlines", "trust-in-hotlines-2", "theme-1", "theme-2"]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"label": "A", "area": "99"}, "area"),
        ({"label": "A", "criterion": "9.9"}, "criterion"),
        ({"label": "A", "kind": "poem"}, "kind"),
        ({"label": "A", "code": "no spaces"}, "code"),
    ],
)
def test_add_theme_refuses(assessment: Assessment, member: Any, fields: dict[str, str], at: str) -> None:
    with pytest.raises(ValidationError) as error:
        add_theme(assessment=assessment, by=member("lead"), **fields)  # type: ignore[arg-type]
    assert list(error.value.message_dict) == [at]


def test_merge_themes_moves_passages_and_counts_doubles_once(assessment: Assessment, member: Any) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment))
    old, new, older = (ThemeFactory(assessment=assessment) for _ in range(3))
    CodingFactory(answer=answer, theme=old)
    CodingFactory(answer=answer, theme=old, start=11, end=15)
    CodingFactory(answer=answer, theme=new)
    merge_themes(theme=older, into=old, by=member("lead"))
    merge_themes(theme=old, into=new, by=member("lead"))
    assert [(c.start, c.theme) for c in Coding.objects.all()] == [(0, new), (11, new)]
    assert list(Theme.objects.for_coding()) == [new]
    assert {theme.merged_into for theme in (Theme.objects.get(pk=old.pk), Theme.objects.get(pk=older.pk))} == {new}


def test_merge_themes_refuses_itself_another_codebook_and_a_retired_one(assessment: Assessment, member: Any) -> None:
    theme, retired, foreign = (
        ThemeFactory(assessment=assessment),
        retire_theme(theme=ThemeFactory(assessment=assessment), by=member("lead")),
        ThemeFactory(),
    )
    for into in (theme, retired, foreign):
        with pytest.raises(ValidationError):
            merge_themes(theme=theme, into=into, by=member("lead"))


def test_retire_and_return(assessment: Assessment, member: Any) -> None:
    theme = ThemeFactory(assessment=assessment)
    retire_theme(theme=theme, by=member("lead"))
    assert list(Theme.objects.for_coding()) == []
    return_theme(theme=theme, by=member("lead"))
    assert list(Theme.objects.for_coding()) == [theme]


def test_code_passage_trims_and_counts_once(assessment: Assessment, member: Any) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment), text=" The police. ")
    theme = ThemeFactory(assessment=assessment)
    for _ in range(2):
        coding = code_passage(answer=answer, theme=theme, start=0, end=13, by=member("consultant"))
    assert (coding.start, coding.end, coding.quote, coding.length) == (1, 12, "The police.", 11)
    assert Coding.objects.count() == 1
    assert AuditEvent.objects.filter(action="coding.added").count() == 1


def test_code_passage_finds_its_words_where_the_text_moved(assessment: Assessment, member: Any) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment), text="Now: the police.")
    theme = ThemeFactory(assessment=assessment)
    coding = code_passage(answer=answer, theme=theme, start=0, end=10, quote="the police", by=member("lead"))
    assert (coding.start, coding.end) == (5, 15)


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [(0, 0, None), (5, 2, None), (-3, 4, None), (0, 10**9, None), (3, 4, None), (0, 4, "gone")],
)
def test_code_passage_refuses(assessment: Assessment, member: Any, start: int, end: int, quote: str | None) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment), text="The police")
    theme = ThemeFactory(assessment=assessment)
    with pytest.raises(ValidationError):
        code_passage(answer=answer, theme=theme, start=start, end=end, quote=quote, by=member("lead"))
    assert not Coding.objects.exists()


def test_code_passage_refuses_foreign_and_retired_themes(assessment: Assessment, member: Any) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment))
    retired = retire_theme(theme=ThemeFactory(assessment=assessment), by=member("lead"))
    for theme in (ThemeFactory(assessment=AssessmentFactory(reference="GEO-1")), retired):
        with pytest.raises(ValidationError):
            code_passage(answer=answer, theme=theme, start=0, end=3, by=member("lead"))


def test_two_coders_each_have_a_row_and_their_agreement_is_shown(assessment: Assessment, member: Any) -> None:
    interview = InterviewFactory(assessment=assessment)
    answers = [AnswerFactory(interview=interview, question=code, text="The police.") for code in ("3.1", "3.2", "4.1")]
    one, two = ThemeFactory(assessment=assessment), ThemeFactory(assessment=assessment)

    def code(role: str, number: int, theme: Theme) -> None:
        code_passage(answer=answers[number], theme=theme, start=0, end=10, by=member(role))

    for number, theme in ((0, one), (1, one), (2, one), (2, two)):
        code("consultant", number, theme)
    for number, theme in ((0, one), (1, one), (2, one), (0, two)):
        code("lead", number, theme)
    rows = Frames(assessment).themes.codings
    assert len(rows) == 8
    (pair,) = compare(rows, Frames(assessment).interviews.notes)
    found = pair.overall
    assert (found.both, found.first, found.second) == (3, 1, 1)
    assert mentions_of(assessment, [one])[one.pk] == Mentions(interviews=1, asked=1, unprompted=0, passages=3)
    assert {count.theme: count.mentions for count in Results(assessment).themes.counts} == {one.pk: 3, two.pk: 2}


def test_merge_themes_leaves_each_coders_row_and_what_was_released(assessment: Assessment, member: Any) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment))
    old, new = ThemeFactory(assessment=assessment), ThemeFactory(assessment=assessment)
    CodingFactory(answer=answer, theme=new, coder=member("lead"))
    CodingFactory(answer=answer, theme=old, coder=member("consultant"))
    release_passage(coding=CodingFactory(answer=answer, theme=old, coder=member("lead")), by=member("lead"))
    merge_themes(theme=old, into=new, by=member("lead"))
    rows = {coding.coder: coding.released for coding in Coding.objects.filter(theme=new)}
    assert rows == {member("lead"): True, member("consultant"): False}
    assert mentions_of(assessment, [new])[new.pk].passages == 1


def test_mentions_leave_out_lost_passages_and_the_trash_and_count_overlaps_once(
    assessment: Assessment, member: Any
) -> None:
    theme = ThemeFactory(assessment=assessment)
    first, second, trashed = (AnswerFactory(interview=InterviewFactory(assessment=assessment)) for _ in range(3))
    CodingFactory(answer=first, theme=theme)
    CodingFactory(answer=first, theme=theme, start=5, end=14)
    CodingFactory(answer=first, theme=theme, start=14, end=20)  # adjacent to the one before
    CodingFactory(answer=second, theme=theme, lost=True)
    CodingFactory(answer=trashed, theme=theme)
    trash_interview(interview=trashed.interview, by=member("lead"))
    assert mentions_of(assessment, [theme])[theme.pk] == Mentions(interviews=1, asked=2, unprompted=0, passages=2)


def test_release_and_remove(assessment: Assessment, member: Any) -> None:
    coding = CodingFactory(answer__interview=InterviewFactory(assessment=assessment))
    release_passage(coding=coding, by=member("lead"))
    stored = Coding.objects.get()
    assert (stored.released, stored.quotable_words, stored.approved_by) == (True, "The police", member("lead"))
    withhold_passage(coding=coding, by=member("lead"))
    assert Coding.objects.get().quotable_words is None
    Coding.objects.update(lost=True)
    with pytest.raises(ValidationError):
        release_passage(coding=coding, by=member("lead"))
    remove_coding(coding=coding, by=member("lead"))
    assert not Coding.objects.exists()


@pytest.fixture
def released(assessment: Assessment, member: Any) -> Coding:
    """“The police find them.” in the middle of an answer, released."""
    text = "At first: The police find them. A hotline helps."
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment), text=text)
    coding = CodingFactory(answer=answer, start=10, end=31)
    return release_passage(coding=coding, by=member("lead"))


@pytest.mark.parametrize(
    "change",
    [
        ("police find", "police, says victim Jane Example of Ganja, find"),
        ("police find", "police  find"),
        ("The police", "the police"),
        ("police find them.", "police."),
        ("The police find them.", ""),
    ],
)
def test_any_change_of_released_words_takes_the_release_back(
    released: Coding, member: Any, change: tuple[str, str]
) -> None:
    answer = released.answer
    save_answer(interview=answer.interview, question="3.1", text=answer.text.replace(*change), by=member("consultant"))
    coding = Coding.objects.get()
    assert (coding.released, coding.quotable_words) == (False, None)
    assert coding.withdrawn_at is not None
    assert coding.approved_quote == "The police find them."
    assert list(Coding.objects.for_quoting()) == []
    assert list(Coding.objects.for_approval()) == [coding]
    event = AuditEvent.objects.get(action="coding.release_withdrawn")
    assert (event.actor, event.detail) == (member("consultant"), {})
    # Restoring the words does not restore the release: a person must review them again.
    save_answer(interview=answer.interview, question="3.1", text=answer.text, by=member("consultant"))
    assert not Coding.objects.get().released


def test_a_release_stays_while_only_other_words_change(released: Coding, member: Any) -> None:
    answer = released.answer
    for text in (f"More. {answer.text}", f"{answer.text} More.", "The police find them. And so on."):
        save_answer(interview=answer.interview, question="3.1", text=text, by=member("consultant"))
        assert Coding.objects.get().quotable_words == "The police find them."
    assert not AuditEvent.objects.filter(action="coding.release_withdrawn").exists()


def test_words_that_were_not_read_are_not_released(released: Coding, member: Any) -> None:
    seen = Coding.objects.get().words_hash
    answer = released.answer
    save_answer(
        interview=answer.interview, question="3.1", text=answer.text.replace("find", "seldom find"), by=member("lead")
    )
    with pytest.raises(ValidationError, match="changed in the meantime"):
        release_passage(coding=released, by=member("lead"), words_hash=seen)
    assert not Coding.objects.get().released
    now = Coding.objects.get().words_hash
    coding = release_passage(coding=released, by=member("lead"), words_hash=now)
    assert (coding.quotable_words, coding.withdrawn_at) == ("The police seldom find them.", None)


def test_withholding_concerns_every_mark_on_the_same_words(released: Coding, member: Any) -> None:
    twin = CodingFactory(answer=released.answer, start=10, end=31)
    release_passage(coding=twin, by=member("lead"))
    withhold_passage(coding=released, by=member("lead"))
    assert not Coding.objects.filter(released=True).exists()
