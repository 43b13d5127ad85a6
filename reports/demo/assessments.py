"""The demonstration's users, study, assessments and desk review."""

from typing import Any

from django.db import transaction

from assessments.models import Assessment, Document, Membership, Organisation, Role, Study, User
from assessments.services.assessments import TOOL_FIELDS, create_assessment, create_study
from assessments.services.documents import add_document
from assessments.services.members import add_member
from assessments.services.organisations import add_organisation
from instruments.models import Instrument
from reports.demo.files import read


@transaction.atomic
def load_users(entries: list[dict[str, str]], *, password: str | None) -> dict[str, User]:
    """E-mail -> user. One that exists keeps its password."""
    users = {}
    for entry in entries:
        user = User.objects.filter(email=entry["email"]).first()
        users[entry["email"]] = user or User.objects.create_user(entry["email"], password, name=entry["name"])
    return users


def tool_of_2016(kind: str) -> Instrument:
    """The version of the shared library that the demonstration uses: the one loaded first."""
    found: Instrument = Instrument.objects.for_kind(kind).for_use().filter(owner=None).earliest("published_at", "pk")
    return found


@transaction.atomic
def load_assessment(entry: dict[str, Any], *, study: dict[str, Any], notice: str, members: dict[Role, User]) -> None:
    if Assessment.objects.filter(reference=entry["reference"]).exists():
        return
    lead = members[Role.LEAD]
    parent = Study.objects.filter(is_demonstration=True).first() or create_study(
        by=lead, is_demonstration=True, **study
    )
    fields = {name: value for name, value in entry.items() if name != "folder"}
    tool: Any = {name: tool_of_2016(kind) for name, kind in TOOL_FIELDS.items()}
    assessment = create_assessment(study=parent, by=lead, notice=notice, **tool, **fields)
    for role, user in members.items():
        if not Membership.objects.for_assessment(assessment).for_user(user).filter(role=role).exists():
            add_member(assessment=assessment, user=user, role=role, by=lead)


def organisation(assessment: Assessment, *, by: User, **fields: str) -> Organisation:
    found = Organisation.objects.for_assessment(assessment).filter(name=fields["name"]).first()
    return found or add_organisation(assessment=assessment, by=by, **fields)


@transaction.atomic
def load_documents(assessment: Assessment, *, folder: str, by: User) -> None:
    """Documents of the desk review, then the treaties as `Int 1`, `Int 2`, ... in the order of the published table."""
    if Document.objects.for_assessment(assessment).exists():
        return
    file = read(folder, "documents.yaml")
    for entry in file.get("documents", []):
        add_document(assessment=assessment, by=by, reviewed=True, in_bibliography=True, **entry)
    for number, treaty in enumerate(file.get("treaties", []), start=1):
        add_document(
            assessment=assessment,
            by=by,
            code=f"Int {number}",
            kind=Document.Kind.TREATY,
            title=f"{treaty['short']}: {treaty['name']}",
            ratified=treaty["year"],
            in_force=treaty.get("force"),
        )
