"""Answering what reviewers commented and proposed: taken over into the text, declined, answered; undone; assigned.

Taking over is a three-way merge: `base` is the section's text that went out, as the snapshot of the round has it,
`theirs` that text with the proposal in it, `ours` the text of today. Nothing is taken over that was not shown before.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.access import ACTIONS
from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.models import Assessment, Membership, User
from ctnat.ui.errors import ConflictError, InputError
from reports.models import ReviewItem, ReviewRound, Section, SectionRevision, SectionTranslation
from reports.output.review_files import snapshot_of
from reports.review.merging import Clash, merge
from reports.review.snapshot import Snapshot
from reports.services.sections import MAX_BODY, edit_section
from reports.services.translations import translate_section

LONGEST_ANSWER = 5000  # characters
Disposition = ReviewItem._meta.get_field("disposition")
ACCEPTED, AMENDED, DECLINED = "accepted", "amended", "declined"


@dataclass(frozen=True)
class TodaysText:
    """A section's text as it is, in its first language or a further one; `row` is where it is stored."""

    section: Section
    row: Section | SectionTranslation
    language: str

    @property
    def body(self) -> str:
        return str(self.row.body)

    @property
    def revision(self) -> int:
        return self.row.revision


@dataclass(frozen=True)
class Takeover:
    """What taking a proposal over makes of a section. `words` are the lines of Markdown that the reviewer wants in
    place of `instead_of`; a member may edit them before."""

    today: TodaysText
    base: str
    words: str
    instead_of: str
    text: str
    clashes: tuple[Clash, ...]

    @property
    def changes_nothing(self) -> bool:
        return self.text == self.today.body


@dataclass(frozen=True)
class Proposed:
    """A proposal for words beside the text of today, before it is merged with it: `words` are the lines of Markdown
    that the reviewer wants in place of `instead_of`, the lines `first` to `last` (exclusive) of `base`."""

    today: TodaysText
    base: str
    patched: str
    words: str
    first: int
    last: int

    @property
    def instead_of(self) -> str:
        return "\n".join(self.base.split("\n")[self.first : self.last])

    def merged(self, words: str | None = None) -> Takeover:
        """What taking it over makes of today's text. `words`: what a member made of the proposed lines."""
        theirs = self.patched
        if words is not None and words != self.words:
            lines = self.base.split("\n")
            theirs = "\n".join([*lines[: self.first], *([words] if words else []), *lines[self.last :]])
        merged = merge(self.base, self.today.body, theirs)
        return Takeover(
            today=self.today,
            base=self.base,
            words=self.words if words is None else words,
            instead_of=self.instead_of,
            text=merged.text,
            clashes=merged.clashes,
        )


def takeover_of(item: ReviewItem, snapshot: Snapshot | None = None) -> Takeover | None:
    """What taking an entry over as it was proposed would make of today's text; None as in `proposed_of`."""
    found = proposed_of(item, snapshot)
    return found.merged() if found else None


def proposed_of(item: ReviewItem, snapshot: Snapshot | None = None) -> Proposed | None:
    """None where the program cannot take the entry over: it is no proposal for words, its section is gone, or what was
    sent out cannot be read any more. `snapshot` is that of its round, where it is at hand."""
    if item.state != ReviewItem.State.FITS or item.section is None or item.round is None:
        return None
    snapshot = snapshot or sent_out(item.round)
    base = snapshot.bodies.get(item.section_key) if snapshot else None
    if snapshot is None or base is None:
        return None
    today = _todays_text(item.section, _language_of(item, snapshot))
    if today is None:
        return None
    first, last, upto = _changed_lines(base, item.patched)
    words = "\n".join(item.patched.split("\n")[first:upto])
    return Proposed(today=today, base=base, patched=item.patched, words=words, first=first, last=last)


def sent_out(of_round: ReviewRound) -> Snapshot | None:
    """What went out in a round; None where it cannot be read any more."""
    try:
        return snapshot_of(of_round)
    except (OSError, ValueError):
        return None


def _language_of(item: ReviewItem, snapshot: Snapshot) -> str:
    """The language in which the text was that an entry is about; blank for the report's first one."""
    if item.section_key in snapshot.languages:
        return snapshot.languages[item.section_key]
    language = item.round.language if item.round else ""  # of rounds that were opened before it was stored
    translated = language and item.section and item.section.translations.filter(language=language).exists()
    return language if translated else ""


def _changed_lines(base: str, patched: str) -> tuple[int, int, int]:
    """(first line that differs, the line after the last one in `base`, and in `patched`)."""
    old, new = base.split("\n"), patched.split("\n")
    shorter = min(len(old), len(new))
    first = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    last = next((n for n in range(shorter - first) if old[-1 - n] != new[-1 - n]), shorter - first)
    return first, len(old) - last, len(new) - last


def _todays_text(section: Section, language: str) -> TodaysText | None:
    if not language:
        return TodaysText(section, section, "")
    row = section.translations.filter(language=language).first()
    return TodaysText(section, row, language) if row else None


@transaction.atomic
def take_over(
    *,
    item: ReviewItem,
    by: User | None,
    revision: int,
    section_revision: int,
    words: str | None = None,
    response: str = "",
) -> ReviewItem:
    """Make a proposal part of the text of today, and record it as accepted; as amended where `words` are others.

    `revision` is that of the entry and `section_revision` that of the text which the member saw. Raises
    `ConflictError` where one is no longer the current one, `InputError` where today's text clashes with it.
    """
    row = _current(item, revision)
    if row.was_taken_over:
        raise InputError(_("This is in the text already. Undo it first, to take something else over."))
    words = None if words is None else words.replace("\r\n", "\n")
    if words is not None and (len(words) > MAX_BODY or "\x00" in words):
        raise InputError(_("These words cannot be kept. Shorten them."))
    proposed = proposed_of(row)
    if proposed is None:
        raise InputError(_("This cannot be taken over by the program. Edit the section by hand, then answer."))
    found = proposed.merged(words)
    if found.today.revision != section_revision:
        raise ConflictError(
            row,
            _("The section was saved by another member since you opened this page. Nothing was changed: look again."),
        )
    if found.clashes:
        raise InputError(_("The same words were edited since the round began. Edit the section by hand, then answer."))
    if found.changes_nothing:
        raise InputError(_("The section says this already. Answer the entry as accepted."))
    row.response = _check_answer(response)
    row.section_revision = _save(found.today, found.text, by)
    row.disposition = ACCEPTED if found.words == proposed.words else AMENDED
    _decide(row, by)
    row.save()
    record(
        "review.taken_over",
        by=by,
        assessment=row.report.assessment,
        target=row,
        key=row.section_key,
        revision=row.section_revision,
        disposition=row.disposition,
    )
    return row


def _save(today: TodaysText, body: str, by: User | None) -> int:
    """Save a section's text through its service; returns the revision that this made."""
    if isinstance(today.row, Section):
        return edit_section(section=today.section, body=body, by=by, revision=today.revision).revision
    return translate_section(
        section=today.section,
        language=today.language,
        title=today.row.title,
        body=body,
        by=by,
        revision=today.revision,
        of_revision=today.row.of_revision,
    ).revision


@transaction.atomic
def answer_item(
    *, item: ReviewItem, disposition: str, response: str, by: User | None, revision: int, changed: str = ""
) -> ReviewItem:
    """Accept, amend, note or decline without changing the text, with the words of the answer; `changed` is what is
    different in the report because of it, made by hand. Raises `InputError`, `ConflictError`."""
    row = _locked(item)
    response, changed = _check_answer(response), _check_answer(changed, "changed")
    wanted = (disposition, response, changed)
    if row.revision == revision + 1 and wanted == (row.disposition, row.response, row.changed):
        return row  # sent twice on a slow line
    _check_revision(row, revision)
    if not disposition or disposition not in dict(Disposition.choices or ()):
        raise InputError({"disposition": _("Choose accepted, amended, noted or declined.")})
    if not response:
        raise InputError({"response": _("Write the answer. It stands beside the comment in the response matrix.")})
    if row.was_taken_over and disposition not in (ACCEPTED, AMENDED):
        raise InputError({"disposition": _("This is in the text already. Undo it first, then decline or note it.")})
    row.disposition, row.response, row.changed = wanted
    _decide(row, by)
    row.save()
    record("review.answered", by=by, assessment=row.report.assessment, target=row, disposition=disposition)
    return row


@transaction.atomic
def undo_answer(*, item: ReviewItem, by: User | None, revision: int) -> ReviewItem:
    """Open an entry again; what was taken over goes out of the text. The answer's words are kept for the next one.

    Raises `InputError` where the same words were edited since they were taken over, `ConflictError`.
    """
    row = _current(item, revision)
    if not row.disposition:
        return row
    if row.was_taken_over:
        _take_out(row, by)
    row.disposition, row.section_revision, row.decided_by, row.decided_at = "", None, None, None
    row.revision += 1
    row.save()
    record("review.reopened", by=by, assessment=row.report.assessment, target=row, key=row.section_key)
    return row


def _take_out(row: ReviewItem, by: User | None) -> None:
    by_hand = InputError(_("The same words were edited since. Edit the section by hand, then answer the entry anew."))
    if row.section is None or row.round is None:
        raise by_hand
    snapshot = sent_out(row.round)
    today = _todays_text(row.section, _language_of(row, snapshot)) if snapshot else None
    if today is None:
        raise by_hand
    wanted = Q(revision=row.section_revision) | Q(revision=(row.section_revision or 0) - 1)
    rows = SectionRevision.objects.filter(wanted, section=row.section, language=today.language)
    bodies = {one.revision: one.body for one in rows}
    with_it, without_it = bodies.get(row.section_revision or 0), bodies.get((row.section_revision or 0) - 1)
    if with_it is None or without_it is None:
        raise by_hand
    merged = merge(with_it, today.body, without_it)
    if merged.clashes:
        raise by_hand
    _save(today, merged.text, by)


@transaction.atomic
def assign_item(*, item: ReviewItem, member: User | None, by: User | None) -> ReviewItem:
    """Give an entry to a member who may answer it, or to nobody. Raises `InputError`."""
    row = _locked(item)
    if member is not None and not members_who_answer(row.report.assessment).filter(pk=member.pk).exists():
        raise InputError(_("Choose a lead or a consultant of this assessment."))
    if row.assigned_to != member:
        row.assigned_to = member
        row.revision += 1
        row.save(update_fields=["assigned_to", "revision"])
        whom = member.pk if member else None
        record("review.assigned", by=by, assessment=row.report.assessment, target=row, member=whom)
    return row


def members_who_answer(assessment: Assessment) -> QuerySet[User]:
    """Those who may edit the report."""
    roles = ACTIONS["report.edit"]
    rows = Membership.objects.for_assessment(assessment).filter(role__in=roles, user__is_active=True)
    return User.objects.filter(pk__in=rows.values("user"))


def _decide(row: ReviewItem, by: User | None) -> None:
    row.decided_by, row.decided_at = by, timezone.now()
    row.revision += 1


def _check_answer(text: str, field: str = "response") -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_ANSWER or "\x00" in text:
        raise InputError({field: _("Shorten the text to {n} characters.").format(n=LONGEST_ANSWER)})
    return text


def _locked(item: ReviewItem) -> ReviewItem:
    rows = ReviewItem.objects.select_for_update(of=("self",))
    row = rows.select_related("report__assessment", "section", "round__edition").get(pk=item.pk)
    check_not_archived(row.report.assessment)
    if row.section is not None:
        row.section.report = row.report
    return row


def _check_revision(row: ReviewItem, revision: int) -> None:
    if row.revision != revision:
        raise ConflictError(
            row, _("Another member answered or assigned this entry since you opened the page. Nothing was changed.")
        )


def _current(item: ReviewItem, revision: int) -> ReviewItem:
    row = _locked(item)
    _check_revision(row, revision)
    return row
