"""Permanent erasure: requested by one person, confirmed by another, complete, and reported in numbers only."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.audit import erase_labels, record, verify_chain
from assessments.erasers import erasers
from assessments.erasure_register import read_register
from assessments.models import (
    Assessment,
    AuditChain,
    AuditEvent,
    Contact,
    Document,
    ErasureRequest,
    Membership,
    Role,
    Study,
    User,
)
from assessments.services.contacts import add_contact
from assessments.services.documents import add_document, register_document, remove_document
from assessments.services.erasure import ask_erasure, cancel_erasure, confirm_erasure, preview
from interviews.models import Answer, Coding, Interview
from interviews.services.answers import save_answer, save_observations, settle_aside
from interviews.services.codings import code_passage, release_passage
from reports.models import Edition, Report, Section, SectionRevision
from surveys.models import Response, SealedAnswer
from surveys.services.sealed_answers import open_responses, seal_response
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory
from tests.indicators.factories import make_mark
from tests.interviews.factories import AnswerFactory, InterviewFactory, ThemeFactory
from tests.surveys.factories import ResponseFactory, SurveyFactory
from workshops.models import Comment, Minutes, Workshop

pytestmark = pytest.mark.django_db
NAME = "Xyzzy Quux"


@pytest.fixture
def lead(member: Any) -> User:
    return member("lead")


@pytest.fixture
def other(assessment: Assessment) -> User:
    return MembershipFactory(assessment=assessment, role=Role.LEAD).user


def erase(assessment: Assessment, kind: str, asked: User, confirmed: User, copies: Any = (), **typed: Any) -> Any:
    request = ask_erasure(assessment=assessment, kind=kind, by=asked, ground="person", **typed)
    return confirm_erasure(request=request, by=confirmed, seen=preview(request).seen, copies=copies)


def typed(interview: Interview, text: str, by: User, **more: Any) -> Answer:
    return save_answer(interview=interview, question="3.1", text=text, by=by, **more).answer


def test_a_passage_is_struck_out_of_every_text_and_other_codings_stay_in_place(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    typed(interview, f"First {NAME}.", lead)
    typed(interview, f"We spoke. {NAME} said that the hotline helps. {NAME} agreed.", lead)
    aside = save_answer(
        interview=interview, question="3.1", text=f"Late {NAME}", by=other, client="c", base=1
    ).set_aside
    assert aside is not None
    answer = interview.answers.get()
    theme = ThemeFactory(assessment=assessment)
    before = code_passage(answer=answer, theme=theme, start=0, end=9, by=lead)
    whole = code_passage(answer=answer, theme=theme, start=10, end=20, by=lead)
    around = code_passage(answer=answer, theme=theme, start=10, end=44, by=lead)
    after = code_passage(answer=answer, theme=theme, start=35, end=50, by=lead)
    release_passage(coding=around, by=lead)
    release_passage(coding=after, by=lead)

    request = erase(assessment, "passage", lead, other, which=str(answer.pk), words=NAME)

    answer.refresh_from_db()
    assert answer.text == "We spoke. [erased] said that the hotline helps. [erased] agreed."
    texts = [row.text for row in answer.revisions.all()] + [row.text for row in answer.set_asides.all()]
    assert not [text for text in texts if "yzzy" in text]
    assert "First [erased]." in texts
    assert "Late [erased]" in texts
    for coding in (before, around, after):
        coding.refresh_from_db()
        assert answer.text[coding.start : coding.end] == coding.quote
    assert before.quote == "We spoke."
    assert around.quote == "[erased] said that the hotline h"
    assert (around.released, around.approved_quote) == (False, "")
    assert (after.quote, after.released, after.quotable_words) == ("hotline helps. ".strip(), True, "hotline helps.")
    assert not Coding.objects.filter(pk=whole.pk).exists()
    assert dict(request.parts) == {
        "places in the notes": 2,
        "texts with them, earlier and set-aside ones included": 4,
        "codings that lose words": 1,
        "codings with no other words, which are removed": 1,
        "quotes that are no longer released": 1,
    }
    assert verify_chain(assessment).is_whole


def test_a_half_typed_form_of_a_passage_is_struck_out_of_the_history(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    typed(interview, "The chief, Xyzzy Qu, told us.", lead)
    answer = typed(interview, f"The chief, {NAME}, told us. Then we left.", lead)
    erase(assessment, "passage", lead, other, which=str(answer.pk), words=NAME)
    assert sorted(row.text for row in answer.revisions.all())[:1] == ["The chief, [erased], told us."]
    assert not [row for row in answer.revisions.all() if "yzzy" in row.text]


def test_a_half_typed_form_with_other_spaces_around_it_is_struck_out_of_the_history(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    typed(interview, "The chief\n Xyz  told us.", lead)
    answer = typed(interview, f"The chief {NAME} told us.", lead)
    erase(assessment, "passage", lead, other, which=str(answer.pk), words=NAME)
    assert not [row.text for row in answer.revisions.all() if "Xyz" in row.text]


@pytest.mark.parametrize(("words", "is_taken"), [("X", False), ("Xy", True)])
def test_a_passage_has_at_least_two_characters(assessment: Assessment, lead: User, words: str, is_taken: bool) -> None:
    answer = typed(InterviewFactory(assessment=assessment), f"{NAME} told us.", lead)
    if is_taken:
        assert ask_erasure(
            assessment=assessment, kind="passage", by=lead, ground="person", which=str(answer.pk), words=words
        )
    else:
        with pytest.raises(ValidationError, match="exactly as they are in the notes"):
            ask_erasure(
                assessment=assessment, kind="passage", by=lead, ground="person", which=str(answer.pk), words=words
            )


def test_what_is_typed_on_an_old_page_does_not_bring_a_passage_back(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    answer = typed(interview, f"{NAME} told us.", lead, client="page", sequence=1, base=0)
    base = answer.revision
    erase(assessment, "passage", other, lead, which=str(answer.pk), words=NAME)

    saved = save_answer(
        interview=interview,
        question="3.1",
        text=f"{NAME} told us. More.",
        by=lead,
        client="page",
        sequence=2,
        base=base,
    )

    assert saved.set_aside is not None
    assert saved.set_aside.text == "[erased] told us. More."
    settle_aside(set_aside=saved.set_aside, by=lead, join=True)
    answer.refresh_from_db()
    assert answer.text == "[erased] told us.\n\n[erased] told us. More."
    later = typed(interview, f"{answer.text} Again {NAME}.", lead, base=answer.revision)
    assert later.text.endswith(f"Again {NAME}.")  # typing it again now is a deliberate decision


def test_a_passage_that_was_edited_away_is_erased_from_the_history(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    typed(interview, f"{NAME} told us of a long evening in the office of the mayor.", lead)
    request = ask_erasure(
        assessment=assessment,
        kind="passage",
        by=lead,
        ground="person",
        which=str(interview.answers.get().pk),
        words=NAME,
    )
    typed(interview, "Nothing was said.", lead)
    confirm_erasure(request=request, by=other, seen=preview(request).seen)
    assert not [row for row in interview.answers.get().revisions.all() if "yzzy" in row.text]


def test_words_in_observations_are_erased_and_stay_away(assessment: Assessment, lead: User, other: User) -> None:
    interview = InterviewFactory(assessment=assessment)
    save_observations(interview=interview, text=f"Tired. {NAME} came in.", by=lead, base=0)
    erase(assessment, "passage", lead, other, which=f"observations:{interview.pk}", words=NAME)
    interview.refresh_from_db()
    assert interview.observations == "Tired. [erased] came in."
    save_observations(interview=interview, text=f"Tired. {NAME} came in. Late.", by=lead, base=1)
    interview.refresh_from_db()
    assert "yzzy" not in interview.observations
    assert "Late." in interview.observations


def test_an_earlier_text_is_erased_and_the_present_one_is_refused(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    typed(interview, "A wrong text of another interview altogether.", lead)
    answer = typed(interview, "Right.", lead)
    old, new = answer.revisions.order_by("revision")
    with pytest.raises(ValidationError, match="the present text"):
        erase(assessment, "revision", lead, other, which=str(new.pk))
    erase(assessment, "revision", lead, other, which=str(old.pk))
    assert [row.text for row in answer.revisions.all()] == ["Right."]


def test_an_interview_is_erased_and_its_number_is_not_given_again(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment, respondent_name=NAME)
    answer = AnswerFactory(interview=interview)
    code_passage(answer=answer, theme=ThemeFactory(assessment=assessment), start=0, end=10, by=lead)
    request = erase(assessment, "interview", lead, other, which=str(interview.pk))
    assert (Interview.objects.count(), Answer.objects.count(), Coding.objects.count()) == (0, 0, 0)
    assert dict(request.parts) == {"answers with notes": 1, "codings": 1}


def test_an_interview_that_is_being_typed_is_not_erased_unseen(assessment: Assessment, lead: User, other: User) -> None:
    interview = InterviewFactory(assessment=assessment)
    typed(interview, "One.", lead)
    request = ask_erasure(assessment=assessment, kind="interview", by=lead, ground="mistake", which=str(interview.pk))
    seen = preview(request).seen
    typed(interview, "One. Two.", other)
    with pytest.raises(ValidationError, match="Something has changed"):
        confirm_erasure(request=request, by=other, seen=seen)
    assert Interview.objects.filter(pk=interview.pk).exists()
    confirm_erasure(request=request, by=other, seen=preview(request).seen)
    assert not Interview.objects.exists()


def sealed_forms(assessment: Assessment) -> list[str]:
    survey = SurveyFactory(assessment=assessment)
    return [seal_response(survey=survey, answers={"8.3": f"{NAME} {n}"}, language="en", uuid=uuid4()) for n in range(5)]


def test_a_response_is_erased_by_its_receipt_sealed_or_opened(assessment: Assessment, lead: User, other: User) -> None:
    first, second, *_ = sealed_forms(assessment)
    request = erase(assessment, "response", lead, other, which=first.lower())
    assert (SealedAnswer.objects.count(), request.label) == (4, "Sealed form, found by its receipt")
    waiting = ask_erasure(assessment=assessment, kind="response", by=lead, ground="person", which=second)
    assessment.disclosure_threshold = 1
    survey = assessment.survey
    survey.smallest_group = survey.assessment.disclosure_threshold = 1
    survey.save()
    open_responses(survey=survey, by=lead)
    with pytest.raises(ValidationError, match="opened in the meantime"):
        preview(waiting)
    erase(assessment, "response", lead, other, which=second)
    assert Response.objects.count() == 3


def test_a_response_is_erased_by_its_code(assessment: Assessment, lead: User, other: User) -> None:
    response = ResponseFactory(survey__assessment=assessment)
    with pytest.raises(ValidationError, match="no response with this code or receipt"):
        erase(assessment, "response", lead, other, which="AZEsur999")
    request = erase(assessment, "response", lead, other, which=response.code.lower())
    assert not Response.objects.exists()
    assert request.label == f"Response {response.code}"


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + NAME.encode()


def test_a_document_is_erased_with_its_file_and_its_title_in_the_log(
    assessment: Assessment,
    lead: User,
    other: User,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    document = register_document(
        assessment=assessment, upload=SimpleUploadedFile("p.pdf", PDF), by=lead, code="Aze 1", title=f"Life of {NAME}"
    )
    remove_document(document=document, by=lead)
    head = assessment.audit_events.order_by("-position").first()
    with django_capture_on_commit_callbacks(execute=True):
        request = erase(assessment, "document", lead, other, which=str(document.pk))
    assert not Document.all_objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not AuditEvent.objects.filter(object_label__contains="yzzy").exists()
    found = verify_chain(assessment, known=head.hash if head else "")
    assert (found.is_whole, found.reason) == (True, "")
    assert dict(request.parts) == {"entries in the register": 1, "files": 1}
    with pytest.raises(ValidationError, match="belonged to a source that was removed"):
        add_document(assessment=assessment, by=lead, code="Aze 1", title="Another")


def test_a_contact_is_erased_with_its_row(assessment: Assessment, lead: User, other: User) -> None:
    contact = add_contact(assessment=assessment, by=lead, name=NAME, email="xyzzy@example.org")
    request = erase(assessment, "contact", lead, other, which=str(contact.pk))
    assert not Contact.objects.exists()
    assert "yzzy" not in json.dumps([request.label, request.parts])


def test_an_account_is_handed_over_and_gets_a_pseudonym(assessment: Assessment, lead: User, client_as: Any) -> None:
    admin = UserFactory(is_staff=True)
    member = MembershipFactory(assessment=assessment, role=Role.CONSULTANT).user
    lead.email, lead.name = "xyzzy@example.org", NAME
    lead.save()
    client = client_as("lead")
    record("user.signed_in", by=lead, target=lead, label=lead.email)
    with pytest.raises(ValidationError, match="only lead"):
        ask_erasure(assessment=assessment, kind="account", by=admin, ground="ended", which=str(lead.pk))
    erase(assessment, "account", admin, member, which=str(lead.pk), successor=str(member.pk))
    lead.refresh_from_db()
    assert (str(lead), lead.email) == (f"Former member {lead.pk}", f"former-member-{lead.pk}@erased.invalid")
    assert (lead.is_active, lead.has_usable_password()) == (False, False)
    assert Membership.objects.filter(user=member, role=Role.LEAD).exists()
    assert client.get("/").status_code == 302
    assert not AuditEvent.objects.filter(object_label__icontains="xyzzy").exists()
    assert verify_chain(None).is_whole
    assert verify_chain(assessment).is_whole


def test_an_account_of_other_assessments_is_for_who_administers_the_site(
    assessment: Assessment, lead: User, other: User
) -> None:
    MembershipFactory(user=other, assessment__reference="GEO-2016", assessment__country="GEO")
    with pytest.raises(ValidationError, match="site administrator"):
        ask_erasure(assessment=assessment, kind="account", by=lead, ground="ended", which=str(other.pk))


def test_a_whole_assessment_is_erased_and_the_end_of_its_log_is_kept(
    demo_free_assessment: Assessment, django_capture_on_commit_callbacks: Any
) -> None:
    assessment = demo_free_assessment
    lead, other = (MembershipFactory(assessment=assessment, role=Role.LEAD).user for _ in range(2))
    request = ask_erasure(assessment=assessment, kind="assessment", by=lead, ground="ended", which=str(assessment.pk))
    shown, study = preview(request), assessment.study_id
    with django_capture_on_commit_callbacks(execute=True):
        confirm_erasure(request=request, by=other, seen=shown.seen)
    assert not Assessment.objects.filter(pk=assessment.pk).exists()
    assert not AuditEvent.objects.filter(assessment=assessment.pk).exists()
    assert not AuditChain.objects.filter(assessment=assessment.pk).exists()
    assert not Study.objects.filter(pk=study).exists()
    kept = AuditEvent.objects.get(action="assessment.erased")
    assert kept.object_label == "AZE-2030"
    assert len(kept.detail["last_hash"]) == 64
    assert kept.detail["events"] > 0
    assert verify_chain(None).is_whole
    request.refresh_from_db()
    assert (request.assessment, request.reference, request.erased_at is not None) == (None, "AZE-2030", True)
    assert User.objects.filter(pk=lead.pk).exists()


@pytest.fixture
def demo_free_assessment(db: Any) -> Assessment:
    assessment: Assessment = AssessmentFactory(reference="AZE-2030")
    interview = InterviewFactory(assessment=assessment)
    answer = AnswerFactory(interview=interview)
    theme = ThemeFactory(assessment=assessment)
    ThemeFactory(assessment=assessment, merged_into=theme)
    code_passage(answer=answer, theme=theme, start=0, end=10, by=None)
    ResponseFactory(survey__assessment=assessment)
    record("thing.done", by=None, assessment=assessment)
    return assessment


def test_own_requests_cannot_be_confirmed_and_nothing_is_done_twice(
    assessment: Assessment, lead: User, other: User
) -> None:
    interview = InterviewFactory(assessment=assessment)
    request = ask_erasure(assessment=assessment, kind="interview", by=lead, ground="person", which=str(interview.pk))
    seen = preview(request).seen
    with pytest.raises(ValidationError, match="You asked for this yourself"):
        confirm_erasure(request=request, by=lead, seen=seen)
    with pytest.raises(ValidationError, match="requested already"):
        ask_erasure(assessment=assessment, kind="interview", by=other, ground="person", which=str(interview.pk))
    assert Interview.objects.exists()
    confirm_erasure(request=request, by=other, seen=seen)
    with pytest.raises(ValidationError, match="erased already"):
        confirm_erasure(request=request, by=other, seen=seen)
    with pytest.raises(ValidationError, match="erased already"):
        cancel_erasure(request=request, by=lead)


def test_a_cancelled_request_erases_nothing(assessment: Assessment, lead: User, other: User) -> None:
    interview = InterviewFactory(assessment=assessment)
    request = ask_erasure(
        assessment=assessment, kind="interview", by=lead, ground="person", which=str(interview.pk), note="Private."
    )
    seen = preview(request).seen
    cancel_erasure(request=request, by=other)
    with pytest.raises(ValidationError, match="cancelled in the meantime"):
        confirm_erasure(request=request, by=other, seen=seen)
    assert Interview.objects.exists()
    assert ErasureRequest.objects.get().note == ""


@pytest.mark.parametrize("kind", [eraser.kind for eraser in erasers()])
def test_what_does_not_exist_is_refused(kind: str, assessment: Assessment, lead: User) -> None:
    for which in ("", "999999999", "x", "9" * 300, "sealed:x", "observations:x", "\x00"):
        with pytest.raises(ValidationError):
            ask_erasure(assessment=assessment, kind=kind, by=lead, ground="person", which=which, words=NAME)
    assert not ErasureRequest.objects.exists()


def test_things_of_another_assessment_cannot_be_asked_for(assessment: Assessment, lead: User) -> None:
    elsewhere = InterviewFactory(assessment__reference="GEO-2016", assessment__country="GEO")
    with pytest.raises(ValidationError, match="does not exist"):
        ask_erasure(assessment=assessment, kind="interview", by=lead, ground="person", which=str(elsewhere.pk))


def test_the_log_contains_kind_and_number_and_never_the_words(assessment: Assessment, lead: User, other: User) -> None:
    interview = InterviewFactory(assessment=assessment)
    answer = typed(interview, f"{NAME} told us.", lead)
    with pytest.raises(ValidationError, match="without repeating"):
        erase(assessment, "passage", lead, other, which=str(answer.pk), words=NAME, note=f"It names {NAME.upper()}.")
    erase(assessment, "passage", lead, other, which=str(answer.pk), words=NAME)
    event = assessment.audit_events.get(action="erasure.done")
    assert event.detail == {
        "kind": "passage",
        "ground": "person",
        "asked_by": lead.pk,
        "confirmed_by": other.pk,
        "erased": {"places in the notes": 1, "texts with them, earlier and set-aside ones included": 2},
        "copies_erased": 0,
        "copies_kept": 0,
    }
    everything = json.dumps(list(AuditEvent.objects.values("object_label", "detail")))
    assert "yzzy" not in everything.lower()
    assert "yzzy" not in json.dumps(read_register()).lower()


def test_labels_of_the_log_are_erased_and_what_else_is_changed_shows(assessment: Assessment, lead: User) -> None:
    first = record("thing.done", by=lead, assessment=assessment, label="Secret", number=1)
    record("thing.done", by=lead, assessment=assessment, label="Kept")
    assert erase_labels(AuditEvent.objects.filter(pk=first.pk), by=lead) == 1
    assert verify_chain(assessment).is_whole
    with connection.cursor() as cursor:
        cursor.execute("UPDATE assessments_auditevent SET object_label = '' WHERE object_label = 'Kept'")
    found = verify_chain(assessment)
    assert (found.reason, found.broken.position if found.broken else 0) == ("It is not as it was written.", 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_auditevent SET object_label = 'x'",
        "UPDATE assessments_auditevent SET object_label = '', action = 'x'",
        "DELETE FROM assessments_auditevent",
    ],
)
def test_the_database_refuses_every_other_change_of_the_log(assessment: Assessment, statement: str) -> None:
    record("thing.done", by=None, assessment=assessment, label="Kept")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_nothing_is_erased_where_the_register_cannot_be_written(
    assessment: Assessment, lead: User, other: User, settings: Any, tmp_path: Path
) -> None:
    interview = InterviewFactory(assessment=assessment)
    settings.ERASURE_REGISTER = tmp_path  # a folder
    with pytest.raises(ValidationError, match="register of erasures cannot be written"):
        erase(assessment, "interview", lead, other, which=str(interview.pk))
    assert Interview.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_planted_word_is_left_in_the_bytes_of_the_database_and_the_files(
    assessment: Assessment, lead: User, other: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    word = "Plughxyzzy"
    interview, gone = (
        InterviewFactory(assessment=assessment),
        InterviewFactory(assessment=assessment, respondent_title=word, observations=word),
    )
    answer = typed(interview, f"It was {word} who came.", lead)
    typed(gone, f"It was {word} again.", lead)
    document = register_document(
        assessment=assessment,
        upload=SimpleUploadedFile("p.pdf", PDF + word.encode()),
        by=lead,
        code="Aze 1",
        title=word,
    )
    response = ResponseFactory(survey__assessment=assessment, answers={"8.3": word})
    erase(assessment, "passage", lead, other, which=str(answer.pk), words=word)
    erase(assessment, "interview", lead, other, which=str(gone.pk))
    erase(assessment, "document", lead, other, which=str(document.pk))
    erase(assessment, "response", lead, other, which=response.code)

    assert word not in everything_in_the_database(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def everything_in_the_database(folder: Path) -> str:
    """On SQLite the bytes of its file, as they are with `secure_delete`; on PostgreSQL what a dump would contain."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        name = connection.settings_dict["NAME"]
        if "memory" in str(name):
            return connection.connection.serialize().decode("latin-1")
        return b"".join(path.read_bytes() for path in Path(name).parent.glob(f"{Path(name).name}*")).decode("latin-1")
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of our own tables
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize("kind", ["passage", "interview", "document", "contact"])
def test_a_preview_costs_as_many_queries_for_many_texts_as_for_few(
    assessment: Assessment, lead: User, kind: str
) -> None:
    report = Report.objects.create(assessment=assessment)
    workshop = Workshop.objects.create(assessment=assessment, held_on=timezone.localdate())

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            answer = typed(InterviewFactory(assessment=assessment), f"{NAME} first", lead)
            typed(answer.interview, f"{NAME} {number}", lead)
            save_observations(interview=answer.interview, text=NAME, by=lead)
            document = add_document(assessment=assessment, by=lead, code=f"Aze {number}", title=f"{NAME} {number}")
            add_contact(assessment=assessment, by=lead, name=NAME, email=f"{number}@example.org")
            make_mark(assessment, f"1.{number}/F1", rationale=NAME, evidence=[f"document:{document.code}"])
            section = Section.objects.create(report=report, key=f"s{number}", title="Findings", body=NAME)
            SectionRevision.objects.create(section=section, revision=1, body=NAME, by=lead)
            paragraphs = [["s", "1", f"{NAME} said"]]
            Edition.objects.create(report=report, number=number, kind="draft", paragraphs=paragraphs, made_by=lead)
            Minutes.objects.create(workshop=workshop, number=number, html=NAME)
            Comment.objects.create(assessment=assessment, statement=NAME)

    add(1, 3)
    chosen: dict[str, dict[str, Any]] = {
        "passage": {"which": str(Answer.objects.earliest("pk").pk), "words": NAME},
        "interview": {"which": str(Interview.objects.earliest("pk").pk)},
        "document": {"which": str(Document.objects.earliest("pk").pk)},
        "contact": {"which": str(Contact.objects.earliest("pk").pk)},
    }
    request = ask_erasure(assessment=assessment, kind=kind, by=lead, ground="person", **chosen[kind])
    preview(request)  # what is loaded once for a process
    with CaptureQueriesContext(connection) as few:
        before = preview(request)
    add(3, 6)
    with CaptureQueriesContext(connection) as many:
        after = preview(request)
    if kind in ("passage", "contact"):  # the others have no words here that are looked for elsewhere
        assert len(after.copies) + len(after.uses) > len(before.copies) + len(before.uses) > 2
    assert len(many) == len(few) <= 40
