"""Guessing is slowed down, and no one can lock out a member or an office; people are informed of refused sign-ins."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from assessments.models import RefusedSignIn
from assessments.services import refused_sign_ins
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
MEMBER = "member@example.org"


@pytest.fixture(autouse=True)
def fresh_counters(db: Any) -> None:
    cache.clear()


@pytest.fixture
def user() -> Any:
    return UserFactory(email=MEMBER)


def attempt(client: Client, password: str = PASSWORD, email: str = MEMBER) -> bool:
    """Whether the sign-in succeeded."""
    return client.post(LOGIN, {"login": email, "password": password}).status_code == 302


def used_browser(address: str = "127.0.0.1") -> Client:
    """A browser in which the member has signed in before, and is signed out now."""
    client = Client(REMOTE_ADDR=address)
    assert attempt(client)
    client.post("/accounts/logout/")
    return client


def attack(address: str = "127.0.0.1", times: int = 40, email: str = MEMBER) -> None:
    for _ in range(times):
        assert not attempt(Client(REMOTE_ADDR=address), "wrong", email)


def test_a_member_signs_in_from_a_known_browser_while_others_guess(user: Any) -> None:
    mine = used_browser()
    attack("203.0.113.9")
    attack("127.0.0.1")  # from the same office, too
    assert attempt(mine)


def test_guessing_one_account_does_not_lock_out_the_rest_of_the_office(user: Any) -> None:
    UserFactory(email="colleague@example.org")
    attack(times=12)
    assert attempt(Client(), email="colleague@example.org")  # from a new browser


def test_guessing_from_an_unknown_browser_ends_after_five(user: Any) -> None:
    attack(times=5)
    response = Client().post(LOGIN, {"login": MEMBER, "password": PASSWORD})
    assert response.status_code == 200
    assert "choose a new password by mail" in response.content.decode()
    assert attempt(Client(REMOTE_ADDR="203.0.113.9"))  # one network does not lock out another


def test_guessing_from_many_networks_ends_too(user: Any) -> None:
    for number in range(20):
        assert not attempt(Client(REMOTE_ADDR=f"203.0.113.{number}"), "wrong")
    assert not attempt(Client(REMOTE_ADDR="198.51.100.1"))


def test_guessing_from_a_known_browser_ends_after_five(user: Any) -> None:
    mine = used_browser()
    for _ in range(5):
        assert not attempt(mine, "wrong")
    assert not attempt(mine)


def test_a_right_password_is_not_counted(user: Any) -> None:
    for _ in range(8):
        assert attempt(Client())


def test_a_browser_is_known_for_its_own_account_only(user: Any) -> None:
    UserFactory(email="colleague@example.org")
    mine = used_browser()
    attack(times=5, email="colleague@example.org")
    assert not attempt(mine, email="colleague@example.org")


@pytest.mark.parametrize("forged", ["", "x", "WyJhIl0:1:abc"])
def test_a_forged_cookie_is_worth_nothing(user: Any, forged: str) -> None:
    attack(times=5)
    client = Client()
    client.cookies["ctnat_device"] = forged
    assert not attempt(client)


def test_the_mailed_link_is_the_way_back(user: Any) -> None:
    attack()
    client = Client()
    assert not attempt(client)
    client.post("/accounts/password/reset/", {"email": MEMBER})
    path = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]  # type: ignore[index]
    form = client.get(path, follow=True)
    new = "three old maps here"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert attempt(client, new)
    assert not attempt(Client(), new)  # the attackers' browsers stay locked out


def test_refused_sign_ins_are_reported_once_and_listed(user: Any) -> None:
    mine = used_browser()
    for _ in range(2):
        Client(headers={"User-Agent": "Firefox/140.0 (Windows)"}).post(LOGIN, {"login": MEMBER, "password": "wrong"})
    mine.post(LOGIN, {"login": MEMBER, "password": PASSWORD})
    assert "tried to sign in to your account 2 times" in mine.get("/").content.decode()
    page = mine.get("/account/sign-ins/").content.decode()
    assert page.count("Wrong password, Firefox on Windows") == 2
    mine.post("/accounts/logout/")
    mine.post(LOGIN, {"login": MEMBER, "password": PASSWORD})
    assert "tried to sign in" not in mine.get("/").content.decode()


def test_what_was_typed_is_not_kept(user: Any) -> None:
    attempt(Client(), "hunter2hunter2", "stranger@example.org")
    attempt(Client(), "hunter2hunter2", "a\0b@example.org")
    rows = str(list(RefusedSignIn.objects.values()))
    assert RefusedSignIn.objects.filter(user=None).count() >= 1
    assert "stranger" not in rows
    assert "hunter2" not in rows


def test_only_the_last_of_many_refused_sign_ins_are_stored(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused_sign_ins, "MOST", 3)
    attack(times=10)
    assert RefusedSignIn.objects.count() == 3
