"""Reading the files that reviewers returned: each comment and change becomes an entry, in the background."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop as N_
from django.utils.translation import override

from assessments.archiving import ArchivedError
from assessments.audit import record
from assessments.tokens import token_hmacs
from ctnat.ui.stored import stored_text
from reports.models import EditionFile, Report, ReturnedFile, ReviewItem, ReviewRound
from reports.output.jobs import Cancelled, claim, finish, progress_of
from reports.output.pages import page_of
from reports.output.review_files import IN_FILE, sent_mark, snapshot_of, with_token
from reports.review.findings import Findings, Proposal
from reports.review.proposals import proposals_of
from reports.review.reading import CannotRead, Returned, read
from reports.review.snapshot import Snapshot

LOGGER = logging.getLogger(__name__)
LEAST_FOUND = 0.5  # of the paragraphs: below it, a file without a token is another document
MOST_ITEMS = 5000  # of one file; the longest round that was tried had a hundred
YEARS = range(1990, 2101)  # of comments: others are faults of the program that wrote the file
READING, COMPARING = stored_text(N_("Reading the file")), stored_text(N_("Comparing it with the edition"))
FAILED = stored_text(
    N_("The file could not be read. Open it in Word, save it again as .docx, and return it once more.")
)
GONE = stored_text(N_("The file is gone. Return it once more."))
NO_SNAPSHOT = stored_text(
    N_("What was sent out in this round cannot be read any more. Tell the administrator of this site.")
)
OTHER_ROUND = stored_text(N_("This is the file of review round {number}. Return it there."))
OTHER_REPORT = stored_text(N_("This is a file of another report or of another site. Return the file of this round."))
OTHER_DOCUMENT = stored_text(
    N_(
        "Most of its paragraphs are not those of the file of this round. Return the file that was downloaded here, "
        "with the changes in it."
    )
)
TOO_MANY = stored_text(N_("The file has more than {most} comments and changes. Return it in several parts."))


class Refused(Exception):
    """The file is not of this round; the message is a stored text."""


def read_returned(pk: int) -> None:
    """Read one file. Called twice or beside another worker it does nothing the second time."""
    file = claim(ReturnedFile.objects.select_related("round__report__assessment", "round__edition", "reviewer"), pk)
    if file is None:
        return
    progress = progress_of(file)
    try:
        progress(5, READING)
        returned = _returned(file)
        snapshot = _of_this_round(file.round, returned)
        progress(40, COMPARING)
        findings = proposals_of(returned, snapshot)
        if not returned.token and findings.found < LEAST_FOUND:
            raise Refused(OTHER_DOCUMENT)
        if len(findings.items) > MOST_ITEMS:
            raise Refused(TOO_MANY.format(most=MOST_ITEMS))
        _store(file, findings, snapshot)
    except Cancelled:
        finish(file, ReturnedFile.Status.CANCELLED)
    except (CannotRead, Refused) as fault:
        _fail(file, str(fault))
    except ArchivedError:
        _fail(file, FAILED)
    except Exception:
        LOGGER.exception("Returned file %s could not be read", pk)
        _fail(file, FAILED)


def _fail(file: ReturnedFile, failure: str) -> None:
    finish(file, ReturnedFile.Status.FAILED, failure=failure[:500])


def _returned(file: ReturnedFile) -> Returned:
    try:
        with file.file.open() as stream:
            content: bytes = stream.read()
            with override("en"):  # why a file is refused is stored, and shown to each in their language
                return read(content, sent_mark(file.round) if file.round.tracked_by else None)
    except FileNotFoundError:
        raise Refused(GONE) from None


def _of_this_round(of_round: ReviewRound, returned: Returned) -> Snapshot:
    """The snapshot of the round. Raises `Refused` for a file with the token of another one."""
    try:
        snapshot = snapshot_of(of_round)
    except (OSError, ValueError):
        raise Refused(NO_SNAPSHOT) from None
    if not returned.token:
        return snapshot
    digests = token_hmacs(returned.token[:200], purpose=IN_FILE)
    if of_round.token_hmac in digests:
        return with_token(snapshot, returned.token)
    other = ReviewRound.objects.filter(report=of_round.report_id, token_hmac__in=digests).first()
    raise Refused(OTHER_ROUND.format(number=other.number) if other else OTHER_REPORT)


@transaction.atomic
def _store(file: ReturnedFile, findings: Findings, snapshot: Snapshot) -> None:
    """One entry for each comment and change, numbered after those of the files before, and the end of the job."""
    of_round = (
        ReviewRound.objects.select_for_update(of=("self",)).select_related("report__assessment").get(pk=file.round_id)
    )
    if of_round.erased_at is not None:  # meanwhile: its words must not come back
        return _fail(file, GONE)
    report = of_round.report
    last = of_round.items.aggregate(last=Max("number"))["last"] or 0
    sections = {section.key: section for section in report.sections.only("pk", "key", "report")}
    places = {paragraph.id: place for place, paragraph in enumerate(snapshot.paragraphs)}
    paragraphs = {paragraph.id: paragraph for paragraph in snapshot.paragraphs}
    pages = _pages(of_round)
    rows = []
    for number, proposal in enumerate(findings.items, last + 1):
        rows.append(
            ReviewItem(
                report=report,
                round=of_round,
                file=file,
                number=number,
                section=sections.get(proposal.section),
                section_title=snapshot.titles.get(proposal.section, "")[:300],
                of_revision=snapshot.revisions.get(proposal.section),
                place=places.get(proposal.paragraph, len(places)),
                page=page_of(pages, paragraphs[proposal.paragraph]) if proposal.paragraph in paragraphs else None,
                **_words_of(proposal, report),
            )
        )
    ReviewItem.objects.bulk_create(rows, batch_size=200)
    _join_replies(rows, findings.items)
    notes = [{"kind": "note", "text": note} for note in findings.notes]
    file.unplaced = notes
    file.save(update_fields=["unplaced"])
    finish(file, ReturnedFile.Status.DONE, failure="")
    record("review.file_read", by=None, assessment=report.assessment, target=file, entries=len(rows))
    return None


def _pages(of_round: ReviewRound) -> dict[str, dict[str, int]]:
    """Where the PDF of the edition prints what; nothing where it has none, or where that was not stored."""
    files = EditionFile.objects.filter(edition=of_round.edition_id, format="pdf", language=of_round.language)
    return files.values_list("pages", flat=True).first() or {}


def _words_of(proposal: Proposal, report: Report) -> dict[str, Any]:
    is_change = proposal.kind not in (ReviewItem.Kind.COMMENT, ReviewItem.Kind.REPLY)
    return {
        "kind": proposal.kind,
        "tracked": proposal.tracked if is_change else None,
        "section_key": proposal.section[:60],
        "paragraph": proposal.paragraph[:20],
        "start": proposal.start,
        "end": proposal.end,
        "before": proposal.before,
        "after": proposal.after,
        "text": proposal.text,
        "patched": proposal.patched,
        "about": list(proposal.names),
        "author": proposal.author[:200],
        "at": _moment(proposal.at, report),
        "resolved": None if is_change else proposal.resolved,
        "state": proposal.state if is_change else "",
        "why": proposal.why[:300],
    }


def _moment(at: datetime | None, report: Report) -> datetime | None:
    """Word writes the clock of its user: it is read as that of the assessment's country."""
    if at is None or at.year not in YEARS:
        return None
    return at if at.tzinfo is not None else timezone.make_aware(at, report.assessment.zone)


def _join_replies(rows: Sequence[ReviewItem], items: Sequence[Proposal]) -> None:
    replies = []
    for row, proposal in zip(rows, items, strict=True):
        if proposal.parent is not None and 0 <= proposal.parent < len(rows):
            row.parent = rows[proposal.parent]
            replies.append(row)
    ReviewItem.objects.bulk_update(replies, ["parent"], batch_size=200)
