"""Review rounds of an edition: opened, extended and closed; their reviewers, with links that need no account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import default_task_backend

from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.models import Sector, User
from assessments.once import key_detail, made_before
from assessments.tokens import derived_tokens, new_nonce, token_hmac, token_hmacs
from ctnat.ui.errors import InputError, in_one_line
from ctnat.ui.mail import is_mail_configured
from ctnat.ui.names import language_name
from ctnat.ui.seen import Marks, check_seen
from reports.models import Edition, Report, Reviewer, ReviewRound
from reports.output.review_mails import LINK, REMIND_BEFORE, send_mails, to_remind, with_address
from reports.review_texts import WORDS
from reports.reviewer_lines import ReviewerLine
from reports.tasks import make_review_file, remind_of_review

LONGEST_ROUND = 366  # days
LONGEST_NOTE = 2000  # characters


@transaction.atomic
def open_round(
    *,
    edition: Edition,
    until: datetime,
    by: User | None,
    language: str = "",
    note: str = "",
    offers_tracked: bool | None = None,
    form_key: UUID | None = None,
) -> ReviewRound:
    """The next review round, on an edition; its Word file is made in the background from what the edition holds.

    `language` is a further one of the edition, blank its first one. `offers_tracked`: whether reviewers can also choose
    the file with the changes since the edition reviewed before, where there is one; None if nobody was asked. Raises
    `InputError`. The same form makes one round.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=edition.report_id)
    edition = Edition.objects.with_files().get(pk=edition.pk)
    new = ReviewRound(
        report=report,
        edition=edition,
        language=language,
        until=until,
        note=note,
        offers_tracked=offers_tracked,
        opened_by=by,
    )
    if same := made_before(
        "review.opened",
        form_key,
        new=new,
        names=("edition", "language", "until", "note", "offers_tracked"),
        rows=report.review_rounds.all(),
        assessment=report.assessment,
        by=by,
    ):
        return same
    if edition.erased_at is not None or not edition.is_ready:
        raise InputError(
            {"edition": _("The files of this edition are not there. Choose another edition, or wait until they are.")}
        )
    if language and not edition.translations.filter(language=language).exists():
        raise InputError({"language": _("This edition is not in {language}.").format(language=language_name(language))})
    _check(until, note)
    new.number = (report.review_rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    new.save()
    record(
        "review.opened", by=by, assessment=report.assessment, target=new, edition=edition.number, **key_detail(form_key)
    )
    enqueue_file(new)
    _plan_reminder(new)
    return new


def _check(until: datetime, note: str) -> None:
    now = timezone.now()
    if not now < until <= now + timedelta(days=LONGEST_ROUND):
        raise InputError({"until": _("Choose a day from today, within {days} days.").format(days=LONGEST_ROUND)})
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise InputError({"note": _("Shorten the text to {n} characters.").format(n=LONGEST_NOTE)})


@transaction.atomic
def make_file_again(*, of_round: ReviewRound, by: User | None) -> None:
    """After a failure, or where a worker was killed."""
    row = _locked(of_round)
    if not row.is_ready:
        row.failure = ""
        row.save(update_fields=["failure"])
        record("review.file_requested", by=by, assessment=row.report.assessment, target=row)
        enqueue_file(row)


def enqueue_file(of_round: ReviewRound) -> None:
    """Have the Word file of a round made, where it is not there yet."""
    transaction.on_commit(lambda: make_review_file.enqueue(of_round.pk))


def _plan_reminder(of_round: ReviewRound) -> None:
    """A reminder before the deadline; nothing happens where jobs run at once, without a queue."""
    moment, pk = of_round.until - REMIND_BEFORE, of_round.pk
    if default_task_backend.supports_defer and moment > timezone.now():
        transaction.on_commit(lambda: remind_of_review.using(run_after=moment).enqueue(pk))


@transaction.atomic
def change_round(
    *, of_round: ReviewRound, until: datetime, note: str, by: User | None, seen: Marks | None = None
) -> ReviewRound:
    """Another deadline, or other words for the reviewers. A round that was closed or is over is open again."""
    row = _locked(of_round)
    check_seen(row, seen, {"until": until, "note": note})
    _check(until, note)
    changed = [name for name, value in (("until", until), ("note", note)) if getattr(row, name) != value]
    reopened = not row.is_open
    if not changed and not reopened:
        return row
    if "until" in changed:
        row.reminded_at = None
    row.until, row.note, row.closed_at, row.closed_by = until, note, None, None
    row.revision += 1
    row.save()
    record("review.changed", by=by, assessment=row.report.assessment, target=row, fields=changed, open_again=reopened)
    _plan_reminder(row)
    return row


@transaction.atomic
def close_round(*, of_round: ReviewRound, by: User | None) -> ReviewRound:
    """End a round before its deadline: links give and take no files any more. What came back is answered as before."""
    row = _locked(of_round)
    if row.closed_at is None:
        row.closed_at, row.closed_by = timezone.now(), by
        row.revision += 1
        row.save()
        record("review.closed", by=by, assessment=row.report.assessment, target=row)
    return row


def _locked(of_round: ReviewRound) -> ReviewRound:
    row = ReviewRound.objects.select_for_update(of=("self",)).select_related("report__assessment").get(pk=of_round.pk)
    if row.erased_at is not None:
        raise InputError(_("The words of this round were erased, so it cannot go on. Open another round."))
    return row


# Reviewers ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_reviewer(
    *,
    of_round: ReviewRound,
    name: str,
    language: str,
    by: User | None,
    email: str = "",
    category: str = "",
    form_key: UUID | None = None,
) -> Reviewer:
    """An office or a person who reviews, in general terms. Nothing is sent yet. Raises `InputError`.

    `category` is one of `Sector`, under which comments are printed in the annex; blank where it is not known.
    """
    row = _locked(of_round)
    name, email = name.strip(), email.strip()
    new = Reviewer(round=row, name=name, email=email, language=language, category=category, added_by=by)
    rows = list(row.reviewers.all())
    if same := made_before(
        "review.reviewer_added",
        form_key,
        new=new,
        names=("name", "email", "language", "category"),
        rows=row.reviewers.all(),
        assessment=row.report.assessment,
        by=by,
    ):
        return same
    if not name:
        raise InputError({"name": _("Say who reviews, in general terms: an office, a ministry, an expert.")})
    if language not in WORDS.languages:
        raise InputError({"language": _("Choose one of the languages.")})
    _check_category(category)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise InputError(
                {"email": _("Enter an e-mail address such as name@example.org, or leave it blank.")}
            ) from None
        if any(other.email.casefold() == email.casefold() and other.revoked_at is None for other in rows):
            raise InputError({"email": _("This address has a link of this round already.")})
    new.nonce = new_nonce()
    new.token_hmac = token_hmac(derived_tokens(new.nonce, purpose=LINK)[0], purpose=LINK)
    new.save()
    record("review.reviewer_added", by=by, assessment=row.report.assessment, target=new, **key_detail(form_key))
    return new


@dataclass(frozen=True)
class AddedLine:
    """What became of a pasted line: a reviewer, or the reason why there is none."""

    line: ReviewerLine
    reviewer: Reviewer | None = None
    fault: str = ""


def add_reviewers(
    *, of_round: ReviewRound, lines: Sequence[ReviewerLine], language: str, by: User | None
) -> list[AddedLine]:
    """Add the reviewer of each line. One that cannot be added keeps none of the others from it. Nothing is sent yet.

    `language` is that of the mail and the page of all of them. A line that was sent before with the same name and
    address is told, so that pasting the same lines twice adds nobody twice.
    """
    found = []
    for line in lines:
        try:
            if line.fault:
                raise InputError(line.fault)
            found.append(AddedLine(line, _add_line(of_round, line, language, by)))
        except ValidationError as error:
            found.append(AddedLine(line, fault=in_one_line(error)))
    return found


@transaction.atomic
def _add_line(of_round: ReviewRound, line: ReviewerLine, language: str, by: User | None) -> Reviewer:
    row = _locked(of_round)
    there = [one for one in row.reviewers.filter(revoked_at=None) if not one.email and not line.email]
    if any(one.name.casefold() == line.name.casefold() for one in there):
        raise InputError(_("This reviewer is in the round already."))
    return add_reviewer(
        of_round=row, name=line.name, language=language, by=by, email=line.email, category=line.category
    )


def _check_category(category: str) -> None:
    if category and category not in Sector.values:
        raise InputError({"category": _("Choose one of the categories, or leave it as not known.")})


@transaction.atomic
def set_category(*, reviewer: Reviewer, category: str, by: User | None) -> Reviewer:
    """Under which category the annex prints the comments of a reviewer; blank: not known. Raises `InputError`."""
    row = (
        Reviewer.objects.select_for_update(of=("self",)).select_related("round__report__assessment").get(pk=reviewer.pk)
    )
    _check_category(category)
    if row.category != category:
        row.category = category
        row.save(update_fields=["category"])
        record("review.category_set", by=by, assessment=row.round.report.assessment, target=row, category=category)
    return row


@transaction.atomic
def revoke_reviewer(*, reviewer: Reviewer, revoked: bool, by: User | None) -> Reviewer:
    """End the link of a reviewer at once, or let the same link work again. What came back stays."""
    row = (
        Reviewer.objects.select_for_update(of=("self",)).select_related("round__report__assessment").get(pk=reviewer.pk)
    )
    if revoked == (row.revoked_at is not None):
        return row
    row.revoked_at = timezone.now() if revoked else None
    row.save(update_fields=["revoked_at"])
    action = "review.link_revoked" if revoked else "review.link_restored"
    record(action, by=by, assessment=row.round.report.assessment, target=row)
    return row


def find_reviewer(token: str) -> Reviewer | None:
    """The reviewer with this link, also after it ended. One query."""
    rows = Reviewer.objects.filter(token_hmac__in=token_hmacs(token[:200], purpose=LINK))
    return rows.select_related("round__report__assessment", "round__edition").first()


@transaction.atomic
def note_download(*, reviewer: Reviewer) -> None:
    """That the file was downloaded by the link, the first time."""
    if Reviewer.objects.filter(pk=reviewer.pk, downloaded_at=None).update(downloaded_at=timezone.now()):
        record("review.downloaded", by=None, assessment=reviewer.round.report.assessment, target=reviewer)


# Mails ----------------------------------------------------------------------------------------------------------------


def send_invitations(*, of_round: ReviewRound, by: User | None) -> tuple[int, int]:
    """Mail the link to each reviewer with an address who has none yet. Returns (sent, failed). Raises `InputError`."""
    rows = _to_write(of_round)
    return send_mails(of_round, [row for row in rows if row.invited_at is None], "invitation", by)


def send_reminders(*, of_round: ReviewRound, by: User | None) -> tuple[int, int]:
    """Mail those who got the link and have not returned a file. Returns (sent, failed). Raises `InputError`."""
    _to_write(of_round)
    return send_mails(of_round, to_remind(of_round), "reminder", by)


def _to_write(of_round: ReviewRound) -> list[Reviewer]:
    check_not_archived(of_round.report.assessment)
    if not of_round.is_open:
        raise InputError(_("This round is closed, so its links do not work. Give it another deadline first."))
    if not of_round.is_ready:
        raise InputError(_("The Word file is not ready yet. Wait until it is, then send the links."))
    if not is_mail_configured():
        raise InputError(_("This site cannot send e-mails. Copy the links, and send them yourself."))
    return with_address(of_round)
