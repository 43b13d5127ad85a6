"""What the interviews store about one person who was interviewed, for a request of access."""

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.personal_data import Person, Place, Table, matches, own_part
from ctnat.ui.languages import english_name
from interviews.attribution import attributed_to
from interviews.models import Answer, AnswerRevision, Coding, ConsentRecord, Interview, SetAside


def places_of_respondents(assessment: Assessment, words: str) -> list[Place]:
    """Interviews, also those in the trash, whose respondent has this name."""
    found = []
    for row in Interview.objects.filter(assessment=assessment).in_order():
        if matches(words, row.respondent_name):
            note = ""
            if row.people > 1:
                note = _("Held with {people} people: its notes are of all of them.").format(people=row.people)
            place = Place(
                "interview",
                row.pk,
                row.code,
                row.respondent_name,
                model="interviews.interview",
                known_as=row.code,
                path=f"interviews/{row.code}/",
                note=note,
            )
            found.append(place)
    return found


def tables_of_respondent(assessment: Assessment, person: Person) -> list[Table]:
    """Names of other people are withheld in what was typed."""
    interviews = Interview.objects.filter(assessment=assessment, pk__in=person.keys("interview")).order_by("number")
    return [
        _interviews(list(interviews.select_related("organisation")), person),
        _consent(list(ConsentRecord.objects.filter(interview__in=interviews).select_related("interview", "note"))),
        *_notes(assessment, list(interviews), person),
    ]


def _interviews(interviews: list[Interview], person: Person) -> Table:
    return Table.of(
        "interviews",
        "Interviews",
        "code date name title organisation place format language interpreter duration_in_minutes women men other "
        "interviewer observations in_the_trash_since",
        (
            (
                row.code,
                row.held_at,
                own_part(row.respondent_name, person.words),
                person.clear(row.respondent_title),
                row.organisation.name if row.organisation else "",
                row.get_place_display(),
                row.get_format_display(),
                english_name(row.language),
                row.interpreter,
                row.duration,
                row.women,
                row.men,
                row.other,
                row.interviewer,
                person.clear(row.observations),
                row.deleted_at,
            )
            for row in interviews
        ),
    )


def _consent(records: list[ConsentRecord]) -> Table:
    return Table.of(
        "consent",
        "Records of consent",
        "interview participant note_given version language how to_be_interviewed to_be_quoted withdrawn reason "
        "happened recorded",
        (
            (
                row.interview.code,
                row.participant,
                row.note_given,
                row.note.version if row.note else "",
                english_name(row.language) if row.language else "",
                row.get_means_display(),
                row.get_to_interview_display(),
                row.get_to_quotes_display(),
                row.get_withdrawn_display(),
                row.reason,
                row.happened_at,
                row.recorded_at,
            )
            for row in records
        ),
    )


def _notes(assessment: Assessment, interviews: list[Interview], person: Person) -> list[Table]:
    of = {"answer__interview__in": interviews}
    order = "answer__interview__number", "answer", "pk"
    answers = list(Answer.objects.filter(interview__in=interviews).order_by("interview__number", "pk"))
    values = assessment.placeholders
    code = {interview.pk: interview.code for interview in interviews}
    asked: dict[tuple[int, str], str] = {}
    for interview in interviews:
        codes = [answer.question for answer in answers if answer.interview_id == interview.pk]
        interview.assessment = assessment  # its guide is parsed already
        questions = interview.questions(codes)
        for name in codes:
            if name in questions:
                asked[interview.pk, name] = questions[name].text.translate("en", **values)
    earlier = AnswerRevision.objects.filter(**of).select_related("answer").order_by(*order)
    aside = SetAside.objects.filter(**of).select_related("answer").order_by(*order)
    codings = Coding.objects.filter(**of).select_related("answer", "theme").order_by(*order)
    return [
        Table.of(
            "notes",
            "Notes",
            "interview question asked notes changed",
            (
                (
                    code[row.interview_id],
                    row.question,
                    asked.get((row.interview_id, row.question), ""),
                    person.clear(row.text),
                    row.updated_at,
                )
                for row in answers
                if row.text
            ),
        ),
        Table.of(
            "earlier_notes",
            "Earlier texts of notes",
            "interview question number notes at",
            (
                (
                    code[row.answer.interview_id],
                    row.answer.question,
                    row.revision,
                    person.clear(row.text),
                    row.at,
                )
                for row in earlier
                if row.text
            ),
        ),
        Table.of(
            "notes_set_aside",
            "Notes that two members typed at once",
            "interview question notes at",
            ((code[row.answer.interview_id], row.answer.question, person.clear(row.text), row.at) for row in aside),
        ),
        Table.of(
            "passages",
            "Passages marked with a theme",
            "interview question theme passage may_be_quoted words_approved attribution",
            (
                (
                    code[row.answer.interview_id],
                    row.answer.question,
                    row.theme.label,
                    person.clear(row.quote),
                    row.quotable_words is not None,
                    person.clear(row.approved_quote),
                    attributed_to(row) if row.released else "",
                )
                for row in codings
            ),
        ),
    ]
