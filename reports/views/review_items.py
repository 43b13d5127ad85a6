"""The entries of a review round beside the living text: filtered, read, taken over, answered, undone, assigned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.access import lists_members
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import ConflictError, add_errors, in_one_line
from ctnat.ui.languages import direction
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from interviews.names import finder_for, reading, withhold_in_html
from reports.document.evidence import evidence_of
from reports.document.links import member_link
from reports.document.registry import UnknownBlock
from reports.models import ReturnedFile, ReviewItem, ReviewRound, Section
from reports.review.snapshot import Paragraph, Snapshot
from reports.review.words import edits, edits_by_line
from reports.review_forms import AnswerForm, AssignForm, TakeOverForm, UndoForm
from reports.services import review_answers
from reports.services.review_answers import Takeover, members_who_answer, sent_out, takeover_of
from reports.services.sections import EditConflict
from reports.views.common import page, preview_of
from reports.views.review_common import are_conflicting, find_item, find_round, in_groups

SIZE = 20  # entries on a page
MOST_FILES = 100  # of which the list says what is no entry
AROUND = 120  # characters of the paragraph before and after the words that an entry is about
Kind = ReviewItem.Kind
How = Literal["same", "del", "ins"]
Parts = list[tuple[How, str]]
Clear = Callable[[str], str]


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it: its sentence with deleted and inserted words."""

    item: ReviewItem
    parts: Parts
    before: str  # of the paragraph, before the words
    after: str
    replies: list[ReviewItem]


@dataclass(frozen=True)
class Behind:
    """What a fact, a source or a block comes from."""

    name: str
    label: str
    value: str
    url: str


@require_safe
@requires("report.view")
@lists_members
def item_list(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Entries in the order of the report; with a section chosen, beside its text of today."""
    of_round = find_round(assessment, number)
    found = of_round.items.exclude(kind=Kind.REPLY)
    chosen = {name: request.GET.get(name, "")[:60] for name in ("section", "reviewer", "state", "assigned")}
    rows = _filtered(found, chosen, request)
    rows = (
        rows.for_list().select_related("file__reviewer", "assigned_to", "section").order_by("place", "start", "number")
    )
    entries = page_of(request, rows, size=SIZE)
    paragraphs = _paragraphs(sent_out(of_round)) if entries else {}
    shown = _shown(paragraphs, list(entries), reading(assessment, request.may))
    sections = list(
        found.exclude(section_key="")
        .values("section_key")
        .annotate(
            title=Max("section_title"), at=Min("place"), n=Count("pk"), open=Count("pk", filter=Q(disposition=""))
        )
        .order_by("at")
    )
    section = (
        Section.objects.filter(report=of_round.report_id, key=chosen["section"]).first() if chosen["section"] else None
    )
    if section is not None:
        section.report = of_round.report
    return page(
        request,
        "item_list",
        round=of_round,
        entries=entries,
        groups=[([shown[item.pk] for item in group], are_conflicting(group)) for group in in_groups(list(entries))],
        sections=sections,
        reviewers=list(of_round.reviewers.order_by("pk")),
        members=list(members_who_answer(assessment).order_by("name", "email")),
        chosen=chosen,
        states=STATES,
        section=section,
        unplaced=[] if chosen["section"] or entries.number > 1 else _unplaced(of_round, chosen["reviewer"]),
        preview=_living_text(request, of_round, section) if section else None,
        language=_language_of(of_round),
        direction=direction(_language_of(of_round)),
        filtered=any(chosen.values()),
    )


def _unplaced(of_round: ReviewRound, reviewer: str) -> list[ReturnedFile]:
    """The newest returned files of a round, or of one of its reviewers, of which something is no entry."""
    rows = of_round.returned.select_related("reviewer").order_by("-pk")
    if (key := number_sent(reviewer, 17)) is not None:
        rows = rows.filter(reviewer=key)
    files = list(rows[:MOST_FILES])
    for file in files:
        file.round = of_round
    return [file for file in files if file.unplaced]


STATES = (
    ("open", gettext_lazy("Open")),
    ("fits", gettext_lazy("Open, can be taken over")),
    ("by hand", gettext_lazy("Open, by hand")),
    ("decided", gettext_lazy("Decided")),
    ("taken", gettext_lazy("Taken over")),
    ("declined", gettext_lazy("Declined")),
    ("unplaced", gettext_lazy("Without a place")),
)


def _filtered(rows: Any, chosen: Mapping[str, str], request: MemberRequest) -> Any:
    if chosen["section"]:
        rows = rows.filter(section_key=chosen["section"])
    if (reviewer := number_sent(chosen["reviewer"], 17)) is not None:
        rows = rows.filter(file__reviewer=reviewer)
    is_open = Q(disposition="")
    states = {
        "open": is_open,
        "fits": is_open & Q(state=ReviewItem.State.FITS),
        "by hand": is_open & Q(state=ReviewItem.State.BY_HAND),
        "decided": ~is_open,
        "taken": Q(section_revision__isnull=False),
        "declined": Q(disposition="declined"),
        "unplaced": Q(paragraph=""),
    }
    if chosen["state"] in states:
        rows = rows.filter(states[chosen["state"]])
    if chosen["assigned"] == "me":
        rows = rows.filter(assigned_to=request.user)
    elif chosen["assigned"] == "nobody":
        rows = rows.filter(assigned_to=None)
    elif (member := number_sent(chosen["assigned"], 17)) is not None:
        rows = rows.filter(assigned_to=member)
    return rows


def _language_of(of_round: ReviewRound) -> str:
    return of_round.language or of_round.report.language


def _paragraphs(snapshot: Snapshot | None) -> dict[str, Paragraph]:
    """Those of the file that went out, by their ids; none where it cannot be read any more."""
    return {paragraph.id: paragraph for paragraph in snapshot.paragraphs} if snapshot else {}


def _shown(paragraphs: Mapping[str, Paragraph], items: list[ReviewItem], clear: Clear) -> dict[int, Shown]:
    replies: dict[int, list[ReviewItem]] = {}
    for reply in ReviewItem.objects.filter(parent__in=items).for_list().order_by("number"):
        replies.setdefault(reply.parent_id or 0, []).append(reply)
    found = {}
    for item in items:
        text = paragraphs[item.paragraph].text if item.paragraph in paragraphs else ""
        start, end = item.start or 0, item.end or 0
        before, after = text[:start], text[end:] if text else ""
        before = f"…{before[-AROUND:]}" if len(before) > AROUND else before
        after = f"{after[:AROUND]}…" if len(after) > AROUND else after
        parts = _parts(clear(item.before), clear(item.after), item.kind)
        found[item.pk] = Shown(item, parts, clear(before), clear(after), replies.get(item.pk, []))
    return found


def _parts(before: str, after: str, kind: str) -> Parts:
    """The words of an entry; of a comment those that it is about."""
    if kind in (Kind.COMMENT, Kind.REPLY):
        return [("same", before)] if before else []
    return difference(before, after)


def difference(old: str, new: str, *, by_line: bool = False) -> Parts:
    """`old` with what is deleted and inserted to get `new`."""
    parts: Parts = []
    at = 0
    for edit in edits_by_line(old, new) if by_line else edits(old, new):
        parts += [("same", old[at : edit.start]), ("del", old[edit.start : edit.end])]
        parts.append(("ins", new[edit.new_start : edit.new_end]))
        at = edit.end
    parts.append(("same", old[at:]))
    return [(how, words) for how, words in parts if words]


def _living_text(request: MemberRequest, of_round: ReviewRound, section: Section) -> dict[str, Any]:
    """The section as it would be printed now, in the language of the round, as the member may read it."""
    language = "" if _language_of(of_round) == of_round.report.language else of_round.language
    body = section.body
    if language:
        row = section.translations.filter(language=language).first()
        body = row.body if row else body
    preview = preview_of(section, body, language)
    if "interviews.names" not in request.may:
        preview["html"] = withhold_in_html(preview["html"], finder_for(of_round.report.assessment))
    return preview


# One entry ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
@requires("report.view")
@lists_members
def item(request: MemberRequest, assessment: Assessment, number: int, entry: int) -> HttpResponse:
    """One entry with what would become of the text, what it was answered, and what lies behind a number."""
    return _item_page(request, find_item(find_round(assessment, number), entry))


def _round_of(row: ReviewItem) -> ReviewRound:
    if row.round is None:
        raise ValueError("A comment of a member has a page of its own.")
    return row.round


def _item_page(request: MemberRequest, row: ReviewItem, status: int = 200, **forms: Any) -> HttpResponse:
    of_round = _round_of(row)
    clear = reading(request.assessment, request.may)
    may = "report.edit" in request.may and request.assessment.archived_at is None
    snapshot = sent_out(of_round)
    paragraphs = _paragraphs(snapshot)
    takeover = None if row.disposition else takeover_of(row, snapshot)
    revision = {"revision": row.revision}
    rows = of_round.items.exclude(kind=Kind.REPLY).order_by("place", "start", "number")
    around = (
        list(rows.filter(paragraph=row.paragraph).for_list().select_related("file__reviewer"))
        if row.paragraph
        else [row]
    )
    same = next((group for group in in_groups(around) if any(one.pk == row.pk for one in group)), [row])
    shown = _shown(paragraphs, [one if one.pk != row.pk else row for one in same], clear)
    later = (
        rows.filter(disposition="")
        .filter(Q(place__gt=row.place) | Q(place=row.place, number__gt=row.number))
        .values_list("number", flat=True)
        .first()
    )
    context: dict[str, Any] = {
        "round": of_round,
        "row": row,
        "shown": shown[row.pk],
        "others": [shown[one.pk] for one in same if one.pk != row.pk],
        "takeover": takeover,
        "difference": _difference_today(takeover, clear) if takeover else [],
        "clashes": [(clear(one.ours), clear(one.theirs)) for one in takeover.clashes] if takeover else [],
        "behind": _behind(of_round, row, paragraphs)
        if row.about or row.kind in (Kind.FACT, Kind.CITATION, Kind.BLOCK)
        else [],
        "language": _language_of(of_round),
        "direction": direction(_language_of(of_round)),
        "later": later,
    }
    if may:
        words = {"words": takeover.words, "section_revision": takeover.today.revision} if takeover else {}
        answered = {"disposition": row.disposition, "response": row.response, "changed": row.changed}
        context |= {
            "take_form": TakeOverForm(initial=revision | words) if takeover and not takeover.clashes else None,
            "answer_form": AnswerForm(initial=revision | answered),
            "undo_form": UndoForm(initial=revision) if row.disposition else None,
            "assign_form": AssignForm(members_who_answer(request.assessment), initial={"member": row.assigned_to_id}),
        }
    return page(request, "item", status=status, **{**context, **forms})


def _difference_today(takeover: Takeover, clear: Clear) -> list[Parts]:
    """The lines of today's text that would change, with what would be deleted and inserted."""
    old, new = takeover.today.body, takeover.text
    return _by_lines(difference(clear(old), clear(new), by_line=True))


def _by_lines(parts: Parts) -> list[Parts]:
    """Parts as lines, without those in which nothing differs."""
    lines: list[Parts] = [[]]
    for how, words in parts:
        first, *rest = words.split("\n")
        lines[-1].append((how, first))
        for piece in rest:
            lines[-1] = lines[-1] or [(how, "")]
            lines.append([(how, piece)])
    return [
        [(how, words) for how, words in line if words]
        for line in lines
        if any(how != "same" and words for how, words in line)
    ]


def _behind(of_round: ReviewRound, row: ReviewItem, paragraphs: Mapping[str, Paragraph]) -> list[Behind]:
    """The facts, sources and blocks that an entry touches, with the pages they come from."""
    report = of_round.report
    with translation.override(_language_of(of_round)):
        evidence = evidence_of(report, of_round.language)
        link = member_link(report.assessment)
        found: list[Behind] = []
        for name in row.about:
            if fact := evidence.facts.get(name):
                found.append(Behind(name, "", fact.text, link(fact.source)))
            elif source := evidence.sources.get(name.partition(",")[0].strip()):
                found.append(Behind(name, source.title, "", link(f"document:{source.code}")))
        block = paragraphs[row.paragraph].block if row.paragraph in paragraphs else ""
        if block:
            try:
                made = evidence.block(block.split(), "")
            except UnknownBlock:
                found.append(Behind(block, "", "", ""))
            else:
                found.append(Behind(block, made.title, "", link(made.source)))
    labels = {name: str(evidence.facts[name].label) for name in row.about if name in evidence.facts}
    return [Behind(one.name, one.label or labels.get(one.name, ""), one.value, one.url) for one in found]


@requires("report.edit")
@posted_from("reports:item")
def item_take_over(request: MemberRequest, assessment: Assessment, number: int, entry: int) -> HttpResponse:
    """Take a proposal over into the section, as it was shown, or with other words."""
    row = find_item(find_round(assessment, number), entry)
    form = TakeOverForm(request.POST)
    if form.is_valid():
        try:
            review_answers.take_over(item=row, by=request.user, **form.cleaned_data)
        except (ConflictError, EditConflict) as conflict:
            now = find_item(find_round(assessment, number), entry)
            if found := takeover_of(now):
                form.show_newer(now.revision, section_revision=found.today.revision)
            form.add_error(None, str(conflict) if isinstance(conflict, EditConflict) else conflict)
            return _item_page(request, now, 409, take_form=form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("Taken over into “{title}”. You can undo it here.").format(title=row.section_title)
            )
            return redirect("reports:item", assessment.reference, number, entry)
    return _item_page(request, row, 422, take_form=form)


@requires("report.edit")
@posted_from("reports:item")
def item_answer(request: MemberRequest, assessment: Assessment, number: int, entry: int) -> HttpResponse:
    """Answer an entry without changing the text."""
    row = find_item(find_round(assessment, number), entry)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            review_answers.answer_item(item=row, by=request.user, **form.cleaned_data)
        except ConflictError as conflict:
            form.show_newer(conflict.current.revision)
            form.add_error(None, conflict)
            return _item_page(request, find_item(find_round(assessment, number), entry), 409, answer_form=form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Answer saved."))
            return redirect("reports:item", assessment.reference, number, entry)
    return _item_page(request, row, 422, answer_form=form)


@requires("report.edit")
@posted_from("reports:item")
def item_undo(request: MemberRequest, assessment: Assessment, number: int, entry: int) -> HttpResponse:
    """Open an entry again; what was taken over goes out of the text."""
    row = find_item(find_round(assessment, number), entry)
    revision = number_sent(request.POST.get("revision", "")) or 0
    try:
        review_answers.undo_answer(item=row, by=request.user, revision=revision)
    except EditConflict as conflict:
        messages.error(request, str(conflict))
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("Undone. The entry is open again."))
    return redirect("reports:item", assessment.reference, number, entry)


@requires("report.edit")
@posted_from("reports:item")
def item_assign(request: MemberRequest, assessment: Assessment, number: int, entry: int) -> HttpResponse:
    row = find_item(find_round(assessment, number), entry)
    form = AssignForm(members_who_answer(assessment), request.POST)
    if form.is_valid():
        member = form.cleaned_data["member"]
        review_answers.assign_item(item=row, member=member, by=request.user)
        done = _("Assigned to {member}.").format(member=member) if member else _("Assigned to nobody.")
        messages.success(request, done)
    else:
        messages.error(request, _("Not assigned. Choose a lead or a consultant of this assessment."))
    return redirect("reports:item", assessment.reference, number, entry)
