"""The language of a member: chosen in the account, else the browser's, and of no one else's pages, mails or logs."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, ngettext

from assessments.audit import record
from assessments.forms import LanguageField, LanguagesField
from assessments.middleware import MemberLanguageMiddleware
from assessments.models import Assessment, AuditEvent, Role, User
from ctnat.translation import languages
from ctnat.translation.languages import interface_languages, preferred_language
from ctnat.ui.languages import LANGUAGES
from ctnat.ui.mail import written_in
from tests.assessments.inviting import invite_one
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FRENCH, ARABIC = {"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"}, {"accept-language": "ar"}


@pytest.fixture
def speaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """French and Arabic have complete catalogues."""
    monkeypatch.setattr(languages, "_interface_languages", lambda compiled: ("en", "ar", "fr"))
    yield
    translation.deactivate_all()


@pytest.mark.parametrize(
    ("header", "offered", "found"),
    [
        ("ro-MD,ro;q=0.9,ru;q=0.8", ["en", "ro", "ru"], "ro"),
        ("ro-MD,ro;q=0.9,ru;q=0.8", ["en", "ru"], "ru"),
        ("pt", ["en", "pt-BR"], "pt-BR"),
        ("AZ-latn", ["en", "az"], "az"),
        ("az", ["az-Cyrl", "az"], "az"),
        ("sw-KE,en;q=0.1", ["en", "sw"], "sw"),
        ("zh-TW", ["zh-Hans", "zh-Hant"], "zh-Hant"),
        ("uz-AF", ["uz", "uz-Arab"], "uz-Arab"),
        ("fa-AF", ["en", "prs"], "prs"),
        ("prs", ["en", "fa"], "fa"),
        ("iw-IL", ["en", "he"], "he"),
        ("nb-NO,en;q=0.5", ["en", "no"], "no"),
        ("en;q=0.1,ka", ["en", "ka"], "ka"),
        ("*", ["ka", "en"], "ka"),
        ("zz", ["en", "ru"], None),
        ("ru;q=0", ["en", "ru"], None),
        ("", ["en"], None),
        ("ru," * 10_000, ["ru"], "ru"),
        ("ру, ;;q=x", ["ru"], None),
    ],
)
def test_preferred_language(header: str, offered: list[str], found: str | None) -> None:
    assert preferred_language(header, offered) == found


def test_a_language_is_offered_once_nine_of_ten_texts_are_translated(tmp_path: Any, settings: Any) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    states = {"ru": "unfinished"}
    for language, translated in (("fr", 90), ("ar", 89), ("es", 0), ("ru", 100)):
        file = tmp_path / language / "LC_MESSAGES" / "django.json"
        file.parent.mkdir(parents=True)
        counts = {"language": language, "translated": translated, "all": 100, "state": states.get(language, "draft")}
        file.write_text(json.dumps(counts))
    assert interface_languages() == ("en", "fr")


@pytest.mark.usefixtures("speaks")
def test_a_page_is_in_the_language_of_the_account_or_the_browser(
    client_as: Callable[[str], Client], member: Any
) -> None:
    lead = client_as("lead")

    def got(headers: dict[str, str]) -> tuple[bool, str | None, bool]:
        page = lead.get("/", headers=headers)
        html = page.content.decode()
        start = html[html.index("<html") : html.index(">", html.index("<html"))]
        assert page["Content-Language"] == start.split('"')[1]
        return "rtl" in start, page["Content-Language"], "Accept-Language" in page.get("Vary", "")

    assert got({}) == (False, "en", True)
    assert got(FRENCH) == (False, "fr", True)
    assert got(ARABIC) == (True, "ar", True)
    assert got({"accept-language": "sw,ro"}) == (False, "en", True)
    User.objects.filter(pk=member("lead").pk).update(language="fr")
    assert got(ARABIC) == (False, "fr", False)
    User.objects.filter(pk=member("lead").pk).update(language="ka")  # whose catalogue is not complete (any more)
    assert got(ARABIC) == (True, "ar", True)
    assert got({}) == (False, "en", True), "the language of one request is not that of the next"
    assert translation.get_language() == "en"


def test_a_browser_in_a_language_without_a_catalogue_gets_english_from_left_to_right(
    client_as: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "_interface_languages", lambda compiled: ("en",))
    html = client_as("lead").get("/", headers=ARABIC).content.decode()
    assert '<html lang="en" dir="ltr">' in html
    assert "bootstrap.rtl" not in html


@pytest.mark.usefixtures("speaks")
def test_the_sign_in_page_is_in_the_language_of_the_browser(client: Client) -> None:
    page = client.get("/accounts/login/", headers=FRENCH)
    assert (page["Content-Language"], page.status_code) == ("fr", 200)
    assert '<html lang="fr" dir="ltr">' in page.content.decode()


@pytest.mark.usefixtures("speaks")
def test_files_and_public_pages_stay_in_english(rf: Any) -> None:
    def shown(view: Callable[..., HttpResponse]) -> tuple[str, bool]:
        request: HttpRequest = rf.get("/", headers=FRENCH)
        request.user = AnonymousUser()

        def get_response(request: HttpRequest) -> HttpResponse:
            middleware.process_view(request, view, [], {})
            return HttpResponse(translation.get_language())

        middleware = MemberLanguageMiddleware(get_response)
        response: Any = middleware(request)
        return response.content.decode(), "Content-Language" in response.headers

    def view(**attributes: Any) -> Any:
        def page() -> None: ...

        page.__dict__.update(attributes)
        return page

    assert shown(view()) == ("fr", True)
    assert shown(view(in_english=True)) == ("en", False)
    assert shown(view(access="public")) == ("en", False)
    assert shown(view(access="public", for_members=True)) == ("fr", True)


@pytest.mark.usefixtures("speaks")
def test_language_edit(client_as: Callable[[str], Client], member: Any) -> None:
    lead, url = client_as("lead"), "/account/language/"
    html = lead.get(url).content.decode()
    assert [name in html for name in ("English", "français".capitalize(), "العربية", "ქართული")] == [True] * 3 + [False]
    assert lead.post(url, {"language": "ka"}).status_code == 200, "not offered"
    assert lead.post(url, {"language": "fr"}).status_code == 302
    member("lead").refresh_from_db()
    assert member("lead").language == "fr"
    assert lead.get(url)["Content-Language"] == "fr"
    assert lead.post(url, {"language": ""}).status_code == 302
    assert lead.get(url)["Content-Language"] == "en"
    events = AuditEvent.objects.filter(action="user.language_chosen").order_by("pk")
    assert [event.detail for event in events] == [{"language": "fr"}, {"language": ""}]
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize(("colours", "media"), [("", "screen and (prefers-color-scheme: dark)"), ("dark", "screen")])
def test_colours_of_the_pages_are_chosen_in_the_account(
    client_as: Callable[[str], Client], member: Any, colours: str, media: str
) -> None:
    lead, url = client_as("lead"), "/account/language/"
    assert lead.post(url, {"colours": "blue"}).status_code == 200
    for chosen in ("light", colours):
        page = lead.post(url, {"colours": chosen}, follow=True)
    member("lead").refresh_from_db()
    assert member("lead").colours == colours
    assert re.findall(r'/dark(?:\.\w+)?\.css" media="([^"]*)"', page.content.decode()) == [media]
    page = lead.post(url, {"colours": "light"}, follow=True)
    assert "/dark" not in page.content.decode()
    events = AuditEvent.objects.filter(action="user.colours_chosen").order_by("pk").values_list("detail", flat=True)
    assert [*events] == [{"colours": name} for name in ("light", colours, "light")]


@pytest.mark.usefixtures("speaks")
def test_a_mail_is_in_the_language_of_its_reader(
    assessment: Assessment, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str | None] = []
    monkeypatch.setattr(
        "assessments.services.members.render_to_string", lambda *args: used.append(translation.get_language()) or ""
    )
    UserFactory(email="french@example.org", language="fr")
    with translation.override("ar"):  # the lead's
        for email in ("french@example.org", "new@example.org"):
            invite_one(assessment, email, Role.OBSERVER, by=member("lead"))
        assert translation.get_language() == "ar"
    assert used == ["fr", "en"]
    assert len(mail.outbox) == 2
    with written_in("ka"):
        assert translation.get_language() == "en"


def test_the_mail_for_a_new_password_is_in_the_language_of_the_account(
    client: Client, monkeypatch: pytest.MonkeyPatch, speaks: None
) -> None:
    UserFactory(email="french@example.org", language="fr")
    seen: list[str | None] = []
    monkeypatch.setattr(
        DefaultAccountAdapter, "send_mail", lambda *args: seen.append(translation.get_language()), raising=True
    )
    client.post("/accounts/password/reset/", {"email": "french@example.org"}, headers=ARABIC)
    assert seen == ["fr"]


def test_the_french_catalogue_is_compiled_and_agrees_with_its_numbers() -> None:
    with translation.override("fr"):
        assert gettext("Page not found") == "Page introuvable"
        errors = (
            "There is {} error to correct. Nothing has been saved yet; your entries are still here.",
            "There are {}",
        )
        found = [
            ngettext(errors[0].format("%(n)s"), errors[1], n).partition(".")[0].replace("%(n)s", str(n))
            for n in (0, 1, 2)
        ]
    assert found == ["Il y a 0 erreur à corriger", "Il y a 1 erreur à corriger", "Il y a 2 erreurs à corriger"]


def test_the_audit_log_is_in_english(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "__str__", lambda self: gettext("Yes"))
    with translation.override("fr"):
        assert gettext("Yes") == "Oui"
        event = record("user.tested", by=member("lead"), target=member("lead"))
        assert translation.get_language() == "fr"
    assert event.object_label == "Yes"


def test_a_country_and_a_language_have_the_name_of_the_members_language(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    assessment.country_names, assessment.languages = {"ru": "Азербайджанская Республика"}, ["en", "ka"]
    assessment.save()

    def home(language: str) -> str:
        return str(lead.get(assessment.get_absolute_url(), headers={"accept-language": language}).content.decode())

    assert "Azerbaijan" in home("en")
    assert ">Azerbaïdjan<" in home("fr")
    assert "Azerbaijan" not in home("fr")
    assert "Азербайджанская Республика" in home("ru"), "as the lead has written it"
    assert "Azerbaïdjan</a>" in lead.get("/", headers={"accept-language": "fr"}).content.decode()
    edit = lead.get(f"{assessment.get_absolute_url()}edit/", headers={"accept-language": "fr"}).content.decode()
    assert 'value="anglais, géorgien"' in edit


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar", "az", "hy", "ka"])
def test_what_a_field_shows_for_a_language_can_be_sent_again(language: str) -> None:
    codes = [*LANGUAGES, "sw", "am", "th", "tay", "az-Cyrl", "pt-BR", "zh-Hant"]
    with translation.override(language):
        assert LanguagesField().clean(LanguagesField().prepare_value(codes)) == codes
        assert [LanguageField().clean(LanguageField().prepare_value(code)) for code in codes] == codes
