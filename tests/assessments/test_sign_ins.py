"""Sign-ins end after inactivity and after a day; people can see and end their own; open pages warn in time."""

import time
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from assessments.models import AuditEvent, SignIn
from assessments.sessions import BEGUN, USED, device_in_words
from tests.browser import assert_accessible
from tests.factories import PASSWORD, UserFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
LIST = "/account/sign-ins/"
STATE = "/account/sign-ins/state/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def session_of(client: Client) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(client.cookies["sessionid"].value)
    return store


def set_back(client: Client, name: str, minutes: float) -> None:
    session = session_of(client)
    session[name] = time.time() - minutes * 60
    session.save()


def signs_in(client: Client) -> bool:
    response = client.get("/")
    return response.status_code == 302 and response.url == "/accounts/login/?next=/"


@pytest.mark.parametrize(("idle", "ended"), [(29, False), (31, True)])
def test_a_sign_in_ends_when_nothing_was_done(client_as: Any, idle: int, ended: bool) -> None:
    client = client_as("lead")
    set_back(client, USED, idle)
    assert signs_in(client) is ended
    if ended:
        assert "nothing was done for 30 minutes" in client.get("/accounts/login/").content.decode()
        assert not SignIn.objects.exists()


def test_each_page_begins_the_time_anew(client_as: Any) -> None:
    client = client_as("lead")
    for _ in range(3):
        set_back(client, USED, 20)
        assert not signs_in(client)
    assert session_of(client)[USED] > time.time() - 60


@pytest.mark.parametrize(("hours", "ended"), [(23.9, False), (24.1, True)])
def test_a_sign_in_ends_after_a_day_whatever_is_done(client_as: Any, hours: float, ended: bool) -> None:
    client = client_as("lead")
    set_back(client, BEGUN, hours * 60)
    assert signs_in(client) is ended


def test_times_are_set_by_the_site(client_as: Any, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 5
    client = client_as("lead")
    set_back(client, USED, 6)
    assert signs_in(client)


def test_a_form_sent_after_the_end_changes_nothing(client_as: Any, assessment: Any) -> None:
    client = client_as("lead")
    set_back(client, USED, 31)
    response = client.post("/a/AZE-2016/organisations/new/", {"name": "Shelter", "sector": "ngo"})
    assert response.url == "/accounts/login/?next=/a/AZE-2016/organisations/new/"
    assert not assessment.organisations.exists()


def test_requests_that_a_page_sends_by_itself_prolong_no_sign_in(client_as: Any, assessment: Any) -> None:
    interview = InterviewFactory(assessment=assessment)
    client = client_as("lead")
    for address in (f"/a/AZE-2016/interviews/{interview.code}/state/", STATE):
        set_back(client, USED, 20)
        assert client.get(address).status_code == 200
        assert session_of(client)[USED] < time.time() - 19 * 60


def test_sign_in_state_takes_typing_as_a_use(client_as: Any) -> None:
    client = client_as("lead")
    set_back(client, USED, 29)
    assert client.post(STATE).json()["seconds"] > 1790
    assert session_of(client)[USED] > time.time() - 60
    set_back(client, USED, 31)
    assert client.post(STATE).json() == {"signed_in": False}
    assert signs_in(client)
    assert Client().get(STATE).json() == {"signed_in": False}


def test_sign_in_list_shows_ones_own_devices_in_words(client: Client, client_as: Any) -> None:
    user = UserFactory(email="me@example.org")
    for agent in (FIREFOX, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"):
        Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD}, headers={"User-Agent": agent})
    client_as("lead")
    client.force_login(user)
    page = " ".join(client.get(LIST).content.decode().split())
    assert page.count("Signed in on") == 3
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("(this device)") == 1


def test_sign_in_end_ends_the_session_itself(client: Client) -> None:
    user = UserFactory()
    other = Client()
    other.force_login(user)
    row = SignIn.objects.get()
    client.force_login(user)
    assert client.post(f"{LIST}{row.pk}/end/").url == LIST
    assert signs_in(other)
    assert not signs_in(client)
    assert AuditEvent.objects.filter(action="user.sign_in_ended", actor=user).count() == 1


def test_sign_in_end_of_this_device_leads_to_the_sign_in_page(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.post(f"{LIST}{SignIn.objects.get().pk}/end/").url == "/accounts/login/"
    assert signs_in(client)


def test_ending_the_sign_in_of_another_person_is_not_found(client_as: Any, client: Client) -> None:
    victim = client_as("lead")
    row = SignIn.objects.get()
    client.force_login(UserFactory())
    assert client.post(f"{LIST}{row.pk}/end/").status_code == 404
    assert not signs_in(victim)


def test_sign_in_end_others_leaves_this_one(client: Client) -> None:
    user = UserFactory()
    others = [Client(), Client()]
    for other in others:
        other.force_login(user)
    client.force_login(user)
    client.post(f"{LIST}others/end/")
    assert [signs_in(other) for other in others] == [True, True]
    assert not signs_in(client)
    assert SignIn.objects.count() == 1


def test_a_changed_password_ends_the_other_sign_ins_and_lists_this_one(client: Client) -> None:
    user = UserFactory()
    Client().force_login(user)
    client.force_login(user)
    new = "three old maps here"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    page = client.get(LIST).content.decode()
    assert page.count("Signed in on") == 1
    row = SignIn.objects.get()
    assert row.session_key == client.session.session_key


def test_sign_out_removes_the_row(client_as: Any) -> None:
    client_as("lead").post("/accounts/logout/")
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("path", [LIST, f"{LIST}others/end/", f"{LIST}1/end/"])
def test_pages_of_sign_ins_are_for_those_signed_in(client: Client, client_as: Any, path: str) -> None:
    how = client.get if path == LIST else client.post
    assert how(path).url.startswith("/accounts/login/")
    assert client_as("lead").put(path).status_code == 405


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1", "Safari on macOS"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_device_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words


@pytest.mark.browser
def test_a_page_warns_before_the_sign_in_ends_and_loses_nothing(
    open_as: Any, client_as: Any, member: Any, assessment: Any, watched_page: Any, live_server: Any
) -> None:
    page = watched_page
    page.clock.install()
    # No key for unsaved texts: a late reply to the old sign-in would end the cookie of the new one.
    page.route("**/account/devices/key/", lambda route: route.fulfill(json={"status": ""}))
    open_as("lead", "/a/AZE-2016/organisations/new/")
    page.locator("#id_name").fill("Shelter on the hill")
    client = Client()
    client.cookies["sessionid"] = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")

    set_back(client, USED, 27)
    page.clock.fast_forward("27:00")
    expect(page.get_by_text("You will be signed out in 3 minutes")).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_text("You will be signed out")).to_be_hidden()

    set_back(client, USED, 31)
    page.clock.fast_forward("31:00")
    expect(page.get_by_text("What you typed is still on this page")).to_be_visible()
    with page.expect_response("**/account/sign-ins/state/"):
        page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_name")).to_have_value("Shelter on the hill")

    again = Client()
    again.force_login(member("lead"))
    value = again.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What you typed is still on this page")).to_be_hidden()
    page.get_by_label("Sector").select_option("ngo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Shelter on the hill").first).to_be_visible()
    assert assessment.organisations.get().name == "Shelter on the hill"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_sign_in_list_is_accessible(open_as: Any, client_as: Any, watched_page: Any, width: int) -> None:
    client_as("lead")
    watched_page.set_viewport_size({"width": width, "height": 800})
    assert_accessible(open_as("lead", LIST))


def test_rows_of_sign_ins_that_have_ended_long_ago_are_removed(client: Client) -> None:
    user = UserFactory()
    Client().force_login(user)
    SignIn.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    client.force_login(user)
    assert SignIn.objects.count() == 1
