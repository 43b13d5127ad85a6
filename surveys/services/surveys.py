"""Setting up, opening and closing a survey. Members' changes write an audit event."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.known_names import certain_names
from assessments.lacking import counts, lacking_languages
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from ctnat.ui.errors import in_one_line
from ctnat.ui.seen import Marks, check_seen
from instruments.models import Instrument
from instruments.texts import is_language
from surveys.distribution.messages import messages_in
from surveys.models import Invitation, Mailing, SealedAnswer, Survey
from surveys.questionnaire.blanks import blank_values
from surveys.questionnaire.translations import codes, unreviewed
from surveys.services.sealed_answers import lost_key_text, open_responses

# Sent with `survey` and `by` once a survey has been closed and its answers are in: results may be made of them.
survey_closed = Signal()

SLUG_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # no letters that look alike when typed from paper
YEARS = range(2000, 2101)  # the calendar's own ends cannot be stored in every time zone


def new_slug() -> str:
    return "".join(secrets.choice(SLUG_LETTERS) for _ in range(10))


@transaction.atomic
def create_survey(
    *,
    assessment: Assessment,
    by: User | None,
    questionnaire: Instrument | None = None,
    languages: list[str] | None = None,
    opens_at: datetime | None = None,
    deadline: datetime | None = None,
) -> Survey:
    """The survey of an assessment, in preparation, with an open link. Raises `ValidationError`."""
    lock_assessment(assessment)
    if Survey.objects.for_assessment(assessment).exists():
        raise ValidationError(_("{assessment} already has a survey.").format(assessment=assessment))
    survey = Survey(
        assessment=assessment,
        questionnaire=questionnaire or assessment.questionnaire,
        languages=_checked(languages or assessment.languages or ["en"]),
        opens_at=opens_at,
        deadline=deadline,
        open_slug=new_slug(),
    )
    _check_times(survey)
    survey.save()
    record("survey.created", by=by, assessment=assessment, target=survey)
    return survey


def settings_of(survey: Survey) -> dict[str, Any]:
    """What the page of settings shows."""
    return {
        "languages": survey.languages,
        "opens_at": survey.opens_at,
        "deadline": survey.deadline,
        "open_link": bool(survey.open_slug),
        "days_between_mails": survey.days_between_mails,
    }


@transaction.atomic
def change_settings(
    *,
    survey: Survey,
    languages: list[str],
    opens_at: datetime | None,
    deadline: datetime | None,
    open_link: bool,
    days_between_mails: int,
    by: User | None,
    seen: Marks | None = None,
) -> Survey:
    """Raises `ValidationError`: `SeenConflict` where the settings have changed since they were shown (`seen`)."""
    row = lock_survey(survey)
    times = {"opens_at": opens_at, "deadline": deadline}
    mails = {"days_between_mails": days_between_mails}
    check_seen(row, seen, {"languages": languages, "open_link": open_link, **times, **mails}, settings_of(row))
    slug = (row.open_slug or new_slug()) if open_link else None
    return update_survey(survey=survey, by=by, languages=languages, open_slug=slug, **times, **mails)


@transaction.atomic
def save_messages(
    *, survey: Survey, language: str, messages: Mapping[str, str], by: User | None, seen: Marks | None = None
) -> Survey:
    """Set the mails in one language: `messages` has "invitation_subject", "reminder_body" and so on.

    Those in other languages stay, also where they are being changed at this moment. Raises `SeenConflict` where these
    have changed since they were shown (`seen`).
    """
    row = lock_survey(survey)
    check_seen(row, seen, messages, messages_in(row, language))
    own = dict(row.texts or {})
    for kind in Mailing.Kind.values:
        own[kind] = own.get(kind, {}) | {language: {part: messages[f"{kind}_{part}"] for part in ("subject", "body")}}
    return update_survey(survey=survey, by=by, texts=own)


def lock_survey(survey: Survey) -> Survey:
    """The row as it is now, locked until the transaction ends."""
    row: Survey = Survey.objects.select_for_update().get(pk=survey.pk)
    return row


@transaction.atomic
def update_survey(*, survey: Survey, by: User | None, **fields: Any) -> Survey:
    """Change languages, opens_at, deadline, open_slug, texts, days_between_mails. Raises `ValidationError`."""
    row = lock_survey(survey)
    for name in ("languages", "opens_at", "deadline"):
        setattr(survey, name, getattr(row, name))
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    for name in fields:
        setattr(survey, name, fields[name])
    survey.languages = _checked(survey.languages)
    _check_times(survey)
    if "texts" in changed:
        _check_names(survey)
    if changed:
        survey.save(update_fields=changed)
        record("survey.changed", by=by, assessment=survey.assessment, target=survey, fields=changed)
    return survey


def _checked(languages: list[str]) -> list[str]:
    """The languages, each once: any that has a name. Texts that it lacks are shown in English, and none is dropped."""
    if not languages:
        raise ValidationError({"languages": _("Choose at least one language.")})
    if unknown := [language for language in languages if not is_language(language)]:
        raise ValidationError({"languages": _("“{word}” is not a known language.").format(word=unknown[0][:40])})
    return list(dict.fromkeys(languages))


def _check_names(survey: Survey) -> None:
    """Everyone who is invited reads these texts. A member may sign them, also one who was interviewed."""
    members = User.objects.filter(memberships__assessment=survey.assessment).values_list("name", flat=True)
    signed = " ".join(members).casefold()
    mails = [survey.texts.get(kind, {}) for kind in Mailing.Kind.values]  # the other texts are notes of items
    words = [text for mail in mails for parts in mail.values() for text in parts.values()]
    named = [name for text in words for name in certain_names(survey.assessment, text) if name.casefold() not in signed]
    if named:
        raise ValidationError(
            _(
                "The text names “{named}”, who was interviewed or is on the contact list. Everyone who is "
                "invited would read it. Delete the name."
            ).format(named=named[0])
        )


def _check_times(survey: Survey) -> None:
    for name in ("opens_at", "deadline"):
        moment = getattr(survey, name)
        if moment and moment.year not in YEARS:
            raise ValidationError({name: _("Check the year: {year}.").format(year=moment.year)})
    if survey.opens_at and survey.deadline and survey.deadline <= survey.opens_at:
        raise ValidationError({"deadline": _("The deadline must be later than the opening.")})


@transaction.atomic
def open_survey(*, survey: Survey, by: User | None) -> Survey:
    """Accept answers from now, or from `opens_at`. Opening a closed survey again is logged as reopening.

    The audit log also records its unreviewed languages, in which of them how many of our own words are missing, and
    the blank values that its texts mention.
    """
    survey.status = lock_survey(survey).status
    if survey.status == Survey.Status.OPEN:
        raise ValidationError(_("The survey is already open."))
    if not survey.questionnaire.is_published:
        raise ValidationError(_("Publish this version of the questionnaire first. A draft can still change."))
    if survey.is_expired:
        raise ValidationError(_("The deadline has passed. Set a later deadline, then open the survey."))
    action = "survey.reopened" if survey.status == Survey.Status.CLOSED else "survey.opened"
    detail: dict[str, Any] = {"unreviewed": codes(unreviewed(survey))}
    if missing := counts(lacking_languages(survey.assessment, survey.languages, "survey")):
        detail["missing"] = missing
    if blank := sorted({value.name for value in blank_values(survey)}):
        detail["blank"] = blank
    survey.smallest_group = survey.threshold
    survey.save(update_fields=["smallest_group"])
    return _set_status(survey, Survey.Status.OPEN, action, by, **detail)


def close_survey(*, survey: Survey, by: User | None) -> str:
    """Accept no more answers by link, open those received, and send the signal for making results.

    Returns why forms stay sealed, if some do: there are too few, or a key is missing. They are opened in a transaction
    of their own, in which nothing of the invitations changes. Raises `ValidationError`.
    """
    _close(survey, by)
    kept = ""
    if SealedAnswer.objects.filter(survey=survey).exists():
        try:
            open_responses(survey=survey, by=by)
            kept = lost_key_text(left) if (left := SealedAnswer.objects.filter(survey=survey).count()) else ""
        except ValidationError as error:
            kept = in_one_line(error)
    survey_closed.send(sender=Survey, survey=survey, by=by)
    return kept


@transaction.atomic
def _close(survey: Survey, by: User | None) -> None:
    """Also deletes who had to be reminded: that would disclose who answered late."""
    survey.refresh_from_db(fields=[*Survey.COUNTERS, "status"], from_queryset=Survey.objects.select_for_update())
    if survey.status != Survey.Status.OPEN:
        raise ValidationError(_("The survey is not open."))
    rows = Invitation.objects.filter(survey=survey)
    rows.filter(delivery=Invitation.Delivery.WAITING).update(delivery=Invitation.Delivery.FAILED)
    rows.update(reminders=0, send_key="", written_at=None, attempts=0, retry_at=None)
    now = timezone.now()
    survey.mailings.for_later().update(cancelled_at=now)
    survey.mailings.filter(finished_at=None).update(finished_at=now, error=_("The survey was closed."))
    _set_status(survey, Survey.Status.CLOSED, "survey.closed", by)


def _set_status(survey: Survey, status: str, action: str, by: User | None, **detail: Any) -> Survey:
    survey.status = status
    survey.save(update_fields=["status"])
    record(action, by=by, assessment=survey.assessment, target=survey, **detail)
    return survey
