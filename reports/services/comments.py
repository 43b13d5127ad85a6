"""Comments of members on the words of a section: written, answered, resolved and reopened, and whom they mention.

A comment is a `ReviewItem` without a round, so that it is in one list with those of reviewers. It is never deleted.
"""

import logging
import re
from collections.abc import Collection, Iterable
from functools import partial
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.access import ACTIONS
from assessments.audit import record
from assessments.demonstration import marked_subject
from assessments.models import Assessment, Role, User
from assessments.once import key_detail, made_before
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.mail import written_in
from reports.document.passages import Passage
from reports.models import MemberComment, Mention, Report, ReviewItem, Section

LOGGER = logging.getLogger(__name__)
LONGEST_COMMENT = 5000  # characters
WHERE = ("section", "section_key", "section_title", "place")  # what a reply has of the comment that it answers
PLACES = 1_000_000  # places of comments within one section, by which the list is sorted


@transaction.atomic
def add_comment(
    *,
    section: Section,
    text: str,
    by: User,
    passage: Passage | None = None,
    start: int = 0,
    members: Collection[User] = (),
    form_key: UUID | None = None,
) -> ReviewItem:
    """A comment on a passage of a section, or on the section as a whole. `start` is the place of the passage in its
    text; `members` are told of it, as those whom the text names with an @ are. The same form makes one comment."""
    report = _lock(section.report)
    passage = passage or Passage()
    item = ReviewItem(
        report=report,
        made_by=by,
        kind=ReviewItem.Kind.COMMENT,
        section=section,
        section_key=section.key,
        section_title=section.title,
        of_revision=section.revision,
        place=_order_of(section) * PLACES + min(start, PLACES - 1),
        start=start if passage.words else None,
        end=start + len(passage.words) if passage.words else None,
        before=passage.words,
    )
    return _create(item, text, passage, members, form_key)


@transaction.atomic
def reply_to_comment(
    *, comment: ReviewItem, text: str, by: User, members: Collection[User] = (), form_key: UUID | None = None
) -> ReviewItem:
    """Answer a member's comment. What mentions the writer in it is read with that. Raises `InputError` for a comment
    that was withdrawn."""
    report = _lock(comment.report)
    comment = _current(comment)
    if comment.member_comment.is_withdrawn:
        raise InputError(_("This comment was withdrawn in the meantime, so there is nothing to reply to."))
    item = ReviewItem(
        report=report,
        made_by=by,
        kind=ReviewItem.Kind.REPLY,
        parent=comment,
        of_revision=comment.section.revision if comment.section else comment.of_revision,
        **{name: getattr(comment, name) for name in WHERE},
    )
    item = _create(item, text, Passage(), members, form_key)
    _read(comment, by)
    return item


@transaction.atomic
def edit_comment(
    *, comment: ReviewItem, text: str, by: User, revision: int | None = None, members: Collection[User] = ()
) -> ReviewItem:
    """Change one's own comment or reply while nobody has replied. Raises `InputError`, and `ConflictError` for an older
    `revision`."""
    row = _own(comment, by)
    if text.strip() == row.text:
        return row
    if revision is not None and revision != row.revision:
        raise ConflictError(row, _("You changed this comment in another window. Your text is below, unchanged."))
    row.text, row.revision = _checked(text), row.revision + 1
    row.save(update_fields=["text", "revision"])
    MemberComment.objects.filter(item=row).update(edited_at=timezone.now())
    record("report.comment_edited", by=by, assessment=row.report.assessment, target=row)
    _mention(row, members)
    return row


@transaction.atomic
def withdraw_comment(*, comment: ReviewItem, by: User) -> ReviewItem:
    """Withdraw one's own comment or reply while nobody has replied. Its text is kept for the one who wrote it."""
    row = _own(comment, by)
    if not row.member_comment.is_withdrawn:  # else pressed twice
        _set_withdrawn(row, True, by)
    return row


@transaction.atomic
def restore_comment(*, comment: ReviewItem, by: User) -> ReviewItem:
    """Undo `withdraw_comment`."""
    row = _own(comment, by)
    if row.member_comment.is_withdrawn:
        _set_withdrawn(row, False, by)
    return row


@transaction.atomic
def resolve_comment(*, comment: ReviewItem, by: User, resolved: bool = True) -> ReviewItem:
    """Mark a comment with its replies as dealt with, or open it again. Who and when is stored."""
    row = _current(comment)
    if row.kind != ReviewItem.Kind.COMMENT:
        raise InputError(_("A reply is resolved with the comment that it answers."))
    if bool(row.resolved) != resolved:
        row.resolved, row.revision = resolved, row.revision + 1
        row.save(update_fields=["resolved", "revision"])
        known = {"resolved_by": by, "resolved_at": timezone.now()} if resolved else dict.fromkeys(RESOLUTION)
        MemberComment.objects.filter(item=row).update(**known)
        action = "report.comment_resolved" if resolved else "report.comment_reopened"
        record(action, by=by, assessment=row.report.assessment, target=row)
    return row


@transaction.atomic
def read_comment(*, comment: ReviewItem, by: User) -> int:
    """Mark as read what mentions the member in a comment and its replies. Returns how many mentions there were."""
    row = _current(comment)
    if count := _read(row, by):
        record("report.mentions_read", by=by, assessment=row.report.assessment, target=row)
    return count


RESOLUTION = ("resolved_by", "resolved_at")


def may_edit(comment: ReviewItem, user: User, replies: Collection[ReviewItem] | None = None) -> bool:
    """Whether it is the member's own, and nobody has replied: neither to it, nor after it in the same thread."""
    if comment.made_by_id != user.pk or comment.round_id is not None:
        return False
    if replies is None:
        replies = list(_thread(comment).replies.order_by("pk"))
    return not any(reply.pk > comment.pk and reply.made_by_id != user.pk for reply in replies)


def editable_of(found: Iterable[ReviewItem], user: User) -> frozenset[int]:
    """The keys of those comments of a list that `may_edit` and that are not withdrawn; at most one query."""
    own = [row for row in found if may_edit(row, user, ()) and not row.member_comment.is_withdrawn]
    replies = ReviewItem.objects.filter(parent__in=own).exclude(made_by=user) if own else ReviewItem.objects.none()
    return frozenset(row.pk for row in own) - frozenset(replies.values_list("parent", flat=True))


def members_to_mention(assessment: Assessment, but: User | None = None) -> list[User]:
    """The members with an account who may read comments, by name."""
    may = [role for role in Role if role in ACTIONS["report.comment"]]
    found = User.objects.filter(memberships__assessment=assessment, memberships__role__in=may, is_active=True)
    return sorted((user for user in found.distinct() if user != but), key=lambda user: str(user).casefold())


def named_in(text: str, members: Iterable[User]) -> list[User]:
    """The members whose name, or address, comes after an @ in the text. The longest name that fits is meant."""
    names = [(name, member) for member in members for name in {str(member), member.email} if name]
    by_length = sorted(names, key=lambda pair: -len(pair[0]))
    found: dict[int, User] = {}
    for at in re.finditer(r"(?<![\w.])@", text):
        rest = text[at.end() :].casefold()
        for name, member in by_length:
            if re.match(rf"{re.escape(name.casefold())}(?!\w)", rest):
                found[member.pk] = member
                others = (other for other_name, other in by_length if other_name.casefold() == name.casefold())
                found.update({other.pk: other for other in others})
                break
    return list(found.values())


def _lock(report: Report) -> Report:
    """Comments of a report get their numbers one at a time."""
    Report.objects.select_for_update(no_key=True).only("pk").get(pk=report.pk)
    return report


def _order_of(section: Section) -> int:
    """The place of the section in the outline, from 0."""
    rows = list(section.report.sections.values_list("pk", "parent", "position"))
    known = {pk: (parent, position) for pk, parent, position in rows}

    def path(pk: int) -> list[tuple[int, int]]:
        parent, position = known[pk]
        return [*(path(parent) if parent in known else []), (position, pk)]

    return sorted(known, key=path).index(section.pk)


def _create(
    item: ReviewItem, text: str, passage: Passage, members: Collection[User], form_key: UUID | None
) -> ReviewItem:
    item.text, by = _checked(text), item.made_by
    assessment = item.report.assessment
    action = "report.comment_replied" if item.parent_id else "report.comment_added"
    own = ReviewItem.objects.filter(report=item.report, round=None)
    names = ("text", "before", "parent", "section")
    if same := made_before(action, form_key, new=item, names=names, rows=own, assessment=assessment, by=by):
        return same
    item.number = (own.aggregate(last=Max("number"))["last"] or 0) + 1
    item.resolved = None if item.parent_id else False
    item.save()
    MemberComment.objects.create(item=item, before=passage.before, after=passage.after)
    detail = {"key": item.section_key, "number": item.number, **key_detail(form_key)}
    record(action, by=by, assessment=assessment, target=item, **detail)
    _mention(item, members)
    return item


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise InputError({"text": _("Write the comment.")})
    if "\x00" in text:
        raise InputError({"text": _("The text contains a null character, which cannot be stored. Delete it.")})
    if len(text) > LONGEST_COMMENT:
        raise InputError(
            {
                "text": _("The comment has {n:,} characters. Shorten it to {most:,}.").format(
                    n=len(text), most=LONGEST_COMMENT
                )
            }
        )
    return text


def _current(comment: ReviewItem) -> ReviewItem:
    """The row as it is now, locked. Raises `InputError` for a comment of a reviewer."""
    rows = ReviewItem.objects.select_for_update(of=("self",)).select_related("report__assessment", "section")
    row: ReviewItem = rows.get(pk=comment.pk)
    if row.round_id is not None:
        raise InputError(_("This comment came from a reviewer. Answer it in its review round."))
    row.report.assessment = comment.report.assessment
    return row


def _own(comment: ReviewItem, by: User) -> ReviewItem:
    _lock(comment.report)
    row = _current(comment)
    if row.made_by_id != by.pk:
        raise InputError(_("Only the member who wrote a comment can change or withdraw it."))
    if not may_edit(row, by):
        raise InputError(
            _("Somebody has replied in the meantime, so the comment stays as it is. Write a reply instead.")
        )
    return row


def _thread(comment: ReviewItem) -> ReviewItem:
    return comment.parent or comment


def _set_withdrawn(row: ReviewItem, withdrawn: bool, by: User) -> None:
    moment = timezone.now() if withdrawn else None
    MemberComment.objects.filter(item=row).update(withdrawn_at=moment)
    row.member_comment.withdrawn_at = moment
    ReviewItem.objects.filter(pk=row.pk).update(revision=row.revision + 1)
    action = "report.comment_withdrawn" if withdrawn else "report.comment_restored"
    record(action, by=by, assessment=row.report.assessment, target=row)


def _read(comment: ReviewItem, by: User) -> int:
    thread = [comment.pk, *comment.replies.values_list("pk", flat=True)]
    return Mention.objects.filter(item__in=thread, member=by, read_at=None).update(read_at=timezone.now())


def _mention(item: ReviewItem, chosen: Collection[User]) -> None:
    """Store who is mentioned and was not yet, and mail them once the comment is stored."""
    possible = members_to_mention(item.report.assessment, but=item.made_by)
    keys = {user.pk for user in chosen} | {user.pk for user in named_in(item.text, possible)}
    known = set(item.mentions.values_list("member", flat=True))
    new = [user for user in possible if user.pk in keys - known]
    Mention.objects.bulk_create(Mention(item=item, member=user) for user in new)
    if new:
        transaction.on_commit(partial(_tell, item, new))


def _tell(item: ReviewItem, members: Iterable[User]) -> None:
    """A mail to each, without anything of what was written."""
    assessment = item.report.assessment
    page = reverse("reports:section_comments", args=[assessment.reference, item.section_key])
    context = {"assessment": assessment, "address": f"{settings.SITE_URL}{page}#comment-{_thread(item).pk}"}
    for member in members:
        with written_in(member.language):
            text = render_to_string("reports/mail/mentioned.txt", context)
            subject = _("You are mentioned in a comment: {reference}").format(reference=assessment.reference)
            subject = marked_subject(assessment, subject)
        try:
            send_mail(subject, text, None, [member.email])
        except (SMTPException, OSError):
            LOGGER.warning("A member could not be told by mail that a comment mentions them.")
