"""The Word file of a review round, made in the background from the document that its edition holds."""

import hashlib
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from assessments.file_encryption import ProtectedFileField
from assessments.packs import words_for
from assessments.tokens import new_token, token_hmac
from ctnat.ui.stored import stored_text
from reports.document import capture
from reports.document.builder import ReportData
from reports.models import Report, ReviewRound, SectionRevision
from reports.output.editions import NOT_CAPTURED
from reports.output.errors import FormatUnavailable
from reports.output.formats import template_of
from reports.output.since import captured_of, earlier_document, since_of
from reports.review.reading import Mark
from reports.review.snapshot import Snapshot
from reports.word.document import make_docx
from reports.word.tracked import Tracked, make_tracked_docx
from reports.word.xml import clean
from reports.words import translate

LOGGER = logging.getLogger(__name__)
IN_FILE = "report-review-file"  # purpose of the token in the file
NOT_MADE = stored_text(N_("The Word file could not be made. Try again."))


def make_review_file(pk: int) -> None:
    """Make the file and the snapshot of a round, unless they are there. Two workers at once store one file."""
    of_round = ReviewRound.objects.select_related("report__assessment", "edition").filter(pk=pk, file="").first()
    if of_round is None or of_round.erased_at:
        return
    captured = captured_of(of_round.edition, of_round.language)
    failure = ""
    try:
        if not captured:
            failure = NOT_CAPTURED
        else:
            with words_for(of_round.report.assessment):
                _make(of_round, capture.unpack(captured))
    except FormatUnavailable as unavailable:
        failure = str(unavailable)[:500]
    except Exception:
        LOGGER.exception("Review round %s: its file failed", pk)
        failure = NOT_MADE
    ReviewRound.objects.filter(pk=pk).update(failure=failure)


def _make(of_round: ReviewRound, data: ReportData) -> None:
    report, token = of_round.report, new_token()
    identifier = f"{report.assessment.reference}-{of_round.edition.number}-r{of_round.number}"
    since, template = since_of(of_round, data.language), template_of(report)
    content, paragraphs = make_docx(
        data, identifier=identifier, token=token, template=template, tracked=True, since=since
    )
    texts = texts_at(report, of_round.language, of_round.edition.made_at)
    keys = {paragraph.section for paragraph in paragraphs}
    texts = {key: row for key, row in texts.items() if key in keys}
    snapshot = Snapshot(
        token="",  # kept only as HMAC
        language=data.language,
        paragraphs=paragraphs,
        bodies={key: row.body for key, row in texts.items()},
        titles={key: row.title for key, row in texts.items()},
        revisions={key: row.revision for key, row in texts.items()},
        languages={key: row.language for key, row in texts.items()},
    )
    tracked = _tracked(of_round, data, identifier=identifier, token=token, template=template, since=since)
    checksum = hashlib.sha256(content).hexdigest()
    folder = f"reviews/{timezone.now():%Y}/{identifier}-{checksum[:8]}"
    names = [
        _field(column).store(f"{folder}.{ending}", text, report.assessment.data_key_id)
        for column, ending, text in (
            ("file", "docx", content),
            ("snapshot", "json", snapshot.to_json().encode()),
            *([("tracked_file", "tracked.docx", tracked)] if tracked else []),
        )
    ]
    with transaction.atomic():
        row = ReviewRound.objects.select_for_update().get(pk=of_round.pk)
        if row.erased_at or row.file:  # meanwhile: erased, or made by another worker
            for name in names:
                transaction.on_commit(partial(default_storage.delete, name))
            return
        row.token_hmac, row.checksum = token_hmac(token, purpose=IN_FILE), checksum
        row.file, row.snapshot, *further = names
        row.tracked_file = further[0] if further else ""
        row.tracked_since, row.tracked_by = of_round.tracked_since, of_round.tracked_by
        names_of = ["token_hmac", "checksum", "file", "snapshot", "tracked_file", "tracked_since", "tracked_by"]
        row.save(update_fields=names_of)


def _tracked(of_round: ReviewRound, data: ReportData, **options: Any) -> bytes | None:
    """The same file with the changes since the edition that was reviewed before as tracked changes, of which it stores
    whose they are; None where there is no such edition, or where the file could not be made."""
    earlier = earlier_document(of_round, data)
    if earlier is None:
        return None
    edition, before = earlier
    of_round.tracked_since = edition.number
    of_round.tracked_by = clean(data.commissioner or data.country)[:200]
    mark = sent_mark(of_round)
    number = {"number": edition.number}
    try:
        return make_tracked_docx(
            data,
            before,
            Tracked(
                by=mark.author,
                at=f"{mark.at:%Y-%m-%dT%H:%M:%SZ}",
                how_to_read=translate("tracked_how", data.language, **number),
                other_chart=translate("tracked_chart", data.language, **number),
            ),
            **options,
        )
    except Exception:
        LOGGER.exception("Review round %s: its file with tracked changes failed", of_round.pk)
        return None


def sent_mark(of_round: ReviewRound) -> Mark:
    """Whose the changes are that were tracked in a file when it went out, and from when."""
    made = of_round.edition.made_at.astimezone(UTC)
    return Mark(of_round.tracked_by, made.replace(tzinfo=None, microsecond=0))


def _field(name: str) -> ProtectedFileField:
    field: Any = ReviewRound._meta.get_field(name)
    return field  # type: ignore[no-any-return]


def texts_at(report: Report, language: str, moment: datetime) -> dict[str, SectionRevision]:
    """Section key -> the text that a document in `language` printed at a moment: of a section without a text in a
    further language it is that in the first one. `language` is blank for the first one."""
    wanted = {"", language}
    rows = SectionRevision.objects.filter(section__report=report, language__in=wanted, at__lte=moment)
    found: dict[str, SectionRevision] = {}
    for row in rows.select_related("section").order_by("pk"):
        earlier = found.get(row.section.key)
        if earlier is None or not (earlier.language and not row.language):
            found[row.section.key] = row
    return found


def snapshot_of(of_round: ReviewRound) -> Snapshot:
    """Raises `OSError` where its file is gone or cannot be decrypted."""
    with of_round.snapshot.open() as stream:
        content = stream.read()
    try:
        return Snapshot.from_json(content)
    except (ValueError, KeyError, TypeError):
        raise OSError("The snapshot cannot be read.") from None


def with_token(snapshot: Snapshot, token: str) -> Snapshot:
    """The snapshot with the token of a file that was recognised by its HMAC."""
    return replace(snapshot, token=token)
