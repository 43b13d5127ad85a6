"""Pages about sealed forms: opening them, what they disclose, removing one by its receipt."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from assessments.models import AuditEvent
from surveys.distribution import throttle
from surveys.distribution.invitees import Person
from surveys.distribution.links import personal_link
from surveys.models import Invitation, Response, SealedAnswer, Survey
from surveys.services.invitations import invite
from surveys.words import complete_languages
from tests.factories import write_to
from tests.surveys.factories import InvitationFactory, ResponseFactory
from tests.surveys.opening import count_forms
from tests.surveys.test_anonymity import dump
from tests.surveys.test_respondent import post, receipt_in
from tests.surveys.test_views import HOME, html_of, messages_of

pytestmark = pytest.mark.django_db


def send_many(client: Any, count: int) -> list[str]:
    return [receipt_in(post(client, **{"2.6": f"Words of {number}"})) for number in range(count)]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# What members see until the forms are opened


@pytest.mark.parametrize("role", ["lead", "consultant", "focal_point", "facilitator", "observer"])
def test_survey_detail_shows_how_many_forms_are_sealed_and_not_what_is_in_them(client, client_as, survey, role) -> None:
    send_many(client, 6)
    page = client_as(role).get(HOME)
    assert page.context["progress"].responses == 6
    assert "6 forms received by link are sealed" in text_of(page)
    assert page.context["responses"] == []
    for words in ("Words of", "English, web"):
        assert words not in text_of(page)


def test_survey_detail_names_languages_and_sources_from_k_forms_on_alone(client_as, survey) -> None:
    for number in range(1, 13):
        language, source = ("en", "web") if number < 7 else ("az", "paper") if number < 12 else ("ka", "paper")
        ResponseFactory(survey=survey, number=number, language=language, source=source)
    expected = ["6 in English, web", "6 in other languages, paper"]
    assert client_as("observer").get(HOME).context["responses"] == expected


def test_response_list_shows_no_language_source_or_day_that_fewer_than_k_share(client_as, survey) -> None:
    for number in range(1, 8):
        ResponseFactory(survey=survey, number=number, received_on=None)
    ResponseFactory(survey=survey, number=8, language="ka", source="paper", received_on=date(2016, 2, 3))
    page = client_as("consultant").get(HOME + "responses/")
    assert {(r.language_shown, r.source_words, r.day_shown) for r in page.context["page"]} == {(None, "", None)}
    for told in ("Georgian", "Paper", "3 February 2016"):
        assert told not in text_of(page)
    for number in range(9, 13):
        ResponseFactory(survey=survey, number=number, language="ka", source="paper", received_on=date(2016, 2, 3))
    page = client_as("consultant").get(HOME + "responses/")
    assert text_of(page).count("Georgian") == text_of(page).count("3 February 2016") == 5
    assert "Single forms are for the team only, not for publication" in text_of(page)


def test_response_detail_shows_what_k_forms_share(client_as, survey) -> None:
    for number in range(1, 6):
        ResponseFactory(survey=survey, number=number, code=f"AZEsur{number}")
    assert client_as("lead").get(HOME + "responses/AZEsur1/").context["about"] == "Web, English, 1 February 2016"
    Response.objects.filter(code="AZEsur2").update(language="ka")
    page = client_as("lead").get(HOME + "responses/AZEsur2/")
    assert page.context["about"] == "Web, 1 February 2016"
    assert "Georgian" not in text_of(page)
    assert "Single forms are for the team only" in text_of(page)


def test_response_detail_of_a_test_answer_shows_all(client_as, survey) -> None:
    ResponseFactory(survey=survey, number=1, code="AZEtest1", is_test=True, language="ka")
    assert client_as("lead").get(HOME + "responses/AZEtest1/").context["about"] == "Web, Georgian, 1 February 2016"


def test_response_list_shows_a_language_only_where_k_forms_of_one_opening_share_it(client_as, survey) -> None:
    for number in range(1, 11):
        language, opening = ("ka" if number in (1, 2, 3, 4, 5, 6) else "en"), 1 if number < 6 else 2
        ResponseFactory(survey=survey, number=number, language=language, opening=opening, received_on=None)
    page = client_as("lead").get(HOME + "responses/")
    assert [r.language_shown for r in page.context["page"]] == ["ka"] * 5 + [None] * 5
    assert client_as("lead").get(HOME).context["responses"] == ["5 in Georgian, web", "5 in other languages, web"]


# Opening


def test_responses_open_opens_k_early_and_explains_the_effect(client, client_as, survey, member) -> None:
    lead = client_as("lead")
    assert "No sealed forms" in text_of(lead.get(HOME + "sealed/"))
    send_many(client, 4)
    page = lead.get(HOME + "sealed/")
    assert "at least 5 forms must be there to be opened. 4 have arrived" in text_of(page)
    assert '<button class="btn btn-outline-danger"' not in html_of(page)
    assert "Wait for more forms" in messages_of(lead.post(HOME + "sealed/", {"few": "1"}, follow=True))
    send_many(client, 1)
    assert "Open 5 forms now" in text_of(lead.get(HOME + "sealed/"))
    done = lead.post(HOME + "sealed/", follow=True)
    assert messages_of(done) == "5 forms opened."
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (5, 0)
    event = AuditEvent.objects.get(action="responses.opened")
    assert (event.actor, event.detail) == (member("lead"), {"count": 5})


def test_responses_open_warns_where_few_are_left_after_closing(client, client_as, survey) -> None:
    lead = client_as("lead")
    send_many(client, 2)
    closed = lead.post(HOME + "close/", follow=True)
    assert "2 forms stay sealed: opening fewer than 5 at once" in messages_of(closed)
    assert closed.context["progress"].text == "Closed with 2 responses, 2 of them sealed"
    page = lead.get(HOME + "sealed/")
    assert "these 2 forms are from the 2 people marked as answered in between" in text_of(page)
    assert messages_of(lead.post(HOME + "sealed/", follow=True)).startswith("2 forms stay sealed")
    assert messages_of(lead.post(HOME + "sealed/", {"few": "1"}, follow=True)) == "2 forms opened."


def test_responses_open_explains_a_lost_key(client, client_as, survey, settings) -> None:
    kept = settings.FIELD_KEYS  # they open the key of the assessment
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *kept]
    send_many(client, 5)
    with_lost, settings.FIELD_KEYS = settings.FIELD_KEYS, [Fernet.generate_key().decode(), *kept]
    lead = client_as("lead")
    assert "5 forms stay sealed: none of the keys in FIELD_KEYS opens them" in text_of(lead.get(HOME + "sealed/"))
    assert "none of the keys" in messages_of(lead.post(HOME + "sealed/", follow=True))
    send_many(client, 5)
    assert "none of the keys" in messages_of(lead.post(HOME + "sealed/", follow=True))
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (5, 5)
    settings.FIELD_KEYS = [*settings.FIELD_KEYS, *with_lost]
    assert messages_of(lead.post(HOME + "sealed/", follow=True)) == "5 forms opened."


def test_responses_open_is_the_leads(check_roles, client, survey) -> None:
    send_many(client, 5)
    for denied in ("focal_point", "consultant"):
        check_roles(HOME + "sealed/", allowed="lead", denied=denied, wrong="delete")
    check_roles(HOME + "sealed/", allowed="lead", denied="focal_point", method="post", ok=302)


def test_survey_close_opens_the_forms(client, client_as, survey) -> None:
    send_many(client, 5)
    page = client_as("focal_point").post(HOME + "close/", follow=True)
    assert messages_of(page) == "Survey closed. Late paper forms can still be entered or imported."
    assert page.context["progress"].text == "Closed with 5 responses"


# What the pages disclose


def test_survey_disclosure_names_the_groups_that_are_too_small(client, client_as, survey) -> None:
    invited = [InvitationFactory(survey=survey, language=code) for code in ("en",) * 5 + ("ka",)]
    Survey.objects.update(answered=[invitation.pk for invitation in invited], smallest_group=5)
    send_many(client, 3)
    page = client_as("lead").get(HOME + "disclosure/")
    (language, sector) = page.context["answered"]
    assert [(g.label, g.count, g.is_small) for g in language.groups] == [("English", 5, False), ("Georgian", 1, True)]
    assert [(g.count, g.is_small) for g in sector.groups] == [(6, False)]
    assert "3 forms are sealed . That is too few to open them" in text_of(page)
    assert page.context["forms"] == []
    for number in range(1, 7):
        ResponseFactory(survey=survey, number=number, language="ka" if number == 6 else "en", answers={"1.6": "male"})
    write_to(Response.objects.get(number=1), answers={"1.6": "female"})
    page = client_as("lead").get(HOME + "disclosure/")
    forms = {division.heading: division for division in page.context["forms"]}
    assert [(g.label, g.count, g.is_small) for g in forms["Language"].groups] == [
        ("English", 5, False),
        ("Georgian", 1, True),
    ]
    (sex,) = (division for heading, division in forms.items() if heading.startswith("1.6"))
    assert [(g.label, g.count, g.is_small) for g in sex.groups] == [("Male", 5, False), ("Female", 1, True)]
    assert text_of(page).count("Too small") == page.context["small"]


def test_survey_disclosure_shows_that_a_lower_setting_is_ignored(client_as, survey, assessment) -> None:
    Survey.objects.update(smallest_group=5)
    assessment.disclosure_threshold = 3
    assessment.save()
    assert "The settings say 3 now; this survey keeps 5" in text_of(client_as("lead").get(HOME + "disclosure/"))


def test_survey_disclosure_shows_where_a_form_is_longer_than_its_box_hides(client, client_as, survey) -> None:
    send_many(client, 5)
    lead = client_as("lead")
    assert "more text than usual" not in text_of(lead.get(HOME + "disclosure/"))
    long = "".join(chr(0x4E00 + (place * 7919) % 20_000) for place in range(9_900))  # hardly compressible
    assert post(client, **{"2.6": long, "8.3": long[::-1]}).status_code == 200
    assert "1 of them has much more text than usual" in text_of(lead.get(HOME + "disclosure/"))


def test_survey_disclosure_is_linked_where_forms_are_opened_and_exported(client_as, survey) -> None:
    lead = client_as("lead")
    for page in (HOME, HOME + "responses/", "/a/AZE-2016/analysis/exports/"):
        assert f'href="{HOME}disclosure/"' in html_of(lead.get(page)), page
    assert f'href="{HOME}disclosure/"' not in html_of(client_as("consultant").get(HOME + "responses/"))


# Removal by the respondent


def test_form_remove_by_a_receipt(client, survey) -> None:
    receipt = send_many(client, 2)[0]
    page = client.get("/s/remove/?lang=en")
    assert (page.status_code, page.cookies) == (200, {})
    removed = client.post("/s/remove/?lang=en", {"_receipt": receipt.lower()})
    assert (removed.status_code, count_forms()) == (200, 1)
    assert "Your form has been removed" in text_of(removed)
    assert (removed.cookies, removed.headers["Cache-Control"]) == ({}, "private, no-store")


def test_form_remove_finds_a_form_that_was_opened(client, client_as, survey) -> None:
    receipts = send_many(client, 5)
    client_as("lead").post(HOME + "close/")
    assert client.post("/s/remove/", {"_receipt": receipts[3]}).status_code == 200
    assert Response.objects.for_counting().count() == 4
    code = Response.objects.get(withdrawn=True).code
    lead = client_as("lead")
    assert "Removed by the respondent" in text_of(lead.get(HOME + "responses/"))
    assert "answers erased" in text_of(lead.get(f"{HOME}responses/{code}/"))
    assert "/restore/" not in html_of(lead.get(f"{HOME}responses/{code}/"))
    restored = lead.post(f"{HOME}responses/{code}/restore/", follow=True)
    assert messages_of(restored) == f"{code} was removed by its respondent. Its answers are erased."


@pytest.mark.parametrize("language", sorted(complete_languages()))
def test_form_remove_of_a_receipt_that_does_not_exist_shows_a_message_in_each_language(
    client, survey, language
) -> None:
    send_many(client, 1)
    english = text_of(client.post("/s/remove/?lang=en", {"_receipt": "BBBB-BBBB-BBBB"}))
    refused = client.post(f"/s/remove/?lang={language}", {"_receipt": "BBBB-BBBB-BBBB"})
    assert (refused.status_code, count_forms()) == (422, 1)
    assert f'<html lang="{language}"' in refused.content.decode()
    assert 'value="BBBB-BBBB-BBBB"' in refused.content.decode()
    assert ("No form has this receipt, so nothing was removed" in text_of(refused)) == (language == "en")
    assert (text_of(refused) == english) == (language == "en")


def test_form_remove_is_throttled(client, survey, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "MISSES", 2)
    receipt = send_many(client, 1)[0]
    statuses = [client.post("/s/remove/", {"_receipt": f"BBBB-{n}"}).status_code for n in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert client.post("/s/remove/", {"_receipt": receipt}).status_code == 200  # guessing locks out no valid receipt
    assert count_forms() == 0


@pytest.mark.parametrize("fields", [{}, {"_receipt": ""}, {"_receipt": "\x00"}, {"_receipt": "x" * 9000}])
def test_form_remove_takes_anything(client, survey, fields) -> None:
    assert client.post("/s/remove/", fields).status_code == 422
    assert client.post("/s/remove/", fields, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.delete("/s/remove/").status_code == 405


def test_form_remove_logs_nothing_but_that_a_form_was_removed(client, survey, caplog) -> None:
    receipt = send_many(client, 1)[0]
    client.post("/s/remove/", {"_receipt": receipt}, REMOTE_ADDR="203.0.113.77")
    client.post("/s/remove/", {"_receipt": receipt}, REMOTE_ADDR="203.0.113.77")
    (event,) = AuditEvent.objects.filter(action__contains="withdrawn")
    assert receipt not in repr(vars(event))
    assert "203.0.113" not in repr(vars(event))
    assert caplog.records == []


def test_the_page_after_sending_leads_to_the_removal_in_its_language(survey) -> None:
    page = post(Client(), "/s/open/?lang=az", _in="az").content.decode()
    assert 'href="/s/remove/?lang=az"' in page


def test_a_draft_that_no_key_opens_is_reported_and_kept(client, survey, settings) -> None:
    page = post(client, _do="save").content.decode()
    code = re.search(r'saved-code" dir="ltr">([A-Z0-9-]+)<', page)[1]  # type: ignore[index]
    kept, settings.FIELD_KEYS = settings.FIELD_KEYS, ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="]
    refused = client.post("/s/open/continue/", {"_code": code})
    assert (refused.status_code, "The saved form cannot be opened now" in text_of(refused)) == (503, True)
    settings.FIELD_KEYS = kept
    assert client.post("/s/open/continue/", {"_code": code}).status_code == 200


def test_nothing_typed_into_a_draft_is_kept_in_clear(client, survey) -> None:
    post(client, _do="save", **{"2.6": "Unmistakable words"})
    assert "Unmistakable" not in "\n".join(dump())


# From the first form to the results, through pages alone


def set_threshold(lead: Client, k: int) -> str:
    """Save the details of the assessment with another smallest group; returns the messages."""
    edit = "/a/AZE-2016/edit/"
    form = lead.get(edit).context["form"]
    values = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    return messages_of(lead.post(edit, values | {"disclosure_threshold": str(k)}, follow=True))


def test_a_threshold_changed_while_the_survey_is_open(client, client_as, survey) -> None:
    """A higher one counts at once; a lower one does not, because respondents were told the first."""
    lead = client_as("lead")
    assert messages_of(lead.post(HOME + "close/", follow=True)).startswith("Survey closed.")
    assert "Survey opened." in messages_of(lead.post(HOME + "open/", {"nevertheless": "1"}, follow=True))
    send_many(client, 5)
    set_threshold(lead, 8)
    assert "at least 8 forms must be there to be opened. 5 have arrived" in text_of(lead.get(HOME + "sealed/"))
    assert "fewer than 8" in messages_of(lead.post(HOME + "sealed/", follow=True))
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (0, 5)
    set_threshold(lead, 2)
    send_many(client, 1)
    assert "The settings say 2 now; this survey keeps 5" in text_of(lead.get(HOME + "disclosure/"))
    assert messages_of(lead.post(HOME + "sealed/", follow=True)) == "6 forms opened."


def test_a_threshold_larger_than_the_survey(client, client_as, survey) -> None:
    lead = client_as("lead")
    set_threshold(lead, 20)
    send_many(client, 6)
    assert "6 forms stay sealed: opening fewer than 20 at once" in messages_of(lead.post(HOME + "close/", follow=True))
    assert "6 responses so far. Results appear when there are at least 20." in text_of(
        client_as("observer").get("/a/AZE-2016/analysis/survey/")
    )


def test_closed_and_opened_again_and_sent_twice(client, client_as, survey) -> None:
    """Forms of the second time are opened by themselves, and a form sent again in between is not a second one."""
    lead = client_as("lead")
    first = str(uuid4())
    receipt = receipt_in(post(client, _uuid=first))
    send_many(client, 5)
    assert messages_of(lead.post(HOME + "close/", follow=True)).startswith("Survey closed.")
    assert client.get("/s/open/").status_code == 410
    assert "Survey opened." in messages_of(lead.post(HOME + "open/", {"nevertheless": "1"}, follow=True))
    assert receipt_in(post(client, _uuid=first, **{"2.6": "changed"})) == receipt
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (6, 0)
    send_many(client, 2)
    assert "2 forms stay sealed: opening fewer than 5" in messages_of(lead.post(HOME + "close/", follow=True))
    assert client.post("/s/remove/", {"_receipt": receipt}).status_code == 200
    assert client.post("/s/remove/", {"_receipt": receipt}).status_code == 422  # it removes one form, once
    assert Response.objects.for_counting().count() == 5


def test_keys_rotated_while_the_survey_is_open(client, client_as, survey, settings) -> None:
    """A new key in front of the old one: forms from before and after are opened together, and receipts hold."""
    receipt = send_many(client, 3)[0]
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    send_many(client, 3)
    assert client.post("/s/remove/", {"_receipt": receipt}).status_code == 200
    lead = client_as("lead")
    assert messages_of(lead.post(HOME + "close/", follow=True)).startswith("Survey closed.")
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (5, 0)


def test_a_receipt_is_valid_while_the_key_of_the_forms_is_lost(client, survey, settings) -> None:
    """Removing a form needs no key: what cannot be read can still be erased."""
    receipt = send_many(client, 2)[0]
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    refused = client.post("/s/remove/?lang=en", {"_receipt": "BBBB-BBBB-BBBB"})
    assert (refused.status_code, SealedAnswer.objects.count()) == (422, 2)
    removed = client.post("/s/remove/?lang=en", {"_receipt": receipt})
    assert (removed.status_code, SealedAnswer.objects.count()) == (200, 1)
    assert "Your form has been removed" in text_of(removed)


def test_what_was_given_out_still_works_after_the_secret_key_was_replaced(client, survey, settings) -> None:
    """Personal links, saved codes and receipts; and a form sent again stays one form, with the receipt given first."""
    invite(survey=survey, people=[Person(email="invited@example.org")], by=None)
    before, uuid = personal_link(Invitation.objects.get()), str(uuid4())
    first, second = receipt_in(post(client, _uuid=uuid)), receipt_in(post(client))
    code = re.search(r'saved-code" dir="ltr">([A-Z0-9-]+)<', html_of(post(client, _do="save")))[1]  # type: ignore[index]

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "replaced" * 8, [settings.SECRET_KEY]

    assert personal_link(Invitation.objects.get()) == before  # so that a reminder has the link that was sent first
    assert client.get(urlsplit(before).path).status_code == 200
    assert client.post("/s/open/continue/", {"_code": code}).status_code == 200
    assert receipt_in(post(client, _uuid=uuid)) == first
    assert SealedAnswer.objects.count() == 2
    assert client.post("/s/remove/", {"_receipt": second}).status_code == 200
    assert receipt_in(post(client, _uuid=uuid)) == first
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(urlsplit(before).path).status_code == 404
    assert client.post("/s/remove/", {"_receipt": first}).status_code == 422
