"""Sign-in: e-mail and password, second factor, lock-out that every worker sees, reset by mail, no registration."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from assessments.models import AuditEvent
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def user() -> Any:
    return UserFactory(email="lead@example.org")


def sign_in(client: Client, password: str = PASSWORD, email: str = "lead@example.org") -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize("email", ["lead@example.org", "Lead@Example.ORG"])
def test_sign_in_with_address_and_password(client: Client, user: Any, email: str) -> None:
    response = sign_in(client, email=email)
    assert (response.status_code, response.url) == (302, "/")
    assert actions() == ["user.signed_in"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("lead@example.org", "wrong"),
        ("nobody@example.org", PASSWORD),
        ("lead@example.org\0", PASSWORD),
        ("lead@example.org", "a\0b"),
        ("x" * 10**6, PASSWORD),
    ],
)
def test_sign_in_refuses_without_telling_which_was_wrong(client: Client, user: Any, email: str, password: str) -> None:
    response = sign_in(client, email=email, password=password)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not client.session.get("_auth_user_id")
    assert email not in str(list(AuditEvent.objects.values()))
    assert password not in str(list(AuditEvent.objects.values()))


def test_sign_in_locks_after_five_failures_for_every_worker(user: Any) -> None:
    for _ in range(5):
        sign_in(Client(), "wrong")
    response = sign_in(Client())  # the right password, and another worker's client
    assert response.status_code == 200
    assert "Too many wrong passwords were typed" in response.content.decode()
    with connection.cursor() as cursor:  # it is kept where all workers look
        cursor.execute("select count(*) from cache where cache_key like '%assessments:account%'")
        assert cursor.fetchone()[0] > 0


def test_sign_in_requires_the_second_factor(client: Client, user: Any) -> None:
    secret = TOTP.activate(user, "JBSWY3DPEHPK3PXP").instance.data["secret"]
    assert secret  # kept
    assert sign_in(client).url == "/accounts/2fa/authenticate/"
    assert not client.session.get("_auth_user_id")
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", next(yield_hotp_counters_from_time())))
    code = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))  # as typed on an Arabic keyboard
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).url == "/"


def test_secrets_of_second_factors_are_encrypted_and_those_of_before_still_work(client: Client, user: Any) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    row = TOTP.activate(user, secret).instance
    assert secret not in str(Authenticator.objects.values())
    for stored in (row.data["secret"], secret):
        Authenticator.objects.update(data={"secret": stored})
        cache.clear()  # a code is accepted once
        sign_in(client)
        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).url == "/"
        client.post("/accounts/logout/")


@pytest.mark.django_db(transaction=True)  # the log is written when the change is committed
def test_second_factor_is_set_up_with_recovery_codes(client: Client, user: Any) -> None:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    code = code.translate(str.maketrans("0123456789", "०१२३४५६७८९"))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert client.get("/accounts/2fa/recovery-codes/download/").content.decode().count("\n") >= 10
    assert "user.second_factor_added" in actions()


def test_password_reset_by_mail(client: Client, user: Any) -> None:
    client.post("/accounts/password/reset/", {"email": "lead@example.org"})
    [message] = mail.outbox
    assert message.subject == "CT-NAT: Choose a new password"
    path = re.search(r"http://testserver(/\S+)", message.body)[1]  # type: ignore[index]
    form = client.get(path, follow=True)
    new = "three old maps here"
    response = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert response.url == "/accounts/password/reset/key/done/"
    assert sign_in(Client(), new).url == "/"
    assert "user.password_reset" in actions()
    assert client.get(path, follow=True).context["token_fail"]


def test_password_reset_does_not_disclose_whether_an_address_is_known(client: Client, user: Any) -> None:
    known = client.post("/accounts/password/reset/", {"email": "lead@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [["lead@example.org"]]


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password"])
def test_registration_needs_an_invitation(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_sign_out_needs_a_post_and_is_recorded(client: Client, user: Any) -> None:
    sign_in(client)
    client.get("/accounts/logout/")
    assert client.session.get("_auth_user_id")
    client.post("/accounts/logout/")
    assert not client.session.get("_auth_user_id")
    assert actions() == ["user.signed_in", "user.signed_out"]


@pytest.mark.parametrize("path", ["2fa/", "2fa/totp/activate/", "2fa/recovery-codes/", "password/change/", "logout/"])
def test_account_pages_are_for_those_signed_in(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 302


def test_a_reset_link_that_is_dead_leads_to_a_new_one(client: Client, db: Any) -> None:
    page = client.get("/accounts/password/reset/key/1-nonsense/").content.decode()
    assert "This link no longer works" in page
    assert 'href="/accounts/password/reset/"' in page


def test_pages_of_the_account_speak_like_the_rest(client: Client, user: Any) -> None:
    sign_in(client)
    page = client.get("/accounts/password/change/").content.decode()
    assert "New password (again)" in page
    assert "placeholder" not in page
