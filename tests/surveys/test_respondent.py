"""The respondents' pages without a browser: what is stored, what is refused, and the messages."""

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.erasers import erase_expired
from assessments.services.packs import save_pack_text
from ctnat.ui.words import fill
from surveys.distribution import throttle
from surveys.models import Draft, Invitation, LimitCount, Response, SealedAnswer, Survey
from surveys.questionnaire import rendering
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.opening import opening_mark
from surveys.questionnaire.validation import check
from surveys.responses.drafts import saved_form
from surveys.services.sealed_answers import NotAccepted
from surveys.words import complete_languages
from tests.factories import InstrumentFactory
from tests.surveys.factories import SurveyFactory
from tests.surveys.opening import count_forms, open_form, open_forms
from tests.surveys.test_validation import CODES, DOCUMENT, OPTIONS

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, Any] = {
    "1.1": "AZE",
    "1.6": "",
    "2.1": ["origin", "transit"],
    "2.2": ["prostitution", "slavery", "other"],
    "2.2.1": "slavery",
    "2.6": "<b>words</b> & more",
    "3.1.1": "adequate",
    "8.1:J": "1",
    "8.1:A": "2",
    "8.1:B": "3",
}
STORED = {
    "1.1": "AZE",
    "2.1": ["origin", "transit"],
    "2.2": ["prostitution", "slavery", "other"],
    "2.2.1": "slavery",
    "2.6": "<b>words</b> & more",
    "3.1.1": "adequate",
    "8.1": ["J", "A", "B"],
}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def html_of(response: Any) -> str:
    """The page without the white space between its tags: where a template breaks its lines does not matter."""
    return re.sub(r">\s+<", "><", " ".join(response.content.decode().split()))


def post(client: Client, url: str = "/s/open/", **changes: Any) -> Any:
    return client.post(url, {"_uuid": str(uuid4()), "_do": "send"} | ANSWERS | changes)


def receipt_in(response: Any) -> str:
    found = re.search(r"saved-code\" dir=\"ltr\">([B-Z2-9-]+)<", response.content.decode())
    assert found
    return found[1]


def test_open_form_seals_answers_and_gives_a_receipt(client, survey) -> None:
    response = post(client)
    assert (response.status_code, Response.objects.count(), SealedAnswer.objects.count()) == (200, 0, 1)
    assert re.fullmatch(r"(?:[B-Z2-9]{4}-){2}[B-Z2-9]{4}", receipt_in(response))
    assert "AZEsur" not in response.content.decode()
    stored = open_form()
    assert (stored.answers, stored.code, stored.source, stored.language) == (STORED, "AZEsur1", "web", "en")


def test_open_form_explains_what_is_stored_and_sets_no_cookie(client, survey) -> None:
    response = client.get("/s/open/")
    assert response.cookies == {}
    assert "Your answers and the language you answer in are stored encrypted and without a date" in text_of(response)
    assert "groups of at least 5" in text_of(response)
    assert "personal link" not in text_of(response)
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert post(client).cookies == {}


def test_open_form_takes_one_query_to_get_and_three_to_post(client, survey, django_assert_num_queries) -> None:
    client.get("/s/open/")  # the questionnaire is read once per process
    with django_assert_num_queries(1):
        client.get("/s/open/")
    with django_assert_num_queries(3):
        post(client)


def test_personal_form_takes_one_query_to_get_and_three_to_post(client, link, django_assert_num_queries) -> None:
    client.get(link)
    with django_assert_num_queries(1):
        client.get(link)
    with django_assert_num_queries(3):
        post(client, link)


def test_open_form_shows_the_words_of_the_assessment_from_the_next_request_on(
    client, survey, django_assert_num_queries
) -> None:
    """Also where the page is kept in memory; once they are read, with no query more."""
    survey.languages = ["en", "az"]
    survey.save()
    page = "/s/open/?lang=az"
    before = client.get(page).content.decode()
    texts = {"surveys.send": "Yolla", "surveys.specify": "Dəqiqləşdirin", "surveys.section": "{n}. hissə, {total}"}
    for key, text in texts.items():
        assert text not in before
        save_pack_text(assessment=survey.assessment, language="az", key=key, text=text, by=None)
        assert fill(text, {"n": 1, "total": len(document_of(survey.questionnaire).sections)}) in text_of(
            client.get(page)
        )
    with django_assert_num_queries(1):
        after = client.get(page).content.decode()
    assert all(text in after for text in ("Yolla", "Dəqiqləşdirin"))
    assert "Yolla" not in client.get("/s/open/?lang=en").content.decode()
    assert "Yolla" in text_of(post(client, page, _do="save"))


def test_the_same_form_sent_twice_is_one_row(client, survey, django_assert_num_queries) -> None:
    uuid = str(uuid4())
    first = post(client, _uuid=uuid)
    with django_assert_num_queries(1):
        again = post(client, _uuid=uuid, **{"2.6": "changed"})
    assert (text_of(again), count_forms()) == (text_of(first), 1)


def test_personal_form_can_be_used_once_and_stores_no_time(client, survey, invitation, link) -> None:
    before = Invitation.objects.values().get()
    uuid = str(uuid4())
    assert post(client, link, _uuid=uuid).status_code == 200
    assert post(client, link, _uuid=uuid).status_code == 200
    again = post(client, link)
    assert (again.status_code, count_forms()) == (410, 1)
    assert client.get(link).status_code == 410
    assert Invitation.objects.values().get() == before
    assert Survey.objects.get().answered == [invitation.pk]


def test_personal_form_is_in_the_language_of_the_invitation(client, link) -> None:
    page = client.get(link).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="en" dir="ltr">' in client.get(link + "?lang=en").content.decode()
    assert "Only someone who runs the server and uses its keys" in client.get(link + "?lang=en").content.decode()


def test_personal_opened_is_noted_once_a_browser_shows_it(client, survey, invitation, link) -> None:
    client.get(link)
    assert Survey.objects.get().opened == []
    assert client.post(link + "opened/").status_code == 204
    assert Survey.objects.get().opened == [invitation.pk]
    assert client.get(link + "opened/").status_code == 405


def test_language_switch_shows_every_answer_again(client, survey) -> None:
    uuid = str(uuid4())
    page = html_of(post(client, _uuid=uuid, _to="ar", **{"2.2": ["prostitution"], "8.1:B": "2", "1.2_other": "typed"}))
    assert '<html lang="ar" dir="rtl">' in page
    for piece in (
        'name="2.2" value="prostitution" checked',
        'value="typed"',
        "&lt;b&gt;words&lt;/b&gt; &amp; more</textarea>",
        '<option value="AZE" selected>',
        'name="3.1.1" value="adequate" checked',
        'name="8.1:J"><option value="">–</option><option selected>1</option>',
        'name="8.1:B"><option value="">–</option><option>1</option><option selected>2</option>',
        f'name="_uuid" value="{uuid}"',
    ):
        assert piece in page, piece
    assert count_forms() == 0


def test_show_narrows_a_question_to_what_was_chosen_and_stores_nothing(client, survey) -> None:
    chosen = {"2.2": ["prostitution", "slavery", "other"], "2.2.1": "forced_marriage"}
    page = html_of(post(client, _do="show 2.2.1", **chosen))
    left_out = re.findall(r'left-out"><input type="radio" name="2.2.1" value="(\w+)"', page)
    shown = re.findall(r'class="choice"><input type="radio" name="2.2.1" value="(\w+)"', page)
    options = [option.name for option in survey.questionnaire.document.by_name["2.2"].options]
    assert shown == ["prostitution", "slavery", "forced_marriage", "other"]  # what was answered is never hidden
    assert sorted(shown + left_out) == sorted(options)
    assert re.search(r'id="q-2.2.1" tabindex="-1" autofocus', page)
    assert page.count("autofocus") == 1
    assert (count_forms(), Draft.objects.count()) == (0, 0)


def test_show_explains_what_to_choose_first(client, survey) -> None:
    page = post(client, _do="show 2.2.1", **{"2.2": []}).content.decode()
    assert "left-out" not in page
    assert page.count("First answer question 2.2.") == 1
    assert "autofocus" not in post(client, _do="show \x00<9.9>").content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_errors_are_listed_linked_and_nothing_is_lost(client, survey, language) -> None:
    response = post(client, _in=language, **{"2.2": ["slavery"], "1.2_other": "typed", "9.9": "x"})
    page = response.content.decode()
    assert (response.status_code, count_forms()) == (422, 0)
    expected = {
        "en": [
            "1.2: You wrote an answer in your own words but",
            "2.2: Choose exactly 3,",
            "9.9: This question is not part",
        ],
        "ar": ["1.2: كتبت بكلماتك", "2.2: اختر 3 بالضبط", "9.9: لا يسأل"],
    }[language]
    listed = re.sub(r"\s+:", ":", text_of(response))
    assert [piece in listed for piece in expected] == [True, True, True]
    assert page.count('<a href="#q-2.2">') == page.count('id="q-2.2"') == 1
    assert 'value="slavery" checked' in page
    assert 'aria-describedby="e-2.2 t-2.2"' in page


def test_an_empty_form_is_not_stored(client, survey) -> None:
    response = client.post("/s/open/", {"_do": "send", "_uuid": str(uuid4())})
    assert (response.status_code, count_forms()) == (422, 0)
    assert "The form is empty" in text_of(response)


@pytest.mark.parametrize(
    ("state", "get", "expected"),
    [
        ({"status": "closed"}, 410, "The survey is closed"),
        ({"status": "draft"}, 403, "The survey is not open yet"),
        ({"deadline": timezone.now() - timedelta(hours=1)}, 410, "The survey is closed"),
        ({"opens_at": timezone.now() + timedelta(hours=1)}, 403, "The survey is not open yet"),
    ],
)
def test_a_survey_that_is_not_open_stores_nothing_and_loses_nothing(client, survey, state, get, expected) -> None:
    Survey.objects.update(**state)
    response = client.get("/s/open/")
    assert (response.status_code, expected in text_of(response)) == (get, True)
    response = post(client)
    assert (response.status_code, count_forms()) == (410, 0)
    assert "&lt;b&gt;words&lt;/b&gt;" in response.content.decode()
    assert "Your answers were not stored" in text_of(response)


@pytest.mark.parametrize(
    ("opened", "deadline", "status", "stored"),
    [
        (60, 30, "open", True),  # minutes ago
        (60, 61, "open", False),  # opened after it
        (500, 359, "open", True),
        (500, 361, "open", False),  # six hours later
        (60, 30, "closed", False),
    ],
)
def test_a_page_opened_before_the_deadline_can_be_sent_for_six_hours_after_it(
    client, survey, monkeypatch, opened: int, deadline: int, status: str, stored: bool
) -> None:
    moment = time.time() - opened * 60
    with monkeypatch.context() as patched:
        patched.setattr(signing.time, "time", lambda: moment)
        mark = re.search('name="_opened" value="([^"]+)"', client.get("/s/open/").content.decode())
    Survey.objects.update(deadline=timezone.now() - timedelta(minutes=deadline), status=status)
    refused = post(client, _opened=mark[1], **{"3.1.1": "nonsense"})  # shown again, with the same mark
    assert (refused.status_code, f'value="{mark[1]}"' in refused.content.decode()) == (422 if stored else 410, True)
    assert (post(client, _opened=mark[1]).status_code, count_forms()) == ((200, 1) if stored else (410, 0))


def test_a_mark_of_another_survey_or_a_forged_one_gives_no_more_time(client, survey, monkeypatch) -> None:
    moment = time.time() - 3600
    with monkeypatch.context() as patched:
        patched.setattr(signing.time, "time", lambda: moment)
        mark = opening_mark(survey)
        other = opening_mark(Survey(pk=survey.pk + 1))
    Survey.objects.update(deadline=timezone.now() - timedelta(minutes=30))
    for wrong in (other, mark + "x", mark.replace(":", ""), "", "x:y:z"):
        assert post(client, _opened=wrong).status_code == 410
    assert count_forms() == 0
    assert post(client, _opened=mark).status_code == 200


def test_a_form_stored_before_the_survey_closed_is_thanked_again(client, survey) -> None:
    uuid = str(uuid4())
    post(client, _uuid=uuid)
    Survey.objects.update(status="closed")
    assert post(client, _uuid=uuid).status_code == 200


def test_unknown_and_revoked_links(client, survey, invitation, link) -> None:
    Invitation.objects.update(revoked_at=timezone.now())
    for url in (link, "/s/i/nothing/", "/s/nothing/", "/s/nothing/continue/", link + "continue/"):
        response = client.get(url)
        assert (response.status_code, "This link does not work" in text_of(response)) == (404, True)
    assert post(client, link).status_code == 404
    assert count_forms() == 0


def test_wrong_links_and_codes_are_limited(client, survey, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "MISSES", 2)
    statuses = [client.post("/s/open/continue/", {"_code": f"XXXX-{n}"}).status_code for n in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert client.get("/s/nothing/").status_code == 429
    throttle.forget()
    assert client.get("/s/nothing/").status_code == 404


def test_guessing_does_not_lock_out_others_of_the_same_office(client, survey, link, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "MISSES", 2)
    for n in range(5):
        client.get(f"/s/nothing{n}/")
    assert client.get("/s/nothing/").status_code == 429
    for url in ("/s/open/", link, "/s/open/continue/"):
        assert client.get(url).status_code == 200
    assert post(client).status_code == 200
    assert post(client, link).status_code == 200


def test_posts_are_limited_by_link_and_network(client, survey, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "POSTS", 1)
    assert post(client).status_code == 200
    refused = post(client)
    assert (refused.status_code, "Too many attempts" in text_of(refused)) == (429, True)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert post(elsewhere).status_code == 200


def test_limits_are_counted_together_by_all_processes(client, survey, monkeypatch) -> None:
    """Another process has a memory and a salt of its own; what few people do is not in the database."""
    monkeypatch.setattr(throttle, "MISSES", 9)
    for _ in range(throttle.STEP - 1):
        assert client.get("/s/nothere/").status_code == 404
    assert not LimitCount.objects.exists()
    assert client.get("/s/nothere/").status_code == 404
    throttle.forget()
    monkeypatch.setattr(throttle, "_salt", b"of another process")
    for _ in range(throttle.STEP):
        assert client.get("/s/nothere/").status_code == 404
    assert client.get("/s/nothere/").status_code == 429
    [row] = LimitCount.objects.all()
    assert (row.number, "127.0.0" in str(vars(row))) == (2 * throttle.STEP, False)
    monkeypatch.setattr(throttle.time, "time", lambda: (row.period + 2) * throttle.PERIOD)
    for _ in range(throttle.STEP):
        assert client.get("/s/nothere/").status_code == 404
    assert [row.period for row in LimitCount.objects.all()] == [throttle._period] != [row.period]


def test_counts_for_limits_are_deleted_each_day(monkeypatch) -> None:
    monkeypatch.setattr(throttle.time, "time", lambda: 9 * throttle.PERIOD + 1.0)
    LimitCount.objects.bulk_create(LimitCount(period=period, key="k", number=5) for period in (7, 8, 9))
    assert erase_expired() == 2
    assert [row.period for row in LimitCount.objects.all()] == [9]


def test_address_class_contains_no_address(rf) -> None:
    same = {throttle.address_class(rf.get("/", REMOTE_ADDR=f"203.0.113.{n}")) for n in (1, 254)}
    assert same == {"203.0.113.0/24"}
    assert throttle.address_class(rf.get("/", REMOTE_ADDR="2001:db8:1:2::3")) == "2001:db8:1::/48"
    assert throttle.address_class(rf.get("/", REMOTE_ADDR="")) == "unknown"
    throttle.count(rf.get("/", REMOTE_ADDR="203.0.113.1"), "post|x")
    assert all(b"203" not in key for key in throttle._counts)


def test_a_post_from_another_site_is_refused(client, survey) -> None:
    response = client.post("/s/open/", ANSWERS, headers={"sec-fetch-site": "cross-site"})
    assert (response.status_code, count_forms()) == (403, 0)


def test_open_resume_continues_by_code_on_another_device(client, survey) -> None:
    uuid = str(uuid4())
    page = post(client, _do="save", _uuid=uuid, **{"2.2": ["slavery"]}).content.decode()
    code = re.search(r'saved-code" dir="ltr">([A-Z0-9-]+)<', page)[1]  # type: ignore[index]
    assert (Draft.objects.count(), count_forms()) == (1, 0)
    assert code not in str(Draft.objects.values().get())

    other = Client()
    page = other.post("/s/open/continue/", {"_code": code.lower().replace("-", " ")}).content.decode()
    assert 'name="2.2" value="slavery" checked' in page
    assert f'name="_uuid" value="{uuid}"' in page
    post(other, _do="save", _uuid=uuid, _draft=code)
    assert saved_form(Draft.objects.get()).answers["2.2"] == ANSWERS["2.2"]

    assert post(other, _uuid=uuid, _draft=code).status_code == 200
    assert (Draft.objects.count(), count_forms()) == (0, 1)


def test_open_resume_takes_a_code_only_at_its_survey_until_it_expires(client, survey) -> None:
    page = post(client, _do="save").content.decode()
    code = re.search(r'saved-code" dir="ltr">([A-Z0-9-]+)<', page)[1]  # type: ignore[index]
    SurveyFactory(open_slug="other")
    assert client.post("/s/other/continue/", {"_code": code}).status_code == 422
    Draft.objects.update(expires_on=timezone.now().date() - timedelta(days=1))
    assert client.post("/s/open/continue/", {"_code": code}).status_code == 422
    post(client, _do="save")
    assert Draft.objects.count() == 1  # the expired one is deleted


def test_personal_resume_continues_at_the_link_of_an_invitation(client, survey, link) -> None:
    page = post(client, link, _do="save", **{"2.2": ["slavery"]}).content.decode()
    code = re.search(r'saved-code" dir="ltr">([A-Z0-9-]+)<', page)[1]  # type: ignore[index]
    other = Client()
    assert other.post(link + "continue/", {"_code": "XXXX-XXXX"}).status_code == 422
    assert 'name="2.2" value="slavery" checked' in other.post(link + "continue/", {"_code": code}).content.decode()
    assert (Draft.objects.count(), count_forms()) == (1, 0)


def test_a_draft_contains_no_invitation(client, survey, link) -> None:
    post(client, link, _do="save")
    draft = Draft.objects.get()
    assert {field.name for field in draft._meta.fields} == {
        "id",
        "survey",
        "code_hmac",
        "box",
        "saved_on",
        "expires_on",
    }


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"2.6=" + b"x" * 10_000_000, "application/x-www-form-urlencoded", 413),
        (b"2.6=%FF%FE%00&1.6=\xff", "application/x-www-form-urlencoded", 422),
        (b"2.6=\x00\x00", "application/x-www-form-urlencoded", 422),
        (b"_uuid=no&_do=send&2.6=words", "application/x-www-form-urlencoded", 200),
        (b"&".join(b"9.%d=x" % n for n in range(3000)), "application/x-www-form-urlencoded", 400),
        (b"2.6=x", "application/x-www-form-urlencoded; charset=latin-1", 400),
        (b"{}", "application/json", 422),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422),
        (b"x", "multipart/form-data", 400),
    ],
)
def test_bodies_that_no_form_sends(client, survey, body, content_type, status) -> None:
    assert client.generic("POST", "/s/open/", body, content_type).status_code == status


@pytest.mark.parametrize("url", ["/s/open/?lang=%00", "/s/%00/", "/s/" + "x" * 5000 + "/", "/s/open/?lang=xx"])
def test_addresses_that_no_link_has(client, survey, url) -> None:
    assert client.get(url).status_code in (200, 400, 404)


def test_answers_to_items_of_another_version_are_refused(client, survey) -> None:
    definition = InstrumentFactory().definition
    sections = [dict(section) for section in definition["sections"]]
    sections[1] = sections[1] | {"items": sections[1]["items"][:1]}
    other = InstrumentFactory(version=2, definition=definition | {"sections": sections})
    Survey.objects.update(questionnaire=other)
    response = post(client)
    assert (response.status_code, count_forms()) == (422, 0)
    assert "Question 2.2.1: This question is not part of the survey." in text_of(response)


@pytest.mark.parametrize(
    ("given", "groups"),
    [
        ({"1.1": "nowhere"}, {"1.1"}),
        # 2.2.1 offers what 2.2 chose, and 3.1.1 is a row of a matrix
        ({"2.2": "slavery", "3.1.1": "sometimes"}, {"2.2", "2.2.1", "3.1"}),
    ],
)
def test_a_form_shown_again_renders_anew_what_was_answered_alone(client, survey, given, groups, monkeypatch) -> None:
    """All of its 500 or so inputs were rendered for each error."""
    monkeypatch.setattr(rendering, "_cache", {})  # not one that is nearly full and would be emptied during the test
    client.get("/s/open/")  # keeps what is blank
    rendered = []
    render = rendering._group

    def group(document: Any, entry: Any, *rest: Any) -> Any:
        rendered.append(entry.name)
        return render(document, entry, *rest)

    monkeypatch.setattr(rendering, "_group", group)
    assert client.post("/s/open/", given | {"_do": "send"}).status_code == 422
    assert set(rendered) == groups


def test_nothing_of_a_respondents_request_is_logged(client, survey, caplog) -> None:
    for url in ("/s/open/", "/s/nothing/"):
        client.get(url, REMOTE_ADDR="203.0.113.7")
        client.post(url, {"2.2": "slavery"}, REMOTE_ADDR="203.0.113.7")
    assert caplog.records == []


ANY_FIELD = st.tuples(
    st.sampled_from([*CODES, "_do", "_uuid", "_to", "_in", "_draft"]),
    st.sampled_from([*OPTIONS, "save", "send", "1", "2", "3", "ar", ""]) | st.text(max_size=12),
)
RIGHT_FIELDS = [(item.name, option.name) for item in DOCUMENT.items for option in DOCUMENT.options(item)]
BODIES = st.lists(ANY_FIELD, max_size=10) | st.lists(st.sampled_from(RIGHT_FIELDS), max_size=3)


@pytest.mark.timeout(400)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES)
def test_a_thousand_bodies_no_500_and_what_is_stored_is_valid(client, survey, fields) -> None:
    throttle.forget()
    body = urlencode([(k.encode("utf-8", "surrogatepass"), v.encode("utf-8", "surrogatepass")) for k, v in fields])
    response = client.generic("POST", "/s/open/", body, "application/x-www-form-urlencoded")
    assert response.status_code in (200, 422)
    document = document_of(survey.questionnaire)
    for stored in open_forms():
        checked = check(document, stored.answers)
        assert (checked.answers, checked.errors) == (stored.answers, ())
    Response.objects.all().delete()


def test_a_used_link_still_shows_what_was_typed_in_a_second_tab(client, survey, invitation, link) -> None:
    assert client.post(link, {"2.6": "First tab", "_uuid": uuid4(), "_do": "send"}).status_code == 200
    for action in ("send", "save"):
        second = client.post(
            link, {"2.6": "Second tab", "2.1": ["transit"], "_uuid": uuid4(), "_do": action, "_in": "en"}
        )
        html = second.content.decode()
        assert second.status_code == 410
        assert "This link has been used" in html
        assert "It is still on this page" in html
        assert ">\nSecond tab</textarea>" in html
        assert 'name="2.1" value="transit" checked' in html
        assert 'value="send"' not in html
    assert open_form().answers == {"2.6": "First tab"}


def test_a_link_used_between_reading_and_storing_shows_what_was_typed(client, survey, link, monkeypatch) -> None:
    def used(**kwargs: Any) -> None:
        raise NotAccepted("used")

    monkeypatch.setattr("surveys.views.respondent.seal_response", used)
    second = client.post(link, {"2.6": "Second tab", "_uuid": uuid4(), "_do": "send", "_in": "en"})
    assert (second.status_code, ">\nSecond tab</textarea>" in second.content.decode()) == (410, True)


def test_values_that_run_the_other_way_are_kept_apart_in_a_sentence(client, survey) -> None:
    survey.assessment.survey_contact = "Leyla <survey@example.org>"
    survey.assessment.save()
    arabic = client.get("/s/open/", {"lang": "ar"}).content.decode()
    assert "\u2068Leyla &lt;survey@example.org&gt;\u2069" in arabic
    english = client.get("/s/open/", {"lang": "en"}).content.decode()
    assert "send it to Leyla &lt;survey@example.org&gt; by" in english
    survey.assessment.survey_contact = "ليلى 123"
    survey.assessment.save()
    english = client.get("/s/open/", {"lang": "en"}).content.decode()
    assert "send it to \u2068ليلى 123\u2069 by" in english


@pytest.mark.parametrize("language", sorted(complete_languages()))
def test_a_blank_office_leaves_out_its_brackets_alone(client, survey, language) -> None:
    """The paragraph on who commissions the survey disappeared silently."""
    Survey.objects.update(languages=[language])
    survey.assessment.office = ""
    survey.assessment.save()
    html = client.get("/s/open/", {"lang": language}).content.decode()
    paragraph = next(line for line in html.splitlines() if "The commission" in line)
    assert "(" not in paragraph
    assert "{" not in paragraph
