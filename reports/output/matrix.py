"""The response matrix: each comment on the report and each proposed change, with what was answered and what changed."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.known_names import reader_of
from ctnat.ui.cells import Rich, Run
from ctnat.ui.formats import page_short_day
from ctnat.ui.workbook import Workbook
from reports.models import Report, ReviewItem, ReviewRound
from reports.querysets import ReviewItemQuerySet
from reports.review.matrix import MatrixRow, changed_words
from reports.review.snapshot import Snapshot
from reports.word.table_file import make_table_file

MEMBERS = "members"  # instead of the number of a round: comments that members wrote in the product
HEADS = (
    gettext_lazy("No."),
    gettext_lazy("Section, page and paragraph"),
    gettext_lazy("Reviewer"),
    gettext_lazy("Date"),
    gettext_lazy("Kind"),
    gettext_lazy("Text as it was"),
    gettext_lazy("Comment or proposed change"),
    gettext_lazy("Response"),
    gettext_lazy("Decision"),
    gettext_lazy("Changed in"),
)
WIDTHS = (7, 20, 20, 12, 17, 38, 46, 36, 15, 23)  # of the columns of the worksheet, in characters
Clear = Callable[[str], str]
Items = ReviewItemQuerySet[ReviewItem]


def items_of(report: Report, source: str = "") -> Items:
    """The comments and changes, without replies: of all rounds, of one (its number) or of members (`MEMBERS`)."""
    found: Items = ReviewItem.objects.filter(report=report).exclude(kind=ReviewItem.Kind.REPLY)
    found = found.exclude(member_comment__withdrawn_at__isnull=False)
    if source == MEMBERS:
        found = found.filter(round=None)
    else:
        found = found.filter(round__number=int(source)) if source else found.filter(round__isnull=False)
    return found.for_matrix().order_by("round__number", "place", "number", "pk")


def rows_of(items: Iterable[ReviewItem], paragraphs: "Paragraphs", clear: Clear = str) -> Iterator[MatrixRow]:
    """`items` are as `items_of` returns them; each text goes through `clear` before it is compared."""
    for item in items:
        yield _row(item, paragraphs, clear)


class Paragraphs:
    """The number of a paragraph in its section, from 1, as the file for reviewers had it. Read once for each round."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, int]] = {}

    def of(self, item: ReviewItem) -> int | None:
        """None where it is not known: of the section as a whole, or where the file of the round was erased."""
        if item.round is None or not item.paragraph:
            return None
        if item.round.pk not in self._known:
            self._known[item.round.pk] = _numbers(item.round)
        return self._known[item.round.pk].get(item.paragraph)


def _numbers(of_round: ReviewRound) -> dict[str, int]:
    if not of_round.snapshot:
        return {}
    try:
        with of_round.snapshot.open() as file:
            snapshot = Snapshot.from_json(file.read())
    except (OSError, ValueError, KeyError, TypeError):  # it is of another version, or gone from the store
        return {}
    found, counted = {}, dict[str, int]()
    for paragraph in snapshot.paragraphs:
        if paragraph.kind in ("text", "block", "cell"):
            counted[paragraph.section] = counted.get(paragraph.section, 0) + 1
            found[paragraph.id] = counted[paragraph.section]
    return found


def _row(item: ReviewItem, paragraphs: Paragraphs, clear: Clear) -> MatrixRow:
    number = paragraphs.of(item)
    before, after, text = clear(item.before), clear(item.after), clear(item.text)
    proposal = () if item.kind == ReviewItem.Kind.COMMENT else changed_words(before, after)
    replies = [_reply(reply, clear) for reply in item.replies.all() if not _is_withdrawn(reply)]
    said = [text, *([] if item.round is None else replies)]
    if words := "\n".join(filter(None, said)):
        proposal = (*proposal, Run(f"\n{words}" if proposal else words))
    response = [clear(item.response), *(replies if item.round is None else [])]
    at = item.created_at if item.round is None else item.at
    return MatrixRow(
        number=str(item.number) if item.round is None else f"{item.round.number}.{item.number}",
        section=clear(item.section_title) or _("Cover"),
        place=_place(item.page, number),
        reviewer=clear(_reviewer(item)),
        on=at.date() if at else None,
        kind=item.get_kind_display(),
        before=before,
        proposal=proposal,
        response="\n".join(filter(None, response)),
        disposition=_disposition(item),
        changed="\n".join(filter(None, [clear(item.changed), _version(item)])),
    )


def _place(page: int | None, paragraph: int | None) -> str:
    """The page in the PDF of the edition and the number of the paragraph, as far as each is known."""
    known = [
        _("Page {page}").format(page=page) if page else "",
        _("Paragraph {n}").format(n=paragraph) if paragraph else "",
    ]
    return "\n".join(filter(None, known))


def _reviewer(item: ReviewItem) -> str:
    """The office whose file it was in, with the name that is written there; of a member the name of the account."""
    if item.round is None:
        return str(item.made_by or _("A former member"))
    office = item.file.reviewer.name if item.file else ""
    return f"{office} ({item.author})" if office and item.author and item.author != office else office or item.author


def _reply(reply: ReviewItem, clear: Clear) -> str:
    return f"{clear(_reviewer(reply))}: {clear(reply.text)}"


def _is_withdrawn(item: ReviewItem) -> bool:
    return hasattr(item, "member_comment") and item.member_comment.is_withdrawn


def _disposition(item: ReviewItem) -> str:
    if item.round is None and not item.disposition:
        return _("Resolved") if item.resolved else _("Open")
    return str(item.get_disposition_display())


def _version(item: ReviewItem) -> str:
    number = item.section_revision
    return "" if number is None else _("Version {number} of the section").format(number=number)


def make_matrix_docx(report: Report, source: str) -> tuple[bytes, int]:
    """The matrix as a Word file in landscape, and its number of rows. Names are withheld as in the worksheet."""
    clear = reader_of(report.assessment)
    rows = [_texts(row) for row in rows_of(items_of(report, source), Paragraphs(), clear)]
    file = make_table_file(
        title=_("Response matrix"),
        subtitle=clear(f"{report.title} ({report.assessment.reference})"),
        heads=[str(head) for head in HEADS],
        rows=rows,
        widths=WIDTHS,
        language=get_language() or "en",
    )
    return file, len(rows)


def _texts(row: MatrixRow) -> list[str | Rich]:
    number, where, reviewer, _on, kind, before, proposal, *rest = row.cells
    day = page_short_day(row.on) if row.on else ""
    return [number, where, reviewer, day, kind, before, proposal, *rest]


def save_matrix(report: Report, source: str, target: BinaryIO) -> int:
    """Write the matrix as XLSX. Returns its number of rows. Names of respondents are withheld, wherever they are."""
    clear = reader_of(report.assessment)
    rows = [row.cells for row in rows_of(items_of(report, source), Paragraphs(), clear)]
    title = _("Response matrix: {title}").format(title=report.title)
    with Workbook(target, title=clear(title), creator="CT-NAT", clear=clear) as book:
        book.sheet(_("Response matrix"), tuple(map(str, HEADS)), rows, widths=WIDTHS)
    return len(rows)
