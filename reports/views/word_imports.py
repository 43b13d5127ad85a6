"""Words written in Word: a file is read and shown as it would become, and taken over by a second press.

Nothing is stored in between: the page carries the words that were read, as Markdown.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import add_errors
from ctnat.ui.languages import direction
from reports.document.builder import write_section
from reports.document.evidence import evidence_of, writer_for
from reports.document.links import member_link
from reports.document.registry import UnknownBlock
from reports.document.writer import Writer
from reports.forms import OutlineImportForm, SectionImportForm, WordFileForm
from reports.models import Report, Section
from reports.output.html import place_section_notes
from reports.services import word_imports
from reports.services.sections import MAX_BODY, EditConflict
from reports.views.common import find_report, find_section, page
from reports.word.importing import Piece, Words, as_one_text, read_words
from reports.word.markdown import Known
from reports.word.opening import CannotOpen, open_package

MOST_PIECES = 120  # headings for which one page asks


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def section_import(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    """Replace the text of a section by that of a Word document, or add it."""
    section = find_section(assessment, key)
    if "body" in request.POST:
        return _take_section(request, section)
    form = WordFileForm(request.POST or None, request.FILES or None)
    words = _read(form, section.report, levels=9) if request.method == "POST" else None
    if words is None:
        status = 422 if form.is_bound else 200
        return page(request, "section_import", status=status, section=section, form=form, back=_back(section))
    body, notes = as_one_text(words.pieces, section.title)
    initial = {"body": body, "revision": section.revision, "notes": [*words.notes, *notes]}
    return _show_section(request, section, SectionImportForm(initial=initial), words)


def _take_section(request: MemberRequest, section: Section) -> HttpResponse:
    form = SectionImportForm(request.POST)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            word_imports.take_over_section(
                section=section,
                body=given["body"],
                append=given["how"] == "append",
                revision=given["revision"],
                by=request.user,
            )
        except EditConflict as conflict:
            status = 409
            form.add_error(None, _of_conflict(conflict))
            form.show_newer(conflict.section)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("The words were taken over. The text before them is kept in the version history.")
            )
            return redirect("reports:section_edit", section.report.assessment.reference, section.key)
    return _show_section(request, section, form, None, status)


def _show_section(
    request: MemberRequest, section: Section, form: SectionImportForm, words: Words | None, status: int = 200
) -> HttpResponse:
    body = str(form["body"].value() or "")
    notes = form.cleaned_data.get("notes") if form.is_bound else form.initial["notes"]
    context = {
        "section": section,
        "back": _back(section),
        "take": form,
        "words": words,
        "shown": _previews(section.report, [(section, body)])[0],
    }
    return page(request, "section_import", status=status, notes=notes if isinstance(notes, list) else [], **context)


def _back(section: Section) -> str:
    return reverse("reports:section_edit", args=[section.report.assessment.reference, section.key])


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def report_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Take over a whole document, heading by heading."""
    found = find_report(assessment)
    if "words" in request.POST:
        return _take_outline(request, found)
    form = WordFileForm(request.POST or None, request.FILES or None)
    words = _read(form, found, levels=3) if request.method == "POST" else None
    if words is None:
        status = 422 if form.is_bound else 200
        return page(request, "report_import", status=status, form=form, back=_back_to_report(found))
    take = OutlineImportForm(found, words.pieces)
    return _show_outline(request, found, take, words)


def _take_outline(request: MemberRequest, report: Report) -> HttpResponse:
    pieces = pieces_sent(request.POST.get("words", ""))
    if not pieces:
        messages.error(request, _("The words of the document did not arrive. Choose the file again."))
        return redirect("reports:report_import", report.assessment.reference)
    form = OutlineImportForm(report, pieces, request.POST)
    status = 422
    if form.is_valid():
        try:
            changed, made = word_imports.take_over_outline(
                report=report,
                pieces=pieces,
                choices=form.choices_made,
                seen=form.cleaned_data["revisions"],
                form_key=form.cleaned_data["form_key"],
                by=request.user,
            )
        except EditConflict as conflict:
            status = 409
            form.add_error(None, _of_conflict(conflict))
            form.show_newer()
        except ValidationError as error:
            form.add_error(None, error.messages)  # they name a section, not a field
        else:
            messages.success(request, _told(changed, made))
            return redirect("reports:report", report.assessment.reference)
    return _show_outline(request, report, form, None, status=status)


def _of_conflict(conflict: EditConflict) -> str:
    return _("{conflict} Nothing was taken over. Look at its text, then press again.").format(conflict=conflict)


def _told(changed: int, made: int) -> str:
    parts = []
    if changed:
        parts.append(
            ngettext(
                "{n} section was changed; its earlier text is in its version history.",
                "{n} sections were changed; their earlier texts are in their version histories.",
                changed,
            ).format(n=changed)
        )
    if made:
        parts.append(ngettext("{n} section was added.", "{n} sections were added.", made).format(n=made))
    return " ".join(parts) or _("Nothing was changed.")


def _show_outline(
    request: MemberRequest, report: Report, form: OutlineImportForm, words: Words | None, status: int = 200
) -> HttpResponse:
    drafts = [(Section(report=report, title=piece.title, key=""), piece.body) for piece in form.pieces]
    rows = [
        {"piece": piece, "shown": shown, "how": form[f"how_{place}"], "target": form[f"target_{place}"]}
        for place, (piece, shown) in enumerate(zip(form.pieces, _previews(report, drafts), strict=True))
    ]
    sent = json.dumps(
        [[piece.title, piece.level, piece.body, piece.notes] for piece in form.pieces], ensure_ascii=False
    )
    context = {"take": form, "rows": rows, "words": words, "sent": sent, "notes": words.notes if words else ()}
    return page(request, "report_import", status=status, back=_back_to_report(report), **context)


def _back_to_report(report: Report) -> str:
    return reverse("reports:report", args=[report.assessment.reference])


def pieces_sent(text: str) -> list[Piece]:
    """The pieces that the page carried; none where they are not as it wrote them."""
    try:
        rows = json.loads(text)
        return [
            Piece(str(title)[:300], int(level), str(body), tuple(str(note) for note in notes))
            for title, level, body, notes in rows[:MOST_PIECES]
            if 0 <= int(level) <= 9
        ]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return []


def _read(form: WordFileForm, report: Report, levels: int) -> Words | None:
    """The words of the file that was chosen, or None with an error on the form."""
    if not form.is_valid():
        return None
    try:
        package = open_package(form.cleaned_data["file"])
        known = known_to(report)
        accepted = form.cleaned_data["changes"] == "accepted"
        words = read_words(package, known, accepted=accepted, levels=levels)
        while 1 < levels < 9 and len(words.pieces) > MOST_PIECES:
            levels -= 1
            words = read_words(package, known, accepted=accepted, levels=levels)
    except CannotOpen as error:
        form.add_error("file", str(error))
        return None
    if not words.has_text:
        form.add_error("file", _("The document has no text that can be taken over. Choose another one."))
    elif levels < 9 and len(words.pieces) > MOST_PIECES:
        message = _(
            "The document has more than {n} headings of the first level. Split it, or import section by section."
        )
        form.add_error("file", message.format(n=MOST_PIECES))
    return None if form.errors else words


def known_to(report: Report) -> Known:
    """The facts, sources and blocks that a text of this report may name."""
    evidence = evidence_of(report)

    def is_block(line: str) -> bool:
        call, _bar, title = (part.strip() for part in line.partition("|"))
        try:
            evidence.block(call.split(), title)
        except UnknownBlock:
            return False
        return True

    return Known(evidence.facts, evidence.sources, is_block)


def _previews(report: Report, texts: Sequence[tuple[Section, str]]) -> list[dict[str, Any]]:
    """HTML of each text as its section would show it, and what is wrong in it."""
    found = []
    with translation.override(report.language):
        evidence = evidence_of(report)
        first = writer_for(report, evidence, member_link(report.assessment))
        for section, body in texts:
            writer = Writer(evidence, first.words, first.anchors, first.language, first.link)
            draft = Section(key=section.key, title=section.title, body=body[:MAX_BODY])
            html = place_section_notes(write_section(writer, evidence, draft, level=1), writer.footnotes)
            found.append({"html": html, "problems": writer.problems, "words": len(body.split())})
    return [{**one, "language": report.language, "direction": direction(report.language)} for one in found]
