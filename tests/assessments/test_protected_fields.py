"""What people said is encrypted with the key of its assessment, and readable only in its own column."""

from io import StringIO
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import FieldError, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from assessments import data_keys
from assessments.column_encryption import BATCH, encrypts
from assessments.data_keys import PREFIX, UnreadableToken, decrypt, encrypt
from assessments.fields import (
    DESTROYED,
    UNREADABLE,
    EncryptedTextField,
    ProtectedTextField,
    is_unreadable,
    sealed,
    stored_form,
)
from assessments.file_encryption import ProtectedBinaryField
from assessments.models import Assessment, AuditEvent, Contact, DataKey
from assessments.services.contacts import add_contact
from assessments.services.data_keys import destroy_key, rewrap_keys
from assessments.services.whole_assessments import erase_assessment
from interviews.models import Answer, Interview
from surveys.models import Invitation, Response, SealedAnswer
from tests.clear_columns import CLEAR
from tests.factories import AssessmentFactory
from tests.interviews.factories import InterviewFactory
from tests.surveys.factories import InvitationFactory, ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db
OURS = {"assessments", "instruments", "interviews", "surveys", "indicators", "workshops", "analysis", "reports"}
WORDS = "The shelter turned them away, Xyzzy said."


def stored(row: models.Model, name: str) -> str:
    with stored_form():
        return str(type(row)._base_manager.values_list(name, flat=True).get(pk=row.pk))


def store(row: models.Model, name: str, token: str) -> None:
    with stored_form():
        type(row)._base_manager.filter(pk=row.pk).update(**{name: token})


@pytest.fixture
def answer(assessment: Assessment) -> Answer:
    return Answer.objects.create(interview=InterviewFactory(assessment=assessment), question="3.1", text=WORDS)


def test_a_text_is_a_token_in_the_database_and_a_text_in_python(answer: Answer) -> None:
    assert stored(answer, "text").startswith(PREFIX)
    assert Answer.objects.get().text == WORDS
    assert list(Answer.objects.values_list("text", flat=True)) == [WORDS]
    assert list(Answer.objects.values("interview__assessment__reference", "text")) == [
        {"interview__assessment__reference": "AZE-2016", "text": WORDS}
    ]


def test_the_same_text_makes_another_token_each_time(answer: Answer) -> None:
    before = stored(answer, "text")
    answer.save()
    assert stored(answer, "text") != before


@pytest.mark.parametrize("answers", [{}, {"2.6": "Words \ud800", "2.1": ["a", "b"], "1.2": 3, "x": None}])
def test_a_document_comes_back_as_it_was_and_an_empty_one_is_in_clear(answers: dict[str, Any]) -> None:
    response = ResponseFactory(answers=answers)
    assert stored(response, "answers").startswith("{}" if not answers else PREFIX)
    assert Response.objects.get().answers == answers
    assert Response.objects.filter(answers={}).exists() is not bool(answers)


def test_an_unreadable_document_is_empty_and_saved_again_stays_what_it_was(settings: Any) -> None:
    response = ResponseFactory(answers={"2.6": "Words"})
    token, keys = stored(response, "answers"), settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    found = Response.objects.get()
    assert (found.answers, is_unreadable(found.answers)) == ({}, True)
    found.save()
    settings.FIELD_KEYS = keys
    assert (stored(response, "answers"), Response.objects.get().answers) == (token, {"2.6": "Words"})


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_white_space_is_stored_as_it_is(answer: Answer, text: str) -> None:
    answer.text = text
    answer.save()
    assert (stored(answer, "text"), Answer.objects.get().text) == (text, text)


@pytest.mark.parametrize("text", ["ქართული", "עברית", "\ud800 half a pair", "x" * 500_000, "ct1:", "a\x00b"])
def test_every_text_comes_back_as_it_was(answer: Answer, text: str) -> None:
    answer.text = text
    answer.save()
    assert Answer.objects.get().text == text


def test_a_token_is_readable_in_its_own_column_only(answer: Answer) -> None:
    interview = answer.interview
    interview.observations = "Something else"
    interview.save()
    store(interview, "respondent_title", stored(interview, "observations"))
    store(answer, "text", stored(interview, "observations"))
    assert Interview.objects.get().respondent_title == UNREADABLE
    assert Answer.objects.get().text == UNREADABLE
    with pytest.raises(CommandError, match="2 values are not as they were stored"):
        call_command("verify_encryption", stdout=StringIO(), stderr=StringIO())


def test_a_token_of_another_assessment_is_found(answer: Answer) -> None:
    other = InterviewFactory(assessment=AssessmentFactory(reference="GEO-2016", country="GEO"))
    foreign = Answer.objects.create(interview=other, question="3.1", text="Said in Georgia")
    out = StringIO()
    call_command("verify_encryption", stdout=out)
    assert out.getvalue().startswith("2 values can be read, 0 were erased")
    store(answer, "text", stored(foreign, "text"))
    errors = StringIO()
    with pytest.raises(CommandError, match="1 values"):
        call_command("verify_encryption", stdout=StringIO(), stderr=errors)
    assert errors.getvalue().startswith(f"interviews.answer.text, row {answer.pk}: ")


def test_a_changed_token_and_text_in_clear_are_not_shown(answer: Answer) -> None:
    token = stored(answer, "text")
    for harmed in (token[:-8] + "AAAAAAA=", token[:40], "planted in clear", PREFIX, PREFIX + "é"):
        store(answer, "text", harmed)
        assert Answer.objects.get().text == UNREADABLE


def test_an_unreadable_text_saved_again_stays_what_it_was(answer: Answer, settings: Any) -> None:
    token, keys = stored(answer, "text"), settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    found = Answer.objects.get()
    assert found.text == UNREADABLE
    found.save()
    assert stored(answer, "text") == token
    found.text = "More"
    with pytest.raises(ValidationError, match="missing key"), transaction.atomic():
        found.save()
    settings.FIELD_KEYS = keys
    assert Answer.objects.get().text == WORDS


def test_clear_text_cannot_be_written_past_the_instance(answer: Answer) -> None:
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        Answer.objects.update(text="clear")
    answer.text = "clear"
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        Answer.objects.bulk_update([answer], ["text"])
    with pytest.raises(TypeError, match="encrypted"):
        Answer.objects.filter(text=WORDS)
    with pytest.raises(FieldError, match="cannot search"):
        Answer.objects.filter(text__icontains="shelter")
    key = answer.interview.assessment.data_key_id
    Answer.objects.update(text=sealed(Answer, "text", key, "Sealed by hand"))
    assert Answer.objects.get().text == "Sealed by hand"


def test_each_assessment_has_a_key_of_its_own(answer: Answer) -> None:
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    keys = [answer.interview.assessment.data_key, other.data_key]
    assert len({key.secret for key in keys}) == 2
    with pytest.raises(UnreadableToken):
        decrypt(encrypt(other.data_key_id, "a.b.c", "x"), "a.b.d")
    with pytest.raises(UnreadableToken):
        encrypt(uuid4(), "a.b.c", "x")


def test_the_key_is_read_once_for_many_values(answer: Answer, django_assert_num_queries: Any) -> None:
    for question in ("3.2", "3.3", "3.4"):
        Answer.objects.create(interview=answer.interview, question=question, text=WORDS)
    data_keys.forget_all()
    with django_assert_num_queries(2):
        assert len({row.text for row in Answer.objects.all()}) == 1
    with django_assert_num_queries(1):
        assert len({row.text for row in Answer.objects.all()}) == 1


def test_rewrap_keys_changes_keys_and_names_and_no_content(answer: Answer, settings: Any) -> None:
    token, old, new = stored(answer, "text"), settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, old]
    out = StringIO()
    call_command("rewrap_keys", stdout=out)
    assert "assessments.datakey: 1" in out.getvalue()
    settings.FIELD_KEYS = [new]
    assert (stored(answer, "text"), Answer.objects.get().text) == (token, WORDS)
    assert Interview.objects.get().respondent_name == answer.interview.respondent_name


def test_rewrap_keys_changes_nothing_where_a_key_is_missing(answer: Answer, settings: Any) -> None:
    kept, settings.FIELD_KEYS = settings.FIELD_KEYS, [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="cannot be read with these FIELD_KEYS") as caught:
        call_command("rewrap_keys")
    assert caught.value.returncode == 2
    settings.FIELD_KEYS = kept
    assert (Answer.objects.get().text, len(rewrap_keys()) > 0) == (WORDS, True)


def test_destroy_key_makes_all_content_unreadable_for_good(
    answer: Answer, member: Any, django_capture_on_commit_callbacks: Any
) -> None:
    foreign = Answer.objects.create(
        interview=InterviewFactory(assessment=AssessmentFactory(reference="GEO-2016")), question="3.1", text="Kept"
    )
    assessment = answer.interview.assessment
    with django_capture_on_commit_callbacks(execute=True):
        destroy_key(assessment=assessment, confirmation="AZE-2016", reason="The study has ended.", by=member("lead"))
    assert Answer.objects.get(pk=answer.pk).text == DESTROYED
    assert Answer.objects.get(pk=foreign.pk).text == "Kept"
    key = DataKey.objects.get(pk=assessment.data_key_id)
    assert (key.secret, key.destroyed_by, key.is_destroyed) == ("", member("lead"), True)
    event = AuditEvent.objects.get(action="assessment.key_destroyed")
    assert (event.actor, event.assessment, event.detail) == (
        member("lead"),
        assessment,
        {"reason": "The study has ended."},
    )
    answer.text = "More"
    with pytest.raises(ValidationError, match="closed for good"), transaction.atomic():
        answer.save()
    with pytest.raises(ValidationError, match="destroyed already"):
        destroy_key(assessment=assessment, confirmation="AZE-2016", reason="Again", by=None)
    out = StringIO()
    call_command("verify_encryption", stdout=out)
    assert out.getvalue().startswith("1 values can be read, ")


def test_destroy_key_erases_what_has_another_key(assessment: Assessment, member: Any) -> None:
    add_contact(assessment=assessment, by=None, name="Xyzzy Quux", email="xyzzy@example.org")
    InterviewFactory(assessment=assessment, respondent_name="Xyzzy Quux")
    survey = SurveyFactory(assessment=assessment)
    InvitationFactory(survey=survey, name="Xyzzy Quux", email="xyzzy@example.org")
    SealedAnswer.objects.create(survey=survey, box=b"box", receipt_hmac="mark")
    destroy_key(assessment=assessment, confirmation="AZE-2016", reason="The study has ended.", by=member("lead"))
    names = [
        *Contact.objects.values_list("name", "email"),
        *Invitation.objects.values_list("name", "email"),
        *Interview.objects.values_list("respondent_name"),
    ]
    assert names == [("", ""), ("", ""), ("",)]
    assert not SealedAnswer.objects.exists()


@pytest.mark.parametrize(("confirmation", "reason"), [("", "x"), ("GEO-2016", "x"), ("AZE-2016", "  ")])
def test_destroy_key_requires_the_reference_and_a_reason(answer: Answer, confirmation: str, reason: str) -> None:
    with pytest.raises(ValidationError, match="Nothing was destroyed"):
        destroy_key(assessment=answer.interview.assessment, confirmation=confirmation, reason=reason, by=None)
    assert (Answer.objects.get().text, AuditEvent.objects.filter(action="assessment.key_destroyed").count()) == (
        WORDS,
        0,
    )


def test_an_erased_assessment_leaves_no_key(assessment: Assessment, member: Any) -> None:
    kept = AssessmentFactory(reference="GEO-2016", country="GEO")
    erase_assessment(assessment=assessment, by=member("lead"))
    assert list(DataKey.objects.all()) == [kept.data_key]


def test_a_migration_encrypts_what_was_there_in_batches_and_takes_it_back(answer: Answer) -> None:
    texts = {f"{n}": f"What was said, {n}" for n in range(BATCH + 2)} | {"empty": "", "blank": " "}
    with stored_form():
        Answer.objects.bulk_create(Answer(interview=answer.interview, question=q, text=texts[q]) for q in texts)
    before = stored(answer, "text")
    operation = encrypts("interviews", "Interview", "Answer")

    operation.code(apps, SimpleNamespace(connection=connection))

    assert dict(Answer.objects.exclude(pk=answer.pk).values_list("question", "text")) == texts
    assert decrypt(stored(answer, "text"), "interviews.answer.text") == before  # a token that was typed is a text too
    with stored_form():
        kept = dict(Answer.objects.exclude(pk=answer.pk).values_list("question", "text"))
    assert {q for q in kept if kept[q] == texts[q]} == {"empty", "blank"}

    assert operation.reverse_code is not None
    operation.reverse_code(apps, SimpleNamespace(connection=connection))

    with stored_form():
        assert dict(Answer.objects.exclude(pk=answer.pk).values_list("question", "text")) == texts
    assert stored(answer, "text") == before


def test_each_text_column_is_encrypted_or_listed_with_a_reason() -> None:
    """A new column fails here until it is encrypted, or listed in tests/clear_columns.py with the reason for it."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
    there = {
        model._meta.label_lower: {
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, kinds)
            and not isinstance(field, ProtectedTextField | ProtectedBinaryField | EncryptedTextField)
            and not field.choices
        }
        for model in apps.get_models()
        if model.__module__.split(".")[0] in OURS
    }
    assert {label: names for label, names in there.items() if names} == {k: set(v) for k, v in CLEAR.items()}
    assert all(len(reason) > 3 for reasons in CLEAR.values() for reason in reasons.values())
