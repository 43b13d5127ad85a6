"""The texts of invitations and reminders."""

import re

from django.utils.translation import gettext as _

from ctnat.ui.words import fill
from surveys.distribution.links import personal_link
from surveys.models import Invitation, Mailing, Survey
from surveys.questionnaire.rendering import placeholders
from surveys.words import translate

MAIL_PLACES = ("name", "link", "deadline", "country", "survey_contact", "commissioner", "office", "assessment")
SUBJECT_LIMIT = 200
BODY_LIMIT = 5000


def mail_text(survey: Survey, kind: str, language: str) -> dict[str, str]:
    """Subject and body as written by the members, else our own; placeholders unfilled."""
    own = (survey.texts or {}).get(kind, {}).get(language, {})
    return {part: own.get(part) or translate(f"mail_{kind}_{part}", language) for part in ("subject", "body")}


def messages_in(survey: Survey, language: str) -> dict[str, str]:
    """All of them in one language, as the page that changes them names its fields: "invitation_subject" and so on."""
    texts = {kind: mail_text(survey, kind, language) for kind in Mailing.Kind.values}
    return {f"{kind}_{part}": words for kind, text in texts.items() for part, words in text.items()}


def text_errors(subject: str, body: str) -> list[str]:
    """Faults of a text that members wrote."""
    errors = []
    if "{link}" not in body:
        errors.append(_("Include {link} where the personal link should appear."))
    if "\n" in subject.strip() or len(subject) > SUBJECT_LIMIT:
        errors.append(
            _("Write the subject in one line of at most {subject_limit} characters.").format(
                subject_limit=SUBJECT_LIMIT
            )
        )
    if len(body) > BODY_LIMIT:
        errors.append(_("The text has {n} characters. Use at most {limit}.").format(n=len(body), limit=BODY_LIMIT))
    unknown = sorted(set(re.findall(r"\{(\w*)\}", subject + body)) - set(MAIL_PLACES))
    errors += [
        _("{{{name}}} cannot be filled in. Use one of {mail_places}.").format(
            name=name, mail_places=", ".join(MAIL_PLACES)
        )
        for name in unknown
    ]
    return errors


def compose(survey: Survey, invitation: Invitation, kind: str) -> tuple[str, str]:
    """Subject and body for one person."""
    text = mail_text(survey, kind, invitation.language)
    if not invitation.name:
        text = {part: re.sub(r"[,،]?[  ]*\{name\}", "", words) for part, words in text.items()}
    values = placeholders(survey, invitation.language)
    values |= {"name": invitation.name, "link": personal_link(invitation)}
    return " ".join(fill(text["subject"], values).split()), fill(text["body"], values)
