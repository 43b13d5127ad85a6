"""The conclusions: the marked matrix, the recommendations, the workshop with its responses, and the report."""

from django.db import transaction

from assessments.models import Assessment, User
from indicators.models import Mark, Recommendation
from indicators.services.marks import mark_cell
from indicators.services.recommendations import add_recommendation, set_status
from reports.demo.files import read, texts
from reports.models import Report
from reports.services.reports import create_report
from reports.services.sections import edit_section
from workshops.models import Comment, Workshop
from workshops.services.ballots import cast_ballot
from workshops.services.comments import add_comment, resolve_comment
from workshops.services.groups import add_group
from workshops.services.workshops import close_workshop, count_workshop, create_workshop, open_workshop


@transaction.atomic
def load_matrix(assessment: Assessment, *, folder: str, by: User) -> None:
    cells = read(folder, "matrix.yaml").get("cells", {})
    if not cells or Mark.objects.filter(assessment=assessment).exists():
        return
    for criterion, marks in cells.items():
        for cell, (state, rationale, evidence) in marks.items():
            if state == Mark.State.NOT_ASSESSED:
                continue
            mark_cell(
                assessment=assessment,
                criterion=criterion,
                cell=cell,
                state=state,
                rationale=rationale,
                evidence=evidence,
                by=by,
            )


@transaction.atomic
def load_recommendations(assessment: Assessment, *, folder: str, by: User) -> None:
    groups = read(folder, "recommendations.yaml").get("recommendations", [])
    if not groups or Recommendation.objects.filter(assessment=assessment).exists():
        return
    for group in groups:
        for text in group["items"]:
            row = add_recommendation(
                assessment=assessment,
                category=group["category"],
                lead_in=group["lead_in"],
                addressee=group["addressee"],
                verb=group["verb"],
                text=text,
                criteria=group["criteria"],
                by=by,
            )
            set_status(recommendation=row, status=Recommendation.Status.VALIDATED, by=by)


@transaction.atomic
def load_workshop(assessment: Assessment, *, folder: str, by: User) -> None:
    """The workshop with its groups' paper ballots, closed."""
    entry = read(folder, "validation.yaml").get("workshop")
    if not entry or Workshop.objects.filter(assessment=assessment).exists():
        return
    workshop = create_workshop(assessment=assessment, held_on=entry["date"], place=entry["place"], by=by)
    workshop = open_workshop(workshop=workshop, by=by)
    for group in entry["groups"]:
        row = add_group(workshop=workshop, name=group["name"], categories=group["categories"], by=by)
        cast_ballot(group=row, priorities=group["ballot"], source="paper", by=by)
    close_workshop(workshop=workshop, by=by)
    count_workshop(workshop=workshop, counted=True, by=by)


@transaction.atomic
def load_responses(assessment: Assessment, *, folder: str, by: User) -> None:
    """The responses of the validation stage, each with its disposition."""
    entries = read(folder, "validation.yaml").get("responses", [])
    if not entries or Comment.objects.filter(assessment=assessment).exists():
        return
    workshop = Workshop.objects.filter(assessment=assessment).first()
    for entry in entries:
        fields = {
            name: entry[name]
            for name in ("target", "source", "stage", "kind", "who", "finding", "statement")
            if name in entry
        }
        comment = add_comment(assessment=assessment, workshop=workshop, by=by, **fields)
        resolve_comment(comment=comment, disposition=entry["disposition"], reason=entry["reason"], by=by)


@transaction.atomic
def load_report(assessment: Assessment, *, folder: str, by: User) -> None:
    """The outline's report, its sections filled with the narrative where there is one."""
    if Report.objects.filter(assessment=assessment).exists():
        return
    report = create_report(assessment=assessment, by=by)
    written = texts(folder)
    for section in report.sections.filter(key__in=written):
        edit_section(section=section, body=written.pop(section.key), by=by)
    if written:
        raise ValueError(f"The outline has no section {', '.join(sorted(written))} for the demonstration's text.")
