"""Comments on the report: of members on the words of a section, and the list of all, with those of reviewers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment, User
from assessments.requests import MemberRequest
from ctnat.ui.errors import ConflictError, add_errors, in_one_line
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from interviews.names import finder_for, withhold_in_html
from reports.document.passages import Passage, Place, ReadText
from reports.forms import CommentEditForm, ReplyForm, SectionCommentForm
from reports.models import Mention, ReviewItem, ReviewRound, Section
from reports.services import comments
from reports.views.common import find_section, page, posted, preview_of

THREADS = 10  # on a page
PRODUCT = "members"  # in an address: comments that were written in the product


@dataclass(frozen=True)
class Thread:
    """A comment with its replies, and where its words are in the present text; `place` is None for a whole section."""

    comment: ReviewItem
    place: Place | None
    replies: list[ReviewItem]
    editable: frozenset[int]  # keys of those that the member may change
    is_for_me: bool  # something in it mentions the member, who has not read it
    form: ReplyForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires("report.comment")
def section_comments(request: MemberRequest, assessment: Assessment, key: str) -> HttpResponse:
    """The section as it is printed, with the comments of members beside it, and the form for another one."""
    section = find_section(assessment, key)
    preview = _readable(assessment, section)
    text = ReadText(preview["html"])
    members = comments.members_to_mention(assessment, but=request.user)
    form = SectionCommentForm(members, text.lines, posted(request))
    if request.method == "POST" and form.is_valid() and (passage := _passage(form, text)) is not None:
        typed = form.cleaned_data
        given = {"text": typed["text"], "members": typed.get("members", ()), "form_key": typed["form_key"]}
        start = text.find(passage).start if passage.words else 0
        try:
            made = comments.add_comment(section=section, passage=passage, start=start, by=request.user, **given)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Comment added."))
            return redirect(_in_section(made))
    found = ReviewItem.objects.for_members().filter(section=section)
    open_ones = found.for_passages()
    shows_all = "all" in request.GET
    rows = page_of(request, (found if shows_all else open_ones).with_thread().order_by("place", "pk"), size=THREADS)
    threads = [_thread(request, row, text) for row in rows]  # their forms offer no members: @ and a name does
    marks = [
        (str(each.comment.pk), each.place.start, each.place.end)
        for each in threads
        if each.place and each.place.how != "gone" and _is_open(each.comment)
    ]
    return page(
        request,
        "section_comments",
        status=422 if form.errors else 200,
        section=section,
        preview={**preview, "html": text.marked(marks)},
        form=form,
        rows=rows,
        threads=threads,
        shows_all=shows_all,
        others=found.count() - rows.paginator.count,
    )


@require_safe
@requires("report.comment")
def comment_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """All comments on the report and changes proposed to it: of members in the product and of reviewers in Word."""
    found = ReviewItem.objects.for_assessment(assessment).exclude(kind=ReviewItem.Kind.REPLY)
    rounds = list(ReviewRound.objects.for_assessment(assessment).order_by("number").values_list("number", flat=True))
    source, state = request.GET.get("from", ""), request.GET.get("state", "")
    if source == PRODUCT:
        found = found.filter(round=None)
    elif source in map(str, rounds):
        found = found.filter(round__number=int(source))
    if state == "open":
        found = found.undecided()
    elif state == "mine":
        waiting = Mention.objects.waiting().filter(member=request.user).values_list("item", "item__parent")
        keys = {parent or item for item, parent in waiting}
        found = found.filter(pk__in=keys)
    ordered = found.for_list().select_related("made_by", "member_comment", "round", "file__reviewer")
    rows = page_of(request, ordered.order_by("-round__number", "place", "number", "pk"))
    return page(
        request,
        "comment_list",
        rows=rows,
        editable=comments.editable_of(rows, request.user),
        sources=[
            (PRODUCT, _("Comments of members")),
            *((str(number), _("Review round {number}").format(number=number)) for number in rounds),
        ],
        states=[("open", _("Open")), ("mine", _("Mention me"))],
        source=source,
        state=state,
    )


@require_safe
@requires("report.comment")
def comment(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One comment of a member, with its replies."""
    return _comment_page(request, _find_comment(assessment, pk))


@requires("report.comment")
@posted_from("reports:comment")
def comment_reply(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = _find_comment(assessment, pk)
    form = ReplyForm(comments.members_to_mention(assessment, but=request.user), request.POST)
    if form.is_valid():
        try:
            comments.reply_to_comment(comment=row, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Reply added."))
            return redirect(_back(request, row))
    return _comment_page(request, row, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("report.comment")
def comment_edit(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One's own comment or reply, while nobody has replied."""
    row = _find(assessment, pk)
    if not comments.may_edit(row, request.user):
        messages.error(
            request, _("Only the member who wrote a comment can change it, and only while nobody has replied.")
        )
        return redirect(_in_section(row))
    members = comments.members_to_mention(assessment, but=request.user)
    form = CommentEditForm(members, posted(request), initial={"text": row.text, "revision": row.revision})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                comments.edit_comment(comment=row, by=request.user, **form.cleaned_data)
            except ConflictError as conflict:
                status = 409
                form.show_newer(conflict.current.revision)
                form.add_error(None, conflict)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect(_in_section(row))
    return page(request, "comment_edit", status=status, row=row, form=form)


@requires("report.comment")
@posted_from("reports:comment")
def comment_withdraw(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Withdraw one's own comment or reply while nobody has replied."""
    done = _("Withdrawn. Only you can still read it, and bring it back.")
    return _change(request, _find(assessment, pk), comments.withdraw_comment, done)


@requires("report.comment")
@posted_from("reports:comment")
def comment_restore(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _change(request, _find(assessment, pk), comments.restore_comment, _("The comment is back."))


@requires("report.resolve")
@posted_from("reports:comment")
def comment_resolve(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Mark a comment as resolved (`resolved=yes`), or open it again (`no`)."""
    row = _find_comment(assessment, pk)
    resolved = {"yes": True, "no": False}.get(request.POST.get("resolved", ""))  # not the opposite of what is stored
    if resolved is None:
        messages.error(request, _("Not changed. Use the buttons “Resolve” and “Reopen” beside the comment."))
        return redirect("reports:comment", assessment.reference, pk)
    done = _("Resolved. It is kept, with its replies.") if resolved else _("The comment is open again.")
    return _change(request, row, comments.resolve_comment, done, resolved=resolved)


@requires("report.comment")
@posted_from("reports:comment")
def comment_read(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Mark as read what mentions the member in a comment and its replies."""
    return _change(request, _find_comment(assessment, pk), comments.read_comment, _("Marked as read."))


def _readable(assessment: Assessment, section: Section) -> dict[str, Any]:
    """The section as it is printed, in the report's first language. Names of respondents are withheld for everybody,
    so that the words that a comment keeps are the same whoever chose them, and hold none."""
    preview = preview_of(section, section.body)
    return {**preview, "html": withhold_in_html(str(preview["html"]), finder_for(assessment))}


def _passage(form: SectionCommentForm, text: ReadText) -> Passage | None:
    """What was chosen; None, with an error on the form, where it is not in the text."""
    typed = form.cleaned_data
    if typed["words"].strip():
        found = text.choose(typed["words"], typed["occurrence"] or 0)
        if found is None:
            form.add_error(
                "words",
                _(
                    "These words are not in the section as it is now. Select or copy at most 2,000 characters from the "
                    "text on this page, or choose a paragraph instead."
                ),
            )
        return found
    return text.choose_line(typed["paragraph"]) if typed["paragraph"] else Passage()


def _is_open(comment: ReviewItem) -> bool:
    return not comment.resolved and not comment.member_comment.is_withdrawn


def _thread(
    request: MemberRequest, comment: ReviewItem, text: ReadText | None, members: Iterable[User] = (), form: Any = None
) -> Thread:
    replies = list(comment.replies.all())
    place = None
    if comment.before:
        around = comment.member_comment
        passage = Passage(comment.before, around.before, around.after)
        place = text.find(passage) if text else Place("gone")
    rows = [comment, *replies]
    mentions = [mention for row in rows for mention in row.mentions.all()]
    return Thread(
        comment,
        place,
        replies,
        frozenset(row.pk for row in rows if comments.may_edit(row, request.user, replies)),
        any(mention.member_id == request.user.pk and mention.read_at is None for mention in mentions),
        form or ReplyForm(list(members), auto_id=f"reply-{comment.pk}-%s"),
    )


def _comment_page(request: MemberRequest, row: ReviewItem, form: ReplyForm | None = None) -> HttpResponse:
    text = ReadText(_readable(request.assessment, row.section)["html"]) if row.section and row.before else None
    members = comments.members_to_mention(request.assessment, but=request.user)
    thread = _thread(request, row, text, members, form)
    return page(request, "comment", status=422 if form and form.errors else 200, thread=thread, section=row.section)


def _find(assessment: Assessment, pk: int) -> ReviewItem:
    """A comment of a member, or a reply to one."""
    rows = ReviewItem.objects.for_assessment(assessment).filter(round=None).with_thread()
    row = rows.select_related("parent", "report", "section__report").filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404(_("This comment does not exist in this assessment."))
    row.report.assessment = assessment
    if row.section:
        row.section.report = row.report
    return row


def _find_comment(assessment: Assessment, pk: int) -> ReviewItem:
    row = _find(assessment, pk)
    if row.kind != ReviewItem.Kind.COMMENT:
        raise Http404(_("This comment does not exist in this assessment."))
    return row


def _in_section(row: ReviewItem) -> str:
    """The comment beside the text of its section, or by itself where the section is gone or it is not shown there."""
    reference, thread = row.report.assessment.reference, row.parent or row
    if row.section is None or not _is_open(thread):
        return reverse("reports:comment", args=[reference, thread.pk])
    return f"{reverse('reports:section_comments', args=[reference, row.section.key])}#comment-{thread.pk}"


def _back(request: MemberRequest, row: ReviewItem) -> str:
    """Where the form was: beside the text, or the page of the comment."""
    thread = row.parent or row
    if "beside" in request.POST:
        return _in_section(row)
    return reverse("reports:comment", args=[request.assessment.reference, thread.pk])


def _change(request: MemberRequest, row: ReviewItem, verb: Any, message: str, **given: Any) -> HttpResponse:
    try:
        verb(comment=row, by=request.user, **given)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, message)
    return redirect(_back(request, row))
