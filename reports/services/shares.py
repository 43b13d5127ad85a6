"""Read-only links to an edition, which expire."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import label_of, record
from assessments.models import User
from assessments.tokens import new_token, token_hmac, token_hmacs
from reports.models import Edition, ShareLink

PURPOSE = "report.share"
LONGEST_SHARE = 366  # days


@transaction.atomic
def share_edition(*, edition: Edition, days: int, by: User | None) -> tuple[ShareLink, str]:
    """(link, token). The token is shown once and not kept. Raises `ValidationError`."""
    if not 1 <= days <= LONGEST_SHARE:
        raise ValidationError(
            {"days": _("Enter a number of days from 1 to {longest_share}.").format(longest_share=LONGEST_SHARE)}
        )
    if not edition.is_ready:
        raise ValidationError(_("The files of this edition are not ready yet. Wait until they are, then share it."))
    token = new_token()
    link = ShareLink.objects.create(
        edition=edition,
        token_hmac=token_hmac(token, purpose=PURPOSE),
        expires_at=timezone.now() + timedelta(days=days),
        made_by=by,
    )
    record("share.made", by=by, assessment=edition.report.assessment, target=link, label=label_of(edition), days=days)
    return link, token


@transaction.atomic
def revoke_share(*, link: ShareLink, by: User | None) -> None:
    """End a link at once."""
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        record(
            "share.revoked", by=by, assessment=link.edition.report.assessment, target=link, label=label_of(link.edition)
        )


def shared_edition(token: str) -> Edition | None:
    """The edition that a token opens, or None."""
    link = (
        ShareLink.objects.for_opening()
        .filter(token_hmac__in=token_hmacs(token[:200], purpose=PURPOSE))
        .select_related("edition__report__assessment")
        .first()
    )
    return link.edition if link else None
