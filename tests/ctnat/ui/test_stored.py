"""Sentences that are stored in English, shown in the language of who reads them."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from ctnat.ui.stored import shown_text, stored_text
from reports.output.builds import FAILED
from reports.output.editions import NOT_CAPTURED, NOT_CREATED
from surveys.distribution.sending import UNREACHABLE
from surveys.services.invitations import RETURNED


def test_a_stored_sentence_keeps_its_values_in_another_language() -> None:
    with override("fr"):
        assert shown_text(RETURNED.format(status="5.1.1")) == "renvoyé avec le code 5.1.1"
        assert "Connection refused" in shown_text(UNREACHABLE.format(reply="Connection refused"))
        assert shown_text(FAILED.format(number=7)).endswith(": 7.")


def test_several_lines_are_shown_one_by_one() -> None:
    stored = "\n".join((NOT_CAPTURED, NOT_CREATED.format(file="PDF (ka)")))
    with override("es"):
        shown = shown_text(stored).split("\n")
    assert (len(shown), "PDF (ka)" in shown[1]) == (2, True)
    assert not set(shown) & set(stored.split("\n"))


@pytest.mark.parametrize("stored", ["", "550 5.1.1 <the address> is unknown here", "Old words, {status}"])
def test_what_was_not_declared_is_shown_as_it_is(stored: str) -> None:
    with override("fr"):
        assert shown_text(stored) == stored


def test_the_reader_of_english_sees_what_is_stored() -> None:
    assert shown_text(RETURNED.format(status="5.1.1")) == "returned with status 5.1.1"
    assert stored_text(RETURNED) == RETURNED


def test_a_template_shows_it_in_the_language_of_the_page() -> None:
    with override("ru"):
        page = Template("{% load ui %}{{ text|shown_text }}").render(Context({"text": "returned without a reason"}))
    assert page == "возвращено без указания причины"
