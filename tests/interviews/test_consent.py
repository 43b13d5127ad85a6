"""What is recorded about consent, what follows from a refusal, and from a withdrawal."""

import importlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from assessments.erasers import eraser_of
from assessments.models import Assessment, AuditEvent, ErasureRequest
from assessments.services.erasure import confirm_erasure, preview
from ctnat.ui.errors import ConflictError
from interviews.consent import Consent, consent_of
from interviews.information_notes import wording_of
from interviews.models import Coding, ConsentRecord, InformationNote, Interview
from interviews.services.codings import release_passage
from interviews.services.consents import record_consent
from interviews.services.erasure import forget_notes
from interviews.services.interviews import restore_interview
from interviews.services.withdrawals import consequences_of, withdraw_consent
from tests.factories import UserFactory
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    interview: Interview = InterviewFactory(assessment=assessment, code="AZEint1", number=1)
    return interview


@pytest.fixture
def coding(interview: Interview) -> Coding:
    coding: Coding = CodingFactory(answer=AnswerFactory(interview=interview), theme__assessment=interview.assessment)
    return coding


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def version(interview: Interview, language: str = "en") -> str:
    return wording_of(interview.assessment, language).checksum


def withdraw(interview: Interview, by: Any, withdrawn: str = "quotes", **more: Any) -> ConsentRecord:
    given = {"happened_at": timezone.now(), "seen": consequences_of(interview).seen} | more
    return withdraw_consent(interview=interview, by=by, withdrawn=withdrawn, **given)


# Recording ------------------------------------------------------------------------------------------------------------


def test_nothing_recorded_is_not_recorded_and_not_a_no(interview: Interview) -> None:
    consent = consent_of(interview)
    assert (consent.note_given, consent.to_quotes, consent.refusal) == (None, "Not recorded", "")
    assert consent.is_quote_unasked


def test_a_record_stores_the_version_that_was_given_with_language_time_and_person(
    interview: Interview, member: Any
) -> None:
    lead, moment = member("lead"), timezone.now() - timedelta(hours=2)
    made = record_consent(
        interview=interview, by=lead, note_given=True, note=version(interview, "az"), means="read",
        to_interview="yes", to_quotes="unattributed", happened_at=moment, given_by=lead,
    )  # fmt: skip
    stored = ConsentRecord.objects.get()
    assert (stored.note.language, stored.language, stored.given_by, stored.happened_at) == ("az", "az", lead, moment)
    assert stored.note.paragraphs == wording_of(interview.assessment, "az").paragraphs
    assert consent_of(interview).to_quotes == "Only without attribution"
    event = AuditEvent.objects.get(action="consent.recorded")
    assert (event.object_label, event.object_id) == ("AZEint1", str(made.pk))
    assert event.detail["note"] == stored.note.version


def test_the_version_that_was_given_stays_when_the_note_changes(interview: Interview, client_as: Any) -> None:
    interview.assessment.office = "Office of before"
    interview.assessment.save()
    checksum = version(interview)
    record_consent(interview=interview, by=None, note_given=True, note=checksum)
    given = InformationNote.objects.get()
    interview.assessment.office = "Another office"
    interview.assessment.save()
    now = version(interview)
    assert now != checksum
    assert InformationNote.objects.get().paragraphs == given.paragraphs
    page = client_as("observer").get(url("information_note"), {"version": checksum}).content.decode()
    assert "Office of before" in page
    assert "Another office" not in page
    assert "an earlier version" in page
    record_consent(interview=interview, by=None, note_given=True, note=checksum)  # typed later, from the paper
    record_consent(interview=interview, by=None, note_given=True, note=now)
    assert [note.checksum for note in InformationNote.objects.order_by("pk")] == [checksum, now]
    with pytest.raises(TypeError):
        given.save()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"note_given": True, "note": "0" * 64}, "note"),
        ({"note_given": True, "note": "x\x00"}, "note"),
        ({"note_given": True, "happened_at": timedelta(days=1)}, "happened_at"),
        ({"note_given": True, "happened_at": timedelta(days=-20_000)}, "happened_at"),
        ({"note_given": True, "participant": 2}, "participant"),
        ({"note_given": True, "means": "sung"}, "means"),
        ({"to_quotes": "perhaps"}, "to_quotes"),
        ({"note_given": False, "means": "read"}, "note_given"),
        ({"to_interview": "no", "to_quotes": "yes"}, "to_quotes"),
        ({}, "__all__"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(interview: Interview, typed: dict[str, Any], field: str) -> None:
    if isinstance(typed.get("happened_at"), timedelta):
        typed = typed | {"happened_at": timezone.now() + typed["happened_at"]}
    with pytest.raises(ValidationError) as error:
        record_consent(interview=interview, by=None, **typed)
    found = list(error.value.message_dict) if hasattr(error.value, "error_dict") else ["__all__"]
    assert found == [field]
    assert not ConsentRecord.objects.exists()
    assert not InformationNote.objects.exists()


def test_who_gave_the_note_is_a_member(interview: Interview) -> None:
    with pytest.raises(ValidationError, match="Choose a member of this assessment"):
        record_consent(interview=interview, by=None, note_given=True, given_by=UserFactory())


def test_a_record_of_another_assessments_note_is_refused(interview: Interview) -> None:
    other = InterviewFactory(assessment__reference="GEO-2016", assessment__country="GEO")
    record_consent(interview=other, by=None, note_given=True, note=version(other))
    with pytest.raises(ValidationError, match="does not exist"):
        record_consent(interview=interview, by=None, note_given=True, note=InformationNote.objects.get().checksum)


def test_of_several_people_the_refusal_of_one_applies_to_all(interview: Interview) -> None:
    interview.women = 3
    interview.save()
    record_consent(interview=interview, by=None, note_given=True, to_quotes="yes", participant=1)
    assert consent_of(interview).to_quotes == "Not recorded"
    assert consent_of(interview).note_given is None
    record_consent(interview=interview, by=None, note_given=True, to_quotes="yes")
    assert (consent_of(interview).to_quotes, consent_of(interview).note_given) == ("Yes", True)
    record_consent(interview=interview, by=None, note_given=True, to_quotes="no", participant=2)
    assert consent_of(interview).to_quotes == "No"
    record_consent(interview=interview, by=None, note_given=True, to_quotes="yes", participant=2)
    assert consent_of(interview).to_quotes == "Yes"


def test_two_members_at_once_both_read_what_the_other_recorded(interview: Interview) -> None:
    record_consent(interview=interview, by=None, note_given=True, latest=0)
    with pytest.raises(ConflictError, match="Another record of consent"):
        record_consent(interview=interview, by=None, to_quotes="no", latest=0)
    assert consent_of(interview).refusal == ""


# Quoting --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ({"to_quotes": "no"}, "does not want to be quoted"),
        ({"to_interview": "no"}, "consent to this interview was refused"),
    ],
)
def test_a_refusal_withdraws_released_quotes_and_refuses_new_releases(
    coding: Coding, interview: Interview, recorded: dict[str, str], told: str
) -> None:
    release_passage(coding=coding, by=None)
    record_consent(interview=interview, by=None, **recorded)  # type: ignore[arg-type]
    coding.refresh_from_db()
    assert (coding.released, coding.quotable_words) == (False, None)
    assert AuditEvent.objects.filter(action="coding.release_withdrawn").count() == 1
    with pytest.raises(ValidationError, match=told):
        release_passage(coding=coding, by=None)


def test_quotes_without_attribution_contain_nothing_about_the_person(coding: Coding, interview: Interview) -> None:
    interview.assessment.disclosure_threshold = 1
    interview.assessment.save()
    release_passage(coding=coding, by=None)
    coding.refresh_from_db()
    assert coding.attribution["attributes"]
    record_consent(interview=interview, by=None, to_quotes="unattributed")
    coding.refresh_from_db()
    assert not coding.released  # it was to say more than was agreed
    with pytest.raises(ValidationError, match="only without attribution"):
        release_passage(coding=coding, by=None, name_agency=True)
    released = release_passage(coding=coding, by=None)
    assert released.attribution["attributes"] == {}
    record_consent(interview=interview, by=None, to_quotes="unattributed")
    coding.refresh_from_db()
    assert coding.quotable_words


def test_the_page_of_a_theme_warns_where_consent_was_not_recorded(
    coding: Coding, interview: Interview, client_as: Any
) -> None:
    client, page = client_as("lead"), coding.theme.get_absolute_url()
    assert "is not recorded, or was not asked" in client.get(page).content.decode()
    form = re.search(r'name="attribution"\s+value="([^"]*)"', client.get(page).content.decode())
    assert form is not None
    sent = {"released": "1", "words": coding.words_hash, "attribution": form[1]}
    told = client.post(url("coding_release", coding.pk), sent, follow=True).content.decode()
    assert "Whether the interviewee agrees is not recorded" in told
    record_consent(interview=interview, by=None, to_quotes="yes")
    assert "is not recorded, or was not asked" not in client.get(page).content.decode()
    record_consent(interview=interview, by=None, to_quotes="no")
    told = client.get(page).content.decode()
    assert "does not want to be quoted" in told
    assert "Allow quoting" not in " ".join(told.split())
    told = client.post(url("coding_release", coding.pk), sent, follow=True).content.decode()
    assert told.count("does not want to be quoted") == 2  # the message, and the passage


# Withdrawing ----------------------------------------------------------------------------------------------------------


def test_withdrawing_the_quotes_leaves_the_interview(coding: Coding, interview: Interview, member: Any) -> None:
    release_passage(coding=coding, by=None)
    assert (consequences_of(interview).released, consequences_of(interview).marked) == (1, 0)
    withdraw(interview, member("lead"))
    coding.refresh_from_db()
    assert not coding.released
    assert list(Interview.objects.for_counting()) == [interview]
    with pytest.raises(ValidationError, match="consent to be quoted was withdrawn"):
        release_passage(coding=coding, by=None)
    event = AuditEvent.objects.get(action="consent.withdrawn")
    assert (event.detail["scope"], event.detail["quotes"]) == ("quotes", 1)


def test_withdrawing_the_interview_excludes_it_from_counts_and_requests_its_erasure(
    coding: Coding, interview: Interview, member: Any
) -> None:
    release_passage(coding=coding, by=None)
    made = withdraw(interview, member("consultant"), "interview", reason="  Afraid of \x00trouble ")
    assert made.reason == "Afraid of trouble"
    assert not Interview.objects.for_counting().exists()
    request = ErasureRequest.objects.get()
    assert (request.kind, request.ground, request.is_waiting) == ("interview", "consent", True)
    assert made.erasure == request
    interview.refresh_from_db()
    with pytest.raises(ValidationError, match="cannot be restored"):
        restore_interview(interview=interview, by=member("lead"))
    confirm_erasure(request=request, by=member("lead"), seen=preview(request).seen)
    assert not Interview.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert "Afraid" not in str(list(AuditEvent.objects.values("detail", "object_label")))


def test_only_consent_given_later_undoes_a_withdrawal(coding: Coding, interview: Interview, member: Any) -> None:
    lead, now = member("lead"), timezone.now()
    withdraw(interview, lead, "interview", happened_at=now - timedelta(days=2))
    for moment in (None, now - timedelta(days=3)):
        with pytest.raises(ValidationError, match="Consent was withdrawn on"):
            record_consent(interview=interview, by=lead, to_quotes="yes", happened_at=moment)
    record_consent(interview=interview, by=lead, to_interview="yes", to_quotes="yes", happened_at=now)
    assert ErasureRequest.objects.get().cancelled_by == lead
    interview.refresh_from_db()
    restore_interview(interview=interview, by=lead)
    assert release_passage(coding=coding, by=lead).quotable_words


def test_a_withdrawal_twice_is_refused_and_the_wider_one_may_follow(interview: Interview, member: Any) -> None:
    lead = member("lead")
    withdraw(interview, lead)
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdraw(interview, lead)
    withdraw(interview, lead, "interview")
    for scope in ("quotes", "interview"):
        with pytest.raises(ValidationError, match="withdrawn already"):
            withdraw(interview, lead, scope)
    assert (ConsentRecord.objects.count(), ErasureRequest.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"withdrawn": "everything"}, "Choose what was withdrawn"),
        ({"seen": "0" * 64}, "Something has changed"),
        ({"happened_at": timedelta(days=1)}, "in the future"),
        ({"happened_at": timedelta(days=-9)}, "Check the date"),
        ({"participant": 7}, "Choose one of the people"),
        ({"latest": 0}, "Another record of consent"),
    ],
)
def test_a_wrong_withdrawal_changes_nothing(
    coding: Coding, interview: Interview, member: Any, wrong: dict[str, Any], told: str
) -> None:
    record_consent(interview=interview, by=None, to_quotes="yes", happened_at=timezone.now() - timedelta(days=3))
    release_passage(coding=coding, by=None)
    if "happened_at" in wrong:
        wrong = {"happened_at": timezone.now() + wrong["happened_at"]}
    with pytest.raises(ValidationError, match=told):
        withdraw(interview, member("lead"), **wrong)
    coding.refresh_from_db()
    assert coding.released
    assert ConsentRecord.objects.count() == 1


def test_the_note_stays_given_after_a_withdrawal(interview: Interview, member: Any) -> None:
    record_consent(interview=interview, by=None, note_given=True)
    withdraw(interview, member("lead"))
    assert consent_of(interview).note_given is True


def test_reasons_are_erased_with_the_raw_notes(interview: Interview, member: Any) -> None:
    withdraw(interview, member("lead"), reason="Afraid of trouble")
    forget_notes(assessment=interview.assessment)
    assert ConsentRecord.objects.get().reason == "[erased]"
    assert ("records of consent", 1) in [(part.name, part.count) for part in eraser_of("interview").parts(interview)]


# Pages ----------------------------------------------------------------------------------------------------------------


def test_consent_list_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("consent_list", "AZEint1"), allowed="consultant", denied="observer", wrong="delete")


def test_consent_new_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("consent_new", "AZEint1"), allowed="consultant", denied="observer", wrong="delete")


def test_consent_withdraw_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("consent_withdraw", "AZEint1"), allowed="consultant", denied="observer", wrong="delete")


def test_information_note_is_in_the_chosen_language(interview: Interview, client_as: Any, check_roles: Any) -> None:
    check_roles(url("information_note"), allowed="observer", denied="focal_point", wrong="post")
    client, first = client_as("observer"), interview.guide.information_note[0].text
    for wanted, shown in (("hy", "hy"), ("ar", "ar"), ("fr", "fr"), ("de", "en")):
        wording = client.get(url("information_note"), {"language": wanted}).context["wording"]
        expected = first.translate(shown, **interview.assessment.placeholders_in(shown))
        assert (wording.language, wording.paragraphs[0][1]) == (shown, expected)
    for unknown in ("0" * 64, "x", "9" * 300):
        assert client.get(url("information_note"), {"version": unknown}).status_code == 404


def test_the_note_leaves_out_what_mentions_a_blank_detail_and_says_so(interview: Interview, client_as: Any) -> None:
    """The person who read it aloud met “commissioned by {commissioner}”, and that was stored as given."""
    assessment = interview.assessment
    study = assessment.study
    study.commissioner, assessment.office = "", "Baku"
    assessment.interviewer_contact, assessment.research_contact = "field@example.org", "research@example.org"
    study.save()
    assessment.save()
    pages = [url("information_note"), url("interview_type", interview.code)]
    for page in pages:
        html = " ".join(client_as("lead").get(page).content.decode().split())
        assert "The study was commissioned by" not in html
        assert "{commissioner}" not in html
        assert "about details that are not filled in: Commissioned by." in html
        assert reverse("assessments:assessment_edit", args=["AZE-2016"]) in html
    study.commissioner = "IOM"
    study.save()
    for page in pages:
        html = " ".join(client_as("consultant").get(page).content.decode().split())
        assert "The study was commissioned by IOM (Baku)." in html
        assert "details that are not filled in" not in html


def test_note_record_on_the_page_of_notes(interview: Interview, client_as: Any, check_roles: Any, member: Any) -> None:
    sent = {"note": version(interview), "means": "paper", "to_interview": "yes", "to_quotes": "not_asked"}
    check_roles(
        url("note_record", "AZEint1"),
        allowed="consultant",
        denied="observer",
        method="post",
        wrong="get",
        ok=302,
        data=sent,
    )
    stored = ConsentRecord.objects.get()
    assert (stored.note_given, stored.means, stored.given_by) == (True, "paper", member("consultant"))
    assert stored.happened_at is not None
    assert "Information note: given" in client_as("lead").get(url("interview_type", "AZEint1")).content.decode()
    told = client_as("lead").post(url("note_record", "AZEint1"), sent | {"note": "gone"}, follow=True)
    assert "This version of the information note does not exist" in told.content.decode()
    assert ConsentRecord.objects.count() == 1


def test_consent_new_bad_input_is_shown_again(interview: Interview, client_as: Any, member: Any) -> None:
    client = client_as("lead")
    tomorrow = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    sent = {
        "note_given": "yes", "note": version(interview, "ru"), "language": "Talysh", "means": "read",
        "to_interview": "yes", "to_quotes": "yes", "happened_at": tomorrow, "given_by": member("lead").pk,
        "latest": "0",
    }  # fmt: skip
    page = client.post(url("consent_new", "AZEint1"), sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["happened_at"])
    assert page.context["form"]["language"].value() == "Talysh"
    assert client.post(url("consent_new", "AZEint1"), sent | {"happened_at": "2016-01-18T09:30"}).status_code == 302
    stored = ConsentRecord.objects.get()
    assert (stored.language, stored.note.language) == ("tly", "ru")
    shown = client.get(url("consent_list", "AZEint1")).content.decode()
    assert "Talysh" in shown
    assert stored.note.version in shown
    page = client.post(url("consent_new", "AZEint1"), sent | {"happened_at": "2016-01-18T09:30"})
    assert "Another record of consent" in page.content.decode()
    again = {bound.html_name: bound.value() for bound in page.context["form"]}
    assert again["latest"] == str(stored.pk)
    assert client.get(url("consent_new", "AZEint1")).context["form"]["to_quotes"].value() == "yes"


def test_consent_new_sent_twice_is_one_record(interview: Interview, client_as: Any) -> None:
    client = client_as("lead")
    form = client.get(url("consent_new", "AZEint1")).context["form"]
    sent = {"form_key": form["form_key"].value(), "latest": form["latest"].value(), "to_quotes": "yes"}
    for _ in range(2):
        assert client.post(url("consent_new", "AZEint1"), sent).status_code == 302
    assert ConsentRecord.objects.count() == 1


def test_consent_withdraw_shows_what_follows_and_then_does_it(
    coding: Coding, interview: Interview, client_as: Any
) -> None:
    client = client_as("lead")
    release_passage(coding=coding, by=None)
    page = client.get(url("consent_withdraw", "AZEint1"))
    shown = page.context["consequences"]
    assert shown.released == 1
    text = " ".join(page.content.decode().split())
    assert "Released quotes that are withdrawn</dt><dd>1" in text
    sent = {"withdrawn": "interview", "happened_at": "2016-02-01T10:00", "seen": shown.seen, "reason": "Afraid"}
    page = client.post(url("consent_withdraw", "AZEint1"), sent | {"seen": "old"})
    assert page.status_code == 422
    assert "Something has changed" in page.content.decode()
    assert "Afraid" in page.content.decode()
    page = client.post(url("consent_withdraw", "AZEint1"), sent, follow=True)
    assert "Its erasure waits for a second person" in page.content.decode()
    assert "Request to erase the interview" in page.content.decode()
    assert (
        "Request to erase the interview"
        not in client_as("consultant").get(url("consent_list", "AZEint1")).content.decode()
    )


# What was there before ------------------------------------------------------------------------------------------------


def test_a_note_given_before_becomes_a_record_without_further_details(assessment: Assessment) -> None:
    given = InterviewFactory(assessment=assessment)
    InterviewFactory(assessment=assessment)

    class Marked:
        """The interviews as they were, with the mark on one of them."""

        objects = type("Rows", (), {"filter": staticmethod(lambda note_given: Interview.objects.filter(pk=given.pk))})

    def model(app: str, name: str) -> Any:
        return Marked if name == "Interview" else apps.get_model(app, name)

    migration = importlib.import_module("interviews.migrations.0011_consent_of_before")
    migration.record_notes(type("Apps", (), {"get_model": staticmethod(model)}), None)
    record = ConsentRecord.objects.get()
    assert (record.interview, record.note_given, record.note, record.language) == (given, True, None, "")
    assert (record.happened_at, record.given_by, record.recorded_at, record.to_quotes) == (None, None, None, "")
    assert consent_of(given).note_given is True


def test_an_empty_consent_has_no_refusal() -> None:
    assert Consent().refusal == ""
