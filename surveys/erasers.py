"""Erasing responses and sealed forms of the survey permanently."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as N_

from assessments.erasers import AssessmentRows, Eraser, Line, Part, erases, expires, holds_rows, retains
from assessments.models import Assessment, User
from assessments.personal_data import Person, Place, Table, matches
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import InputError
from ctnat.ui.languages import english_name
from ctnat.ui.stored import stored_text
from surveys.distribution.throttle import delete_old_counts
from surveys.erasure import forget_invited
from surveys.models import Draft, EntryDraft, Invitation, Response, SealedAnswer, Survey, TableImport
from surveys.sealed.receipts import LENGTH, letters_of, marks_once_opened, marks_while_sealed
from surveys.services.erasure import erase_response, erase_sealed_answer, find_in_boxes, forget_expired, line_of

SEALED = "sealed"
RESPONSE = stored_text(N_("Response {code}"))
SEALED_FORM = stored_text(N_("Sealed form, found by its receipt"))


@erases
class ResponseEraser(Eraser):
    """Found by its code or its receipt. Nothing is known about a sealed form except that it exists."""

    kind = "response"
    label = gettext_lazy("A response")
    help = gettext_lazy(
        "Its answers are erased, and it is counted no more. Results that were released before keep their numbers, and "
        "say how many responses were erased since."
    )
    order = 10

    def read(self, assessment: Assessment, typed: Mapping[str, Any], by: User) -> tuple[str, dict[str, Any]]:
        which = "".join(sign for sign in str(typed.get("which", "")) if sign.isprintable()).strip()
        response = Response.objects.filter(survey__assessment=assessment, code__iexact=which[:20]).first()
        if response is None and len(letters_of(which)) == LENGTH:
            marks = marks_once_opened(which)
            response = Response.objects.filter(survey__assessment=assessment, receipt_hmac__in=marks).first()
            sealed = SealedAnswer.objects.filter(
                survey__assessment=assessment, receipt_hmac__in=marks_while_sealed(which)
            ).first()
            if sealed:
                return f"{SEALED}:{sealed.pk}", {}
        if response is None:
            raise InputError(
                {
                    "which": _(
                        "There is no response with this code or receipt. A code looks like AZEsur12, a receipt "
                        "like BCDF-GHJK-2345."
                    )
                }
            )
        return str(response.pk), {}

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Response | SealedAnswer:
        found: Response | SealedAnswer | None = None
        if key.startswith(f"{SEALED}:"):
            rows = SealedAnswer.objects.filter(survey__assessment=assessment, pk=_uuid(key.removeprefix(f"{SEALED}:")))
            found = rows.select_related("survey__assessment").first()
            if found is None:
                raise InputError(
                    _(
                        "The sealed forms were opened in the meantime, or this one was removed. Cancel the request, "
                        "and make a new one with the receipt."
                    )
                )
        elif (pk := number_sent(key, 17)) is not None:
            found = Response.objects.filter(survey__assessment=assessment, pk=pk).first()
        if found is None:
            raise InputError(_("This response does not exist any more. Cancel the request."))
        return found

    def name(self, target: Response | SealedAnswer) -> str:
        return RESPONSE.format(code=target.code) if isinstance(target, Response) else SEALED_FORM

    def parts(self, target: Response | SealedAnswer) -> list[Part]:
        if isinstance(target, SealedAnswer):
            return [Part(N_("sealed forms"), 1)]
        return [
            Part(N_("answers"), len(target.answers) + len(target.invalid)),
            Part(N_("codings of what was written"), target.open_codings.count()),
        ]

    def words(self, target: Response | SealedAnswer) -> list[str]:
        """The answers written in words that are long enough not to match by accident."""
        if isinstance(target, SealedAnswer):
            return []
        given = (what["given"] for what in target.invalid.values())
        answers = [*target.answers.values(), *given]
        return [answer for answer in answers if isinstance(answer, str) and len(answer.split()) > 2]

    def lines(self, target: Response | SealedAnswer) -> list[Line]:
        if isinstance(target, SealedAnswer):
            return [{"sealed": str(target.pk)}]
        return [line_of(target)]

    def in_trash(self, assessment: Assessment, before: datetime) -> list[Response]:
        """Without responses removed by their respondents: their answers are gone already, and the code records that."""
        rows = Response.objects.filter(survey__assessment=assessment, withdrawn=False, deleted_at__lt=before)
        return list(rows)

    def erase(self, target: Response | SealedAnswer, *, by: User | None) -> None:
        if isinstance(target, Response):
            erase_response(response=target)
        else:
            erase_sealed_answer(sealed=target)

    def again(self, line: Line) -> bool:
        """A backup from before the opening has the form in a box, which is found by the receipt's HMAC."""
        if sealed := SealedAnswer.objects.filter(pk=_uuid(str(line.get("sealed", "")))).first():
            erase_sealed_answer(sealed=sealed)
            return True
        found, receipt = False, str(line.get("receipt", ""))
        known = Q(uuid=_uuid(str(line.get("uuid", "")))) | (Q(receipt_hmac=receipt) if receipt else Q(pk=None))
        for response in Response.objects.filter(known):
            erase_response(response=response)
            found = True
        for survey in Survey.objects.all() if receipt else ():
            if box := find_in_boxes(survey, receipt):
                erase_sealed_answer(sealed=box)
                found = True
        return found


def _uuid(text: str) -> uuid.UUID:
    """The UUID in the text; if it is not one, the nil UUID, which no row has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


@holds_rows(3)
class SurveyRows(AssessmentRows):
    exported: ClassVar[Mapping[str, tuple[str, ...]]] = {"surveys.Invitation": ("survey_invitations",)}
    impersonal: ClassVar[Mapping[str, str]] = {
        "surveys.Survey": "settings and texts of the survey",
        "surveys.Response": "opened forms have no name and cannot be joined with an invitation",
        "surveys.TrialLink": "links to try a version, without what was sent",
        "surveys.EarlierVersion": "versions of the questionnaire that the survey has used",
        "surveys.SealedAnswer": "sealed forms cannot be joined with an invitation",
        "surveys.Draft": "forms saved to be continued, sealed, without a name",
        "surveys.LimitCount": "counts of ten minutes under a hash, without an address, for a day at most",
        "surveys.EntryDraft": "paper forms that a member is typing, without a name, for two weeks at most",
        "surveys.Mailing": "counts of a round of mails",
        "surveys.TableImport": "forms of a table that is being imported, without names, for a day at most",
        "surveys.ImportMapping": "what the columns of imported tables mean",
    }

    def find_person(self, assessment: Assessment, words: str) -> list[Place]:
        """Invitations of people who are not contacts; those of a contact belong to the contact."""
        return [
            Place(
                "invitation",
                row.pk,
                _("Invitation to the survey"),
                row.name,
                row.email,
                model="surveys.invitation",
                path="survey/invitations/",
            )
            for row in Invitation.objects.filter(survey__assessment=assessment, contact=None)
            if matches(words, row.name, row.email)
        ]

    def tables_of(self, assessment: Assessment, person: Person) -> list[Table]:
        own = Q(pk__in=person.keys("invitation")) | Q(contact__in=person.keys("contact"))
        rows = Invitation.objects.filter(own, survey__assessment=assessment).select_related("survey").order_by("pk")
        columns = "name address organisation sector language invited mail_sent reminders mail_failed link_ended"
        return [
            Table.of(
                "survey_invitations",
                "Invitations to the survey and their mails",
                f"{columns} opened answered",
                (
                    (
                        row.name,
                        row.email,
                        row.organisation,
                        row.get_sector_display(),
                        english_name(row.language),
                        row.created_at,
                        row.sent_at,
                        row.reminders,
                        row.failure,
                        row.revoked_at,
                        row.pk in row.survey.opened,
                        row.pk in row.survey.answered,
                    )
                    for row in rows
                ),
            )
        ]

    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("responses"), Response.objects.filter(survey__assessment=assessment).count()),
            Part(N_("sealed forms"), SealedAnswer.objects.filter(survey__assessment=assessment).count()),
            Part(N_("invitations"), Invitation.objects.filter(survey__assessment=assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        Response.objects.filter(survey__assessment=assessment).delete()
        SealedAnswer.objects.filter(survey__assessment=assessment).delete()
        Survey.objects.filter(assessment=assessment).delete()


@retains("names")
class Invitations(AssessmentRows):
    def parts(self, assessment: Assessment) -> list[Part]:
        return [Part(N_("invitations"), Invitation.objects.filter(survey__assessment=assessment).count())]

    def erase(self, assessment: Assessment) -> None:
        forget_invited(Invitation.objects.filter(survey__assessment=assessment))


@retains("answers")
class Answers(AssessmentRows):
    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("responses"), Response.objects.filter(survey__assessment=assessment).count()),
            Part(N_("sealed forms"), SealedAnswer.objects.filter(survey__assessment=assessment).count()),
            Part(N_("forms saved to be continued"), Draft.objects.filter(survey__assessment=assessment).count()),
            Part(N_("paper forms being typed"), EntryDraft.objects.filter(survey__assessment=assessment).count()),
            Part(N_("tables being imported"), TableImport.objects.filter(survey__assessment=assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        """Released results are kept."""
        for model in (Response, SealedAnswer, Draft, EntryDraft, TableImport):
            model._base_manager.filter(survey__assessment=assessment).delete()


@expires
def unfinished() -> int:
    """Forms saved to be continued, by link or from paper, and tables not imported in time."""
    return forget_expired()


@expires
def limit_counts() -> int:
    """Counts of earlier periods for the limits on respondents' pages."""
    return delete_old_counts()
