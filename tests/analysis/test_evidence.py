import pytest

from analysis import evidence
from analysis.evidence import Parts, parse
from assessments.access import ACTIONS
from tests.analysis.builders import make_interview
from tests.analysis.test_worksheet import opened, rows
from tests.factories import AssessmentFactory, DocumentFactory
from tests.interviews.test_earlier_guide import change_guide
from workshops.models import Comment

EVERYTHING = frozenset(ACTIONS)


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("document:Aze 30#31", Parts("document", "Aze 30", "31")),
        ("document:Gen 1", Parts("document", "Gen 1")),
        ("interview:AZEint3/3.4", Parts("interview", "AZEint3", "3.4")),
        ("survey:4.1.10", Parts("survey", "4.1.10")),
        ("comment:12", Parts("comment", "12")),
        ("comment:0", None),
        ("interview:AZEint03/3.4", None),
        ("survey:", None),
        ("", None),
        ("document:Aze 30#31\x00", None),
        ("javascript:alert(1)", None),
    ],
)
def test_parse(key, parts):
    assert parse(key) == parts


@pytest.mark.django_db
def test_resolve_returns_where_a_key_leads(filled):
    comment = Comment.objects.create(assessment=filled, statement="We disagree", who="a ministry")
    keys = ["document:Aze 1#7", "interview:AZEint1/2.1", "survey:3.1.5", f"comment:{comment.pk}"]
    found = evidence.resolve(filled, keys)
    assert [(one.label, one.exists) for one in found.values()] == [
        ("Aze 1, p. 7", True),
        ("AZEint1, 2.1", True),
        ("Survey 3.1.5", True),
        (f"Comment {comment.pk}", True),
    ]
    assert found["document:Aze 1#7"].detail == "An action plan"
    assert found["document:Aze 1#7"].url == "/a/AZE-2016/analysis/evidence/source/?key=document%3AAze+1%237"


@pytest.mark.django_db
def test_resolve_reports_broken_keys(filled):
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    DocumentFactory(assessment=other, code="Geo 1")
    comment = Comment.objects.create(assessment=other, statement="Elsewhere")
    make_interview(filled, 9, {}, deleted_at="2016-02-01T00:00Z")
    keys = [
        "document:Geo 1",
        "interview:AZEint9/2.1",
        "interview:AZEint1/9.9",
        "survey:9.9",
        f"comment:{comment.pk}",
        "?",
    ]
    found = evidence.resolve(filled, keys)
    assert {(one.exists, one.url) for one in found.values()} == {(False, "")}
    assert found["document:Geo 1"].detail == "There is no longer a source with this key in this assessment."


@pytest.mark.django_db
def test_resolve_takes_one_query_a_kind(filled, django_assert_num_queries):
    keys = [f"document:Aze {number}" for number in range(1, 9)] + [f"interview:AZEint{n}/2.1" for n in range(1, 9)]
    with django_assert_num_queries(2):
        evidence.resolve(filled, keys)


@pytest.mark.django_db
def test_search_finds_every_kind(filled):
    Comment.objects.create(assessment=filled, statement="The action plan is in force")
    found = evidence.search(filled, "plan", EVERYTHING)
    assert {kind: [row.label for row in rows][:1] for kind, rows in found.items() if kind != "survey"} == {
        "document": ["Aze 1"],
        "comment": [f"Comment {Comment.objects.get().pk}"],
    }
    assert [row.key for row in evidence.search(filled, "WEAK law", EVERYTHING)["interview"]] == [
        "interview:AZEint1/2.1",
        "interview:AZEint2/1.1",
    ]
    assert [row.key for row in evidence.search(filled, "3.1.5", EVERYTHING)["survey"]] == ["survey:3.1.5"]


@pytest.mark.django_db
def test_search_finds_only_what_a_role_may_see_in_the_assessment(filled):
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    make_interview(other, 1, {"1.1": "Weak law"})
    assert len(evidence.search(filled, "weak", EVERYTHING)["interview"]) == 2
    assert evidence.search(filled, "weak", {"documents.view"}) == {}
    assert evidence.search(filled, " \x00 ", EVERYTHING) == {}


def test_excerpt_cuts_around_the_match():
    text = "a" * 500 + " hotline " + "b" * 500
    assert evidence.excerpt(text, "HOTLINE").startswith("…a")
    assert "hotline" in evidence.excerpt(text, "HOTLINE")
    assert len(evidence.excerpt(text, "HOTLINE")) < 250


@pytest.mark.django_db
def test_notes_on_a_question_that_the_guide_dropped_are_shown(filled, client_as):
    change_guide(filled, dropped=["2.1"], sections=[])
    key = "interview:AZEint1/2.1"
    found = evidence.resolve(filled, [key])[key]
    assert (found.exists, found.detail[:20]) == (True, "Along which routes a")
    page = client_as("lead").get(found.url).content.decode()
    assert "Weak law" in page
    [row] = [row for row in rows(opened(filled), "Interview notes") if row["Interview"] == "AZEint1"]
    assert row["2.1"] == "Weak law"
