"""A passage is released, withheld, edited and merged by several people at once; an earlier text is restored."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, ErasureRequest
from ctnat.ui.errors import InputError
from interviews.information_notes import wording_of
from interviews.models import Answer, AnswerRevision, Coding, ConsentRecord, InformationNote, Theme
from interviews.services import answers as answer_services
from interviews.services import codings as coding_services
from interviews.services.answers import restore_revision, save_answer
from interviews.services.codings import code_passage, release_passage, remove_coding, withhold_passage
from interviews.services.consents import record_consent
from interviews.services.themes import merge_themes
from interviews.services.withdrawals import consequences_of, withdraw_consent
from tests.concurrency import at_once
from tests.factories import UserFactory
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory

shared = pytest.mark.usefixtures("shared_database")
TEXT = "The police find them. A hotline helps."


def _fresh(coding: Coding) -> Coding:
    found: Coding = Coding.objects.get(pk=coding.pk)
    return found


def _release(coding: Coding, by: Any = None) -> Coding:
    return release_passage(coding=_fresh(coding), by=by, words_hash=coding.words_hash)


def _edit(answer: Answer, text: str) -> Any:
    return save_answer(interview=answer.interview, question=answer.question, text=text, by=None)


def _actions() -> list[str]:
    events = AuditEvent.objects.filter(action__startswith="coding.").order_by("pk")
    return list(events.values_list("action", flat=True))


@shared
def test_release_that_comes_while_its_words_are_edited_is_refused_or_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The edit has read the passage, not released yet, when the lead releases it: the release must not get lost
    between the two, approved for words that no longer exist."""
    coding = CodingFactory(answer__text=TEXT)
    pressed: list[threading.Thread] = []
    refused: list[BaseException] = []

    def press() -> None:
        try:
            _release(coding)
        except Exception as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    reanchor = coding_services.reanchor

    def press_meanwhile(*place: Any) -> Any:
        if not pressed:
            pressed.append(threading.Thread(target=press))
            pressed[0].start()
            pressed[0].join(timeout=0.5)  # it waits for the lock, or it has been stored already
        return reanchor(*place)

    monkeypatch.setattr(coding_services, "reanchor", press_meanwhile)
    _edit(coding.answer, TEXT.replace("The police", "The new police"))
    pressed[0].join()

    now = _fresh(coding)
    assert not now.released
    assert bool(refused) or (_actions() == ["coding.released", "coding.release_withdrawn"] and now.withdrawn_at)


@shared
def test_passage_released_by_two_at_once_is_released_once() -> None:
    coding = CodingFactory(answer__text=TEXT)
    leads = [UserFactory(), UserFactory()]
    assert at_once([lambda by=by: _release(coding, by) for by in leads]) == [None, None]
    assert _actions() == ["coding.released"]
    assert _fresh(coding).approved_quote == coding.quote


@shared
def test_passage_marked_while_its_theme_is_merged_is_in_the_theme_that_stays() -> None:
    coding = CodingFactory(answer__text=TEXT)
    theme, into, by = coding.theme, ThemeFactory(assessment=coding.theme.assessment), UserFactory()
    mark = {"start": 0, "end": 10, "by": by}
    outcomes = at_once(
        [
            lambda: merge_themes(theme=Theme.objects.get(pk=theme.pk), into=Theme.objects.get(pk=into.pk), by=by),
            lambda: merge_themes(theme=Theme.objects.get(pk=theme.pk), into=Theme.objects.get(pk=into.pk), by=by),
            lambda: code_passage(answer=coding.answer, theme=Theme.objects.get(pk=theme.pk), **mark),
        ]
    )
    assert outcomes[:2] == [None, None]
    assert set(Coding.objects.values_list("theme", flat=True)) == {into.pk}
    assert AuditEvent.objects.filter(action="theme.merged").count() == 1


@pytest.mark.django_db
def test_withheld_and_removed_twice_is_logged_once() -> None:
    coding = CodingFactory(answer__text=TEXT)
    _release(coding)
    for _ in range(2):
        withhold_passage(coding=_fresh(coding), by=None)
    here, by = _fresh(coding), UserFactory()
    for _ in range(2):
        remove_coding(coding=here, by=by)
        here.pk = coding.pk  # the second browser's page still shows it
    assert _actions() == ["coding.released", "coding.withheld", "coding.removed"]
    with pytest.raises(Exception, match="was removed in the meantime"):
        release_passage(coding=here, by=None)


@pytest.mark.django_db
def test_withholding_follows_a_passage_that_moved_since_the_page_was_opened() -> None:
    coding = CodingFactory(answer__text=TEXT)
    _release(coding)
    old = _fresh(coding)
    _edit(coding.answer, f"Before that. {TEXT}")
    assert _fresh(coding).released  # its words are the same
    withhold_passage(coding=old, by=None)
    assert not _fresh(coding).released


@pytest.mark.django_db
def test_server_killed_while_it_releases_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    coding = CodingFactory(answer__text=TEXT)
    with monkeypatch.context() as patched:
        patched.setattr(coding_services, "record", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _release(coding)
    assert (_fresh(coding).released, _fresh(coding).approved_quote) == (False, "")
    assert _release(coding).released


@pytest.fixture
def history(assessment: Assessment) -> Answer:
    answer = AnswerFactory(interview__assessment=assessment, text="", revision=0)
    for text in ("First.", "Second text, which is another.", "Third text, and it is different."):
        _edit(answer, text)
    answer.refresh_from_db()
    return answer


def _earlier(answer: Answer, text: str) -> AnswerRevision:
    """Notes are encrypted, so they are compared in Python."""
    return next(row for row in AnswerRevision.objects.filter(answer=answer) if row.text == text)


def _press(client: Any, answer: Answer, text: str, seen: int) -> str:
    revision = _earlier(answer, text)
    here = [answer.interview.assessment.reference, answer.interview.code, revision.pk]
    page = client.post(reverse("interviews:revision_restore", args=here), {"seen": str(seen)}, follow=True)
    return str(page.content.decode())


def test_earlier_note_is_not_restored_over_what_a_colleague_typed_since(history: Answer, client_as: Any) -> None:
    lead, seen = client_as("lead"), history.revision
    here = [history.interview.assessment.reference, history.interview.code, history.question]
    page = lead.get(reverse("interviews:answer_history", args=here)).content.decode()
    assert f'name="seen" value="{seen}"' in page
    _edit(history, "Typed by a colleague.")

    page = _press(lead, history, "First.", seen)

    history.refresh_from_db()
    assert history.text == "Typed by a colleague."
    assert "Nothing was restored" in page
    assert "Typed by a colleague." in page
    _press(lead, history, "First.", history.revision)
    history.refresh_from_db()
    assert history.text == "First."


def test_earlier_note_restored_by_a_double_click_is_restored_once(history: Answer, client_as: Any) -> None:
    lead, seen = client_as("lead"), history.revision
    for _ in range(2):
        page = _press(lead, history, "First.", seen)
        assert "was restored" in page
    history.refresh_from_db()
    assert (history.text, history.revision) == ("First.", seen + 1)


def test_server_killed_while_it_restores_leaves_the_text(history: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    revision, by = _earlier(history, "First."), UserFactory()
    with monkeypatch.context() as patched:
        patched.setattr(answer_services, "follow_edit", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore_revision(revision=revision, by=by, seen=history.revision)
    history.refresh_from_db()
    assert history.text.startswith("Third")
    restore_revision(revision=revision, by=by, seen=history.revision)
    history.refresh_from_db()
    assert history.text == "First."


@shared
def test_release_and_refusal_at_once_never_leave_a_released_quote() -> None:
    coding = CodingFactory(answer__text=TEXT)
    interview = coding.answer.interview
    at_once(
        [
            lambda: _release(coding),
            lambda: record_consent(interview=interview, by=None, to_quotes="no"),
        ]
    )
    assert not _fresh(coding).released


@shared
def test_two_withdrawals_at_once_are_one() -> None:
    interview = AnswerFactory().interview
    users = [UserFactory(), UserFactory()]
    seen = consequences_of(interview).seen

    def withdraw(user: Any) -> Any:
        return withdraw_consent(
            interview=interview, by=user, withdrawn="interview", happened_at=timezone.now(), seen=seen
        )

    found = at_once([lambda: withdraw(users[0]), lambda: withdraw(users[1])])
    assert sorted(map(str, found)) == sorted(map(str, [None, InputError]))
    assert (ConsentRecord.objects.count(), ErasureRequest.objects.count()) == (1, 1)


@shared
def test_two_first_records_with_one_wording_store_it_once() -> None:
    first = AnswerFactory().interview
    second = InterviewFactory(assessment=first.assessment)
    note = wording_of(first.assessment, "en").checksum
    found = at_once(
        [
            lambda: record_consent(interview=first, by=None, note_given=True, note=note),
            lambda: record_consent(interview=second, by=None, note_given=True, note=note),
        ]
    )
    assert found == [None, None]
    assert InformationNote.objects.count() == 1
