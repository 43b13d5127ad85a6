"""Pages of the matrix: who may do what, the messages on bad input, and that nothing typed is lost."""

from typing import Any

import pytest
from django.urls import reverse

from indicators.models import Mark, Recommendation
from indicators.services.marks import decide_cell
from indicators.services.recommendations import edit_recommendation, set_status
from reports.document.builder import build
from reports.document.open_points import find_open_points
from reports.output.html import render
from reports.services.reports import create_report
from tests.indicators.factories import make_mark, make_recommendation
from tests.pages import text

MARK = {"state": "in_place", "rationale": "Seen in the rules.", "evidence": "", "reason": "", "revision": "0"}


def url(name: str, *args: Any) -> str:
    return reverse(f"indicators:{name}", args=["AZE-2016", *args])


# The matrix


def test_matrix_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("matrix"), allowed="observer", wrong="post")


def test_matrix_shows_every_cell_with_sign_and_word(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, "1.1/F1", "potential_improvement", rationale="Not <b>used</b>.")
    page = text(client_as("observer").get(url("matrix") + "?category=all"))
    assert page.count("data-cell ") == 100
    assert page.count('class="is-potential_improvement"') == 1
    assert page.count('class="is-not_assessed"') == 99
    assert page.count("Not &lt;b&gt;used&lt;/b&gt;.") == 1
    assert "1 of 100 cells assessed" in page


def test_matrix_shows_a_category_at_a_time(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, "1.1/F1", "potential_improvement")
    client = client_as("observer")
    first, third = text(client.get(url("matrix"))), text(client.get(url("matrix") + "?category=3"))
    assert [first.count("data-cell "), third.count("data-cell ")] == [20, 20]
    assert 'id="cell-1.1-F1"' in first
    assert 'id="cell-3.1-F1"' in third
    assert "1 of 100 cells assessed" in third
    assert '<a href="?category=3" aria-current="true">' in third
    assert ['rel="prev" href="?category=2"' in third, 'rel="next" href="?category=4"' in third] == [True, True]
    assert 'rel="prev"' not in first
    assert text(client.get(url("matrix") + "?category=none")).count('id="cell-1.1-F1"') == 1
    cell = text(client.get(url("cell", "3.1", "F1")))
    assert 'href="/a/AZE-2016/indicators/?category=3#cell-3.1-F1"' in cell


def test_matrix_query_count_does_not_grow(assessment: Any, client_as: Any, django_assert_max_num_queries: Any) -> None:
    client = client_as("lead")
    make_mark(assessment, "1.1/F1", "potential_improvement")
    client.get(url("matrix"))
    with django_assert_max_num_queries(40) as first:
        client.get(url("matrix"))
    for key in ("1.1/F2", "2.1/F1", "3.1/O1"):
        make_mark(assessment, key, "potential_improvement", source="workshop")
    with django_assert_max_num_queries(len(first)):
        client.get(url("matrix"))


# A cell


def test_cell_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("cell", "1.1", "F1"), allowed="observer", wrong="post")


def test_cell_mark_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(
        url("cell_mark", "1.1", "F1"),
        allowed="consultant",
        denied="facilitator",
        method="post",
        wrong="put",
        ok=302,
        data=MARK,
    )


def test_cell_propose_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(
        url("cell_propose", "1.1", "F1"),
        allowed="facilitator",
        denied="consultant",
        method="post",
        wrong="put",
        ok=302,
        data=MARK,
    )


def test_cell_decide_roles(assessment: Any, check_roles: Any) -> None:
    make_mark(assessment, source="workshop")
    check_roles(
        url("cell_decide", "1.1", "F1"),
        allowed="lead",
        denied="consultant",
        method="post",
        wrong="put",
        ok=302,
        data={"source": "workshop", "reason": "Convincing.", "consultant_revision": "0", "proposal_revision": "1"},
    )
    assert Mark.objects.counting().get().source == "workshop"


def test_the_cells_page_shows_that_a_decision_was_made_on_an_earlier_mark(assessment: Any, client_as: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    lead, at = client_as("lead"), url("cell", "1.1", "F1")
    decision = {"source": "consultant", "reason": "In the law.", "consultant_revision": "1", "proposal_revision": "1"}
    lead.post(url("cell_decide", "1.1", "F1"), decision)
    assert "decided-earlier" not in text(lead.get(at))
    mark = {"state": "potential_improvement", "rationale": "Not in force.", "revision": "1"}
    answer = client_as("consultant").post(url("cell_mark", "1.1", "F1"), mark, follow=True)
    assert "the lead decides on the two as they are now" in text(answer)
    page = text(lead.get(at))
    assert "mark is final, “in place”: In the law. The marks have changed since" in page
    assert "the lead has not decided yet" in text(lead.get(url("matrix")))
    assert lead.post(url("cell_decide", "1.1", "F1"), decision).status_code == 409  # from the page of before
    lead.post(url("cell_decide", "1.1", "F1"), decision | {"consultant_revision": "2"})
    assert "decided-earlier" not in text(lead.get(at))


def test_cell_withdraw_takes_the_proposal_back(assessment: Any, client_as: Any, check_roles: Any) -> None:
    make_mark(assessment, source="workshop")
    at = url("cell_withdraw", "1.1", "F1")
    stale = client_as("facilitator").post(at, {"revision": "2", "reason": "A slip."}, follow=True)
    assert Mark.objects.awaiting_decision().count() == 1, text(stale)
    check_roles(
        at,
        allowed="facilitator",
        denied="consultant",
        method="post",
        wrong="put",
        ok=302,
        data={"revision": "1", "reason": "A slip."},
    )
    assert Mark.objects.awaiting_decision().count() == 0


@pytest.mark.parametrize(("criterion", "cell"), [("9.9", "F1"), ("1.1", "F9"), ("x", "x"), ("1" * 200, "F1")])
def test_a_cell_the_matrix_lacks_is_not_found(assessment: Any, client_as: Any, criterion: str, cell: str) -> None:
    at = f"/a/AZE-2016/indicators/{criterion}/{cell}/"
    assert client_as("lead").get(at).status_code == 404
    assert client_as("lead").post(f"{at}mark/", MARK).status_code == 404
    assert client_as("lead").post(f"{at}decide/", {}).status_code == 404


def test_cell_mark_goes_on_to_the_next_cell_or_back_to_its_place(assessment: Any, client_as: Any) -> None:
    client = client_as("consultant")
    answer = client.post(url("cell_mark", "1.1", "O2"), MARK | {"then": "next"})
    assert answer.url == url("cell", "1.2", "F1")
    answer = client.post(url("cell_mark", "5.5", "O2"), MARK | {"then": "next"})
    assert answer.url == url("matrix") + "?category=5#cell-5.5-O2"
    mark = Mark.objects.get(criterion="1.1")
    assert (mark.state, mark.by.email) == ("in_place", "consultant@example.org")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"rationale": ""}, "Give a reason in a sentence"),
        ({"state": "great"}, "great is not one of the available choices"),
        ({"evidence": "survey:3.1.1\n=HYPERLINK(1)"}, "is not an evidence key"),
        ({"evidence": "document:Aze 99"}, "There is no document Aze 99"),
        ({"rationale": "a\x00b"}, "Null characters are not allowed"),
        ({"rationale": "x" * 10_001}, "at most 10000 characters"),
        ({"no_evidence": "on", "evidence": "survey:3.1.1"}, "but evidence is attached"),
    ],
)
def test_cell_mark_bad_input_is_shown_again_with_a_message(
    assessment: Any, client_as: Any, typed: Any, words: str
) -> None:
    sent = MARK | {"reason": "Typed words.", "revision": "1"} | typed
    make_mark(assessment)
    answer = client_as("consultant").post(url("cell_mark", "1.1", "F1"), sent)
    assert answer.status_code == 422
    assert words in text(answer).replace("&#x27;", "'").replace("&lt;", "<")
    assert "Typed words." in text(answer)
    assert Mark.objects.get().rationale == "The rules were approved in 2009."


def test_two_at_one_cell_the_second_sees_both_and_saves_again(assessment: Any, client_as: Any) -> None:
    client_as("lead").post(url("cell_mark", "1.1", "F1"), MARK | {"rationale": "The lead's words."})
    mine = MARK | {"state": "potential_improvement", "rationale": "My words."}
    answer = client_as("consultant").post(url("cell_mark", "1.1", "F1"), mine)
    assert answer.status_code == 409
    page = text(answer)
    assert "Lead marked this cell “in place” while you were editing." in page
    assert "My words." in page
    assert 'name="revision" value="1"' in page
    assert Mark.objects.get().rationale == "The lead&#x27;s words.".replace("&#x27;", "'")
    again = client_as("consultant").post(url("cell_mark", "1.1", "F1"), mine | {"revision": "1"})
    assert (again.status_code, Mark.objects.get().rationale) == (302, "My words.")


def test_cell_propose_waits_for_the_lead(assessment: Any, client_as: Any) -> None:
    make_mark(assessment)
    answer = client_as("facilitator").post(
        url("cell_propose", "1.1", "F1"), MARK | {"state": "potential_improvement"}, follow=True
    )
    assert "The lead decides which mark is final" in text(answer)
    assert "The workshop proposes a different mark for 1 cell" in text(client_as("observer").get(url("matrix")))
    cell = text(client_as("lead").get(url("cell", "1.1", "F1")))
    assert "Both marks" in cell
    assert reverse("indicators:cell_decide", args=["AZE-2016", "1.1", "F1"]) in cell


def test_cell_decide_bad_input_is_shown_again(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, source="workshop")
    answer = client_as("lead").post(url("cell_decide", "1.1", "F1"), {"source": "nobody", "reason": "My reason."})
    assert answer.status_code == 422
    assert "My reason." in text(answer)
    answer = client_as("lead").post(url("cell_decide", "1.1", "F2"), {"source": "workshop", "reason": "Yes."})
    assert answer.status_code == 422
    assert Mark.objects.awaiting_decision().count() == 1


def test_cell_shows_that_the_workshops_mark_still_counts(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", by=None, reason="Yes.")
    answer = client_as("consultant").post(url("cell_mark", "1.1", "F1"), MARK, follow=True)
    assert "The workshop&#x27;s mark is still final" in text(answer)


def test_cell_shows_its_history(assessment: Any, client_as: Any, member: Any) -> None:
    make_mark(assessment, by=member("consultant"))
    make_mark(assessment, state="potential_improvement", reason="A new interview.", by=member("lead"))
    page = text(client_as("observer").get(url("cell", "1.1", "F1")))
    assert "Reason: A new interview." in page
    assert "<form" not in page.split('id="content"')[1]


# Recommendations

RECOMMENDATION = {
    "category": "1",
    "lead_in": "So that victims are found",
    "addressee": "authorities",
    "verb": "invited",
    "text": "training inspectors",
    "criteria": ["1.2", "1.3"],
    "reason": "",
    "revision": "0",
}


def test_recommendation_list_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("recommendation_list"), allowed="observer", wrong="post")


def test_recommendation_list_query_count(assessment: Any, client_as: Any, django_assert_max_num_queries: Any) -> None:
    client = client_as("lead")
    make_recommendation(assessment)
    client.get(url("recommendation_list"))
    with django_assert_max_num_queries(40) as first:
        client.get(url("recommendation_list"))
    make_recommendation(assessment, "two")
    make_recommendation(assessment, "three", lead_in="Other")
    with django_assert_max_num_queries(len(first)):
        client.get(url("recommendation_list"))


def test_recommendation_list_names_unanswered_cells_and_what_was_dropped(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, "1.2/O1", "potential_improvement")
    row = make_recommendation(assessment, "closing shelters")
    set_status(recommendation=row, status="dropped", by=None, reason="Against the evidence.")
    page = text(client_as("lead").get(url("recommendation_list")))
    assert "1 cell marked for improvement without a recommendation" in page
    assert "?criterion=1.2" in page
    assert "Reason: Against the evidence." in page


def test_recommendation_new_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("recommendation_new"), allowed="consultant", denied="facilitator", wrong="put")


def test_recommendation_new_adds(assessment: Any, client_as: Any) -> None:
    answer = client_as("consultant").post(url("recommendation_new"), RECOMMENDATION)
    row = Recommendation.objects.get()
    assert answer.url == f"{url('recommendation_list')}#recommendation-{row.pk}"
    assert (row.text, row.criteria, row.opening) == (
        "training inspectors",
        ["1.2", "1.3"],
        "So that victims are found, authorities are invited to consider",
    )


def test_recommendation_new_is_filled_from_the_address(assessment: Any, client_as: Any) -> None:
    row = make_recommendation(assessment)
    form = client_as("lead").get(url("recommendation_new") + "?criterion=2.3").context["form"]
    assert (form["category"].value(), form["criteria"].value()) == ("2", ["2.3"])
    form = client_as("lead").get(url("recommendation_new") + f"?after={row.pk}").context["form"]
    assert form["lead_in"].value() == "So that victims are found"
    for odd in ("?criterion=9.9", "?after=x", f"?after={'9' * 30}", "?after=²", "?category=9"):
        assert client_as("lead").get(url("recommendation_new") + odd).status_code == 200


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "This field is required"),
        ({"category": "9"}, "9 is not one of the available choices"),
        ({"criteria": ["9.9"]}, "9.9 is not one of the available choices"),
        ({"lead_in": "x" * 501}, "at most 500 characters"),
    ],
)
def test_recommendation_new_bad_input_is_shown_again_with_a_message(
    assessment: Any, client_as: Any, typed: Any, words: str
) -> None:
    answer = client_as("lead").post(url("recommendation_new"), RECOMMENDATION | {"addressee": "my addressee"} | typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "my addressee" in text(answer)
    assert Recommendation.objects.count() == 0


def test_recommendation_edit_roles(assessment: Any, check_roles: Any) -> None:
    row = make_recommendation(assessment)
    check_roles(url("recommendation_edit", row.pk), allowed="lead", denied="observer", wrong="put")


def test_recommendation_edit_conflict_shows_both_wordings(assessment: Any, client_as: Any) -> None:
    row = make_recommendation(assessment)
    edit_recommendation(recommendation=row, by=None, text="the other's words")
    answer = client_as("lead").post(
        url("recommendation_edit", row.pk), RECOMMENDATION | {"text": "my words", "revision": "1"}
    )
    page = text(answer)
    assert answer.status_code == 409
    assert "the other&#x27;s words" in page
    assert "my words" in page
    assert 'name="revision" value="2"' in page
    answer = client_as("lead").post(
        url("recommendation_edit", row.pk), RECOMMENDATION | {"text": "my words", "revision": "2"}
    )
    assert (answer.status_code, Recommendation.objects.get().text) == (302, "my words")


def test_recommendation_move_roles(assessment: Any, check_roles: Any) -> None:
    row = make_recommendation(assessment)
    check_roles(
        url("recommendation_move", row.pk),
        allowed="lead",
        denied="observer",
        method="post",
        wrong="put",
        ok=302,
        data={"to": "0"},
    )


def test_recommendation_move_orders(assessment: Any, client_as: Any) -> None:
    first, second = make_recommendation(assessment, "one"), make_recommendation(assessment, "two")
    other = make_recommendation(assessment, "three", lead_in="Other")
    client = client_as("lead")
    client.post(url("recommendation_move", second.pk), {"to": "0"})
    assert [row.pk for row in Recommendation.objects.all()] == [second.pk, first.pk, other.pk]
    client.post(url("recommendation_move", other.pk), {"to": "0", "whole_group": "1"})
    assert [row.pk for row in Recommendation.objects.all()] == [other.pk, second.pk, first.pk]
    answer = client.post(url("recommendation_move", first.pk), {"to": "9" * 4000}, follow=True)
    assert "Not moved" in text(answer)
    answer = client.post(url("recommendation_move", first.pk), {"to": "x"}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 422
    set_status(recommendation=first, status="dropped", reason="Not needed.", by=None)
    answer = client.post(url("recommendation_move", first.pk), {"to": "0"}, follow=True)
    assert "Not moved: this recommendation has been dropped" in text(answer)


def test_recommendation_status_roles(assessment: Any, check_roles: Any) -> None:
    row = make_recommendation(assessment)
    check_roles(
        url("recommendation_status", row.pk),
        allowed="lead",
        denied="observer",
        method="post",
        wrong="put",
        ok=302,
        data={"status": "validated", "wording_revision": "1"},
    )
    assert Recommendation.objects.get().status == "validated"


def test_recommendation_status_needs_a_reason_to_drop(assessment: Any, client_as: Any) -> None:
    row = make_recommendation(assessment)
    answer = client_as("lead").post(
        url("recommendation_status", row.pk), {"status": "dropped", "wording_revision": "1"}, follow=True
    )
    assert "Give the reason for dropping it in a sentence" in text(answer)
    answer = client_as("lead").post(url("recommendation_status", row.pk), {"status": "burnt"}, follow=True)
    assert "choose draft, validated or dropped" in text(answer)
    assert Recommendation.objects.get().status == "draft"


def test_another_assessments_recommendation_is_not_found(assessment: Any, client_as: Any, outsider: Any) -> None:
    other = make_recommendation(outsider.memberships.get().assessment)
    for pk in (other.pk, 999_999, 2**63, int("9" * 40)):
        at = f"/a/AZE-2016/indicators/recommendations/{pk}/"
        assert client_as("lead").get(at).status_code == 404
        assert client_as("lead").post(f"{at}move/", {"to": "0"}).status_code == 404
        assert client_as("lead").post(f"{at}status/", {"status": "draft"}).status_code == 404


def test_a_rewritten_recommendation_is_shown_as_validated_in_an_earlier_wording(
    assessment: Any, client_as: Any
) -> None:
    row, lead = make_recommendation(assessment), client_as("lead")
    at = url("recommendation_status", row.pk)
    lead.post(at, {"status": "validated", "wording_revision": "1"})
    edit_recommendation(recommendation=row, text="train nobody", by=None)
    assert "Draft, validated in an earlier wording" in text(lead.get(url("recommendation_list")))
    assert "Status: draft, validated in an earlier wording" in text(lead.get(url("recommendation_edit", row.pk)))
    for old in ({"wording_revision": "1"}, {}):
        answer = lead.post(at, {"status": "validated", "reason": "Heard at the workshop."} | old)
        assert answer.status_code == 409
        assert "train nobody" in text(answer)
        assert 'value="Heard at the workshop."' in text(answer)
    assert Recommendation.objects.get().status == "draft"
    report = build(create_report(assessment=assessment, by=None))
    assert "train nobody" in render(report, "html")
    assert "(validated in an earlier wording)" in render(report, "html")
    points = {point.kind: point.items for point in find_open_points(assessment.report, [report])}
    assert points["recommendations"] == ("train nobody",)
