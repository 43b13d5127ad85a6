"""Hostile posts to the matrix, the recommendations, the workshop and a group's device never cause a server error.

The body is sent as bytes, so that it can contain what no browser sends (lone surrogates, NUL, broken UTF-8).
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import Mark, Recommendation
from surveys.distribution import throttle
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Ballot, Comment, Group, Verdict, Workshop
from workshops.services.comments import add_comment

FORM = "application/x-www-form-urlencoded"
HOSTILE = {
    "what no text holds": b"a\x00b\xed\xa0\x80\xff",
    "50 kB": b"x" * 50_000,
    "a long number": b"9" * 400,
}
# The fields of each address; the rest of the request is well formed.
VERDICT = {"target": "cell:1.1/F1", "choice": "amend", "words": "So."}
BALLOT = {"place_0": "J", "place_1": "A", "place_2": "N", "other_text": ""}
MARK = {
    "state": "in_place",
    "rationale": "Why.",
    "no_evidence": "",
    "evidence": "",
    "reason": "",
    "revision": "1",
    "then": "",
}
RECOMMENDATION = {
    "category": "1",
    "lead_in": "In order to act",
    "addressee": "authorities",
    "verb": "invited",
    "text": "acting",
    "criteria": "1.1",
    "reason": "",
    "revision": "1",
}
COMMENT = {
    "target": "",
    "finding": "",
    "source": "",
    "statement": "Something else.",
    "who": "a ministry",
    "kind": "note",
    "stage": "validation",
    "revision": "1",
}
DISPOSITION = {"disposition": "noted", "reason": "So.", "changed": "", "revision": "1"}
GROUP = {"name": "Group 9", "women": "1", "men": "1", "other": "0", "categories": "1"}
MEMBERS = {
    "indicators:cell_mark": (["1.1", "F1"], MARK),
    "indicators:cell_propose": (["1.1", "F1"], MARK),
    "indicators:cell_decide": (
        ["1.1", "F1"],
        {"source": "workshop", "reason": "So.", "consultant_revision": "1", "proposal_revision": "1"},
    ),
    "indicators:recommendation_new": ([], RECOMMENDATION),
    "indicators:recommendation_edit": (["recommendation"], RECOMMENDATION),
    "indicators:recommendation_move": (["recommendation"], {"to": "0", "whole_group": ""}),
    "indicators:recommendation_status": (["recommendation"], {"status": "dropped", "reason": "So."}),
    "workshops:workshop_new": ([], {"held_on": "2016-04-25", "place": "Baku"}),
    "workshops:workshop_edit": (["workshop"], {"held_on": "2016-04-25", "place": "Baku"}),
    "workshops:workshop_reopen": (["workshop"], {"reason": "So."}),
    "workshops:group_new": (["workshop"], GROUP),
    "workshops:group_edit": (["workshop", "group"], GROUP),
    "workshops:group_ballot": (["workshop", "group"], BALLOT),
    "workshops:group_verdict": (["workshop", "group"], VERDICT),
    "workshops:group_agree": (["workshop", "group"], {"category": "1", "cell": "cell:1.1/F1", "seen": "3"}),
    "workshops:group_undo_agree": (["workshop", "group"], {"category": "1"}),
    "workshops:comment_new": ([], COMMENT),
    "workshops:comment_edit": (["comment"], COMMENT),
    "workshops:comment_resolve": (
        ["comment"],
        {"disposition": "noted", "reason": "So.", "changed": "", "revision": "1"},
    ),
}
DEVICE = {
    "workshops_public:join": {"code": "AAAAAA"},
    "workshops_public:group_ballot": BALLOT,
    "workshops_public:group_verdict": VERDICT,
    "workshops_public:group_agree": {"category": "1", "cell": "cell:1.1/F1", "seen": "3"},
    "workshops_public:group_undo_agree": {"category": "1"},
}


@pytest.fixture
def places(assessment: Any) -> dict[str, Any]:
    throttle.forget()
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F1", source="workshop", state="potential_improvement")
    workshop = make_workshop(assessment)
    return {
        "workshop": workshop,
        "group": make_group(workshop),
        "recommendation": make_recommendation(assessment),
        "comment": add_comment(assessment=assessment, statement="A statement.", by=None),
    }


def bodies(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(description, body): each field in turn left out, and with each hostile value."""
    pairs = {name: f"{quote(name)}={quote(value)}" for name, value in fields.items()}
    for name in fields:
        rest = [pair for other, pair in pairs.items() if other != name]
        yield f"{name} left out", "&".join(rest)
        for what, value in HOSTILE.items():
            yield f"{name}: {what}", "&".join([*rest, f"{quote(name)}={quote_from_bytes(value)}"])


def post_all(client: Client, at: str, fields: dict[str, str]) -> dict[str, int]:
    return {what: client.post(at, body, content_type=FORM).status_code for what, body in bodies(fields)}


def fallen(statuses: dict[str, int]) -> dict[str, int]:
    return {what: status for what, status in statuses.items() if status not in (200, 302, 204, 404, 409, 422, 429)}


@pytest.mark.parametrize("name", MEMBERS)
def test_members_post_anything(places: Any, client_as: Any, name: str) -> None:
    args, fields = MEMBERS[name]
    at = reverse(name, args=["AZE-2016", *(getattr(places.get(arg), "pk", arg) for arg in args)])
    assert fallen(post_all(client_as("lead"), at, fields)) == {}
    check_whole()


@pytest.mark.parametrize("name", DEVICE)
def test_devices_post_anything(places: Any, client: Client, name: str) -> None:
    client.post(f"/w/{places['workshop'].join_code}/", {"group": places["group"].pk})
    assert fallen(post_all(client, reverse(name), DEVICE[name])) == {}
    check_whole()


def check_whole() -> None:
    """Everything stored is valid: ballots, known cells, readable texts."""
    assert all(len(set(ballot.priorities)) == len(ballot.priorities) <= 3 for ballot in Ballot.objects.all())
    assert {verdict.target for verdict in Verdict.objects.all()} <= {"cell:1.1/F1", *recommendation_targets()}
    assert set(Mark.objects.values_list("criterion", "cell")) == {("1.1", "F1")}
    texts = [
        *Comment.objects.values_list("statement", flat=True),
        *Group.objects.values_list("name", flat=True),
        *Mark.objects.values_list("rationale", flat=True),
        *Recommendation.objects.values_list("text", flat=True),
        *Verdict.objects.values_list("words", flat=True),
        *Workshop.objects.values_list("place", flat=True),
    ]
    assert [text for text in texts if "\x00" in text or len(text) > 10_000] == []


def recommendation_targets() -> set[str]:
    return {f"recommendation:{pk}" for pk in Recommendation.objects.values_list("pk", flat=True)}


def test_addresses_with_anything_behind_them(places: Any, client_as: Any) -> None:
    client, workshop, group = client_as("lead"), places["workshop"], places["group"]
    paths = [
        reverse("indicators:cell", args=["AZE-2016", "1.1", "F1"]),
        reverse("indicators:recommendation_new", args=["AZE-2016"]),
        reverse("workshops:comment_list", args=["AZE-2016"]),
        reverse("workshops:comment_new", args=["AZE-2016"]),
        reverse("workshops:workshop_groups", args=["AZE-2016", workshop.pk]),
        reverse("workshops:projector_counts", args=["AZE-2016", workshop.pk]),
        "/w/",
        f"/w/{workshop.join_code}/",
        "/w/group/",
        "/w/group/state/",
    ]
    names = ("lang", "show", "revision", "disposition", "page", "target", "criterion", "category", "after", "as")
    client.post(f"/w/{workshop.join_code}/", {"group": group.pk})
    for path in paths:
        for value in HOSTILE.values():
            query = "&".join(f"{name}={quote_from_bytes(value[:700])}" for name in names)
            assert client.get(f"{path}?{query}").status_code in (200, 204, 302, 400), (path, value[:20])
