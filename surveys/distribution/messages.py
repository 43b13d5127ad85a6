"""The texts of invitations and reminders."""

import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.html import urlize
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from assessments.blanks import LABELS
from assessments.demonstration import marked_subject
from ctnat.ui.languages import direction
from ctnat.ui.words import fill
from surveys.distribution.links import personal_link, stop_link
from surveys.models import Invitation, Mailing, Survey
from surveys.questionnaire.rendering import placeholders
from surveys.words import WORDS, translate

MAIL_PLACES = (
    "name",
    "link",
    "stop_link",
    "deadline",
    "country",
    "survey_contact",
    "commissioner",
    "office",
    "assessment",
)
SUBJECT_LIMIT = 200
BODY_LIMIT = 5000


def mail_text(survey: Survey, kind: str, language: str) -> dict[str, str]:
    """Subject and body as written by the members, else our own; placeholders unfilled."""
    own = (survey.texts or {}).get(kind, {}).get(language, {})
    return {part: own.get(part) or translate(f"mail_{kind}_{part}", language) for part in ("subject", "body")}


def mail_language(survey: Survey, kind: str, language: str) -> str:
    """The language in which `mail_text` answers: that of its body."""
    own = (survey.texts or {}).get(kind, {}).get(language, {})
    return language if own.get("body") else WORDS.language_of(f"mail_{kind}_body", language)


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


def blank_places(survey: Survey, kind: str, languages: Iterable[str]) -> list[str]:
    """The labels of what a message mentions, in one of the languages, although it is not filled in."""
    found: dict[str, str] = {}
    for language in languages:
        text = mail_text(survey, kind, language)
        values = placeholders(survey, language)
        for name in re.findall(r"\{(\w+)\}", text["subject"] + text["body"]):
            if name in LABELS and not values.get(name):
                found[name] = str(LABELS[name])
    return list(found.values())


def compose(survey: Survey, invitation: Invitation, kind: str) -> tuple[str, str]:
    """Subject and body for one person. The body always has the link with which to ask for no more e-mails."""
    return _fill(
        survey,
        mail_text(survey, kind, invitation.language),
        mail_language(survey, kind, invitation.language),
        name=invitation.name,
        link=personal_link(invitation),
        stop_link=stop_link(invitation),
    )


def compose_sample(survey: Survey, kind: str, language: str, *, name: str, link: str) -> tuple[str, str]:
    """Subject and body as an example for members: with the name and the link given, which is not a personal one."""
    spoken = mail_language(survey, kind, language)
    return _fill(survey, mail_text(survey, kind, language), spoken, name=name, link=link, stop_link=link)


def _fill(survey: Survey, text: dict[str, str], language: str, *, name: str, **links: str) -> tuple[str, str]:
    if not name:
        text = {part: re.sub(r"[,،]?[  ]*\{name\}", "", words) for part, words in text.items()}
    if "{stop_link}" not in text["body"]:
        text["body"] = f"{text['body']}\n\n{translate('mail_stop', language)}"
    values = placeholders(survey, language) | links | {"name": name}
    subject = " ".join(fill(text["subject"], values).split())
    return marked_subject(survey.assessment, subject, language), fill(text["body"], values)


def html_of(body: str, language: str) -> str:
    """A mail's text as a simple page: its paragraphs, with links."""
    paragraphs = [
        mark_safe(urlize(paragraph, nofollow=True, autoescape=True).replace("<a ", '<a dir="ltr" '))  # escaped by it
        for paragraph in re.split(r"\n[ \t]*\n", body.strip())
    ]
    context = {"paragraphs": paragraphs, "language": language, "direction": direction(language)}
    return render_to_string("surveys/_mail.html", context)


def reply_address(survey: Survey) -> str:
    """The address in the contact of the survey, which may be "Name <address>"; empty where there is none."""
    contact = survey.assessment.survey_contact.strip()
    for word in (parseaddr(contact)[1], *re.split(r"[\s,;<>()]+", contact)):
        try:
            validate_email(word)
        except ValidationError:
            continue
        return word
    return ""
