"""A survey goes over to another version while it is answered: each form keeps the version that it showed."""

import copy
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from assessments.models import AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from instruments.models import Instrument
from instruments.services.corrections import correct
from surveys.models import Draft, EarlierVersion, EntryDraft, Response, SealedAnswer, Survey
from surveys.questionnaire.versions import accepted_versions, form_versions, of_version
from surveys.responses.drafts import saved_form
from surveys.sealed.boxes import seal, unseal
from surveys.services.responses import enter_response, import_responses
from surveys.services.sealed_answers import NotAccepted, seal_response
from surveys.services.versions import plan_switch, switch_version
from tests.concurrency import at_once, shared_database  # noqa: F401  (a fixture)
from tests.factories import UserFactory
from tests.surveys.factories import SurveyFactory

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/survey/"


def text(words: str) -> dict[str, str]:
    return {"en": words, "az": f"{words} (az)"}


def options(*names: str, **words: str) -> list[dict[str, Any]]:
    return [{"name": name, "text": text(words.get(name, f"Option {name}"))} for name in names]


FIRST: dict[str, Any] = {
    "kind": "survey",
    "title": text("Survey"),
    "sections": [
        {
            "name": "1",
            "title": text("One"),
            "items": [
                {"name": "1.1", "type": "select_one", "text": text("Is it well known?"), "options": options("a", "b")},
                {"name": "1.2", "type": "text", "text": text("Why is that so?")},
            ],
        }
    ],
}


def later(*, first: dict[str, Any] | None = None, drop: str = "", **more: Any) -> dict[str, Any]:
    """A definition with another item 1.1, without `drop`, and with a further item."""
    definition = copy.deepcopy(FIRST)
    items = definition["sections"][0]["items"]
    items[0].update(first or {})
    items[:] = [item for item in items if item["name"] != drop] + list(more.get("add", ()))
    return definition


def version(number: int, definition: dict[str, Any], parent: Instrument | None = None, **more: Any) -> Instrument:
    values = {"published_at": timezone.now()} | more
    return Instrument.objects.create(
        kind="survey", key="short", version=number, definition=definition, parent=parent, **values
    )


@pytest.fixture
def first() -> Instrument:
    return version(1, FIRST)


@pytest.fixture
def second(first: Instrument) -> Instrument:
    """A further option, without 1.2, with 1.3."""
    added = [{"name": "1.3", "type": "text", "text": text("What else?")}]
    return version(2, later(first={"options": options("a", "b", "c")}, drop="1.2", add=added), first)


@pytest.fixture
def short(assessment: Any, first: Instrument) -> Survey:
    assessment.questionnaire = first
    assessment.save()
    return SurveyFactory(assessment=assessment, questionnaire=first, open_slug="short", languages=["en", "az"])


def again(survey: Survey) -> Survey:
    return Survey.objects.select_related("questionnaire", "assessment").get(pk=survey.pk)


def switch(survey: Survey, to: Instrument, **more: Any) -> Any:
    return switch_version(survey=again(survey), to=to, by=UserFactory(), **more)


def send(client: Client, shown: Instrument, answers: dict[str, Any], **more: Any) -> Any:
    return client.post("/s/short/", {"_uuid": str(uuid4()), "_version": f"{shown.pk}.0", **answers, **more})


def sealed(survey: Survey) -> list[tuple[int, dict[str, Any]]]:
    forms = [unseal(survey.pk, answer.box) for answer in SealedAnswer.objects.filter(survey=survey)]
    return sorted(((form["questionnaire"], form["answers"]) for form in forms), key=str)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# The switch


def test_a_page_opened_before_is_checked_and_stored_by_its_version(
    short: Survey, first: Instrument, second: Instrument, client: Client
) -> None:
    before = client.get("/s/short/").content.decode()
    assert send(client, first, {"1.1": "a", "1.2": "old"}).status_code == 200
    switch(short, second)

    after = client.get("/s/short/").content.decode()
    assert f'name="_version" value="{first.pk}.0"' in before
    assert f'name="_version" value="{second.pk}.0"' in after
    assert ("Why is that so?" in before, "Why is that so?" in after, "What else?" in after) == (True, False, True)
    assert send(client, first, {"1.1": "b", "1.2": "late"}).status_code == 200
    assert send(client, second, {"1.1": "c", "1.3": "new"}).status_code == 200
    refused = send(client, first, {"1.1": "c"})
    assert refused.status_code == 422
    assert "Why is that so?" in text_of(refused)
    assert f'name="_version" value="{first.pk}.0"' in refused.content.decode()
    assert sealed(short) == sorted(
        [
            (first.pk, {"1.1": "a", "1.2": "old"}),
            (first.pk, {"1.1": "b", "1.2": "late"}),
            (second.pk, {"1.1": "c", "1.3": "new"}),
        ],
        key=str,
    )


def test_another_language_and_a_saved_form_keep_the_version(
    short: Survey, first: Instrument, second: Instrument, client: Client
) -> None:
    switch(short, second)
    turned = send(client, first, {"1.2": "typed"}, _to="az").content.decode()
    assert ("Why is that so? (az)" in turned, "typed" in turned, f'"{first.pk}.0"' in turned) == (True, True, True)
    saved = send(client, first, {"1.2": "typed"}, _do="save").content.decode()
    code = saved.split('saved-code" dir="ltr">')[1].split("<")[0]
    assert saved_form(Draft.objects.get()).version == first.pk
    resumed = client.post("/s/short/continue/", {"_code": code}).content.decode()
    assert ("typed" in resumed, f'name="_version" value="{first.pk}.0"' in resumed) == (True, True)


def test_a_form_saved_before_versions_were_noted_is_continued(short: Survey, first: Instrument, client: Client) -> None:
    saved = send(client, first, {"1.2": "typed"}, _do="save").content.decode()
    code = saved.split('saved-code" dir="ltr">')[1].split("<")[0]
    box = seal(short.pk, {"answers": {"1.2": "typed", "9.9": "?"}, "language": "en", "uuid": str(uuid4())})
    Draft.objects.update(box=box)
    resumed = client.post("/s/short/continue/", {"_code": code})
    assert (resumed.status_code, "typed" in resumed.content.decode()) == (200, True)


@pytest.mark.parametrize("shown", ["0.0", "999999999.0", "1" * 30, "-1.0"])
def test_a_page_of_a_version_that_is_not_taken_is_shown_again_with_what_was_typed(
    short: Survey, client: Client, shown: str
) -> None:
    page = client.post("/s/short/", {"_uuid": str(uuid4()), "_version": shown, "1.2": "typed", "7.7": "x"})
    if shown.isdigit() or shown.startswith("-"):  # no version at all: the one in use
        assert page.status_code in (409, 422)
    else:
        assert page.status_code == 409
        assert "The questionnaire has changed since you opened this page" in text_of(page)
    assert "typed" in page.content.decode()
    assert not SealedAnswer.objects.exists()


def test_the_log_has_versions_and_codes(short: Survey, second: Instrument) -> None:
    switch(short, second)
    event = AuditEvent.objects.get(action="survey.version_changed")
    assert event.detail == {
        "was": "Survey short version 1",
        "becomes": "Survey short version 2",
        "more_options": ["1.1"],
        "added": ["1.3"],
        "removed": ["1.2"],
    }
    assert again(short).questionnaire == second
    assert [row.questionnaire.version for row in EarlierVersion.objects.all()] == [1]
    assert [one.version for one in accepted_versions(again(short))] == [2, 1]


def test_the_same_choice_twice_is_one_and_an_older_page_is_told(
    short: Survey, first: Instrument, second: Instrument
) -> None:
    for _ in range(2):
        switch(short, second, used=first.pk)
    third = version(3, second.definition, second)
    with pytest.raises(ConflictError):
        switch(short, third, used=first.pk)
    assert AuditEvent.objects.filter(action="survey.version_changed").count() == 1
    assert again(short).questionnaire == second


def test_another_question_under_the_same_code_is_refused_with_what_to_do(short: Survey, first: Instrument) -> None:
    for changed in ({"options": options("a")}, {"type": "select_multiple"}):
        other = version(Instrument.objects.count() + 7, later(first=changed), first)
        with pytest.raises(InputError, match=r"1\.1 is another question: .* under a code of its own, such as 1\.1b"):
            switch(short, other)
    assert again(short).questionnaire == first
    assert not EarlierVersion.objects.exists()


def test_a_code_of_an_earlier_version_is_not_used_again(short: Survey, second: Instrument) -> None:
    """Version 2 dropped 1.2 and added option c: version 3 may neither reuse the one nor drop the other."""
    switch(short, second)
    reused = [{"name": "1.2", "type": "integer", "text": text("How many?")}]
    third = version(3, later(first={"options": options("a", "b")}, drop="1.2", add=reused), second)
    refused = " ".join(plan_switch(again(short), third).refused)
    assert "1.2 is another question" in refused
    assert "1.1 is another question" in refused
    assert [one.code for one in plan_switch(again(short), third).changes if one.kind == "another"] == ["1.1"]


def test_only_a_published_descendant_is_taken_while_there_are_forms(short: Survey, first: Instrument) -> None:
    stranger = version(5, FIRST)
    draft = version(6, FIRST, first, published_at=None)
    withdrawn = version(7, FIRST, first, withdrawn_at=stranger.published_at)
    for to, why in ((stranger, "was not adapted from"), (draft, "Publish this version"), (withdrawn, "was withdrawn")):
        with pytest.raises(InputError, match=why):
            switch(short, to)
    grandchild = version(9, FIRST, version(8, FIRST, first))
    assert switch(short, grandchild).refused == ()


def test_exchanged_labels_have_to_be_confirmed(short: Survey, first: Instrument) -> None:
    exchanged = version(2, later(first={"options": options("a", "b", a="Option b", b="Option a")}), first)
    with pytest.raises(InputError, match=r"Look at 1\.1 and confirm"):
        switch(short, exchanged)
    switch(short, exchanged, confirmed=["1.1"])
    assert again(short).questionnaire == exchanged


def test_without_forms_any_version_replaces_the_present_one(short: Survey) -> None:
    Survey.objects.update(status="draft")
    stranger = version(5, later(first={"type": "select_multiple"}))
    enter_response(
        survey=again(short), answers={"1.1": "a"}, language="en", source="web", uuid=uuid4(), is_test=True, by=None
    )
    assert switch(short, stranger).is_free
    assert not EarlierVersion.objects.exists()
    assert again(short).questionnaire == stranger


@pytest.mark.parametrize("what", ["open", "sealed", "paper", "saved"])
def test_forms_that_count_are_those_received_and_those_that_may_come(short: Survey, what: str) -> None:
    typed: dict[str, Any] = {"answers": {"1.1": "a"}, "language": "en", "uuid": uuid4()}
    if what == "sealed":
        seal_response(survey=again(short), **typed)
    if what == "paper":
        enter_response(survey=again(short), source="paper", by=None, **typed)
    if what == "saved":
        Draft.objects.create(survey=short, code_hmac="x", box=b"", saved_on="2026-01-01", expires_on="2026-02-01")
    if what != "open":
        Survey.objects.update(status="closed")
    assert not plan_switch(again(short), version(5, FIRST)).is_free


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared_database")
def test_two_switches_and_a_correction_at_once(short: Survey, first: Instrument, second: Instrument) -> None:
    other, by = version(3, FIRST, first), UserFactory()
    key = "sections/1/items/1.1/text"
    found = at_once(
        [
            lambda: switch_version(survey=again(short), to=second, by=by, used=first.pk),
            lambda: switch_version(survey=again(short), to=other, by=by, used=first.pk),
            lambda: correct(instrument=first, language="az", key=key, was="Is it well known? (az)", becomes="X", by=by),
        ]
    )
    assert sorted(str(one) for one in found) == [str(ConflictError), "None", "None"]
    assert EarlierVersion.objects.count() == 1
    assert again(short).questionnaire in (second, other)


# Back after a mistake


def test_a_mistaken_change_is_taken_back_as_long_as_no_form_was_answered(
    short: Survey, first: Instrument, second: Instrument, client: Client
) -> None:
    send(client, first, {"1.1": "a"})
    send(client, first, {"1.2": "typed"}, _do="save")
    switch(short, second)
    mistaken = send(client, second, {"1.1": "", "1.3": ""})
    assert mistaken.status_code == 422
    done = switch(short, first, used=second.pk)
    assert (done.is_back, done.refused, again(short).questionnaire) == (True, (), first)
    assert [one.version for one in accepted_versions(again(short))] == [1]
    event = AuditEvent.objects.latest("pk")
    assert event.action == "survey.version_switched_back"
    assert event.detail == {"was": "Survey short version 2", "becomes": "Survey short version 1"}
    page = send(client, second, {"1.1": "b", "1.3": "typed in the mistaken one"})
    assert page.status_code == 409
    assert "The questionnaire has changed since you opened this page" in text_of(page)
    assert [version for version, _ in sealed(short)] == [first.pk]
    switch(short, second)  # and over again
    assert again(short).questionnaire == second


@pytest.mark.parametrize("what", ["sealed", "paper", "saved", "typed", "unreadable"])
def test_a_version_with_answers_cannot_be_taken_back_and_it_is_said_what_to_do(
    short: Survey, first: Instrument, second: Instrument, client: Client, member: Any, what: str
) -> None:
    switch(short, second)
    given: dict[str, Any] = {"answers": {"1.1": "c"}, "language": "en", "uuid": uuid4()}
    if what == "sealed":
        send(client, second, {"1.1": "c"})
    if what == "paper":
        enter_response(survey=again(short), source="paper", by=None, **given)
    if what == "saved":
        send(client, second, {"1.3": "typed"}, _do="save")
    if what == "typed":
        about = {"survey": short, "typed_by": member("lead"), "questionnaire": second, "typed": {}}
        for days in (-1, 1):  # one of them has expired
            until = timezone.now() + timedelta(days=days)
            EntryDraft.objects.create(uuid=uuid4(), page=uuid4(), expires_at=until, **about)
    if what == "unreadable":
        SealedAnswer.objects.create(survey=short, box=b"?", receipt_hmac="x")
    began = "has been begun" if what in ("saved", "typed") else "was answered"
    with pytest.raises(InputError, match=rf"1 form .*{began}.* adapt Survey short version 2, enter them there"):
        switch(short, first)
    assert again(short).questionnaire == second
    assert EarlierVersion.objects.count() == 1


def test_test_answers_and_what_its_respondent_removed_do_not_keep_a_version(
    short: Survey, first: Instrument, second: Instrument
) -> None:
    switch(short, second)
    given: dict[str, Any] = {"answers": {"1.1": "c"}, "language": "en", "source": "web", "by": None}
    enter_response(survey=again(short), uuid=uuid4(), is_test=True, **given)
    removed = enter_response(survey=again(short), uuid=uuid4(), **given)
    Response.objects.filter(pk=removed.pk).update(withdrawn=True)
    assert switch(short, first).is_back


def test_a_form_that_arrives_while_the_survey_goes_back_is_not_stored_in_the_mistaken_version(
    short: Survey, first: Instrument, second: Instrument
) -> None:
    switch(short, second)
    before, typed = again(short), again(short)  # as requests read it that began before
    switch(short, first)
    given: dict[str, Any] = {"answers": {"1.1": "c"}, "language": "en", "uuid": uuid4()}
    with pytest.raises(NotAccepted, match="gone back"):
        seal_response(survey=before, **given)
    with pytest.raises(InputError, match="go back to an earlier version"):
        enter_response(survey=typed, source="paper", by=None, **given)
    assert not SealedAnswer.objects.exists()
    assert not Response.objects.exists()


def test_survey_version_goes_back(short: Survey, first: Instrument, second: Instrument, client_as: Any) -> None:
    lead = client_as("lead")
    assert "there is none to go back to" in text_of(lead.get(HOME + "version/?back=1", follow=True))
    assert "Go back to version" not in text_of(lead.get(HOME))
    switch(short, second)
    assert "Go back to version 1" in text_of(lead.get(HOME))
    assert "From version 2 to version 1" in text_of(lead.get(HOME + "version/?back=1"))
    form = enter_response(
        survey=again(short), answers={"1.1": "a"}, language="en", source="paper", uuid=uuid4(), by=None
    )
    refused = lead.post(HOME + "version/?back=1", {"used": second.pk})
    assert (refused.status_code, "1 form was answered in Survey short version 2" in text_of(refused)) == (422, True)
    assert "Go back to version" not in text_of(lead.get(HOME))
    form.delete()
    done = lead.post(HOME + "version/?back=1", {"used": second.pk}, follow=True)
    assert "The survey uses Survey short version 1 again." in text_of(done)
    assert again(short).questionnaire == first


# Paper and tables


def test_response_enter_asks_for_the_version_of_the_paper_only_where_there_is_a_choice(
    short: Survey, first: Instrument, second: Instrument, client_as: Any
) -> None:
    lead = client_as("lead")
    assert "Which version is the form?" not in text_of(lead.get(HOME + "enter/"))
    switch(short, second)
    correct(
        instrument=first,
        language="az",
        key="sections/1/items/1.1/text",
        was="Is it well known? (az)",
        becomes="X",
        by=None,
    )
    asked = lead.get(HOME + "enter/")
    assert "Which version is the form?" in text_of(asked)
    labels = [one.label for one in form_versions(again(short))]
    assert labels == ["short · 2", "short · 1.1", "short · 1", "short · 1, correction not known"]
    for value, correction in (
        (f"{first.pk}.1", 1),
        (f"{first.pk}.0", 0),
        (f"{first.pk}.", None),
        (f"{second.pk}.0", 0),
    ):
        assert f'href="?version={value}"' in asked.content.decode()
        page = lead.get(f"{HOME}enter/?version={value}")
        assert ("Why is that so?" in text_of(page)) == value.startswith(f"{first.pk}.")
        sent = {"_version": value, "_uuid": str(uuid4()), "1.1": "1", "source": "paper", "language": "en"}
        saved = lead.post(HOME + "enter/", sent)
        assert saved.headers["Location"].endswith(f"&version={value}")
        stored = Response.objects.latest("pk")
        assert (stored.questionnaire_id, stored.correction) == (int(value.split(".")[0]), correction)


def test_what_was_typed_of_a_replaced_version_is_shown_again_and_not_stored(
    short: Survey, second: Instrument, client_as: Any
) -> None:
    lead, typed = client_as("lead"), {"1.1": "1", "source": "paper", "language": "en"}
    for sent in ({"_version": "0.0"}, {"_version": ""}, {"_version": "0.0", "1.1": "9"}):
        page = lead.post(HOME + "enter/", typed | sent)
        assert page.status_code == 422
        assert "The questionnaire was replaced since you opened the page" in text_of(page)
        assert f'value="{(typed | sent)["1.1"]}"' in page.content.decode()
    switch(short, second)
    assert lead.post(HOME + "enter/", typed).status_code == 422
    assert not Response.objects.exists()


def test_a_paper_page_opened_before_the_switch_is_stored_by_its_version(
    short: Survey, first: Instrument, second: Instrument, client_as: Any
) -> None:
    lead = client_as("lead")
    shown = lead.get(HOME + "enter/").content.decode().split('name="_version" value="')[1].split('"')[0]
    switch(short, second)
    sent = {"_version": shown, "1.1": "1", "1.2": "words", "source": "paper", "language": "en"}
    page = lead.post(HOME + "enter/", sent | {"1.1": "7"})
    assert (page.status_code, f'name="_version" value="{shown}"' in page.content.decode()) == (422, True)
    assert "Choose another version" in text_of(page)
    assert lead.post(HOME + "enter/", sent).status_code == 302
    assert Response.objects.get().questionnaire == first


def test_a_table_is_imported_as_one_version(short: Survey, first: Instrument, second: Instrument) -> None:
    switch(short, second)
    rows = [{"answers": {"1.2": "x"}, "language": "en", "source": "paper", "uuid": uuid4()}]
    made = import_responses(survey=of_version(again(short), first), rows=rows, by=None)
    assert [(one.questionnaire_id, one.correction) for one in made] == [(first.pk, 0)]
    assert again(short).questionnaire == second


def test_response_import_asks_for_the_version_of_the_forms_only_where_there_is_a_choice(
    short: Survey, first: Instrument, second: Instrument, client_as: Any
) -> None:
    client = client_as("focal_point")
    address, content = HOME + "import/", b"1.1,1.2\na,Because\n"

    def send_file(**more: str) -> Any:
        return client.post(address, {"file": SimpleUploadedFile("forms.csv", content), **more})

    assert "Version of the questionnaire" not in text_of(client.get(address))
    assert send_file().status_code == 302
    switch(short, second)
    refused = send_file()
    assert (refused.status_code, "Choose the version that the forms show." in text_of(refused)) == (422, True)
    home = str(send_file(version=f"{first.pk}.0")["Location"]).removesuffix("sheet/")
    page = client.get(home + "columns/")
    assert "short · 1" in text_of(page)
    assert [line["value"] for line in page.context["known"]] == ["1.1 Is it well known?", "1.2 Why is that so?"]
    sent = {f"c{line['at']}": line["value"] for line in page.context["known"]} | {"seen": "0"}
    assert client.post(home + "columns/", sent)["Location"] == home + "preview/"
    client.post(home + "preview/", {"language": "en", "source": "paper", "seen": "1"})
    [stored] = Response.objects.all()
    assert (stored.questionnaire, stored.correction, stored.answers) == (first, 0, {"1.1": "a", "1.2": "Because"})
    late = str(send_file(version=f"{second.pk}.0")["Location"])
    EarlierVersion.objects.all().delete()
    Survey.objects.update(questionnaire=first)  # the survey has gone back
    assert "takes no forms of this version any more" in text_of(client.get(late, follow=True))


# The pages


def test_survey_version_compares_and_goes_over(
    short: Survey, second: Instrument, assessment: Any, client_as: Any
) -> None:
    lead = client_as("lead")
    assert "The survey uses the version" in text_of(lead.get(HOME + "version/", follow=True))
    assessment.questionnaire = second
    assessment.save()
    assert "Compare, and go over to it" in text_of(lead.get(HOME))
    page = text_of(lead.get(HOME + "version/"))
    for words in ("Further option: Option c", "1.3 What else?", "new question", "no longer asked", "From version 1 to"):
        assert words in page
    done = lead.post(HOME + "version/", {"used": short.questionnaire_id}, follow=True)
    assert "The survey now uses Survey short version 2" in text_of(done)
    assert "Forms of short, version 1 are still taken" in text_of(done)
    assert "Compare, and go over to it" not in text_of(done)


def test_survey_version_says_why_not_and_asks_about_exchanged_labels(
    short: Survey, first: Instrument, assessment: Any, client_as: Any
) -> None:
    lead = client_as("lead")
    assessment.questionnaire = version(2, later(first={"options": options("a")}), first)
    assessment.save()
    page = lead.get(HOME + "version/")
    assert "1.1 is another question" in text_of(page)
    assert "Go over to this version" not in text_of(page)
    assert lead.post(HOME + "version/").status_code == 422
    assessment.questionnaire = version(
        3, later(first={"options": options("a", "b", a="Option b", b="Option a")}), first
    )
    assessment.save()
    page = lead.post(HOME + "version/")
    assert (page.status_code, 'name="confirmed" value="1.1"' in page.content.decode()) == (422, True)
    assert again(short).questionnaire == first
    lead.post(HOME + "version/", {"confirmed": "1.1"})
    assert again(short).questionnaire.version == 3


def test_survey_version_is_for_those_who_manage_the_survey(
    short: Survey, second: Instrument, assessment: Any, check_roles: Any
) -> None:
    assessment.questionnaire = second
    assessment.save()
    check_roles(HOME + "version/", allowed="focal_point", denied="observer", wrong="delete")
    check_roles(HOME + "version/", allowed="lead", denied="consultant", method="post", ok=302)
