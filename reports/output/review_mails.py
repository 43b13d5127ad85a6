"""Mails to the reviewers of a round, with their links: sent when a lead presses, and once before the deadline."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone

from assessments.audit import record
from assessments.demonstration import marked_subject
from assessments.known_names import without_names
from assessments.models import User
from assessments.packs import words_for
from assessments.tokens import derived_token
from ctnat.ui.formats import format_moment
from ctnat.ui.mail import is_mail_configured
from reports.models import Reviewer, ReviewRound
from reports.review_texts import WORDS

LINK = "report-review"  # purpose of the tokens in the links of reviewers
REMIND_BEFORE = timedelta(days=3)


def link_of(reviewer: Reviewer) -> str:
    """The address that the reviewer opens, as it was sent first."""
    token = derived_token(reviewer.nonce, reviewer.token_hmac, purpose=LINK)
    return f"{settings.SITE_URL.rstrip('/')}{reverse('review_public:review', args=[token])}"


def with_address(of_round: ReviewRound) -> list[Reviewer]:
    """The reviewers who can be written to."""
    rows = of_round.reviewers.filter(revoked_at=None).exclude(email="").order_by("pk")
    return list(rows.select_related("round__report__assessment", "round__edition"))


def to_remind(of_round: ReviewRound) -> list[Reviewer]:
    """Those who got the link by mail and have not returned a file."""
    return [row for row in with_address(of_round) if row.invited_at and row.returned_at is None]


def send_mails(of_round: ReviewRound, reviewers: Iterable[Reviewer], kind: str, by: User | None) -> tuple[int, int]:
    """Over one connection; each is marked as soon as its mail left, so that none gets it twice."""
    sent = failed = 0
    assessment = of_round.report.assessment
    column = "invited_at" if kind == "invitation" else "reminded_at"
    connection: Any = get_connection()
    with suppress(OSError, SMTPException):
        connection.open()
    try:
        for reviewer in reviewers:
            with words_for(assessment):
                subject, body = compose(reviewer, kind)
            try:
                EmailMessage(subject, body, None, [reviewer.email], connection=connection).send()
            except (SMTPException, OSError, ValueError):
                Reviewer.objects.filter(pk=reviewer.pk).update(mail_failed_at=timezone.now())
                failed += 1
            else:
                Reviewer.objects.filter(pk=reviewer.pk).update(**{column: timezone.now(), "mail_failed_at": None})
                sent += 1
    finally:
        connection.close()
    if sent or failed:
        record(f"review.{kind}s_sent", by=by, assessment=assessment, target=of_round, sent=sent, failed=failed)
    return sent, failed


def compose(reviewer: Reviewer, kind: str) -> tuple[str, str]:
    """Subject and body for one reviewer, in their language. What members typed is without names of respondents."""
    of_round, language = reviewer.round, reviewer.language
    assessment = of_round.report.assessment
    note = without_names(assessment, of_round.note).strip()
    values = {
        "title": without_names(assessment, of_round.report.title),
        "link": link_of(reviewer),
        "until": format_moment(timezone.localtime(of_round.until), language),
        "office": without_names(assessment, assessment.office),
    }
    subject = " ".join(WORDS.translate(f"mail_{kind}_subject", language, **values).split())
    body = WORDS.translate(f"mail_{kind}_body", language, **values)
    body = f"{note}\n\n{body}" if note else body
    return marked_subject(assessment, subject, language), body


def remind_before_deadline(pk: int) -> int:
    """The one reminder that goes out by itself. Returns how many mails were sent; 0 where the deadline was moved."""
    of_round = ReviewRound.objects.select_related("report__assessment").filter(pk=pk, reminded_at=None).first()
    ready = of_round is not None and of_round.is_open and of_round.is_ready and is_mail_configured()
    if of_round is None or not ready or of_round.until - REMIND_BEFORE > timezone.now():
        return 0
    if not ReviewRound.objects.filter(pk=pk, reminded_at=None).update(reminded_at=timezone.now()):
        return 0
    return send_mails(of_round, to_remind(of_round), "reminder", None)[0]
