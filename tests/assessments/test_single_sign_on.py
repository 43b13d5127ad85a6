"""Sign-in through an organisation's OpenID Connect provider: a real one, which runs on loopback while the tests do."""

import base64
import hashlib
import importlib
import io
import json
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import jwt
import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from werkzeug.serving import make_server

from assessments.models import Assessment, AuditEvent, MemberInvitation, Membership, RefusedSignIn, SignIn, User
from assessments.services.accounts import erase_account
from assessments.services.members import PURPOSE
from assessments.tokens import token_hmac
from tests.factories import PASSWORD, UserFactory

authlib = importlib.import_module("authlib.deprecate")  # first: it makes its warnings visible, whatever was said before
with warnings.catch_warnings():
    warnings.simplefilter("ignore", authlib.AuthlibDeprecationWarning)
    mock = importlib.import_module("oidc_provider_mock")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),  # between the provider and its library
]
BEGIN = "/accounts/single-sign-on/"
LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXP"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)  # not the provider's
CLAIMS = {"email": "aynur@example.org", "email_verified": True, "name": "Aynur Test"}

PEOPLE = {
    "aynur": CLAIMS,
    "aynur-of-another-year": CLAIMS,
    "text": CLAIMS | {"email_verified": "true"},
    "unverified": CLAIMS | {"email_verified": False},
    "silent": {"email": "aynur@example.org"},
    "words": CLAIMS | {"email_verified": "false"},
    "no-address": {"name": "Aynur Test"},
    "with-factor": CLAIMS | {"amr": ["pwd", "mfa"], "acr": "2"},
    "stranger": {"email": "stranger@example.org", "email_verified": True, "name": " A \n Stranger "},
}


class Gate:
    """Stands before the provider: it asks for PKCE, which the provider does not, and makes its answers wrong."""

    def __init__(self, app: Any):
        self.app = app
        self.challenges: dict[str, str] = {}  # code -> challenge
        self.seen: list[str] = []
        self.faults: dict[str, Callable[[bytes], bytes]] = {}  # path -> what is made of the answer
        self.status: dict[str, str] = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        self.seen.append(path)
        if path == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
            form = dict(parse_qsl(body.decode()))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if self.challenges.pop(form["code"], "") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
        started: list[Any] = []
        answer = b"".join(self.app(environ, lambda status, headers, *_: started.extend((status, headers))))
        if path in self.status:
            started[0] = self.status[path]
        if path in self.faults:
            answer = self.faults[path](answer)
        headers = [(name, value) for name, value in started[1] if name.lower() != "content-length"]
        if path == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "POST":
            asked = parse_qs(environ["QUERY_STRING"])
            back = parse_qs(urlsplit(dict(headers).get("Location", "")).query)
            if "code" in back:
                assert asked["code_challenge_method"] == ["S256"]
                self.challenges[back["code"][0]] = asked["code_challenge"][0]
        start_response(started[0], [*headers, ("Content-Length", str(len(answer)))])
        return [answer]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Gate]]:
    users = [mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # http on loopback
        gate = Gate(mock.app(require_nonce=True, user_claims=users))
        httpd = make_server("localhost", 0, gate, threaded=True)
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://localhost:{httpd.server_port}", gate
        httpd.shutdown()
        thread.join()
        httpd.server_close()


@pytest.fixture
def provider(server: tuple[str, Gate], settings: Any) -> Gate:
    address, gate = server
    cache.clear()
    gate.faults, gate.status, gate.seen = {}, {}, []
    settings.OIDC_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = address, "ct-nat", "s3cret"
    settings.OIDC_LABEL = "Example Office"
    return gate


@pytest.fixture
def user() -> User:
    return UserFactory(email="aynur@example.org")


def invite(assessment: Assessment, email: str, **fields: Any) -> MemberInvitation:
    until = timezone.now() + timedelta(days=1)
    usual = {"role": "consultant", "expires_at": until, "token_hmac": f"{MemberInvitation.objects.count():064}"}
    return MemberInvitation.objects.create(assessment=assessment, email=email, **usual | fields)


def begin(client: Client, address: str = BEGIN) -> str:
    response = client.get(address)
    assert response.status_code == 302
    return str(response.url)


def at_provider(address: str, sub: str, **changed: str) -> str:
    """Sign in there as a person would. Returns the address to which the provider sends the browser back."""
    parts = urlsplit(address)
    query = urlencode(dict(parse_qsl(parts.query)) | changed)
    answer = requests.post(
        urlunsplit(parts._replace(query=query)), data={"sub": sub}, allow_redirects=False, timeout=10
    )
    back = urlsplit(answer.headers["Location"])
    assert back.netloc == "testserver"
    return f"{back.path}?{back.query}"


def sign_in(client: Client, sub: str, address: str = BEGIN) -> Any:
    return client.get(at_provider(begin(client, address), sub))


def who(client: Client) -> str:
    """The address of the account that is signed in, or nothing."""
    found = User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()
    return found.email if found else ""


def words(client: Client, address: str = LOGIN) -> str:
    return " ".join(client.get(address, follow=True).content.decode().split())


def refused(client: Client, response: Any, text: str) -> None:
    assert (response.status_code, response.url, who(client)) == (302, LOGIN, "")
    assert text in words(client)


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def token_answer(**changed: Any) -> Callable[[bytes], bytes]:
    """Make the ID token in the answer of the token endpoint another one, signed with another key."""

    def change(answer: bytes) -> bytes:
        data = json.loads(answer)
        claims = jwt.decode(data["id_token"], options={"verify_signature": False})
        header = jwt.get_unverified_header(data["id_token"])
        headers = {"kid": header["kid"]} if "kid" in header else {}
        how = {"key": KEY, "algorithm": "RS256"} | {k: changed[k] for k in ("key", "algorithm") if k in changed}
        data["id_token"] = jwt.encode(claims | changed.get("claims", {}), headers=headers, **how)
        return json.dumps(data).encode()

    return change


def our_key(answer: bytes) -> bytes:
    """Publish `KEY` in place of the provider's, under the same name: what it signs is then genuine."""
    [published] = json.loads(answer)["keys"]
    ours = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    return json.dumps(
        {"keys": [ours | {name: published[name] for name in ("kid", "use") if name in published}]}
    ).encode()


def genuine(provider: Gate, **claims: Any) -> None:
    """From now on the provider's ID tokens say `claims` too, and can be verified."""
    provider.faults |= {"/oauth2/token": token_answer(claims=claims), "/jwks": our_key}


def test_single_sign_on_signs_in_and_links_the_account(client: Client, provider: Gate, user: User) -> None:
    address = begin(client)
    asked = dict(parse_qsl(urlsplit(address).query))
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["redirect_uri"] == "http://testserver/accounts/single-sign-on/callback/"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    response = client.get(at_provider(address, "aynur"))
    assert (response.status_code, response.url, who(client)) == (302, "/", user.email)
    assert actions() == ["user.signed_in", "user.provider_linked"]
    assert AuditEvent.objects.get(action="user.signed_in").detail == {"through": "oidc"}
    [row] = SignIn.objects.all()
    assert row.user == user
    account = SocialAccount.objects.get()
    assert (account.user, account.extra_data) == (user, {"second_factor": False})
    assert "aynur" not in account.uid
    assert user.check_password(PASSWORD)  # still a way in


@pytest.mark.django_db(transaction=True)  # the mail is sent when the link is committed
def test_the_person_is_mailed_once_that_the_account_was_linked(client: Client, provider: Gate, user: User) -> None:
    for _ in range(2):
        assert sign_in(client, "aynur").url == "/"
    [message] = mail.outbox
    assert message.to == [user.email]
    assert "used for the first time through Example Office" in message.body


def test_a_linked_account_is_found_by_its_subject_whatever_its_address(
    client: Client, provider: Gate, user: User
) -> None:
    sign_in(client, "aynur")
    User.objects.update(email="aynur.married@example.org")
    UserFactory(email="aynur@example.org")  # somebody else has the address now
    again = Client()
    assert sign_in(again, "aynur").url == "/"
    assert who(again) == "aynur.married@example.org"
    assert SocialAccount.objects.count() == 1


def test_an_address_that_passed_to_another_person_leads_to_no_account(
    client: Client, provider: Gate, user: User
) -> None:
    sign_in(client, "aynur")
    other = Client()
    refused(other, sign_in(other, "aynur-of-another-year"), "belongs to another user of Example Office")
    call_command("unlink_account", "Aynur@example.org", stdout=io.StringIO())
    assert "user.provider_unlinked" in actions()
    assert sign_in(other, "aynur-of-another-year").url == "/"


def test_unlink_account_reports_when_there_was_nothing_to_do(user: User) -> None:
    out = io.StringIO()
    call_command("unlink_account", user.email, stdout=out)
    assert out.getvalue() == "The account is linked to no provider.\n"
    with pytest.raises(CommandError, match="no account for nobody"):
        call_command("unlink_account", "nobody@example.org")


@pytest.mark.parametrize("sub", ["unverified", "silent", "words", "no-address"])
def test_an_address_that_the_provider_has_not_verified_leads_to_no_account(
    client: Client, provider: Gate, user: User, settings: Any, sub: str
) -> None:
    settings.OIDC_CREATE_ACCOUNTS = True
    refused(client, sign_in(client, sub), "Example Office has not confirmed your e-mail address")
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    [row] = RefusedSignIn.objects.all()
    assert (row.user, row.reason) == (None if sub == "no-address" else user, "provider")
    assert actions() == ["user.sign_in_refused"]


def test_a_verified_address_may_be_written_as_text(client: Client, provider: Gate, user: User) -> None:
    assert sign_in(client, "text").url == "/"


def test_a_refused_sign_in_is_shown_to_the_person(client: Client, provider: Gate, user: User) -> None:
    sign_in(Client(), "unverified")
    sign_in(client, "aynur")
    assert "Someone tried to sign in to your account once" in words(client, "/")
    assert "Refused after a sign-in at the organisation" in words(client, "/account/sign-ins/")


def test_an_unknown_person_is_refused_and_no_account_is_made(client: Client, provider: Gate) -> None:
    refused(client, sign_in(client, "stranger"), "There is no account for stranger@example.org")
    assert not User.objects.exists()
    [row] = RefusedSignIn.objects.all()
    assert row.user is None


def test_the_site_can_make_accounts_for_everyone_at_the_provider(client: Client, provider: Gate, settings: Any) -> None:
    settings.OIDC_CREATE_ACCOUNTS = True
    assert sign_in(client, "stranger").url == "/"
    made = User.objects.get()
    assert (made.email, made.name, made.has_usable_password()) == ("stranger@example.org", "A Stranger", False)
    assert not Membership.objects.exists()
    assert actions() == ["user.created", "user.signed_in", "user.provider_linked"]


def test_an_invited_person_comes_in_with_the_roles_of_the_invitation(
    client: Client, provider: Gate, assessment: Assessment
) -> None:
    invite(assessment=assessment, email="stranger@example.org")
    assert sign_in(client, "stranger").url == "/"
    [membership] = Membership.objects.all()
    assert (membership.user.email, membership.role, membership.assessment) == (who(client), "consultant", assessment)
    assert client.get("/a/AZE-2016/").status_code == 200


def test_an_expired_or_revoked_invitation_lets_no_one_in(
    client: Client, provider: Gate, assessment: Assessment
) -> None:
    for changed in ({"expires_at": timezone.now()}, {"revoked_at": timezone.now()}):
        invite(assessment=assessment, email="stranger@example.org", **changed)
    refused(client, sign_in(client, "stranger"), "There is no account")
    assert not User.objects.filter(email="stranger@example.org").exists()


@pytest.mark.parametrize("linked", [False, True])
def test_a_closed_account_stays_closed(client: Client, provider: Gate, user: User, linked: bool) -> None:
    if linked:
        sign_in(Client(), "aynur")
    User.objects.update(is_active=False)
    refused(client, sign_in(client, "aynur"), "This account is closed")
    assert RefusedSignIn.objects.get().user == user


def test_an_erased_account_is_not_linked_any_more(client: Client, provider: Gate, user: User) -> None:
    sign_in(Client(), "aynur")
    erase_account(user=user, successor=None, by=None)
    assert not SocialAccount.objects.exists()
    refused(client, sign_in(client, "aynur"), "There is no account")


def test_single_sign_on_callback_needs_the_state_of_this_browser(client: Client, provider: Gate, user: User) -> None:
    back = at_provider(begin(Client()), "aynur")  # a link that somebody else has sent
    refused(client, client.get(back), "in another browser")
    assert "/oauth2/token" not in provider.seen


def test_a_state_serves_once_and_for_ten_minutes(client: Client, provider: Gate, user: User, monkeypatch: Any) -> None:
    back = at_provider(begin(client), "aynur")
    assert client.get(back).url == "/"
    client.post("/accounts/logout/")
    refused(client, client.get(back), "more than ten minutes ago")
    late = at_provider(begin(client), "aynur")
    now = time.time()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 601)
    refused(client, client.get(late), "more than ten minutes ago")


def test_a_token_of_another_sign_in_is_refused(client: Client, provider: Gate, user: User) -> None:
    back = at_provider(begin(client), "aynur", nonce="of-another-sign-in")
    refused(client, client.get(back), "could not be verified")
    assert actions() == ["user.sign_in_refused"]


def test_a_stolen_code_is_worth_nothing_without_the_verifier(client: Client, provider: Gate, user: User) -> None:
    back = at_provider(begin(client), "aynur", code_challenge="x" * 43)
    refused(client, client.get(back), "could not be verified")


@pytest.mark.parametrize(
    "change",
    [
        token_answer(),  # another key
        token_answer(key="s3cret" * 8, algorithm="HS256"),
        token_answer(key=None, algorithm="none"),
        lambda answer: json.dumps({"access_token": "x"}).encode(),
        lambda answer: json.dumps({"access_token": "x", "id_token": "no.token.at-all"}).encode(),
        lambda answer: json.dumps({"access_token": "x", "id_token": 7}).encode(),
        lambda answer: b'{"access',
        lambda answer: b"[]",
        lambda answer: b"",
    ],
)
def test_an_answer_that_the_provider_has_not_signed_is_refused(
    client: Client, provider: Gate, user: User, change: Any
) -> None:
    provider.faults["/oauth2/token"] = change
    refused(client, sign_in(client, "aynur"), "could not be verified")


def test_what_the_tests_sign_would_be_accepted_if_nothing_were_wrong(
    client: Client, provider: Gate, user: User
) -> None:
    genuine(provider)
    assert sign_in(client, "aynur").url == "/"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-site"},
        {"aud": ["ct-nat", "another-site"]},
        {"aud": ["ct-nat", "another-site"], "azp": "another-site"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"iat": 9_000_000_000},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_a_signed_token_that_was_not_made_for_this_sign_in_is_refused(
    client: Client, provider: Gate, user: User, claims: Any
) -> None:
    genuine(provider, **claims)
    refused(client, sign_in(client, "aynur"), "could not be verified")


def test_user_information_about_another_user_is_refused(client: Client, provider: Gate, user: User) -> None:
    def other(answer: bytes) -> bytes:
        return json.dumps(json.loads(answer) | CLAIMS | {"sub": "aynur"}).encode()

    provider.faults["/userinfo"] = other
    refused(client, sign_in(client, "silent"), "could not be verified")


def test_keys_that_cannot_be_read_are_refused(client: Client, provider: Gate, user: User) -> None:
    for keys in (b'{"keys": []}', b'{"keys": [{"kty": "RSA"}]}', b'{"keys": 7}', b"{}"):
        provider.faults["/jwks"] = lambda answer, keys=keys: keys
        refused(client, sign_in(client, "aynur"), "could not be verified")


def test_cancelling_at_the_provider_shows_what_to_do(client: Client, provider: Gate) -> None:
    state = dict(parse_qsl(urlsplit(begin(client)).query))["state"]
    response = client.get(f"{BEGIN}callback/", {"state": state, "error": "access_denied"})
    refused(client, response, "Example Office did not sign you in")


def unused_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_provider_that_is_down_gives_a_message(client: Client, provider: Gate, settings: Any, user: User) -> None:
    address, settings.OIDC_URL = settings.OIDC_URL, f"http://127.0.0.1:{unused_port()}"
    refused(client, client.get(BEGIN), "Example Office cannot be reached at the moment")
    assert client.post(LOGIN, {"login": user.email, "password": PASSWORD}).url == "/"  # the password still works
    settings.OIDC_URL = address
    for path in ("/oauth2/token", "/jwks", "/userinfo", "/.well-known/openid-configuration"):
        cache.clear()
        provider.status = {} if path.startswith("/.well") else {path: "503 Service Unavailable"}
        client = Client()
        back = at_provider(begin(client), "silent")
        if path.startswith("/.well"):
            cache.clear()
            provider.status = {path: "502 Bad Gateway"}
        refused(client, client.get(back), "Example Office cannot be reached at the moment")


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: b"<html>",
        lambda answer: b"[]",
        lambda answer: b"{}",
        lambda answer: json.dumps(json.loads(answer) | {"issuer": "https://elsewhere.example"}).encode(),
    ],
)
def test_an_address_that_describes_another_provider_gives_a_message(
    client: Client, provider: Gate, change: Any
) -> None:
    provider.faults["/.well-known/openid-configuration"] = change
    refused(client, client.get(BEGIN), "could not be verified")


def test_the_whole_address_of_the_description_may_be_set(
    client: Client, provider: Gate, settings: Any, user: User
) -> None:
    settings.OIDC_URL += "/.well-known/openid-configuration"
    assert sign_in(client, "aynur").url == "/"


def test_in_production_an_address_without_https_is_refused(client: Client, provider: Gate, settings: Any) -> None:
    settings.PRODUCTION = True
    refused(client, client.get(BEGIN), "could not be verified")


def test_parameters_of_the_visitor_do_not_reach_the_provider(client: Client, provider: Gate) -> None:
    evil = {"scope": "admin", "auth_params": "nonce=1&redirect_uri=https://evil.example", "process": "connect"}
    asked = dict(parse_qsl(urlsplit(begin(client, f"{BEGIN}?{urlencode(evil)}")).query))
    assert "admin" not in asked["scope"]
    assert asked["nonce"] != "1"
    assert asked["redirect_uri"].startswith("http://testserver/")


@pytest.mark.parametrize(("target", "expected"), [("/help/", "/help/"), ("https://evil.example/", "/")])
def test_the_page_that_was_asked_for_is_shown_afterwards(
    client: Client, provider: Gate, user: User, target: str, expected: str
) -> None:
    assert sign_in(client, "aynur", f"{BEGIN}?{urlencode({'next': target})}").url == expected


def test_beginning_too_often_from_one_network_is_refused(client: Client, provider: Gate) -> None:
    for _ in range(60):
        begin(client)
    refused(client, client.get(BEGIN), "Too many sign-ins were begun")
    begin(Client(REMOTE_ADDR="203.0.113.9"))
    assert provider.seen.count("/.well-known/openid-configuration") == 1  # it is asked once in ten minutes


def test_an_own_second_factor_is_asked_for_and_half_a_sign_in_links_nothing(
    client: Client, provider: Gate, user: User
) -> None:
    TOTP.activate(user, SECRET)
    assert sign_in(client, "with-factor").url == "/accounts/2fa/authenticate/"  # the provider's does not count
    assert who(client) == ""
    assert not SocialAccount.objects.exists()
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).url == "/"
    assert (who(client), SocialAccount.objects.get().user) == (user.email, user)


@pytest.mark.parametrize("counts", ["mfa", "2"])  # `amr`, `acr`
def test_the_second_factor_of_the_provider_counts_where_the_settings_allow_it(
    client: Client, provider: Gate, user: User, assessment: Assessment, settings: Any, counts: str
) -> None:
    Membership.objects.create(user=user, assessment=assessment, role="lead")
    Assessment.objects.update(second_factor_required=True)
    sign_in(client, "with-factor")
    assert client.get("/a/AZE-2016/").url == "/accounts/2fa/"  # not yet
    client.post("/accounts/logout/")
    settings.OIDC_SECOND_FACTORS, settings.REQUIRE_SECOND_FACTOR = [counts], True
    TOTP.activate(user, SECRET)
    assert sign_in(client, "with-factor").url == "/"  # this site's own is not asked for again
    user.authenticator_set.all().delete()
    assert client.get("/a/AZE-2016/").status_code == 200
    assert ", no second factor" not in words(client, "/a/AZE-2016/members/")
    client.post("/a/AZE-2016/members/second-factor/", {"required": "no"})
    client.post("/a/AZE-2016/members/second-factor/", {"required": "yes"})
    assert Assessment.objects.get().second_factor_required
    elsewhere = Client()  # a password alone does not inherit it
    elsewhere.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert elsewhere.get("/").url == "/accounts/2fa/"
    sign_in(elsewhere, "with-factor")
    assert elsewhere.get("/").status_code == 200


def test_a_sign_in_at_the_provider_without_a_second_factor_does_not_count(
    client: Client, provider: Gate, user: User, settings: Any
) -> None:
    settings.OIDC_SECOND_FACTORS, settings.REQUIRE_SECOND_FACTOR = ["mfa"], True
    sign_in(client, "aynur")
    assert client.get("/").url == "/accounts/2fa/"


def test_wrong_passwords_of_others_do_not_block_signing_in_at_the_provider(
    client: Client, provider: Gate, user: User
) -> None:
    for _ in range(6):
        Client().post(LOGIN, {"login": user.email, "password": "wrong"})
    assert sign_in(client, "aynur").url == "/"
    client.post("/accounts/logout/")
    assert client.post(LOGIN, {"login": user.email, "password": PASSWORD}).url == "/"  # the browser is known now


def test_signing_out_warns_that_the_provider_may_still_be_signed_in(client: Client, provider: Gate, user: User) -> None:
    sign_in(client, "aynur")
    client.post("/accounts/logout/")
    assert who(client) == ""
    assert not SignIn.objects.exists()
    assert "perhaps not at Example Office" in words(client)
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    client.post("/accounts/logout/")
    assert "perhaps not at Example Office" not in words(client)


def test_a_person_who_is_signed_in_already_becomes_the_one_of_the_provider(
    client: Client, provider: Gate, user: User
) -> None:
    client.force_login(UserFactory(email="colleague@example.org"))
    assert sign_in(client, "aynur").url == "/"
    assert who(client) == user.email


def test_the_button_is_shown_where_a_provider_is_set_up(client: Client, provider: Gate, settings: Any) -> None:
    page = words(client, f"{LOGIN}?next=/help/")
    assert f'href="{BEGIN}?next=/help/"> Sign in with Example Office </a>' in page
    settings.OIDC_URL = ""
    assert "Example Office" not in words(client)
    for address in (BEGIN, f"{BEGIN}callback/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)


def test_the_page_of_an_invitation_offers_it_too(client: Client, provider: Gate, assessment: Assessment) -> None:
    invite(assessment=assessment, email="new@example.org", token_hmac=token_hmac("t", purpose=PURPOSE))
    assert f'href="{BEGIN}"> Sign in with Example Office </a>' in words(client, "/invitation/t/")
