"""What the interviews store about one person who was interviewed, for a request of access.

A person of the table of who took part is found as such. Who spoke, or of whom it is not recorded, is given the
interview as the main respondent is; who only listened is given the row and the records of consent, and no notes.
"""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.personal_data import Person, Place, Table, matches, own_part
from ctnat.ui.languages import english_name
from interviews.attribution import attributed_to
from interviews.models import (
    Answer,
    AnswerRevision,
    Coding,
    ConsentRecord,
    FollowUp,
    Interview,
    Participant,
    Photograph,
    SetAside,
)
from interviews.names import label_of


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
    return [*found, *_places_in_tables(assessment, words)]


def _places_in_tables(assessment: Assessment, words: str) -> Iterator[Place]:
    rows = Participant.objects.for_assessment(assessment).exclude(name="").select_related("interview")
    for row in rows.order_by("interview__number", "interview", "position"):
        if matches(words, row.name):
            if row.part == Participant.Part.LISTENED:
                note = _("Only listened: the notes are of the others, and are not in the file.")
            else:
                note = _("Held with {people} people: its notes are of all of them.").format(people=row.interview.people)
            yield Place(
                "participant",
                row.pk,
                _("{code}, person {number}").format(code=row.interview.code, number=row.position),
                row.name,
                model="interviews.participant",
                known_as=label_of(row),
                path=f"interviews/{row.interview.code}/",
                note=note,
            )


def tables_of_respondent(assessment: Assessment, person: Person) -> list[Table]:
    """Names of other people are withheld in what was typed."""
    listed = Participant.objects.for_assessment(assessment).filter(pk__in=person.keys("participant"))
    rows = list(listed.select_related("interview", "organisation").order_by("interview__number", "position"))
    spoke = [row.interview_id for row in rows if row.part != Participant.Part.LISTENED]
    keys = {*person.keys("interview"), *spoke}
    interviews = Interview.objects.filter(assessment=assessment, pk__in=keys).order_by("number")
    return [
        _interviews(list(interviews.select_related("organisation")), person),
        _took_part(_with_main(rows, person), person),
        _consent(_consents_of(keys, rows)),
        *_notes(assessment, list(interviews), person),
        _follow_ups(list(FollowUp.objects.filter(interview__in=interviews).select_related("interview")), person),
        _photographs(list(Photograph.objects.filter(interview__in=interviews).select_related("interview")), person),
    ]


def _with_main(rows: list[Participant], person: Person) -> list[Participant]:
    """With the row of person 1 of an interview whose main respondent was chosen, unless it names somebody else."""
    first = Participant.objects.filter(interview__in=person.keys("interview"), position=1)
    first = first.exclude(pk__in=[row.pk for row in rows]).select_related("interview", "organisation")
    return [*(row for row in first if not row.name or matches(person.words, row.name)), *rows]


def _consents_of(interviews: Collection[int], rows: list[Participant]) -> list[ConsentRecord]:
    """Of these interviews; of others those that concern a person who only listened."""
    listened = {(row.interview_id, row.position) for row in rows if row.interview_id not in interviews}
    found = ConsentRecord.objects.filter(interview__in=[*interviews, *(interview for interview, _number in listened)])
    return [
        record
        for record in found.select_related("interview", "note")
        if record.interview_id in interviews
        or record.participant is None
        or (record.interview_id, record.participant) in listened
    ]


def _took_part(rows: list[Participant], person: Person) -> Table:
    return Table.of(
        "took_part",
        "Who took part",
        "interview date person part title organisation sex name",
        (
            (
                row.interview.code,
                row.interview.held_at,
                row.position,
                row.get_part_display(),
                person.clear(row.title),
                row.organisation.name if row.organisation else "",
                row.get_sex_display(),
                own_part(row.name, person.words),
            )
            for row in rows
        ),
    )


def _interviews(interviews: list[Interview], person: Person) -> Table:
    """Name and title are of the main respondent: blank where this person was another one of the interview."""
    own = set(person.keys("interview"))
    return Table.of(
        "interviews",
        "Interviews",
        "code date name title organisation place format language interpreter duration_in_minutes women men other "
        "interviewer observations imported imported_from in_the_trash_since",
        (
            (
                row.code,
                row.held_at,
                own_part(row.respondent_name, person.words) if row.pk in own else "",
                person.clear(row.respondent_title) if row.pk in own else "",
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
                row.imported_at,
                person.clear(row.imported_from),
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


def _follow_ups(rows: list[FollowUp], person: Person) -> Table:
    return Table.of(
        "follow_ups",
        "What was promised, and what came of it",
        "interview what due done outcome added",
        (
            (
                row.interview.code,
                person.clear(row.what),
                row.due,
                row.done_at,
                person.clear(row.outcome),
                row.created_at,
            )
            for row in rows
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


def _photographs(photographs: list[Photograph], person: Person) -> Table:
    """What is kept, without the pictures: the names of other people on them cannot be withheld."""
    return Table.of(
        "photographs",
        "Photographs of notes and cards (the pictures are looked through and handed over by hand)",
        "interview number kind description width height bytes added",
        (
            (
                row.interview.code,
                row.pk,
                row.get_kind_display(),
                person.clear(row.description),
                row.width,
                row.height,
                row.size,
                row.added_at,
            )
            for row in photographs
        ),
    )
