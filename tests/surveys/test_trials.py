"""A version is filled in as a respondent would, before it is published; nothing of it is stored."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, AuditEvent
from instruments.models import Instrument
from surveys.distribution import throttle
from surveys.distribution.links import trial_link
from surveys.models import Draft, Response, SealedAnswer, TrialLink
from surveys.services.erasure import forget_expired
from surveys.services.trials import make_trial_link
from tests.factories import InstrumentFactory
from tests.surveys.test_versions import later, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(assessment: Assessment) -> Instrument:
    changed = later(first={"required": True})
    return Instrument.objects.create(kind="survey", key="short", version=9, definition=changed, owner=assessment)


def address(version: Instrument) -> str:
    return reverse("surveys_trial:version_trial", args=[version.pk])


def test_version_trial_runs_the_form_and_stores_nothing(draft: Instrument, client_as: Any) -> None:
    lead, events = client_as("lead"), AuditEvent.objects.count()
    page = lead.get(address(draft) + "?lang=az")
    assert "Is it well known? (az)" in text_of(page)
    assert "Nothing that you send from here is stored or counted" in text_of(page)
    assert "surveys_kept.js" not in page.content.decode()
    refused = lead.post(address(draft), {"1.2": "typed"})
    assert (refused.status_code, "typed" in refused.content.decode()) == (422, True)
    assert lead.post(address(draft), {}).status_code == 422
    turned = lead.post(address(draft), {"1.2": "typed", "_to": "az"}).content.decode()
    assert ("typed" in turned, "Why is that so? (az)" in turned) == (True, True)
    done = lead.post(address(draft), {"1.1": "a"})
    assert "Back to the version" in text_of(done)
    assert (done.status_code, "This was a trial: nothing was stored" in text_of(done)) == (200, True)
    assert [model.objects.count() for model in (Response, SealedAnswer, Draft)] == [0, 0, 0]
    assert AuditEvent.objects.count() == events


def test_a_draft_is_tried_by_those_who_read_it_and_a_published_version_by_all(
    draft: Instrument, client_as: Any
) -> None:
    roles = ("lead", "observer", "outsider")
    assert [client_as(role).get(address(draft)).status_code for role in roles] == [200, 200, 404]
    shared = InstrumentFactory(kind="survey")
    assert client_as("observer").get(address(shared)).status_code == 200
    assert client_as("outsider").get(address(shared)).status_code in (200, 302)
    assert client_as("anonymous").get(address(shared)).status_code == 302
    assert client_as("lead").get(address(InstrumentFactory(kind="indicators"))).status_code == 404


# On a phone, with a link


@pytest.fixture
def link(draft: Instrument, client_as: Any) -> str:
    """The path of the link, made on its page."""
    page = client_as("lead").post(address(draft) + "link/", {"do": "make"}, follow=True)
    return urlsplit(page.context["link"]).path


def test_trial_form_opens_without_an_account_and_stores_nothing(
    draft: Instrument, link: str, client: Client, client_as: Any
) -> None:
    events = AuditEvent.objects.count()
    page = client.get(link + "?lang=az")
    assert "Is it well known? (az)" in text_of(page)
    assert "Trial of this version. Nothing that you send from here is stored or counted." in text_of(page)
    html = page.content.decode()
    assert ("noindex" in html, "surveys_kept.js" in html, "csrfmiddlewaretoken" in html) == (True, False, False)
    assert "Back to the version" not in html
    assert (page.cookies, page.headers["Cache-Control"]) == ({}, "private, no-store")
    refused = client.post(link, {"1.2": "typed"})
    assert (refused.status_code, "typed" in refused.content.decode()) == (422, True)
    assert client.post(link, {"1.2": "typed", "_do": "save"}).status_code == 422
    done = Client(enforce_csrf_checks=True).post(link, {"1.1": "a"})
    assert (done.status_code, "This was a trial: nothing was stored" in text_of(done)) == (200, True)
    assert done.cookies == {}
    assert [model.objects.count() for model in (Response, SealedAnswer, Draft)] == [0, 0, 0]
    assert AuditEvent.objects.count() == events
    in_french = client.get(link, headers={"accept-language": "fr"}).content.decode()
    assert 'lang="fr"' in in_french


def test_trial_form_refuses_floods_other_sites_and_guessing(link: str, client: Client, monkeypatch: Any) -> None:
    throttle.forget()
    assert client.post(link, {"1.1": "a"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    monkeypatch.setattr(throttle, "POSTS", 1)
    monkeypatch.setattr(throttle, "MISSES", 1)
    assert [client.post(link, {"1.1": "a"}).status_code for _ in range(2)] == [200, 429]
    assert [client.get("/s/try/0123456789abcdef/").status_code for _ in range(3)] == [404, 404, 429]
    assert client.get(link).status_code == 200
    throttle.forget()


def test_a_trial_link_ends_when_it_is_withdrawn_expires_or_its_version_is_discarded(
    draft: Instrument, link: str, client: Client, client_as: Any
) -> None:
    row = TrialLink.objects.get()
    assert timedelta(days=6) < row.expires_at - timezone.now() < timedelta(days=8)
    assert not {part for part in link.split("/") if part and part in (row.nonce, row.token_hmac)}
    assert client.get(link).status_code == 200
    TrialLink.objects.update(expires_at=timezone.now())
    assert client.get(link).status_code == 404
    assert "Make a link" in text_of(client_as("lead").get(address(draft) + "link/"))
    TrialLink.objects.update(expires_at=row.expires_at)
    Instrument.objects.update(discarded_at=timezone.now())
    assert client.get(link).status_code == 404
    Instrument.objects.update(discarded_at=None)
    assert client.get(link).status_code == 200
    for _ in range(2):
        done = client_as("lead").post(address(draft) + "link/", {"do": "withdraw"}, follow=True)
        assert "It opens nothing any more" in text_of(done)
    assert client.get(link).status_code == 404
    actions = AuditEvent.objects.filter(action__startswith="trial_link").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["trial_link.made", "trial_link.withdrawn"]


def test_the_same_link_is_shown_again_also_after_the_secret_key_was_replaced(
    draft: Instrument, link: str, client: Client, client_as: Any, settings: Any
) -> None:
    assert urlsplit(client_as("lead").post(address(draft) + "link/", follow=True).context["link"]).path == link
    page = client_as("lead").get(address(draft) + "link/")
    assert "<svg" in page.context["qr"]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert urlsplit(trial_link(TrialLink.objects.get())).path == link
    assert client.get(link).status_code == 200


def test_an_expired_link_is_replaced_and_deleted_by_the_daily_round(draft: Instrument, link: str, member: Any) -> None:
    TrialLink.objects.update(expires_at=timezone.now())
    made = make_trial_link(version=draft, assessment=draft.owner, by=member("lead"))
    assert urlsplit(trial_link(made)).path != link
    TrialLink.objects.update(expires_at=timezone.now())
    forget_expired()
    assert not TrialLink.objects.exists()


def test_trial_link_edit_is_for_leads_of_the_owner(draft: Instrument, client_as: Any) -> None:
    where = address(draft) + "link/"
    roles = ("lead", "focal_point", "observer", "outsider", "anonymous")
    assert [client_as(role).get(where).status_code for role in roles] == [200, 403, 403, 404, 302]
    assert [client_as(role).post(where).status_code for role in roles] == [302, 403, 403, 404, 302]
    assert TrialLink.objects.count() == 1
    Instrument.objects.filter(pk=draft.pk).update(discarded_at=timezone.now())
    TrialLink.objects.all().delete()
    assert "is in the trash" in text_of(client_as("lead").post(where, follow=True))
    Instrument.objects.filter(pk=draft.pk).update(discarded_at=None)
    home = reverse("instruments:instrument_detail", args=[draft.pk])
    assert ["Try it on a phone" in text_of(client_as(role).get(home)) for role in roles[:2]] == [True, False]
