"""Editions: frozen HTML and PDF with checksums, compared paragraph by paragraph; and links to share them."""

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from assessments.audit import record
from assessments.models import User
from assessments.tokens import new_token, token_hmac
from reports.builder import Node, ReportData, build
from reports.builds import keep
from reports.models import Edition, Report, ShareLink
from reports.pdf import PdfUnavailable, make_pdf
from reports.render import render
from reports.revision import data_revision

PURPOSE = "report.share"
LONGEST_SHARE = 366  # days
LOGGER = logging.getLogger(__name__)


@transaction.atomic
def make_edition(*, report: Report, kind: str, by: User | None, what_changed: str = "") -> Edition:
    """Number the next edition and have its files made. Raises `ValidationError` where errors stand in a final one."""
    if kind not in Edition.Kind.values:
        raise ValidationError("Choose draft, for validation or final.")
    if "\x00" in what_changed:
        raise ValidationError("The text holds a null character, which cannot be stored. Delete it and save again.")
    if kind == Edition.Kind.FINAL:
        errors = [fault for fault in build(report).faults if fault.kind == "error"]
        if errors:
            raise ValidationError(
                [f"A final edition cannot hold errors. Put right, in section {e.section}: {e.message}" for e in errors]
            )
    Report.objects.select_for_update().get(pk=report.pk)
    last = Edition.objects.filter(report=report).aggregate(last=Max("number"))["last"] or 0
    edition = Edition.objects.create(
        report=report,
        number=last + 1,
        kind=kind,
        data_revision=data_revision(report),
        what_changed=what_changed,
        made_by=by,
    )
    record("report.edition_made", by=by, assessment=report.assessment, target=edition, kind=kind)
    enqueue_edition(edition)
    return edition


def enqueue_edition(edition: Edition) -> None:
    """Have the files made, or made again where a worker was killed."""
    from reports.tasks import make_edition_files

    transaction.on_commit(lambda: make_edition_files.enqueue(edition.pk))


def fill_edition(pk: int) -> None:
    """Make the files of an edition. One that has them stays as it is: an edition never changes."""
    edition = Edition.objects.select_related("report__assessment__study").filter(pk=pk).first()
    if edition is None or edition.html_sha256:
        return
    report = edition.report
    try:
        revision = data_revision(report)
        data = build(report, edition=str(edition))
        files = {"html": render(data, "html").encode()}
        try:
            files["pdf"] = make_pdf(render(data, "pdf"), f"{report.assessment.reference}-{edition.number}")
            failure = ""
        except PdfUnavailable as missing:
            failure = str(missing)[:500]
    except Exception:
        LOGGER.exception("Edition %s failed", pk)
        Edition.objects.filter(pk=pk, html_sha256="").update(failure="The files could not be made. Try again.")
        return
    fields: dict[str, str] = {}
    for format, content in files.items():
        name = f"editions/{timezone.now():%Y}/{report.assessment.reference}-edition-{edition.number}.{format}"
        fields[format] = keep(name, content)
        fields[f"{format}_sha256"] = hashlib.sha256(content).hexdigest()
    Edition.objects.filter(pk=pk, html_sha256="").update(
        data_revision=revision, paragraphs=paragraphs(data), failure=failure, **fields
    )


# Comparing -------------------------------------------------------------------------------------------------------

BREAKS = frozenset(
    ["p", "li", "tr", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption", "blockquote", "pre", "div", "figure"]
)


class _Text(HTMLParser):
    """The plain text of each paragraph, list entry and table row."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._now = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BREAKS:
            self._break()
        elif tag in ("td", "th", "br"):
            self._now += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        self._now += data

    def _break(self) -> None:
        if text := " ".join(self._now.split()):
            self.found.append(text)
        self._now = ""

    def close(self) -> None:
        super().close()
        self._break()


def plain_paragraphs(html: str) -> list[str]:
    parser = _Text()
    parser.feed(re.sub(r"<svg.*?</svg>", "", html, flags=re.S))
    parser.close()
    return parser.found


def paragraphs(data: ReportData) -> list[list[str]]:
    """[section's key, its heading, text] of every paragraph in order; a heading is a paragraph of its own."""

    def walk(node: Node) -> Iterator[list[str]]:
        yield [node.key, node.title, node.title]
        for text in plain_paragraphs(node.html):
            yield [node.key, node.title, text]
        for child in node.children:
            yield from walk(child)

    return [row for chapter in (*data.chapters, *data.annexes) for row in walk(chapter)]


@dataclass(frozen=True)
class Change:
    """One difference: `kind` added, removed or changed; `before` and `after` are (words, differs) runs."""

    section: str
    kind: Literal["added", "removed", "changed"]
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


def compare(old: list[list[str]], new: list[list[str]]) -> list[Change]:
    """What differs between two editions, paragraph by paragraph and within each by words."""
    changes = []
    matcher = SequenceMatcher(a=[row[2] for row in old], b=[row[2] for row in new], autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            continue
        gone, come = old[a:b], new[c:d]
        for before, after in _pairs(gone, come):
            section = (after or before or ["", "", ""])[1]
            if before and after:
                changes.append(Change(section, "changed", *_words(before[2], after[2])))
            elif after:
                changes.append(Change(section, "added", (), ((after[2], True),)))
            elif before:
                changes.append(Change(section, "removed", ((before[2], True),), ()))
    return changes


def _pairs(gone: list[list[str]], come: list[list[str]]) -> Iterator[tuple[list[str] | None, list[str] | None]]:
    """Paragraphs that are rewritten beside what became of them; the others alone."""
    left = list(come)
    for before in gone:
        like = next((row for row in left if SequenceMatcher(None, before[2], row[2]).quick_ratio() > 0.6), None)
        while like and left and left[0] is not like:
            yield None, left.pop(0)
        yield before, left.pop(0) if like else None
    for after in left:
        yield None, after


def _words(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    old, new = before.split(" "), after.split(" ")
    left, right = [], []
    for how, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if a < b:
            left.append((" ".join(old[a:b]), how != "equal"))
        if c < d:
            right.append((" ".join(new[c:d]), how != "equal"))
    return tuple(left), tuple(right)


# Sharing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def share_edition(*, edition: Edition, days: int, by: User | None) -> tuple[ShareLink, str]:
    """(link, token). The token is shown once and not kept. Raises `ValidationError`."""
    if not 1 <= days <= LONGEST_SHARE:
        raise ValidationError({"days": f"Give a number of days from 1 to {LONGEST_SHARE}."})
    if not edition.html_sha256:
        raise ValidationError("The files of this edition are not there yet. Wait until they are, then share it.")
    token = new_token()
    link = ShareLink.objects.create(
        edition=edition,
        token_hmac=token_hmac(token, purpose=PURPOSE),
        expires_at=timezone.now() + timedelta(days=days),
        made_by=by,
    )
    record("share.made", by=by, assessment=edition.report.assessment, target=link, label=str(edition), days=days)
    return link, token


@transaction.atomic
def revoke_share(*, link: ShareLink, by: User | None) -> None:
    """End a link at once."""
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        record("share.revoked", by=by, assessment=link.edition.report.assessment, target=link, label=str(link.edition))


def shared_edition(token: str) -> Edition | None:
    """The edition that a token opens, or None."""
    link = (
        ShareLink.objects.for_opening()
        .filter(token_hmac=token_hmac(token[:200], purpose=PURPOSE))
        .select_related("edition__report__assessment")
        .first()
    )
    return link.edition if link else None
