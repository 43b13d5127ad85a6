"""What encrypted columns give to the database, to forms and to backups, value by value."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.models import F

from assessments.data_keys import Token, UnreadableToken, decrypt, encrypt, forget, remember
from assessments.fields import (
    DESTROYED,
    UNREADABLE,
    EncryptedTextField,
    ProtectedCharField,
    ProtectedJSONField,
    ProtectedTextField,
    UnreadableDocument,
    UnreadableText,
    is_unreadable,
    protected_fields,
    sealed,
    stored_form,
)
from assessments.models import Assessment, Contact
from interviews.models import Answer, Coding, Interview
from surveys.models import Response, Survey

KEY, LOST = UUID(int=7), UUID(int=8)
TEXT: Any = Answer._meta.get_field("text")
DOCUMENT: Any = Response._meta.get_field("answers")
NAME: Any = Contact._meta.get_field("name")
PLACE = "interviews.answer.text"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    """A key in the memory of the process, and one that cannot be read."""
    remember(KEY, urlsafe_b64encode(bytes(32)).decode())
    remember(LOST, "none")
    yield
    forget(KEY)
    forget(LOST)


def answer(text: Any, key: UUID = KEY) -> Answer:
    return Answer(interview=Interview(assessment=Assessment(data_key_id=key)), text=text)


def exactly(value: Any) -> tuple[type, Any]:
    return type(value), value


@pytest.mark.parametrize("read", [TEXT.to_text, lambda value: TEXT.sealed(KEY, value)])
def test_nothing_stays_nothing(read: Any) -> None:
    assert read(None) is None


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_white_space_goes_in_clear_both_ways(blank: str) -> None:
    assert exactly(TEXT.sealed(KEY, blank)) == (Token, blank)
    assert exactly(TEXT.pre_save(answer(blank), True)) == (Token, blank)
    assert TEXT.opened(blank) == TEXT.from_db_value(blank, None, connection) == blank
    assert exactly(TEXT.get_prep_value(blank)) == (str, blank)
    assert TEXT.sealed(LOST, blank) == blank  # needs no key


@pytest.mark.parametrize(("value", "text"), [("Said", "Said"), (7, "7"), (" x ", " x ")])
def test_a_text_goes_as_a_token_of_its_assessment_and_column(value: Any, text: str) -> None:
    for made in (TEXT.sealed(KEY, value), TEXT.pre_save(answer(value), True), sealed(Answer, "text", KEY, value)):
        assert isinstance(made, Token)
        assert decrypt(made, PLACE) == text
        assert TEXT.opened(made) == TEXT.from_db_value(str(made), None, connection) == text
        assert exactly(TEXT.get_prep_value(made)) == (str, str(made))
    assert TEXT.place == PLACE


def test_clear_text_is_neither_written_nor_read() -> None:
    with pytest.raises(TypeError, match=r"interviews\.answer\.text is encrypted"):
        TEXT.get_prep_value("Said")
    with pytest.raises(UnreadableToken):
        TEXT.opened("Said")
    assert TEXT.get_prep_value(None) is None
    assert TEXT.from_db_value(None, object(), connection) is None


@pytest.mark.parametrize(("secret", "words"), [("", "closed for good"), ("none", "missing key")])
def test_without_its_key_nothing_is_stored(secret: str, words: str) -> None:
    remember(LOST, secret)
    for store in (lambda: TEXT.sealed(LOST, "Said"), lambda: TEXT.pre_save(answer("Said", LOST), True)):
        with pytest.raises(ValidationError, match=words):
            store()


@pytest.mark.parametrize(("secret", "shown"), [("", DESTROYED), ("none", UNREADABLE)])
def test_an_unreadable_value_is_saved_with_its_token(secret: str, shown: str) -> None:
    remember(LOST, urlsafe_b64encode(bytes(32)).decode())
    token, document = encrypt(LOST, PLACE, "Said"), encrypt(LOST, "surveys.response.answers", '{"a":1}')
    remember(LOST, secret)
    found = TEXT.from_db_value(str(token), None, connection)
    assert (exactly(found), found.token) == ((UnreadableText, shown), token)
    for stored in (TEXT.sealed(KEY, found), TEXT.pre_save(answer(found), False)):
        assert exactly(stored) == (Token, token)
    empty = DOCUMENT.from_db_value(str(document), None, connection)
    assert (exactly(empty), empty.token) == ((UnreadableDocument, {}), document)
    assert DOCUMENT.sealed(KEY, empty) == document


@pytest.mark.parametrize(
    ("value", "cannot"),
    [
        (UNREADABLE, True),
        (DESTROYED, True),
        (UnreadableText("ct1:", destroyed=False), True),
        (UnreadableDocument("ct1:"), True),
        ("", False),
        ("Said", False),
        ({}, False),
        (None, False),
    ],
)
def test_what_counts_as_unreadable(value: Any, cannot: bool) -> None:
    assert is_unreadable(value) is cannot


def test_within_stored_form_tokens_are_read_and_written() -> None:
    token = str(TEXT.sealed(KEY, "Said"))
    with stored_form():
        with stored_form():
            pass
        assert TEXT.from_db_value(token, None, connection) == token
        assert TEXT.pre_save(answer("as it is"), False) == "as it is"
        assert TEXT.get_prep_value("as it is") == "as it is"
        assert TEXT.value_to_string(answer(token)) == token
        with pytest.raises(TypeError):
            DOCUMENT.get_prep_value({"a": 1})  # a document is no token
    assert TEXT.from_db_value(token, None, connection) == "Said"


def test_an_expression_is_left_to_the_database() -> None:
    expression = F("text")
    assert TEXT.pre_save(answer(expression), False) is expression


@pytest.mark.parametrize("lookup", ["exact", "isnull"])
def test_the_database_may_be_asked_what_is_empty(lookup: str) -> None:
    assert TEXT.get_lookup(lookup)


@pytest.mark.parametrize("lookup", ["icontains", "in", "gt", "regex"])
def test_the_database_cannot_search(lookup: str) -> None:
    with pytest.raises(FieldError, match=f"cannot search it by {lookup}"):
        TEXT.get_lookup(lookup)


def test_a_backup_has_tokens() -> None:
    made = TEXT.value_to_string(answer("Said"))
    assert (type(made), decrypt(made, PLACE)) == (str, "Said")
    assert [TEXT.value_to_string(answer(value)) for value in ("", None)] == ["", ""]
    name = NAME.value_to_string(Contact(name="Xyzzy"))
    assert (name.startswith("gAAAA"), NAME.from_db_value(name, None, connection)) == (True, "Xyzzy")
    assert [NAME.value_to_string(Contact(name=value)) for value in ("", None)] == ["", ""]


def test_names_are_encrypted_with_field_keys() -> None:
    stored = NAME.get_prep_value("Xyzzy")
    assert stored.startswith("gAAAA")
    assert NAME.from_db_value(stored, None, connection) == "Xyzzy"
    assert [NAME.get_prep_value(value) for value in ("", None)] == ["", None]
    assert [NAME.from_db_value(value, object(), connection) for value in ("", None)] == ["", None]
    assert NAME.from_db_value("planted", None, connection) == UNREADABLE
    assert isinstance(NAME, EncryptedTextField)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ({}, "{}"),
        ([], "[]"),
        ("", '""'),
        ({"a": "ә"}, '{"a":"ә"}'),
        ([1, None], "[1,null]"),
        (0, "0"),
        (False, "false"),
    ],
)
def test_a_document_is_json_without_spaces(value: Any, stored: str) -> None:
    assert DOCUMENT.to_text(value) == stored
    assert DOCUMENT.from_text(stored) == value
    made = DOCUMENT.sealed(KEY, value)
    is_clear = stored in ("{}", "[]")
    assert (made if is_clear else decrypt(made, "surveys.response.answers")) == stored
    assert DOCUMENT.opened(made) == value


@pytest.mark.parametrize("empty", [None, "", "{}", "[]", "null", " {}\n"])
def test_an_empty_document_is_in_clear(empty: str | None) -> None:
    assert DOCUMENT.is_empty(empty)
    assert DOCUMENT.from_db_value(empty, None, connection) == {None: None, "": None, "null": None, "[]": []}.get(
        empty, {}
    )


def test_a_backup_has_a_document_as_a_token_and_null_where_there_is_none() -> None:
    field: Any = ProtectedJSONField(null=True)
    assert (field.to_text(None), field.sealed(KEY, None), field.get_default()) == (None, None, None)
    assert ProtectedJSONField().get_default() is None
    response = Response(survey=Survey(assessment=Assessment(data_key_id=KEY)), answers={"a": 1})
    assert decrypt(DOCUMENT.value_to_string(response), "surveys.response.answers") == '{"a":1}'
    with stored_form():
        response.answers = "ct1:token"
        assert DOCUMENT.value_to_string(response) == "ct1:token"
        response.answers = None
        assert DOCUMENT.value_to_string(response) is None


def test_a_document_is_taken_as_it_is() -> None:
    assert DOCUMENT.to_python({"a": [1]}) == {"a": [1]}


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_a_document_that_must_be_there_is_not_empty(empty: Any) -> None:
    with pytest.raises(ValidationError):
        ProtectedJSONField().clean(empty, None)


def test_one_line_has_a_greatest_length_in_the_form_and_the_model() -> None:
    field: Any = ProtectedCharField(max_length=5, blank=True)
    with pytest.raises(ValidationError, match="at most 5 characters"):
        field.clean("123456", None)
    assert field.clean("12345", None) == "12345"
    made = field.formfield()
    assert (type(made), made.max_length, type(made.widget)) == (forms.CharField, 5, forms.TextInput)
    assert field.formfield(max_length=3).max_length == 3


def test_a_column_is_described_for_migrations_with_the_way_to_its_assessment() -> None:
    field = ProtectedTextField(of="answer.interview.assessment", blank=True)
    kwargs = {"of": "answer.interview.assessment", "blank": True}
    assert field.deconstruct() == (None, "assessments.fields.ProtectedTextField", [], kwargs)
    assert ProtectedTextField().deconstruct()[3] == {"of": "assessment"}
    for kind in (ProtectedTextField(), ProtectedJSONField(), ProtectedCharField(max_length=5)):
        assert kind.db_type(connection) == "text"


def test_only_protected_columns_are_sealed() -> None:
    assert {field.attname for field in protected_fields(Coding)} == {
        "quote",
        "approved_quote",
        "approved_hash",
        "attribution",
    }
    with pytest.raises(TypeError, match=r"interviews\.Answer\.question is not protected"):
        sealed(Answer, "question", KEY, "3.1")
