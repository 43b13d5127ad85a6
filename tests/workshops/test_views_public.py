"""A group's own device: it joins with a code, votes for one group, and shows a clear message when it cannot."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ctnat.ui.languages import LANGUAGES
from indicators.services.recommendations import set_status
from surveys.distribution import throttle
from tests.indicators.factories import make_mark, make_recommendation
from tests.interviews.factories import InterviewFactory
from tests.pages import text
from tests.workshops.factories import make_group, make_workshop, put_to_groups
from workshops.models import Ballot, Group, Verdict, Workshop
from workshops.services.groups import release_device
from workshops.services.workshops import close_workshop
from workshops.views import join as join_views
from workshops.words import translate

BALLOT = {"place_0": "J", "place_1": "A", "place_2": "N", "other_text": "", "revision": "0"}
AGAIN = BALLOT | {"revision": "1"}  # on the page after the first ballot
SEEN = {"revision": "2", "given": "0"}  # of a cell that was marked once


@pytest.fixture
def workshop(assessment: Any) -> Workshop:
    throttle.forget()
    return make_workshop(assessment)


@pytest.fixture
def group(workshop: Any) -> Group:
    return make_group(workshop, categories=["1"])


@pytest.fixture
def phone(workshop: Any, group: Any) -> Client:
    """A device that has joined for the group."""
    client = Client()
    client.post(f"/w/{workshop.join_code}/", {"group": group.pk})
    return client


def test_join_by_typed_code(workshop: Any, group: Any, client: Client) -> None:
    assert client.get("/w/").status_code == 200
    code = workshop.join_code
    assert client.post("/w/", {"code": f" {code[:3].lower()}-{code[3:].lower()} "}).url == f"/w/{code}/"
    assert "Group 1" in text(client.get(f"/w/{code}/"))
    answer = client.post(f"/w/{code}/", {"group": group.pk})
    assert answer.url == "/w/group/"
    cookie = client.cookies["ctnat_group"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/w/")
    assert cookie.value not in str(Group.objects.values_list("device_hmac", flat=True))
    assert client.get(f"/w/{code}/").url == "/w/group/"
    assert "This device is registered for Group 1" in text(client.get("/w/"))


def test_join_code_refuses_a_second_device(workshop: Any, group: Any, phone: Client, client: Client) -> None:
    answer = client.post(f"/w/{workshop.join_code}/", {"group": group.pk})
    assert answer.status_code == 409
    assert "Group 1 already uses another device." in text(answer)
    assert phone.get("/w/group/").status_code == 200
    release_device(group=group, by=None)
    assert client.post(f"/w/{workshop.join_code}/", {"group": group.pk}).status_code == 302
    answer = phone.get("/w/group/")
    assert answer.status_code == 403
    assert "the group now uses another device" in text(answer)


@pytest.mark.parametrize("chosen", ["", "x", "0", "999999", "9" * 400, "²", "\x00"])
def test_join_code_refuses_an_unknown_group(workshop: Any, group: Any, client: Client, chosen: str) -> None:
    answer = client.post(f"/w/{workshop.join_code}/", {"group": chosen})
    assert answer.status_code == 409
    assert "Choose your group from the list." in text(answer)


def test_join_code_refuses_a_group_of_another_workshop(workshop: Any, client: Client, outsider: Any) -> None:
    other = make_group(make_workshop(outsider.memberships.get().assessment), "Elsewhere")
    assert client.post(f"/w/{workshop.join_code}/", {"group": other.pk}).status_code == 409
    assert Group.objects.get(pk=other.pk).device_hmac == ""


@pytest.mark.parametrize("code", ["", "AAAAAA", "x" * 5000, "\x00", "<script>", "ÄÖÜ", "%F0%28"])
def test_join_refuses_a_wrong_code_with_a_message(workshop: Any, client: Client, code: str) -> None:
    answer = client.post("/w/", {"code": code})
    assert answer.status_code == 404
    assert "No workshop has this code." in text(answer)


def test_join_code_that_is_wrong_is_refused_for_a_minute_and_the_right_one_never(
    workshop: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join_views, "time", SimpleNamespace(time=lambda: 0.0))
    for _ in range(join_views.WRONG_CODES):
        assert client.get("/w/AAAAAA/").status_code == 404
    answer = client.get("/w/AAAAAB/")
    assert answer.status_code == 429
    assert "Wait a minute" in text(answer)
    assert Client().get(f"/w/{workshop.join_code}/").status_code == 200  # another phone in the same room
    assert Client().post("/w/", {"code": workshop.join_code}).status_code == 302
    monkeypatch.setattr(join_views, "time", SimpleNamespace(time=lambda: 60.0))
    assert client.get("/w/AAAAAB/").status_code == 404


def test_no_network_is_stored_that_typed_a_wrong_code(workshop: Any, client: Client) -> None:
    """A cache row in the database would link a network to the group that joined a moment later."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/w/AAAAAA/", REMOTE_ADDR="203.0.113.7").status_code == 404
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_join_code_of_a_closed_workshop_is_refused(workshop: Any, client: Client) -> None:
    close_workshop(workshop=workshop, by=None)
    answer = client.get(f"/w/{workshop.join_code}/")
    assert answer.status_code == 403
    assert "This workshop is closed." in text(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/w/group/",
        "/w/group/ballot/",
        "/w/group/verdict/",
        "/w/group/agree/",
        "/w/group/undo-agree/",
        "/w/group/leave/",
    ],
)
@pytest.mark.parametrize("token", [None, "guessed", "x" * 4000, "ä"])
def test_group_pages_need_the_token_of_the_group(workshop: Any, client: Client, path: str, token: str | None) -> None:
    if token:
        client.cookies["ctnat_group"] = token
    answer = client.get(path) if path == "/w/group/" else client.post(path, BALLOT)
    assert answer.status_code == 403
    assert client.get("/w/group/state/").status_code == 410


def test_methods(client: Client, db: Any) -> None:
    assert [client.put("/w/").status_code, client.put("/w/AAAAAA/").status_code] == [405, 405]
    assert [client.post("/w/group/").status_code, client.post("/w/group/state/").status_code] == [405, 405]


@pytest.mark.parametrize(
    "name", ["ballot", "ballot/withdraw", "verdict", "verdict/withdraw", "agree", "undo-agree", "leave"]
)
def test_a_restored_tab_or_a_language_link_leads_back_to_the_groups_page(phone: Client, name: str) -> None:
    assert phone.get(f"/w/group/{name}/").url == "/w/group/"
    assert phone.get(f"/w/group/{name}/?lang=ru&x=1").url == "/w/group/?lang=ru"
    assert phone.put(f"/w/group/{name}/").status_code == 405


def test_group_ballot_replaces_the_one_before(phone: Client) -> None:
    answer = phone.post("/w/group/ballot/", BALLOT, follow=True)
    assert "The ballot of Group 1 was counted: J, A, N." in text(answer)
    answer = phone.post("/w/group/ballot/", AGAIN | {"place_1": "B"}, follow=True)
    assert "is now J, B, N. It replaces the previous ballot; each group counts once." in text(answer)
    assert list(Ballot.objects.values_list("priorities", "source")) == [(["J", "B", "N"], "device")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"place_1": "J"}, "Priority J is chosen twice, for places 1 and 2."),
        ({"place_2": ""}, "Choose a priority for place 3 too"),
        ({"place_0": "ZZ"}, "ZZ is not one of the available choices"),
        ({"place_0": "Q"}, "Describe the “Other” priority in a few words."),
        ({"other_text": "x" * 301}, "at most 300 characters"),
        ({"other_text": "a\x00"}, "Null characters are not allowed"),
    ],
)
def test_group_ballot_bad_input_is_shown_again_with_a_message(phone: Client, typed: Any, words: str) -> None:
    phone.post("/w/group/ballot/", BALLOT)
    answer = phone.post("/w/group/ballot/", AGAIN | {"place_2": "L"} | typed)
    assert answer.status_code == 422
    assert words in text(answer)
    if "place_2" not in typed:
        assert '<option value="L" selected>' in text(answer)
    assert Ballot.objects.get().priorities == ["J", "A", "N"]


def test_group_verdict_with_and_without_scripts(assessment: Any, phone: Client) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "2.1/F1")
    put_to_groups(assessment)
    page = text(phone.get("/w/group/"))
    assert page.count("data-inline") == 1
    assert "0 of 1 answered" in page
    data = {"target": "cell:1.1/F1", "choice": "amend", "words": "Only in the capital."} | SEEN
    fetch = {"X-Requested-With": "fetch"}
    answer = phone.post("/w/group/verdict/", data, headers=fetch)
    assert (answer.status_code, "Sent" in text(answer)) == (200, True)
    answer = phone.post("/w/group/verdict/", data | {"words": " ", "given": "1"}, headers=fetch)
    assert (answer.status_code, "Enter how it should read." in text(answer)) == (422, True)
    answer = phone.post("/w/group/verdict/", data | {"choice": "disagree", "given": "1"})
    assert answer.url == "/w/group/#cell:1.1/F1"
    assert list(Verdict.objects.values_list("choice", "words")) == [("disagree", "Only in the capital.")]
    for odd in ({"target": "cell:2.1/F1"}, {"target": "x" * 5000}, {"target": "\x00"}, {"choice": "\x00"}, {}):
        answer = phone.post("/w/group/verdict/", data | odd if odd else {})
        assert answer.status_code == 422
    assert Verdict.objects.count() == 1


def test_group_verdict_shows_refused_words_again(assessment: Any, phone: Client) -> None:
    make_mark(assessment, "1.1/F1")
    put_to_groups(assessment)
    answer = phone.post(
        "/w/group/verdict/", {"target": "cell:1.1/F1", "choice": "", "words": "Long typed words."} | SEEN
    )
    assert answer.status_code == 422
    assert "Long typed words.</textarea>" in text(answer)


def test_a_phone_that_has_nothing_new_takes_one_query_and_no_bytes(
    workshop: Any, phone: Client, assessment: Any, django_assert_num_queries: Any
) -> None:
    revision = phone.get("/w/group/state/")["X-Revision"]
    with django_assert_num_queries(1):
        answer = phone.get(f"/w/group/state/?revision={revision}")
    assert (answer.status_code, answer.content, answer["X-Revision"]) == (204, b"", revision)
    assert answer["Cache-Control"] == "no-store"
    make_recommendation(assessment)
    changed = phone.get(f"/w/group/state/?revision={revision}")
    assert (changed.status_code, changed["X-Revision"] != revision) == (200, True)
    Group.objects.update(device_hmac="")
    assert phone.get(f"/w/group/state/?revision={revision}").status_code == 410


def test_group_state_follows_the_workshop(workshop: Any, phone: Client) -> None:
    first = phone.get("/w/group/state/")
    assert "No ballot of Group 1 has been counted yet." in text(first)
    assert phone.get(f"/w/group/state/?revision={first['X-Revision']}").status_code == 204
    phone.post("/w/group/ballot/", BALLOT)
    close_workshop(workshop=workshop, by=None)
    assert "The workshop is closed. Counted for Group 1: <strong><bdi>J, A, N</bdi></strong>." in text(
        phone.get("/w/group/state/")
    )
    answer = phone.post("/w/group/ballot/", AGAIN | {"place_0": "B"})
    assert answer.status_code == 422
    assert "The workshop is closed and its results are frozen." in text(answer)
    assert Ballot.objects.get().priorities == ["J", "A", "N"]


# Languages


@pytest.mark.parametrize(
    ("language", "direction", "heading"),
    [
        ("az", "ltr", "Prioritetlərimiz"),
        ("hy", "ltr", "Մեր առաջնահերթությունները"),
        ("ka", "ltr", "ჩვენი პრიორიტეტები"),
        ("ru", "ltr", "Наши приоритеты"),
        ("ar", "rtl", "أولوياتنا"),
    ],
)
def test_group_page_is_in_the_chosen_language(
    assessment: Any, workshop: Any, phone: Client, language: str, direction: str, heading: str
) -> None:
    assessment.languages = ["en", language]
    assessment.save()
    make_mark(assessment, "1.1/F1")
    put_to_groups(assessment)
    assert '<html lang="en" dir="ltr">' in text(phone.get("/w/group/"))
    chosen = phone.get(f"/w/group/?lang={language}")
    assert f'<html lang="{language}" dir="{direction}">' in text(chosen)
    assert heading in text(chosen)
    assert chosen["Content-Language"] == language
    again = text(phone.get("/w/group/"))
    assert heading in again
    for english in ("Our priorities", "Agree", "Counted", "In your own words", "Choose", "workshop is"):
        assert english not in again
    assert translate("replaces", language) in text(phone.post("/w/group/ballot/", BALLOT, follow=True))
    refused = phone.post("/w/group/ballot/", AGAIN | {"place_1": "J"})
    assert translate("twice", language, letter="J", first=1, second=2) in text(refused)
    refused = phone.post("/w/group/ballot/", AGAIN | {"other_text": "x" * 301})
    assert "at most 300" not in text(refused)
    fetch = {"X-Requested-With": "fetch"}
    part = phone.post("/w/group/verdict/", {"target": "cell:1.1/F1", "choice": "amend"} | SEEN, headers=fetch)
    assert translate("say_amend", language) in text(part)
    close_workshop(workshop=workshop, by=None)
    assert translate("is_closed", language) in text(phone.get("/w/group/state/"))


def test_join_code_follows_the_language_of_the_browser(
    assessment: Any, workshop: Any, group: Any, client: Client
) -> None:
    assessment.languages = ["en", "az"]
    assessment.save()
    at = f"/w/{workshop.join_code}/"
    assert '<html lang="az"' in text(client.get(at, headers={"Accept-Language": "az,ru;q=0.5"}))
    page = text(client.get(at, headers={"Accept-Language": "ru"}))
    assert '<html lang="en"' in page
    assert ("?lang=az" in page, "?lang=ru" in page) == (True, False)
    for odd in ("xx", "ru", "\x00", "x" * 3000, "<b>"):
        assert '<html lang="en"' in text(client.get(at, {"lang": odd}))
        assert "ctnat_group_language" not in client.cookies
    before = text(client.get("/w/", headers={"Accept-Language": "ar"}))
    assert '<html lang="ar" dir="rtl">' in before
    assert before.count("?lang=") == len(LANGUAGES)
    assert translate("wrong_code", "ar") in text(
        client.post("/w/", {"code": "AAAAAA"}, headers={"Accept-Language": "ar"})
    )


def test_group_page_ignores_a_forged_language_cookie(workshop: Any, phone: Client) -> None:
    for odd in ("xx", "../en", "x" * 3000):
        phone.cookies["ctnat_group_language"] = odd
        assert '<html lang="en"' in text(phone.get("/w/group/"))


# Agreeing with the rest at once


def test_group_agree_with_the_remaining_cells_and_undo(assessment: Any, phone: Client) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F2")
    make_mark(assessment, "1.2/F1", state="not_assessed")
    put_to_groups(assessment)
    phone.post("/w/group/verdict/", {"target": "cell:1.1/F1", "choice": "amend", "words": "Only here."} | SEEN)
    page = text(phone.get("/w/group/"))
    assert page.count("data-rest=") == 1
    assert "Yes, we agree with each of them" in page
    send = {
        "category": "1",
        "cell": ["cell:1.1/F2", "cell:1.2/F1", "cell:2.1/F1", "\x00", "x" * 5000],
        "seen": ["2"] * 5,
    }
    answer = phone.post("/w/group/agree/", send)
    assert answer.url == "/w/group/?area=1#category-1"
    page = text(phone.get("/w/group/"))
    assert "Agreed together: 1." in page
    assert "Undo the agreement with the remaining cells: 1" in page
    assert "data-rest=" not in page
    assert dict(Verdict.objects.values_list("target", "choice")) == {"cell:1.1/F1": "amend", "cell:1.1/F2": "agree"}
    undo = {"category": "1", "cell": "cell:1.1/F2", "given": "1"}
    assert 'name="cell" value="cell:1.1/F2"><input type="hidden" name="given" value="1"' in page
    assert "Undone: 1." in text(phone.post("/w/group/undo-agree/", undo, follow=True))
    assert list(Verdict.objects.in_force().values_list("target", flat=True)) == ["cell:1.1/F1"]
    for path in ("agree", "undo-agree"):
        for odd in ({}, {"category": "1"}, {"category": "\x00", "cell": "cell:1.1/F2"}, {"category": "x" * 9000}):
            answer = phone.post(f"/w/group/{path}/", odd)
            assert (answer.status_code, "Nothing was changed." in text(answer)) == (422, True)


def test_group_agree_is_refused_by_a_closed_workshop(assessment: Any, workshop: Any, phone: Client) -> None:
    make_mark(assessment, "1.1/F1")
    close_workshop(workshop=workshop, by=None)
    assert "data-rest=" not in text(phone.get("/w/group/"))
    answer = phone.post("/w/group/agree/", {"category": "1", "cell": "cell:1.1/F1"})
    assert (answer.status_code, Verdict.objects.count()) == (422, 0)


def test_group_leave_lets_the_device_choose_another_group(
    workshop: Any, group: Any, phone: Client, client: Client
) -> None:
    other = make_group(workshop, "Group 2")
    phone.post("/w/group/ballot/", BALLOT)
    assert "Leave Group 1" in text(phone.get("/w/group/"))
    assert phone.post("/w/group/leave/").url == f"/w/{workshop.join_code}/"
    assert phone.get("/w/group/").status_code == 403
    assert phone.post(f"/w/{workshop.join_code}/", {"group": other.pk}).url == "/w/group/"
    assert client.post(f"/w/{workshop.join_code}/", {"group": group.pk}).url == "/w/group/"
    assert Ballot.objects.get().group == group


def test_group_page_folds_areas_where_there_are_several(assessment: Any, workshop: Any) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "2.1/F1")
    put_to_groups(assessment)
    both, phone = make_group(workshop, "Group 2"), Client()
    phone.post(f"/w/{workshop.join_code}/", {"group": both.pk})
    assert text(phone.get("/w/group/")).count('<details class="area"') == 2
    assert '" open>' not in text(phone.get("/w/group/"))
    refused = text(phone.post("/w/group/verdict/", {"target": "cell:2.1/F1", "choice": "amend"} | SEEN))
    assert 'id="category-2" open>' in refused
    assert 'id="category-1">' in refused
    assert 'id="category-1" open>' in text(phone.get("/w/group/?area=1"))


def test_group_pages_and_their_polls_withhold_names(assessment: Any) -> None:
    throttle.forget()
    InterviewFactory(assessment=assessment, respondent_name="Rashad Examplov")  # made up
    dropped = make_recommendation(assessment, "ask Rashad Examplov for training")
    workshop = make_workshop(assessment)
    group, phone = make_group(workshop, categories=["1"]), Client()
    phone.post(f"/w/{workshop.join_code}/", {"group": group.pk})
    set_status(recommendation=dropped, status="dropped", reason="Done already.", by=None)
    for address in ("/w/group/", "/w/group/state/"):
        shown = text(phone.get(address))
        assert "ask █████ for training" in shown
        assert "Examplov" not in shown


def test_group_state_lists_what_was_added_and_dropped_since_the_opening(assessment: Any, client_as: Any) -> None:
    throttle.forget()
    dropped = make_recommendation(assessment, "train inspectors")
    workshop = make_workshop(assessment)
    group, phone = make_group(workshop, categories=["1"]), Client()
    phone.post(f"/w/{workshop.join_code}/", {"group": group.pk})
    before = text(phone.get("/w/group/state/"))
    assert "Added since the workshop opened" not in before
    assert "No longer asked" not in before

    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "2.1/F1")  # outside this group's category
    make_recommendation(assessment, "write a manual")
    set_status(recommendation=dropped, status="dropped", reason="Done already.", by=None)
    state = text(phone.get("/w/group/state/"))
    assert "Added since the workshop opened, and not put to your group: 2." in state
    assert re.search(r"No longer asked: <bdi lang=\"en\">train inspectors</bdi>", state)
    assert "write a manual" not in text(phone.get("/w/group/"))

    groups = text(client_as("facilitator").get(f"/a/AZE-2016/workshop/{workshop.pk}/groups/"))
    for line in ("Removed: train inspectors", "Added: write a manual", "in place", "Ask groups about added items"):
        assert line in groups
    put_to_groups(assessment)
    assert "Added since" not in text(phone.get("/w/group/state/"))
    assert "write a manual" in text(phone.get("/w/group/"))
