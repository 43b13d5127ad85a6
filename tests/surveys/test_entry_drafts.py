"""A paper form that is half typed survives a closed tab, and nobody but its typist sees it."""

import html
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assessments.erasers import erase_expired
from assessments.models import AuditEvent
from surveys.erasers import Answers
from surveys.models import EntryDraft, Response, Survey
from surveys.services import entry_drafts
from tests.concurrency import at_once, shared_database  # noqa: F401  (a fixture)
from tests.factories import UserFactory
from tests.surveys.factories import SurveyFactory

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/survey/enter/"
WORDS = "Nurses of the clinic"


def text(response: Any) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of the form, as a browser sends them back."""
    page = response.content.decode()
    fields = dict(re.findall(r'type="hidden"\s+name="(_\w+)"\s+value="([^"]*)"', page))
    return {name: html.unescape(value) for name, value in fields.items()}


@pytest.fixture
def typist(client_as: Any, survey: Survey) -> Client:
    found: Client = client_as("focal_point")
    return found


def typed(page: Any, **fields: str) -> dict[str, Any]:
    return hidden(page) | {"source": "paper", "language": "en"} | fields


def keep(client: Client, sent: dict[str, Any]) -> Any:
    return client.post(HOME + "keep/", sent)


def test_entry_draft_keep_keeps_what_is_typed_whatever_it_is_and_entry_draft_edit_shows_it_again(typist) -> None:
    sent = typed(typist.get(HOME), **{"2.6": WORDS, "1.6": "99", "2.2": "1 2 3 4"}) | {"_as_given": ["2.2"]}
    assert keep(typist, sent).json()["revision"] == 1
    assert keep(typist, sent | {"2.6": WORDS + " B"}).json()["revision"] == 2
    assert Response.objects.count() == 0
    address = f"{HOME}{sent['_uuid']}/"
    assert "Unfinished form, begun" in text(typist.get(HOME))
    assert "3 fields filled" in text(typist.get(HOME))
    page = typist.get(address)
    assert "Unfinished form, begun" not in text(page)  # it is the one on the screen
    assert f"{WORDS} B" in text(page)
    assert 'value="99"' in page.content.decode()
    # it is stored from there like any other, and erased
    done = typist.post(address, typed(page, **{"2.6": WORDS, "1.6": "1"}), follow=True)
    assert "saved. Enter the next form." in text(done)
    assert Response.objects.get().answers == {"2.6": WORDS, "1.6": "female"}
    assert EntryDraft.objects.count() == 0
    assert typist.get(address, follow=True).redirect_chain == [(HOME, 302)]


def test_response_enter_saves_a_form_for_later_without_a_script(typist, survey) -> None:
    page = typist.get(HOME)
    sent = typed(page, **{"2.6": WORDS, "9.9": "no such field", "_do": "later"}) | {"language": "fr"}
    done = typist.post(HOME, sent)
    assert done["Location"] == f"{HOME}?source=paper&language=fr"
    assert "kept as unfinished" in text(typist.get(done["Location"]))
    draft = EntryDraft.objects.get()
    assert draft.typed == {"fields": {"2.6": WORDS}, "as_given": [], "source": "paper", "language": "fr"}
    assert draft.questionnaire == survey.questionnaire
    # pressed again after going back: the page's own words are no conflict
    typist.post(HOME, sent | {"2.6": "Corrected"})
    assert EntryDraft.objects.get().typed["fields"] == {"2.6": "Corrected"}
    assert typist.post(HOME, typed(page, _do="later") | {"_uuid": str(uuid4())}).status_code == 422  # nothing typed


def test_two_pages_of_one_form_do_not_overwrite_each_other(typist) -> None:
    first = typed(typist.get(HOME), **{"2.6": "First"})
    keep(typist, first)
    address = f"{HOME}{first['_uuid']}/"
    second = typed(typist.get(address), **{"2.6": "Second"})
    assert keep(typist, second).json()["status"] == "kept"
    stale = keep(typist, first | {"2.6": "First again"})  # this page does not know of that change
    assert (stale.status_code, "changed on another page" in stale.json()["message"]) == (409, True)
    for do in ({"_do": "later"}, {}):
        page = typist.post(HOME, first | {"2.6": "First again"} | do)
        assert page.status_code == 422
        assert "changed on another page" in text(page)
        assert "First again" in text(page)
    assert (Response.objects.count(), EntryDraft.objects.get().typed["fields"]["2.6"]) == (0, "Second")
    typist.post(HOME, typed(page, **{"2.6": "First again"}))  # knowingly
    assert Response.objects.get().answers == {"2.6": "First again"}


def test_a_form_that_was_stored_from_another_page_is_not_said_to_be_saved_again(typist) -> None:
    page = typist.get(HOME)
    typist.post(HOME, typed(page, **{"2.6": "One"}))
    assert keep(typist, typed(page, **{"2.6": "One, late"})).status_code == 409
    assert EntryDraft.objects.count() == 0
    typist.post(HOME, typed(page, **{"2.6": "One"}))  # a double click
    assert Response.objects.count() == 1
    refused = typist.post(HOME, typed(page, **{"2.6": "Two"}))
    assert (refused.status_code, "stored as AZEsur1 already, with other answers" in text(refused)) == (422, True)
    typist.post(HOME, typed(refused, **{"2.6": "Two"}))
    assert [one.answers["2.6"] for one in Response.objects.order_by("number")] == ["One", "Two"]


def test_an_unfinished_form_is_seen_by_its_typist_only(typist, client_as, check_roles) -> None:
    sent = typed(typist.get(HOME), **{"2.6": WORDS})
    keep(typist, sent)
    address = f"{HOME}{sent['_uuid']}/"
    for role in ("lead", "consultant"):
        other = client_as(role)
        assert "Unfinished form" not in text(other.get(HOME))
        assert other.get(address)["Location"] == HOME
        other.post(address + "discard/")
        keep(other, typed(other.get(HOME), **{"2.6": "Mine"}) | {"_uuid": sent["_uuid"]})  # a row of its own
        assert EntryDraft.objects.get(typed_by__email__startswith="focal").typed["fields"]["2.6"] == WORDS
    check_roles(address, allowed="focal_point", denied="observer")
    check_roles(HOME + "keep/", allowed="focal_point", denied="observer", method="post", wrong="get", ok=409)
    check_roles(address + "discard/", allowed="focal_point", denied="observer", method="post", wrong="get", ok=302)


def test_entry_draft_discard_erases_it_and_the_log_has_no_word_of_it(typist, survey) -> None:
    sent = typed(typist.get(HOME), **{"2.6": WORDS})
    keep(typist, sent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM surveys_entrydraft")
        assert WORDS not in str(cursor.fetchone()[0])
    keep(typist, sent | {"2.6": WORDS + " B"})
    typist.post(f"{HOME}{sent['_uuid']}/discard/")
    typist.post(f"{HOME}{sent['_uuid']}/discard/")
    assert EntryDraft.objects.count() == 0
    events = AuditEvent.objects.filter(action__startswith="entry_draft").order_by("pk")
    assert [event.action for event in events] == ["entry_draft.begun", "entry_draft.discarded"]
    assert not any(WORDS in str(event.detail) for event in events)


def test_an_unfinished_form_expires_and_goes_with_the_answers(typist, survey) -> None:
    sent = typed(typist.get(HOME), **{"2.6": WORDS})
    keep(typist, sent)
    EntryDraft.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "Unfinished form" not in text(typist.get(HOME))
    assert erase_expired() == 1
    keep(typist, sent)
    assert EntryDraft.objects.get().expires_at > timezone.now() + timedelta(days=13)
    assert [part.count for part in Answers().parts(survey.assessment) if part.name == "paper forms being typed"] == [1]
    Answers().erase(survey.assessment)
    assert EntryDraft.objects.count() == 0


def test_a_form_that_is_emptied_is_kept_no_longer(typist) -> None:
    sent = typed(typist.get(HOME), **{"2.6": WORDS})
    keep(typist, sent)
    assert keep(typist, sent | {"2.6": " "}).json()["revision"] == 0
    assert EntryDraft.objects.count() == 0


def test_unfinished_forms_are_limited_in_size_and_number(typist, monkeypatch) -> None:
    monkeypatch.setattr(entry_drafts, "MOST", 1)
    monkeypatch.setattr(entry_drafts, "LONGEST", 50)
    sent = typed(typist.get(HOME), **{"2.6": WORDS})
    assert "too much text" in keep(typist, sent | {"2.6": "x" * 51}).json()["message"]
    keep(typist, sent)
    another = typed(typist.get(HOME), **{"2.6": WORDS})
    assert "1 unfinished forms" in keep(typist, another).json()["message"]
    page = typist.post(HOME, another | {"_do": "later"})
    assert (page.status_code, WORDS in text(page)) == (422, True)


def test_entry_draft_edit_shows_a_form_of_a_version_that_the_survey_takes_no_more_with_the_present_one(typist) -> None:
    sent = typed(typist.get(HOME), **{"2.6": WORDS})
    keep(typist, sent)
    EntryDraft.objects.update(questionnaire=None)
    page = typist.get(f"{HOME}{sent['_uuid']}/")
    assert (page.status_code, WORDS in text(page)) == (200, True)
    assert "The questionnaire was replaced" in text(page)
    refused = keep(typist, sent | {"_version": "0.0"})
    assert (refused.status_code, refused.json()["status"]) == (409, "refused")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared_database")
def test_two_saves_of_a_new_form_at_once_are_one_draft() -> None:
    survey, by, uuid, page = SurveyFactory(), UserFactory(), uuid4(), uuid4()

    def save(words: str) -> Any:
        return lambda: entry_drafts.keep_entry(
            survey=Survey.objects.select_related("assessment", "questionnaire").get(pk=survey.pk),
            uuid=uuid,
            fields={"2.6": words},
            correction=0,
            page=page,
            seen=0,
            by=by,
        )

    assert at_once([save("First"), save("Second")]) == [None, None]
    assert EntryDraft.objects.get().revision == 2
    assert AuditEvent.objects.filter(action="entry_draft.begun").count() == 1


@pytest.mark.parametrize("changes", [{"_uuid": "x"}, {"_page": "x", "_seen": "-9" * 30}, {"_as_given": ["1.6", "q"]}])
def test_entry_draft_keep_survives_what_no_page_sends(typist, changes) -> None:
    sent = typed(typist.get(HOME), **{"2.6": "\x00", "source": "x" * 99, "language": "y" * 999}) | changes
    assert keep(typist, sent).status_code in (200, 409)
