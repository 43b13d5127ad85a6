"""The tasks of this app: members, documents, the versions in use, and what is erased when."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import (
    Assessment,
    Document,
    ErasureRequest,
    MemberInvitation,
    Membership,
    PackText,
    RetentionDate,
)
from assessments.next_steps import ABOUT, Situation, Task, tasks_of
from assessments.packs import stale_texts
from assessments.services.retention import WARN_BEFORE, erased_from
from assessments.snapshot import Rows
from assessments.steps import PAST_PREPARATION
from ctnat.ui.formats import page_day
from ctnat.ui.names import language_name
from instruments.models import Instrument, Translation
from instruments.translation_states import stale_translations


@tasks_of(
    "assessments",
    members=lambda assessment: Membership.objects.for_assessment(assessment).values("user"),
    invitations=lambda assessment: MemberInvitation.objects.filter(
        assessment=assessment, accepted_at=None, revoked_at=None
    ).values("expires_at"),
    documents=lambda assessment: Document.objects.for_assessment(assessment).status_counts(),
    versions=lambda assessment: (
        Instrument.objects.filter(owner=assessment, discarded_at=None, withdrawn_at=None)
        .order_by("kind", "version")
        .values("pk", "kind", "version", "published_at")
    ),
    translations=lambda assessment: (
        Translation.objects.filter(instrument__owner=assessment)
        .order_by("instrument", "language", "key")
        .values("instrument", "language", "key", "source_mark")
    ),
    drafts=lambda assessment: (  # their definitions are large: only of those that have something to be out of date
        Instrument.objects.filter(owner=assessment, published_at=None, discarded_at=None)
        .filter(Exists(Translation.objects.filter(instrument=OuterRef("pk"))))
        .order_by("kind", "version")
        .values("pk", "kind", "definition")
    ),
    pack_texts=lambda assessment: (
        PackText.objects.filter(pack__assessment=assessment)
        .exclude(text="")
        .order_by("pack__language", "key", "form")
        .values("pack__language", "key", "form", "source_mark")
    ),
    erasures=lambda assessment: ErasureRequest.objects.for_assessment(assessment).for_confirming().values("asked_by"),
    dates=lambda assessment: (
        RetentionDate.objects.for_assessment(assessment)
        .order_by("due_on")
        .values("kind", "due_on", "warned_at", "done_at")
    ),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    yield from _of_members(seen, rows["members"], rows["invitations"])
    yield from _of_documents(seen, rows["documents"])
    yield from _of_versions(seen, rows["versions"])
    yield from _of_translations(seen, rows)
    yield from _of_data(seen, rows["erasures"], rows["dates"])
    if seen.assessment.ends_on < seen.today:
        text = _("Finish the report, or change the dates of the assessment")
        yield Task(ABOUT, text, "edit/", "assessment.edit", due=seen.assessment.ends_on)


def _of_members(seen: Situation, members: Rows, invitations: Rows) -> Iterator[Task]:
    expired = sum(row["expires_at"] <= seen.now for row in invitations)
    if expired:
        text = ngettext(
            "Send the invitation of {n} member again: it has expired",
            "Send the invitations of {n} members again: they have expired",
            expired,
        )
        yield Task(ABOUT, text.format(n=expired), "members/", "members.manage", urgent=True)
    if len({row["user"] for row in members}) < 2 and not invitations:
        yield Task(ABOUT, _("Invite the people you work with"), "members/invite/", "members.manage", first=True)


def _of_documents(seen: Situation, rows: Rows) -> Iterator[Task]:
    counts = next(iter(rows), {"registered": 0, "reviewed": 0})
    left = counts["registered"] - counts["reviewed"]
    if not counts["registered"]:
        yield Task("desk_review", _("Add the first documents"), "documents/new/", "documents.edit", missing=True)
    elif left and seen.assessment.stage not in PAST_PREPARATION:
        text = ngettext("Review {n} document", "Review {n} documents", left).format(n=left)
        yield Task("desk_review", text, "documents/", "documents.edit", missing=True)


def _of_versions(seen: Situation, rows: Rows) -> Iterator[Task]:
    assessment: Assessment = seen.assessment
    used = {version.kind: version for version in (assessment.guide, assessment.questionnaire, assessment.matrix)}
    for version in used.values():
        if version.withdrawn_at:
            text = _("Choose another version of the instrument “{instrument}”: the one in use was withdrawn")
            kind = str(version.get_kind_display())
            yield Task("tool", text.format(instrument=kind), "tool/", "assessment.edit", urgent=True)
    newest = {row["kind"]: row for row in rows if row["published_at"]}
    for kind, row in newest.items():
        if row["pk"] != used[kind].pk and row["version"] > used[kind].version:
            text = _("Use version {version} of “{instrument}” here, or keep version {used}")
            words = {"version": row["version"], "used": used[kind].version, "instrument": Instrument.Kind(kind).label}
            yield Task("tool", text.format(**words), f"tool/versions/{row['pk']}/", "assessment.edit")
    for row in rows:
        if not row["published_at"]:
            text = _("Publish the draft of “{instrument}”, version {version}")
            words = {"version": row["version"], "instrument": Instrument.Kind(row["kind"]).label}
            yield Task("tool", text.format(**words), f"tool/versions/{row['pk']}/", "assessment.edit")
    if not rows and not seen.is_collecting and assessment.stage not in PAST_PREPARATION:
        text = _("Read the three instruments and adapt them to the country where needed")
        yield Task("tool", text, "tool/", "assessment.edit")


def _of_translations(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    """Texts whose original was changed after they were translated: of the versions in use, of drafts, and of language
    packs."""

    def task(step: str, text: str, path: str, **words: Any) -> Task:
        words["language"] = language_name(words["language"])
        return Task(step, text.format(**words), path, "translations.edit")

    def changed(number: int) -> str:
        return ngettext(
            "Translate {n} text again in {language}: its original was changed",
            "Translate {n} texts again in {language}: their originals were changed",
            number,
        )

    def of_version(key: int, definition: Any) -> Iterator[tuple[str, int, str]]:
        """Language, number of texts and address of what is out of date."""
        own = [row for row in rows["translations"] if row["instrument"] == key]
        for language, number in sorted(stale_translations(definition, own).items()):
            yield language, number, f"tool/versions/{key}/translations/{language}/?show=stale"

    for version in (seen.assessment.guide, seen.assessment.questionnaire, seen.assessment.matrix):
        for language, number, path in of_version(version.pk, version.shown_definition):
            yield task("tool", changed(number), path, n=number, language=language)
    for draft in rows["drafts"]:
        for language, number, path in of_version(draft["pk"], draft["definition"]):
            text = ngettext(
                "Translate {n} text of the draft of “{instrument}” again in {language}: its original was changed",
                "Translate {n} texts of the draft of “{instrument}” again in {language}: their originals were changed",
                number,
            )
            kind = Instrument.Kind(draft["kind"]).label
            yield task("tool", text, path, n=number, language=language, instrument=kind)
    found = Counter((row["pack__language"], sheet) for row, sheet in stale_texts(rows["pack_texts"]))
    for (language, sheet), number in sorted(found.items()):
        path = f"languages/{language}/?sheet={sheet}&show=stale"
        yield task(ABOUT, changed(number), path, n=number, language=language)


def _of_data(seen: Situation, erasures: Rows, dates: Rows) -> Iterator[Task]:
    asked_by_others = sum(row["asked_by"] != seen.user for row in erasures)
    if asked_by_others:
        text = ngettext("Confirm {n} request to erase data", "Confirm {n} requests to erase data", asked_by_others)
        text = text.format(n=asked_by_others)
        yield Task(ABOUT, text, "erasures/", "erasures.manage", urgent=True, remains=True)
    for row in dates:
        if not row["done_at"] and row["due_on"] - WARN_BEFORE <= seen.today:
            day = erased_from(RetentionDate(**row))
            text = _("{kind} will be erased for good on {day}: export what you need, or change the date")
            text = text.format(kind=RetentionDate.Kind(row["kind"]).label, day=page_day(day))
            yield Task(ABOUT, text, "retention/", "erasures.manage", due=day, urgent=True, remains=True)
    if seen.is_final and not dates:
        yield Task(ABOUT, _("Decide how long data are kept"), "retention/", "erasures.manage", remains=True)
