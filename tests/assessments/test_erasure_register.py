"""What was erased after a backup is erased again when that backup is restored."""

import gzip
import json
import stat
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from assessments.audit import verify_chain
from assessments.erasure_register import note_erasure, path, read_register
from assessments.models import Assessment, AuditEvent, Contact, Document, Membership, Role, User
from assessments.services.contacts import add_contact
from assessments.services.documents import register_document
from assessments.services.erasure import ask_erasure, confirm_erasure, preview
from interviews.models import Answer, AnswerRevision, Coding, Interview, Photograph
from interviews.services.answers import save_answer, save_observations
from interviews.services.codings import code_passage
from interviews.services.photographs import remove_photograph
from reports.services.demonstration import SIGN_INS, remove_demonstration
from surveys.models import Response, SealedAnswer
from surveys.services.sealed_answers import open_responses, seal_response, withdraw_response
from tests.assessments.test_backup import empty_database
from tests.factories import AssessmentFactory, MembershipFactory
from tests.interviews.factories import InterviewFactory, ThemeFactory
from tests.interviews.pictures import make_photograph
from tests.surveys.factories import ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "Plughxyzzy"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + WORD.encode()


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.ERASURE_REGISTER = tmp_path / "files", tmp_path / "keys" / "erasures.jsonl"
    return tmp_path


def run(*command: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out, **options)
    return out.getvalue()


def erase(assessment: Assessment, kind: str, by: list[User], **typed: Any) -> None:
    request = ask_erasure(assessment=assessment, kind=kind, by=by[0], ground="person", **typed)
    confirm_erasure(request=request, by=by[1], seen=preview(request).seen)


def test_restore_erases_again_what_was_erased_after_the_backup(place: Path) -> None:
    assessment: Assessment = AssessmentFactory(reference="AZE-2016")
    leads = [MembershipFactory(assessment=assessment, role=Role.LEAD).user for _ in range(2)]
    leaving = MembershipFactory(assessment=assessment, user__email="plughxyzzy@example.org", user__name=WORD).user
    struck, gone, kept = (InterviewFactory(assessment=assessment) for _ in range(3))
    for interview in (struck, gone, kept):
        save_answer(interview=interview, question="3.1", text=f"{WORD} was here first.", by=leads[0])
        save_answer(interview=interview, question="3.1", text=f"Later {WORD} left again.", by=leads[0])
    on_paper = [make_photograph(interview, by=leads[0], description=WORD) for interview in (gone, kept, kept)]
    save_observations(interview=struck, text=f"{WORD} smiled.", by=leads[0])
    answer, history = struck.answers.get(), kept.answers.get().revisions.earliest("revision")
    coding = code_passage(answer=answer, theme=ThemeFactory(assessment=assessment), start=0, end=21, by=leads[0])
    document = register_document(
        assessment=assessment, upload=SimpleUploadedFile("p.pdf", PDF), by=leads[0], code="Aze 1", title=WORD
    )
    purged, erased = (
        add_contact(assessment=assessment, by=leads[0], name=f"{WORD} {n}", email=f"{n}@example.org") for n in range(2)
    )
    response = ResponseFactory(survey__assessment=assessment)
    other: Assessment = AssessmentFactory(reference="GEO-2016", country="GEO")
    InterviewFactory(assessment=other)
    run("backup", place / "copy")

    for which in (str(answer.pk), f"observations:{struck.pk}"):
        erase(assessment, "passage", leads, which=which, words=WORD)
    erase(assessment, "revision", leads, which=str(history.pk))
    erase(assessment, "interview", leads, which=str(gone.pk))
    erase(assessment, "document", leads, which=str(document.pk))
    remove_photograph(photograph=on_paper[1], by=leads[0])
    erase(assessment, "contact", leads, which=str(purged.pk))
    erase(assessment, "contact", leads, which=str(erased.pk))
    erase(assessment, "response", leads, which=response.code)
    erase(assessment, "account", leads, which=str(leaving.pk))
    other_leads = [MembershipFactory(assessment=other, role=Role.LEAD).user for _ in range(2)]
    erase(other, "assessment", other_leads, which=str(other.pk))
    empty_database()
    told = run("restore", place / "copy")

    assert told.count("erased again:") == 11
    answer = Answer.objects.get(interview=struck)
    assert answer.text == "Later [erased] left again."
    assert Interview.objects.get(pk=struck.pk).observations == "[erased] smiled."
    assert Coding.objects.get(pk=coding.pk).quote == "Later [erased] left"
    assert not [row for row in AnswerRevision.objects.filter(answer=answer) if WORD in row.text]
    assert not AnswerRevision.objects.filter(pk=history.pk).exists()
    assert list(Interview.objects.order_by("pk")) == [struck, kept]
    assert (Document.all_objects.count(), Contact.objects.count(), Response.objects.count()) == (0, 0, 0)
    assert list(Assessment.objects.all()) == [assessment]
    assert str(User.objects.get(pk=leaving.pk)) == f"Former member {leaving.pk}"
    assert not Membership.objects.filter(user=leaving).exists()
    assert list(Photograph.objects.all()) == on_paper[2:]
    on_disk = [file.name for file in (place / "files").rglob("*") if file.is_file()]
    assert on_disk == [Path(str(on_paper[2].file.name)).name]
    assert not AuditEvent.objects.filter(object_label__icontains="plughxyzzy").exists()
    assert verify_chain(assessment).is_whole
    assert verify_chain(None).is_whole


@pytest.mark.parametrize("opened_before_the_backup", [False, True])
def test_restore_finds_a_form_in_its_box_and_after_the_opening(place: Path, opened_before_the_backup: bool) -> None:
    survey = SurveyFactory(assessment__reference="AZE-2016", assessment__disclosure_threshold=1)
    receipts = [
        seal_response(survey=survey, answers={"8.3": f"{WORD} {n}"}, language="en", uuid=uuid4()) for n in range(4)
    ]
    if opened_before_the_backup:
        open_responses(survey=survey, by=None)
    run("backup", place / "copy")
    withdraw_response(receipt=receipts[0])
    if not opened_before_the_backup:
        open_responses(survey=survey, by=None)
    withdraw_response(receipt=receipts[1])
    empty_database()
    run("restore", place / "copy")
    assert Response.objects.count() + SealedAnswer.objects.count() == 2
    assert not withdraw_response(receipt=receipts[0])
    assert not withdraw_response(receipt=receipts[1])
    assert withdraw_response(receipt=receipts[2])


@pytest.fixture
def copy(place: Path) -> Path:
    """A backup of a database from which something was erased before, and something since."""
    assessment: Assessment = AssessmentFactory(reference="AZE-2016")
    leads = [MembershipFactory(assessment=assessment, role=Role.LEAD).user for _ in range(2)]
    early, late = InterviewFactory(assessment=assessment), InterviewFactory(assessment=assessment)
    erase(assessment, "interview", leads, which=str(early.pk))
    run("backup", place / "copy")
    erase(assessment, "interview", leads, which=str(late.pk))
    empty_database()
    return place / "copy"


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda register: register.unlink(), "There is no register of erasures"),
        (lambda register: register.write_text(""), "has 0 lines; when the backup was made it had 1"),
        (lambda register: register.write_bytes(b"\xff\xfe"), "cannot be read"),
        (lambda register: register.write_text('{"at": "2026", "kind": "dream"}\n'), "does not know"),
    ],
)
def test_restore_refuses_a_register_that_is_missing_or_another_one(
    copy: Path, harm: Callable[[Path], object], message: str
) -> None:
    harm(path())
    with pytest.raises(CommandError, match=message) as caught:
        run("restore", copy)
    assert caught.value.returncode == 2
    assert not Assessment.objects.exists()


def test_restore_without_the_register_is_noted_in_the_log(copy: Path) -> None:
    path().unlink()
    run("restore", copy, without_register=True)
    assert Interview.objects.count() == 1
    assert AuditEvent.objects.get(action="backup.restored").detail["register"] == "not checked"


def test_a_row_that_got_the_same_number_later_is_not_erased(copy: Path, place: Path) -> None:
    run("restore", copy)
    assessment = Assessment.objects.get()
    number = int(read_register()[-1]["id"])
    later = InterviewFactory(assessment=assessment, pk=number)
    run("backup", place / "later")
    empty_database()
    assert "erased again" not in run("restore", place / "later")
    assert list(Interview.objects.all()) == [later]


def test_the_register_is_private_contains_no_content_and_survives_a_torn_line(copy: Path) -> None:
    assert stat.S_IMODE(path().stat().st_mode) == 0o600
    with path().open("a") as register:
        register.write('{"at": "2026-01-01", "ki')  # as a power cut leaves it
    note_erasure("interview", [{"model": "interviews.interview", "id": "1", "mark": "x"}])
    assert [line["kind"] for line in read_register()] == ["interview"] * 3
    assert set().union(*read_register()) == {"at", "kind", "model", "id", "mark"}


def test_a_backup_does_not_contain_the_register(copy: Path) -> None:
    assert json.loads((copy / "manifest.json").read_text())["erasures"] == 1
    assert not list(copy.rglob("erasures*"))
    with gzip.open(copy / "data.jsonl.gz", "rt") as rows:
        assert "erasures.jsonl" not in rows.read()


def test_restore_of_an_earlier_backup_does_not_bring_a_removed_demonstration_back(place: Path, settings: Any) -> None:
    settings.VAR_DIR = place
    shown = AssessmentFactory(reference="GEO-2016", study__title="Shown", study__is_demonstration=True)
    account = MembershipFactory(assessment=shown, role=Role.LEAD, user__email="lead@demo.example").user
    ResponseFactory(survey=SurveyFactory(assessment=shown))
    mine = AssessmentFactory(reference="KAZ-2027", study__title="Mine")
    MembershipFactory(assessment=mine, role=Role.LEAD, user__email="me@example.org")
    (place / SIGN_INS).write_text("lead@demo.example")
    run("backup", place / "copy")
    remove_demonstration(by=None)
    assert not (place / SIGN_INS).exists(), "dev.py start neither prints it nor loads the demonstration again"
    empty_database()
    said = run("restore", place / "copy")
    assert "restored and verified" in said
    assert [found.reference for found in Assessment.objects.all()] == ["KAZ-2027"]
    assert not User.objects.filter(email=account.email).exists()
    assert not Response.objects.exists()
    assert User.objects.filter(email="me@example.org").exists()
    run("verify_audit")
