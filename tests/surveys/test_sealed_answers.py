"""Forms sent by link: sealed, opened together, and removed by anyone with the receipt."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, AuditEvent
from surveys.models import Response, SealedAnswer, Survey
from surveys.sealed.boxes import UnreadableBox, seal, unseal
from surveys.sealed.receipts import mark_once_opened, mark_while_sealed, receipt_of
from surveys.services.responses import enter_response, set_counted
from surveys.services.sealed_answers import NotAccepted, open_responses, seal_response, withdraw_response
from surveys.services.surveys import close_survey, open_survey
from tests.surveys.factories import VALID, InvitationFactory, SurveyFactory
from tests.surveys.opening import count_forms, open_form

pytestmark = pytest.mark.django_db
KEYS = [Fernet.generate_key().decode() for _ in range(3)]


@pytest.fixture
def survey(assessment: Assessment) -> Survey:
    return SurveyFactory(assessment=assessment, smallest_group=5)


def send(survey: Survey, words: str = "words", **changes: Any) -> str:
    """Send a form by link; return its receipt."""
    sent = {"answers": VALID | {"2.6": words}, "language": "en", "uuid": uuid4()} | changes
    return seal_response(survey=survey, **sent)


def send_many(survey: Survey, count: int) -> list[str]:
    return [send(survey, words=f"Words of {number}") for number in range(count)]


def words_stored() -> list[str]:
    return [response.answers["2.6"] for response in Response.objects.order_by("number")]


def last_event(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("pk")


# Boxes


@pytest.mark.parametrize(("length", "size"), [(0, 16), (10_000, 16), (60_000, 64), (1_000_000, 1024)])
def test_a_box_has_one_of_few_sizes_and_gives_back_what_was_put_in(length: int, size: int) -> None:
    text = uuid4().hex * (length // 32)
    text = "".join(chr(0x530 + (ord(letter) * place) % 80) for place, letter in enumerate(text[: length // 2]))
    box = seal(7, {"answers": {"2.6": text}})
    assert unseal(7, box) == {"answers": {"2.6": text}}
    assert len(box) % 4096 == 0
    assert len(box) <= size * 1024
    assert len(seal(7, {})) == 16 * 1024


def test_equal_forms_give_different_boxes_of_one_survey_only() -> None:
    one, other = seal(7, {"a": 1}), seal(7, {"a": 1})
    assert one != other
    with pytest.raises(UnreadableBox):
        unseal(8, one)
    for broken in (b"", b"\x01", one[:-1], b"\x02" + one[1:], one[:100] + bytes([one[100] ^ 1]) + one[101:]):
        with pytest.raises(UnreadableBox):
            unseal(7, broken)


def test_a_rotated_key_still_opens_and_the_first_one_seals(settings) -> None:
    settings.FIELD_KEYS = KEYS[:1]
    earlier = seal(7, {"a": 1})
    settings.FIELD_KEYS = [KEYS[1], KEYS[0]]
    assert unseal(7, earlier) == {"a": 1}
    later = seal(7, {"a": 2})
    settings.FIELD_KEYS = KEYS[1:2]
    assert unseal(7, later) == {"a": 2}
    with pytest.raises(UnreadableBox):
        unseal(7, earlier)


def test_a_receipt_is_written_as_it_is_read_and_kept_only_as_two_unlike_hmacs() -> None:
    receipt = receipt_of(UUID(int=1))
    assert receipt == receipt_of(UUID(int=1)) != receipt_of(UUID(int=2))
    assert re.fullmatch(r"(?:[BCDFGHJKMNPQRSTVWXYZ2-9]{4}-?){3}", receipt)
    typed = f" {receipt.lower().replace('-', ' ')} "
    assert mark_while_sealed(typed) == mark_while_sealed(receipt) != mark_once_opened(receipt)


# Sealing


def test_a_sealed_form_shows_neither_answers_nor_language_nor_receipt(survey) -> None:
    receipt = send(survey, words="Unmistakable", language="ar")
    (row,) = SealedAnswer.objects.values()
    everything = repr(row)
    assert "Unmistakable" not in everything
    assert receipt not in everything
    assert sorted(row) == ["box", "id", "receipt_hmac", "survey_id"]
    assert row["id"].version == 4
    stored = open_form()
    assert (stored.answers["2.6"], stored.language, stored.received_on) == ("Unmistakable", "ar", None)
    assert stored.questionnaire == survey.questionnaire
    assert stored.receipt_hmac != row["receipt_hmac"]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no row ids that count up")
def test_the_table_of_sealed_forms_has_no_row_ids(db) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="rowid"):
        cursor.execute("SELECT rowid FROM surveys_sealedanswer")


def test_a_form_posted_twice_is_one_form_with_one_receipt_also_once_opened(survey) -> None:
    uuid = uuid4()
    assert send(survey, uuid=uuid) == send(survey, uuid=uuid, words="other words")
    assert count_forms() == 1
    opened = open_form()
    assert send(Survey.objects.get(), uuid=uuid) == receipt_of(uuid)
    assert (count_forms(), open_form()) == (1, opened)


def test_a_form_that_comes_while_the_survey_closes_is_refused_and_not_left_sealed(survey) -> None:
    stale = Survey.objects.get(pk=survey.pk)
    close_survey(survey=survey, by=None)
    with pytest.raises(NotAccepted) as refused:
        send(stale)
    assert (refused.value.refusal, count_forms()) == ("closed", 0)


def test_a_stale_survey_loses_no_mark(survey) -> None:
    first, second = InvitationFactory(survey=survey), InvitationFactory(survey=survey)
    stale = Survey.objects.get(pk=survey.pk)
    send(survey, invitation=second)
    send(stale, invitation=first)
    assert Survey.objects.get().answered == [first.pk, second.pk]
    used = Survey.objects.get()
    with pytest.raises(NotAccepted, match="has been used"):
        send(used, invitation=first)


# Opening


def test_closing_opens_all_forms_in_an_order_of_chance(survey, member, monkeypatch) -> None:
    monkeypatch.setattr("surveys.services.sealed_answers.SystemRandom.shuffle", lambda _, forms: forms.reverse())
    enter_response(survey=survey, answers=VALID, language="en", source="paper", uuid=uuid4(), by=None)
    send_many(survey, 6)
    keys = [str(pk) for pk in SealedAnswer.objects.values_list("pk", flat=True)]
    by_key = {str(box.pk): unseal(survey.pk, box.box)["answers"]["2.6"] for box in SealedAnswer.objects.all()}
    assert close_survey(survey=survey, by=member("lead")) == ""
    assert SealedAnswer.objects.count() == 0
    assert words_stored()[1:] == [by_key[key] for key in reversed(keys)]
    assert [r.code for r in Response.objects.order_by("number")] == [f"AZEsur{n}" for n in range(1, 8)]
    event = last_event("responses.opened")
    assert (event.detail, event.actor) == ({"count": 6}, member("lead"))


def test_two_openings_of_the_same_forms_differ(survey) -> None:
    """With 30 forms, the same order twice is a chance of 1 in 30!."""
    send_many(survey, 30)
    close_survey(survey=survey, by=None)
    words = words_stored()
    assert sorted(words) == sorted(f"Words of {number}" for number in range(30))
    assert words != [f"Words of {number}" for number in range(30)]


def test_opening_is_one_transaction_that_touches_no_invitation(survey) -> None:
    for number in range(5):
        send(survey, words=f"Words of {number}", invitation=InvitationFactory(survey=survey))
    before = Survey.objects.values("opened", "answered").get()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        open_responses(survey=survey, by=None)
    statements = [query["sql"] for query in queries]
    writes = [sql for sql in statements if re.match(r"INSERT|UPDATE|DELETE", sql)]
    assert not [sql for sql in writes if "surveys_invitation" in sql or '"answered"' in sql or '"opened"' in sql]
    assert len([sql for sql in writes if sql.startswith("INSERT") and "surveys_response" in sql]) == 1
    assert len([sql for sql in statements if sql.startswith("SAVEPOINT")]) <= 2  # the transaction, and nested ones
    assert Survey.objects.values("opened", "answered").get() == before


def test_fewer_than_k_are_not_opened_before_the_survey_closes(survey, member) -> None:
    send_many(survey, 4)
    for few in (False, True):
        with pytest.raises(ValidationError, match=r"could show whose they are\. Wait"):
            open_responses(survey=survey, by=member("lead"), few=few)
    send(survey)
    assert open_responses(survey=survey, by=member("lead")) == 5
    send(survey)
    with pytest.raises(ValidationError, match="1 form stays sealed"):
        open_responses(survey=survey, by=member("lead"))


def test_k_larger_than_n_leaves_forms_sealed_at_closing_until_the_lead_decides(survey, member) -> None:
    send_many(survey, 3)
    message = close_survey(survey=survey, by=member("focal_point"))
    assert message.startswith("3 forms stay sealed: opening fewer than 5 at once could show whose they are. Reopen")
    assert (SealedAnswer.objects.count(), Response.objects.count(), survey.status) == (3, 0, "closed")
    assert open_responses(survey=survey, by=member("lead"), few=True) == 3
    assert last_event("responses.opened").detail == {"count": 3, "fewer_than": 5}


def test_a_lower_k_while_the_survey_is_open_is_ignored_and_a_higher_one_applies(survey, assessment) -> None:
    survey.status, survey.smallest_group = "draft", None
    survey.save()
    open_survey(survey=survey, by=None)
    assert Survey.objects.get().smallest_group == 5
    send_many(survey, 4)
    assessment.disclosure_threshold = 2
    assessment.save()
    fresh = Survey.objects.get()
    with pytest.raises(ValidationError, match="fewer than 5"):
        open_responses(survey=fresh, by=None)
    assessment.disclosure_threshold = 8
    assessment.save()
    send_many(fresh, 3)
    with pytest.raises(ValidationError, match="fewer than 8"):
        open_responses(survey=Survey.objects.get(), by=None)
    assert SealedAnswer.objects.count() == 7


def test_closed_and_reopened_the_next_forms_are_a_group_of_their_own(survey, member) -> None:
    lead = member("lead")
    send_many(survey, 5)
    assert close_survey(survey=survey, by=lead) == ""
    open_survey(survey=survey, by=lead)
    send_many(survey, 2)
    assert "2 forms stay sealed" in close_survey(survey=survey, by=lead)
    open_survey(survey=survey, by=lead)
    send_many(survey, 3)
    assert close_survey(survey=survey, by=lead) == ""
    assert [r.number for r in Response.objects.order_by("number")] == list(range(1, 11))
    assert [r.opening for r in Response.objects.order_by("number")] == [1] * 5 + [2] * 5


def test_a_lost_key_is_reported_and_costs_the_other_forms_nothing(survey, settings, member) -> None:
    others = settings.FIELD_KEYS  # they open the key of the assessment
    settings.FIELD_KEYS = [KEYS[0], *others]
    lost = send_many(survey, 2)
    settings.FIELD_KEYS = [KEYS[1], *others]
    send_many(survey, 5)
    message = close_survey(survey=survey, by=member("lead"))
    assert message.startswith(
        "2 forms stay sealed: none of the keys in FIELD_KEYS opens them. Ask the administrator to add"
    )
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (5, 2)
    assert last_event("responses.opened").detail == {"count": 5, "unreadable": 2}
    with pytest.raises(ValidationError, match="2 forms stay sealed: none of the keys"):
        open_responses(survey=survey, by=None, few=True)
    settings.FIELD_KEYS = [KEYS[1], *others, KEYS[0]]
    assert open_responses(survey=survey, by=None, few=True) == 2
    assert withdraw_response(receipt=lost[0])


def test_without_the_key_of_the_assessment_all_forms_stay_sealed_until_it_is_back(survey, settings, member) -> None:
    kept = settings.FIELD_KEYS
    settings.FIELD_KEYS = [KEYS[0], *kept]
    send_many(survey, 5)
    settings.FIELD_KEYS = KEYS[:1]
    message = close_survey(survey=survey, by=member("lead"))
    assert "Ask the administrator to add the missing key to FIELD_KEYS" in message
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (0, 5)
    settings.FIELD_KEYS = [*kept, KEYS[0]]
    assert open_responses(survey=survey, by=None) == 5


def test_opening_without_sealed_forms_is_refused(survey) -> None:
    with pytest.raises(ValidationError, match="There are no sealed forms"):
        open_responses(survey=survey, by=None)
    assert close_survey(survey=survey, by=None) == ""
    assert not AuditEvent.objects.filter(action="responses.opened").exists()


# Removal by the respondent


def test_a_receipt_removes_a_sealed_form_for_good_and_leaves_the_mark(survey) -> None:
    invitation = InvitationFactory(survey=survey)
    receipt = send(survey, invitation=invitation)
    send(survey)
    assert withdraw_response(receipt=receipt.lower().replace("-", ""))
    assert (SealedAnswer.objects.count(), Survey.objects.get().answered) == (1, [invitation.pk])
    assert not withdraw_response(receipt=receipt)
    event = last_event("sealed_answer.withdrawn")
    assert (event.actor, event.object_type, event.object_id) == (None, "surveys.survey", str(survey.pk))


def test_a_receipt_removes_an_opened_form_whose_answers_are_erased(survey, member) -> None:
    receipts = send_many(survey, 5)
    close_survey(survey=survey, by=None)
    assert withdraw_response(receipt=receipts[2])
    removed = Response.objects.get(withdrawn=True)
    assert (removed.answers, removed.receipt_hmac, removed.deleted_at is None) == ({}, "", False)
    assert Response.objects.for_counting().count() == 4
    assert "Words of 2" not in words_stored_of_rest()
    assert not withdraw_response(receipt=receipts[2])
    with pytest.raises(ValidationError, match=r"by its respondent\. Its answers are erased\."):
        set_counted(response=removed, counted=True, by=member("lead"))


def words_stored_of_rest() -> list[str]:
    return [response.answers["2.6"] for response in Response.objects.for_counting()]


@pytest.mark.parametrize("receipt", ["", "XXXX", "BBBB-BBBB-BBBB", "\x00", "ü" * 40, "1" * 5000])
def test_a_receipt_that_does_not_exist_removes_nothing(survey, receipt) -> None:
    send(survey)
    open_form()
    send(survey)
    before = count_forms()
    assert not withdraw_response(receipt=receipt)
    assert count_forms() == before == 2
    assert not AuditEvent.objects.filter(action__endswith="withdrawn").exists()
