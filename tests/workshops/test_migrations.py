"""Workshops, decisions and edits from before this record: known facts are kept, unknown ones stay unknown."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.reports.test_migrations import ALIAS, migrate  # noqa: F401 - a fixture


@pytest.mark.slow
def test_existing_workshops_and_decisions_are_kept_right(migrate: Any) -> None:  # noqa: F811 - the fixture
    migrate("indicators", "0001_initial")
    apps = migrate("workshops", "0002_verdict_with_rest")

    def make(app: str, model: str, **fields: Any) -> Any:
        return apps.get_model(app, model).objects.using(ALIAS).create(**fields)

    instrument = make("instruments", "Instrument", kind="survey", key="x", definition={})
    used = dict.fromkeys(("guide", "questionnaire", "matrix"), instrument)
    study = make("assessments", "Study", title="Study")
    days = {"starts_on": date(2016, 1, 13), "ends_on": date(2016, 1, 15)}

    def assessment(reference: str) -> Any:
        return make("assessments", "Assessment", study=study, reference=reference, country="AZE", **days, **used)

    one, two = assessment("ONE-2016"), assessment("TWO-2016")
    opened, results = timezone.now(), {"groups": [{"name": "A", "ballot": ["J"]}, {"name": "B", "ballot": []}]}
    closed = {"held_on": date(2016, 4, 25), "status": "closed", "opened_at": opened}
    frozen = make("workshops", "Workshop", assessment=one, results=results, **closed)
    group = make("workshops", "Group", workshop=frozen, name="B")
    make("workshops", "Verdict", group=group, target="cell:1.1/F1", choice="agree")
    bare = make("workshops", "Workshop", assessment=two, **closed)
    voted = make("workshops", "Group", workshop=bare, name="C", women=2)
    make("workshops", "Ballot", group=voted, priorities=["A"], revision=3, source="paper")
    make("workshops", "Workshop", assessment=two, results=results, **closed)

    cell = {"assessment_id": one.pk, "criterion": "1.1", "cell": "F1"}
    consultant = make("indicators", "Mark", state="in_place", counts=False, **cell)
    proposal = make("indicators", "Mark", source="workshop", state="potential_improvement", decided_revision=1, **cell)
    for mark, counts, reason in (
        (consultant, True, ""),
        (proposal, False, "Seen otherwise."),
        (consultant, False, "Convincing."),
        (proposal, True, "Convincing."),
    ):
        make("indicators", "MarkChange", mark_id=mark.pk, revision=1, state=mark.state, counts=counts, reason=reason)
    row = make("indicators", "Recommendation", assessment_id=one.pk, category="1", text="new", revision=2)
    for number, text in ((1, "old"), (2, "new")):
        change = make(
            "indicators", "RecommendationChange", recommendation_id=row.pk, revision=number, text=text, status="draft"
        )
        change.at = opened + timedelta(seconds=number)
        change.save(using=ALIAS)

    confirmed = {"assessment_id": one.pk, "category": "1", "status": "validated"}
    kept = make("indicators", "Recommendation", text="kept", **confirmed)
    rewritten = make("indicators", "Recommendation", text="newer", **confirmed)
    for row, text, status in (
        (kept, "kept", "draft"),
        (kept, "kept", "validated"),
        (rewritten, "old", "draft"),
        (rewritten, "old", "validated"),
        (rewritten, "newer", "validated"),
    ):
        make("indicators", "RecommendationChange", recommendation_id=row.pk, revision=1, text=text, status=status)

    migrate("indicators", "0002_what_was_decided")
    apps = migrate("workshops", "0003_one_record")

    workshops = apps.get_model("workshops", "Workshop").objects.using(ALIAS).order_by("pk")
    assert list(workshops.values_list("counted", flat=True)) == [True, None, None]
    assert [found["took_part"] for found in workshops[0].results["groups"]] == [True, True]
    assert [(found["name"], found["ballot"], found["took_part"]) for found in workshops[1].results["groups"]] == [
        ("C", ["A"], True)
    ]
    assert apps.get_model("workshops", "Verdict").objects.using(ALIAS).get().seen == {}
    assert apps.get_model("workshops", "Group").objects.using(ALIAS).get(name="C").ballot_revision == 3
    decisions = apps.get_model("indicators", "CellDecision").objects.using(ALIAS)
    fields = ("source", "before", "after", "consultant_state", "proposed_state", "reason")
    assert list(decisions.values_list(*fields)) == [
        ("workshop", "in_place", "potential_improvement", "in_place", "potential_improvement", "Convincing.")
    ]
    changes = apps.get_model("indicators", "RecommendationChange").objects.using(ALIAS).order_by("pk")
    assert list(changes.values_list("before_text", "before_status"))[:2] == [("", ""), ("old", "draft")]

    apps = migrate("indicators", "0003_validated_wording")
    marks = apps.get_model("indicators", "Mark").objects.using(ALIAS)
    kept, outlived = (_decided(apps, two, cell) for cell in ("F1", "F2"))
    changed = marks.get(assessment=two.pk, cell="F2", source="consultant")
    changed.revision = 2
    changed.save(using=ALIAS)
    make("indicators", "MarkChange", mark_id=changed.pk, revision=2, state="not_assessed", counts=True)

    found = apps.get_model("indicators", "Recommendation").objects.using(ALIAS).order_by("pk")
    assert list(found.values_list("text", "status", "validated_wording")) == [
        ("new", "draft", None),
        ("kept", "validated", 1),
        ("newer", "draft", 1),
    ]

    apps = migrate("indicators", "0004_decisions_outlived")
    marks = apps.get_model("indicators", "Mark").objects.using(ALIAS)
    assert [marks.get(pk=pk).decided_revision for pk in (kept, outlived)] == [1, None]


def _decided(apps: Any, assessment: Any, cell: str) -> int:
    """A consultant's mark that counts by the lead's decision; the primary key of the proposal beside it."""

    def make(model: str, **fields: Any) -> Any:
        return apps.get_model("indicators", model).objects.using(ALIAS).create(**fields)

    place = {"assessment_id": assessment.pk, "criterion": "1.1", "cell": cell}
    consultant = make("Mark", state="in_place", counts=True, **place)
    proposal = make("Mark", source="workshop", state="not_assessed", counts=False, decided_revision=1, **place)
    for mark in (consultant, proposal):
        make("MarkChange", mark_id=mark.pk, revision=1, state=mark.state, counts=mark.counts, reason="In the law.")
    states = {"before": "in_place", "after": "in_place", "consultant_state": "in_place"}
    make("CellDecision", source="consultant", proposed_state="not_assessed", reason="In the law.", **states, **place)
    return proposal.pk


@pytest.mark.slow
def test_an_agenda_that_was_not_recorded_is_reported_from_an_empty_one(migrate: Any) -> None:  # noqa: F811 - the fixture
    migrate("indicators", "0002_what_was_decided")
    apps = migrate("workshops", "0003_one_record")

    def make(app: str, model: str, **fields: Any) -> Any:
        return apps.get_model(app, model).objects.using(ALIAS).create(**fields)

    instrument = make("instruments", "Instrument", kind="survey", key="x", definition={})
    used = dict.fromkeys(("guide", "questionnaire", "matrix"), instrument)
    days = {"starts_on": date(2016, 1, 13), "ends_on": date(2016, 1, 15)}
    study = make("assessments", "Study", title="Study")
    one = make("assessments", "Assessment", study=study, reference="ONE-2016", country="AZE", **days, **used)
    now, before = timezone.now(), timezone.now() - timedelta(days=400)

    def workshop(opened_at: Any, agenda: list[Any]) -> Any:
        held = {"held_on": date(2016, 4, 25), "status": "open" if opened_at else "planned"}
        return make("workshops", "Workshop", assessment=one, opened_at=opened_at, agenda=agenda, **held)

    workshop(None, [])  # planned
    workshop(before, [])  # opened before agendas were kept
    workshop(now, [])  # opened with nothing to judge
    judged = workshop(now, [])
    make("workshops", "Verdict", group=make("workshops", "Group", workshop=judged, name="A"), target="cell:1.1/F1")
    workshop(now, [{"target": "cell:1.1/F1"}])

    apps = migrate("workshops", "0004_agenda_not_recorded")
    workshops = apps.get_model("workshops", "Workshop").objects.using(ALIAS).order_by("pk")
    assert list(workshops.values_list("agenda", flat=True)) == [None, None, [], None, [{"target": "cell:1.1/F1"}]]
