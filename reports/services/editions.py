"""Make an edition of a report: its document is captured in the request that asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.audit import head_of, record
from assessments.models import User
from ctnat.ui.errors import ConflictError
from ctnat.ui.names import language_name
from reports.document import capture
from reports.document.builder import ReportData, build_all
from reports.document.confidentiality import COVER, NameFinding
from reports.document.open_points import OpenPoint, find_open_points
from reports.document.registry import Problem
from reports.models import Edition, EditionTranslation, Report
from reports.output.comparison import paragraphs
from reports.output.revision import data_revision
from reports.tasks import make_edition_files

DECIDED = "names"  # among the open points of an edition: that decisions on names were made
MOST_ATTEMPTS = 5
NAMES_WAIT = gettext_lazy(
    "A final edition needs a decision on all words that may name a respondent or an agency. Without one:"
)


class OpenPointsLeft(ValidationError):
    """A final edition was asked for, and `points` lack a reason or have changed since it was written."""

    def __init__(self, points: list[OpenPoint]):
        self.points = points
        super().__init__(
            [
                _("{label}: {count}. Give a reason for leaving this open.").format(label=point.label, count=point.count)
                for point in points
            ]
        )


@transaction.atomic
def make_edition(
    *,
    report: Report,
    kind: str,
    by: User | None,
    what_changed: str = "",
    reasons: Mapping[str, tuple[str, str]] | None = None,
    after: int | None = None,
) -> Edition:
    """The next edition, with the text and the numbers of this moment; its files are made from them in the background.

    `reasons`: kind of open point -> (why a final edition is made nevertheless, `OpenPoint.mark` of what was open when
    it was written). Raises `ValidationError` where a final edition would hold errors, `OpenPointsLeft` where a reason
    is missing or was written for other points, or words that may be a name are not decided on.

    `after` is the number of the last edition on the page (0: none). Where there is a newer one, `ConflictError` is
    raised, unless it is this one: the same form sent twice makes one edition. None does not ask.
    """
    if kind not in Edition.Kind.values:
        raise ValidationError(_("Choose draft, for validation or final."))
    if "\x00" in what_changed:
        raise ValidationError(
            _("The text contains a null character, which cannot be stored. Delete it and save again.")
        )
    report = Report.objects.select_for_update(of=("self",)).select_related("assessment__study").get(pk=report.pk)
    last = Edition.objects.filter(report=report).order_by("-number").first()
    number = last.number if last else 0
    if last is not None and after is not None and after != number:
        if after == number - 1 and _was_asked_for(last, kind, by, what_changed, reasons or {}):
            return last
        raise ConflictError(
            last, _("{last} was made after you opened this page. Read it, then send the form again.").format(last=last)
        )
    edition = Edition(report=report, number=number + 1, kind=kind, what_changed=what_changed, made_by=by)
    edition.data_revision, written, names = _of_one_moment(report, edition)
    head = head_of(report.assessment)
    documents = [replace(document, audit_head=head) for document in written]
    if kind == Edition.Kind.FINAL:
        if errors := [_error(report, document, error) for document in documents for error in document.errors]:
            raise ValidationError(errors)
        if waiting := sum(finding.is_open for finding in names):
            raise ValidationError(f"{NAMES_WAIT} {waiting}.")
        edition.open_points = _with_reasons(find_open_points(report, documents), reasons or {}) + _decided(names)
    first, *further = documents
    edition.captured, edition.paragraphs = capture.pack(first), paragraphs(first)
    edition.save()
    for document in further:
        EditionTranslation.objects.create(
            edition=edition,
            language=document.language,
            captured=capture.pack(document),
            paragraphs=paragraphs(document),
        )
    record("report.edition_made", by=by, assessment=report.assessment, target=edition, kind=kind)
    enqueue_edition(edition)
    return edition


def _was_asked_for(
    edition: Edition, kind: str, by: User | None, what_changed: str, reasons: Mapping[str, tuple[str, str]]
) -> bool:
    """Whether this edition is what the form asks for: it was sent twice."""
    kept = {point["kind"]: point["reason"] for point in edition.open_points if point["kind"] != DECIDED}
    typed = {name: reason.strip() for name, (reason, _) in reasons.items()}
    same = (edition.kind, edition.made_by, edition.what_changed) == (kind, by, what_changed)
    return same and (kind != Edition.Kind.FINAL or kept == typed)


def _of_one_moment(report: Report, edition: Edition) -> tuple[str, list[ReportData], list[NameFinding]]:
    """The revision of all that the document is made of, the document in each language, and the names in it.

    Another member may save something between two of the queries of which a document is made: then it is made anew.
    """
    for _attempt in range(MOST_ATTEMPTS):
        revision = data_revision(report)
        documents, names = build_all(report, edition=edition)
        if data_revision(report) == revision:
            return revision, documents, names
    raise ValidationError(
        _("Other members are saving changes at this moment, so no edition was made. Ask them to pause, then try again.")
    )


def _error(report: Report, document: ReportData, error: Problem) -> str:
    place = _("on the cover") if error.section == COVER else _("in section {section}").format(section=error.section)
    language = "" if document.language == report.language else f" ({language_name(document.language)})"
    return _("A final edition cannot contain errors. Correct, {place}{language}: {message}").format(
        place=place, language=language, message=error.message
    )


def _decided(names: Sequence[NameFinding]) -> list[dict[str, Any]]:
    """That decisions on names were made; the words themselves and the reasons stay with the decisions."""
    kept = sum(finding.keep is True for finding in names)
    withheld = sum(finding.keep is False for finding in names)
    if not kept + withheld:
        return []
    items = [f"printed: {kept}", f"withheld: {withheld}"]
    reason = f"{kept} printed, {withheld} withheld, each with a reason on the page “Names”."
    return [{"kind": DECIDED, "label": "Words that were decided on", "items": items, "reason": reason}]


def _with_reasons(points: list[OpenPoint], reasons: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    left = [
        point
        for point in points
        if not reasons.get(point.kind, ("", ""))[0].strip() or reasons[point.kind][1] != point.mark
    ]
    if left:
        raise OpenPointsLeft(left)
    return [
        {
            "kind": point.kind,
            "label": point.stored_label,
            "items": point.stored_items,
            "reason": reasons[point.kind][0].strip(),
        }
        for point in points
    ]


def enqueue_edition(edition: Edition) -> None:
    """Enqueue making the missing files of the edition."""
    transaction.on_commit(lambda: make_edition_files.enqueue(edition.pk))
