"""Personal and open links, links to try a version, and the secrets in them."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from assessments.tokens import derived_token, derived_tokens, token_hmacs
from surveys.models import Invitation, Mailing, Survey, TrialLink

INVITATION, TRIAL = "survey-invitation", "survey-trial"
STOP, MAIL = "survey-stop", "survey-mail"
MESSAGE_ID = re.compile(r"(ctnat\.(\d{1,15})\.(\d{1,15})\.[A-Za-z0-9_-]{20,60})@")


def token_of(nonce: str, purpose: str = INVITATION) -> str:
    """The token in a link. Derived with the server's secret, so that no dump of the database holds links."""
    return derived_tokens(nonce, purpose=purpose)[0]


def token_digest(token: str, purpose: str = INVITATION) -> str:
    """The digest of a token that the database stores."""
    return token_digests(token, purpose)[0]


def token_digests(token: str, purpose: str = INVITATION) -> list[str]:
    """What may be stored of a token, the present key's first."""
    return token_hmacs(token, purpose=purpose)


def personal_link(invitation: Invitation) -> str:
    """The link that was sent first, also after the key with which it was made was replaced."""
    sent = derived_token(invitation.nonce, invitation.token_hmac, purpose=INVITATION)
    return _absolute(reverse("surveys_public:personal_form", args=[sent]))


def trial_link(trial: TrialLink) -> str:
    """The link as it was made, also after the key with which it was made was replaced."""
    made = derived_token(trial.nonce, trial.token_hmac, purpose=TRIAL)
    return _absolute(reverse("surveys_public:trial_form", args=[made]))


def find_trial(token: str) -> TrialLink | None:
    """The link with this token, as long as it is valid and its version not in the trash. One query."""
    rows = TrialLink.objects.filter(
        token_hmac__in=token_digests(token, TRIAL), expires_at__gt=timezone.now(), questionnaire__discarded_at=None
    )
    return rows.select_related("questionnaire", "assessment__study").first()


def open_link(survey: Survey) -> str:
    return _absolute(reverse("surveys_public:open_form", args=[survey.open_slug]))


def stop_link(invitation: Invitation) -> str:
    """The link with which a person asks for no more e-mails. It opens no form, and gives nothing away."""
    return _absolute(reverse("surveys_public:mail_stop", args=[_signer(STOP).sign(str(invitation.pk))]))


def find_stopped(key: str) -> int | None:
    """The invitation of a link of `stop_link`; None for a link that is not ours."""
    try:
        return int(_signer(STOP).unsign(key))
    except (BadSignature, ValueError):
        return None


def message_id(mailing: Mailing, invitation: Invitation) -> str:
    """The Message-ID of a mail, by which it is recognised when it comes back."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{_signer(MAIL).sign(f'ctnat.{mailing.pk}.{invitation.pk}')}@{host}>"


def find_messages(text: str) -> set[tuple[int, int]]:
    """(mailing, invitation) of the Message-IDs of ours in a text; those that were not made here are passed over."""
    found = set()
    for signed, mailing, invitation in MESSAGE_ID.findall(text):
        try:
            _signer(MAIL).unsign(signed)
        except BadSignature:
            continue
        found.add((int(mailing), int(invitation)))
    return found


def _signer(purpose: str) -> Signer:
    return Signer(salt=purpose, sep=".")


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
