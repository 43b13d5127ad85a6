"""A form without the revision that its page carries is refused like one of an old page: nothing is stored, what was
typed is kept, and what is stored now is shown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import CellDecision, Mark
from indicators.services.recommendations import edit_recommendation
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Ballot, Comment, Group, Verdict, Workshop
from workshops.services.ballots import cast_ballot
from workshops.services.comments import add_comment, edit_comment, resolve_comment
from workshops.services.verdicts import agree_remaining, give_verdict, undo_agree_remaining
from workshops.services.workshops import close_workshop, update_agenda
from workshops.words import VerdictConflict

pytestmark = pytest.mark.django_db
CELL = "cell:1.1/F1"
MISSING = [{}, {"revision": "", "given": "", "seen": ""}, {"revision": "1e3", "given": "-4", "seen": "x"}]


@pytest.fixture
def group(assessment: Any) -> Group:
    make_mark(assessment, "1.1/F1")
    return make_group(make_workshop(assessment))


@pytest.fixture
def phone(group: Group) -> Client:
    client = Client()
    client.post(f"/w/{group.workshop.join_code}/", {"group": group.pk})
    return client


@pytest.fixture
def paper(group: Group, client_as: Any) -> tuple[Client, list[Any]]:
    return client_as("facilitator"), [group.workshop.assessment.reference, group.workshop_id, group.pk]


@pytest.mark.parametrize("missing", MISSING)
def test_ballot(group: Group, phone: Client, paper: Any, missing: dict[str, str]) -> None:
    cast_ballot(group=group, priorities=["J", "A", "N"])
    typed = {"place_0": "B", "place_1": "C", "place_2": "D", "other_text": ""} | missing
    client, at = paper
    for answer in (
        phone.post("/w/group/ballot/", typed),
        client.post(reverse("workshops:group_ballot", args=at), typed),
    ):
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "It is now: J, A, N." in page
        assert '<option value="B" selected>' in page
        assert 'name="revision" value="1"' in page
    assert Ballot.objects.get().priorities == ["J", "A", "N"]


def test_first_ballot(phone: Client) -> None:
    answer = phone.post("/w/group/ballot/", {"place_0": "B", "place_1": "C", "place_2": "D", "other_text": ""})
    assert answer.status_code == 409
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("missing", MISSING)
def test_withdrawn_ballot(group: Group, phone: Client, paper: Any, missing: dict[str, str]) -> None:
    cast_ballot(group=group, priorities=["J", "A", "N"])
    answer = phone.post("/w/group/ballot/withdraw/", missing)
    assert answer.status_code == 409
    assert "It is now: J, A, N. It was not withdrawn" in answer.content.decode()
    client, at = paper
    page = client.post(reverse("workshops:group_withdraw", args=at), missing, follow=True).content.decode()
    assert "It is now: J, A, N. It was not withdrawn" in page
    assert Ballot.objects.exists()
    client.post(reverse("workshops:group_withdraw", args=at), {"revision": "1"})
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("script", [{}, {"X-Requested-With": "fetch"}])
def test_verdict(group: Group, phone: Client, paper: Any, missing: dict[str, str], script: dict[str, str]) -> None:
    typed = {"target": CELL, "choice": "disagree", "words": "Not in force."} | missing
    client, at = paper
    for answer in (
        phone.post("/w/group/verdict/", typed, headers=script),
        client.post(reverse("workshops:group_verdict", args=at), typed, headers=script),
    ):
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "NRM specific to THB is in place" in page
        assert "Not in force.</textarea>" in page
        assert "The text has changed" in page
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("missing", MISSING)
def test_withdrawn_verdict(group: Group, phone: Client, paper: Any, missing: dict[str, str]) -> None:
    give_verdict(group=group, target=CELL, choice="agree")
    client, at = paper
    send = {"target": CELL} | missing
    assert phone.post("/w/group/verdict/withdraw/", send).status_code == 409
    assert client.post(reverse("workshops:group_verdict_withdraw", args=at), send).status_code == 409
    assert not Verdict.objects.get().is_withdrawn


@pytest.mark.parametrize("missing", MISSING)
def test_agree_with_the_remaining(group: Group, phone: Client, paper: Any, missing: dict[str, str]) -> None:
    send = {"category": "1", "cell": CELL} | missing
    client, at = paper
    for answer in (
        phone.post("/w/group/agree/", send),
        client.post(reverse("workshops:group_agree", args=at), send),
    ):
        assert answer.status_code == 409
        assert "Some of these cells have changed" in answer.content.decode()
        assert f'name="cell" value="{CELL}"' in answer.content.decode()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("missing", [*MISSING, {"cell": CELL, "given": "7"}, {"cell": "cell:1.1/F2", "given": "1"}])
def test_undone_agreement(group: Group, phone: Client, paper: Any, missing: dict[str, str]) -> None:
    agree_remaining(group=group, category="1", targets={CELL: None})
    client, at = paper
    for answer in (
        phone.post("/w/group/undo-agree/", {"category": "1"} | missing),
        client.post(reverse("workshops:group_undo_agree", args=at), {"category": "1"} | missing),
    ):
        assert answer.status_code == 409
        page = " ".join(answer.content.decode().split())
        assert f'name="cell" value="{CELL}"><input type="hidden" name="given" value="1"' in page  # as it is now
    assert not Verdict.objects.get().is_withdrawn


def test_an_agreement_that_the_group_has_changed_since_is_not_undone_from_an_old_page(group: Group) -> None:
    make_mark(group.workshop.assessment, "1.1/F2")
    update_agenda(workshop=group.workshop, by=None)
    both = {CELL: 1, "cell:1.1/F2": 1}
    agree_remaining(group=group, category="1", targets=dict.fromkeys(both))
    give_verdict(group=group, target=CELL, choice="disagree", words="Not in force.")
    with pytest.raises(VerdictConflict):
        undo_agree_remaining(group=group, category="1", given=both)
    assert Verdict.objects.in_force().count() == 2


def test_a_double_click_withdraws_once_and_shows_no_error(group: Group, phone: Client) -> None:
    cast_ballot(group=group, priorities=["J", "A", "N"])
    agree_remaining(group=group, category="1", targets={CELL: None})
    for path, data in (
        ("ballot/withdraw/", {"revision": "1"}),
        ("undo-agree/", {"category": "1", "cell": CELL, "given": "1"}),
    ):
        assert [phone.post(f"/w/group/{path}", data).status_code for _ in range(2)] == [302, 302]
    assert not Ballot.objects.exists()
    assert Verdict.objects.get().revision == 2
    give_verdict(group=group, target=CELL, choice="agree")
    send = {"target": CELL, "given": "3"}
    answers = [phone.post("/w/group/verdict/withdraw/", send, headers={"X-Requested-With": "fetch"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Verdict.objects.get().revision == 4


def test_what_the_lead_sends_twice_is_done_once_and_shows_no_error(assessment: Any, client_as: Any) -> None:
    """A double click without scripts, or a server that was killed after it had stored the first."""
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F1", "potential_improvement", source="workshop", rationale="Heard twice.")
    row, lead = make_recommendation(assessment), client_as("lead")
    statement = add_comment(assessment=assessment, statement="It is not so.", by=None)
    proposed = {"target": f"recommendation:{row.pk}", "statement": "train all inspectors", "kind": "qualified"}
    wording = add_comment(assessment=assessment, by=None, **proposed)

    def twice(name: str, *at: Any, **data: Any) -> None:
        address = reverse(name, args=["AZE-2016", *at])
        assert [lead.post(address, data).status_code for _ in range(2)] == [302, 302]

    cell = ("1.1", "F1")
    seen = {"consultant_revision": "1", "proposal_revision": "1"}
    twice("indicators:cell_decide", *cell, source="workshop", reason="Two groups said so.", **seen)
    twice("indicators:cell_mark", *cell, state="in_place", rationale="Approved in 2010.", revision="1")
    twice("indicators:cell_withdraw", *cell, reason="Taken back.", revision="1")
    edited = {"category": "1", "lead_in": "", "addressee": "", "verb": "invited", "text": " train inspectors yearly "}
    twice("indicators:recommendation_edit", row.pk, revision="1", **edited)
    twice("workshops:comment_resolve", statement.pk, disposition="noted", reason="Kept.", changed="", revision="1")
    twice("workshops:comment_adopt", wording.pk, revision="1", wording_revision="2")
    assert CellDecision.objects.count() == 1
    assert Mark.objects.get(source="consultant").revision == 2
    assert Mark.objects.get(source="workshop").revision == 2
    assert row.changes.count() == 3  # added, edited, taken over
    assert set(Comment.objects.values_list("revision", flat=True)) == {2}


def test_an_agreement_sent_twice_is_given_once(group: Group, phone: Client) -> None:
    send = {"category": "1", "cell": CELL, "seen": "2"}
    assert [phone.post("/w/group/agree/", send).status_code for _ in range(2)] == [302, 302]
    assert Verdict.objects.get().revision == 1


def test_withdrawn_and_restored_response(assessment: Any, client_as: Any) -> None:
    row = add_comment(assessment=assessment, statement="It is not so.", by=None)
    edit_comment(comment=row, statement="It is not at all so.", by=None)
    lead = client_as("lead")

    def post(action: str, revision: str = "") -> Any:
        at = reverse(f"workshops:comment_{action}", args=["AZE-2016", row.pk])
        return lead.post(at, {"revision": revision} if revision else {})

    for old in ("", "1"):
        answer = post("withdraw", old)
        assert answer.status_code == 409
        assert "It is not at all so." in answer.content.decode()
    assert not Comment.objects.get().is_withdrawn
    assert [post("withdraw", "2").status_code for _ in range(2)] == [302, 302]  # a double click
    assert (Comment.objects.get().is_withdrawn, Comment.objects.get().revision) == (True, 3)
    assert post("restore", "2").status_code == 409
    assert [post("restore", "3").status_code for _ in range(2)] == [302, 302]
    assert (Comment.objects.get().is_withdrawn, Comment.objects.get().revision) == (False, 4)


def test_a_decision_does_not_survive_an_edit_of_what_it_was_made_on(assessment: Any, client_as: Any) -> None:
    row = add_comment(assessment=assessment, statement="It is not so.", who="a ministry", by=None)
    row = resolve_comment(comment=row, disposition="declined", reason="Two documents say it is.", by=None)
    row = edit_comment(comment=row, who="a state agency", by=None)
    assert row.disposition == "declined"
    at, lead = [assessment.reference, row.pk], client_as("lead")
    typed = {"statement": "It is so only in the capital.", "who": row.who, "kind": "note", "stage": "validation"}
    answer = lead.post(reverse("workshops:comment_edit", args=at), typed | {"revision": str(row.revision)}, follow=True)
    page = " ".join(answer.content.decode().split())
    assert "The decision was on the earlier text, so it is open again." in page
    row.refresh_from_db()
    assert (row.disposition, row.decided_at, row.reason) == ("", None, "Two documents say it is.")
    assert "Two documents say it is.</textarea>" in page  # for the lead to decide again


@pytest.mark.parametrize(
    "missing", [{}, {"consultant_revision": "1"}, {"consultant_revision": "1", "proposal_revision": "7"}]
)
def test_decision_on_a_cell(assessment: Any, client_as: Any, missing: dict[str, str]) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F1", "potential_improvement", source="workshop", rationale="Heard twice.")
    at, lead = reverse("indicators:cell_decide", args=["AZE-2016", "1.1", "F1"]), client_as("lead")
    answer = lead.post(at, {"source": "workshop", "reason": "Two groups said so."} | missing)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Two groups said so.</textarea>" in page
    assert "Heard twice." in page
    assert "One of the marks has changed" in page
    assert not CellDecision.objects.exists()
    form = answer.context["decision_form"]
    again = {name: form[name].value() for name in ("source", "reason", "consultant_revision", "proposal_revision")}
    assert lead.post(at, again).status_code == 302
    assert CellDecision.objects.get().reason == "Two groups said so."


def test_withdrawn_proposal(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, "1.1/F1", "potential_improvement", source="workshop", rationale="Heard twice.")
    at = reverse("indicators:cell_withdraw", args=["AZE-2016", "1.1", "F1"])
    answer = client_as("lead").post(at, {"reason": "Taken back on the day."})
    assert answer.status_code == 409
    assert 'value="Taken back on the day."' in answer.content.decode()
    assert not Mark.objects.get().withdrawn


def test_mark_and_recommendation(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, "1.1/F1")
    row, lead = make_recommendation(assessment), client_as("lead")
    mark = {"state": "potential_improvement", "rationale": "My words."}
    answer = lead.post(reverse("indicators:cell_mark", args=["AZE-2016", "1.1", "F1"]), mark)
    assert (answer.status_code, "My words." in answer.content.decode()) == (409, True)
    typed = {"category": "1", "lead_in": "", "addressee": "", "verb": "invited", "text": "My wording"}
    answer = lead.post(reverse("indicators:recommendation_edit", args=["AZE-2016", row.pk]), typed)
    assert (answer.status_code, "My wording" in answer.content.decode()) == (409, True)
    assert (Mark.objects.get().state, row.changes.count()) == ("in_place", 1)


def test_decision_on_a_response(assessment: Any, client_as: Any) -> None:
    row = add_comment(assessment=assessment, statement="It is not so.", by=None)
    typed = {"disposition": "noted", "reason": "Confirmed elsewhere.", "changed": ""}
    answer = client_as("lead").post(reverse("workshops:comment_resolve", args=["AZE-2016", row.pk]), typed)
    assert answer.status_code == 409
    assert "Confirmed elsewhere.</textarea>" in answer.content.decode()
    assert Comment.objects.get().disposition == ""


@pytest.mark.parametrize("sent", [{}, {"revision": "1"}, {"revision": "1", "wording_revision": "1"}])
def test_wording_taken_over(assessment: Any, client_as: Any, sent: dict[str, str]) -> None:
    row = make_recommendation(assessment)
    workshop = make_workshop(assessment)
    target = f"recommendation:{row.pk}"
    give_verdict(group=make_group(workshop), target=target, choice="amend", words="train all inspectors")
    close_workshop(workshop=Workshop.objects.get(), by=None)
    edit_recommendation(recommendation=row, text="train inspectors twice", by=None)
    comment = Comment.objects.get()
    answer = client_as("lead").post(reverse("workshops:comment_adopt", args=["AZE-2016", comment.pk]), sent)
    assert answer.status_code == 409
    assert "so nothing was replaced" in answer.content.decode() or "have not been saved" in answer.content.decode()
    assert "twice" in answer.content.decode()
    row.refresh_from_db()
    assert (row.text, Comment.objects.get().disposition) == ("train inspectors twice", "")
