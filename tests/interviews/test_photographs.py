"""Photographs of notes on paper: kept encrypted, seen by those who see names, and gone when they are to be gone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.erasers import eraser_of, retained_rows
from assessments.fields import stored_form
from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import InputError
from interviews.erasers import InterviewRows, Passage
from interviews.models import Interview, Photograph
from interviews.services.erasure import erase_interview, forget_notes, forget_respondents
from interviews.services.interviews import trash_interview
from interviews.services.photographs import MOST_PHOTOGRAPHS, add_photographs, remove_photograph
from tests.interviews.factories import AnswerFactory, InterviewFactory
from tests.interviews.pictures import file_of, kept, make_photograph, metadata, page
from tests.pages import text

pytestmark = pytest.mark.django_db
WORD = "Plughxyzzy"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ERASURE_REGISTER = tmp_path / "erasures.jsonl"
    return tmp_path / "files"


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    return InterviewFactory(assessment=assessment, number=1, code="AZEint1")


def address(what: str, pk: object = "") -> str:
    return f"/a/AZE-2016/interviews/AZEint1/photographs/{pk}{'/' if pk else ''}{what}"


def upload(name: str = "page.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or file_of(page(300, 400), exif=metadata()), content_type="image/jpeg")


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# Adding ---------------------------------------------------------------------------------------------------------------


def test_photograph_add_keeps_the_pictures_and_nothing_of_what_was_sent(
    interview: Interview, client_as: Any, files: Path
) -> None:
    lead = client_as("lead")
    form = text(lead.get(address("add/")))
    assert "up to 10 at once, together at most 20 MB" in form
    assert "there is room for 40 more" in form
    sent = [upload(f"{WORD}.jpg"), upload("second.txt", file_of(page(500, 300), "PNG"))]
    reply = lead.post(address("add/"), {"photographs": sent, "kind": "notes", "form_key": str(uuid4())}, follow=True)
    assert "2 photographs were added." in text(reply)
    first, second = interview.photographs.all()
    assert [(row.kind, row.width, row.height, str(row.added_by)) for row in (first, second)] == [
        ("notes", 300, 400, "Lead"),
        ("notes", 500, 300, "Lead"),
    ]
    with first.file.open() as content:
        picture = content.read()
    assert (picture[:2], len(picture), b"Telephonemaker" in picture) == (b"\xff\xd8", first.size, False)
    stored = b"".join(path.read_bytes() for path in on_disk(files))
    with stored_form():
        previews = b"".join(bytes(row.preview) for row in Photograph.objects.all())
    for traces in (stored, previews):
        assert not [word for word in (b"JFIF", b"\xff\xd8\xff", WORD.encode(), b"Telephonemaker") if word in traces]
    assert WORD not in str(list(AuditEvent.objects.values_list("object_label", "detail")))
    assert [path.suffix for path in on_disk(files)] == [".jpg", ".jpg"]


def test_photograph_add_keeps_what_can_be_read_and_names_the_rest(interview: Interview, client_as: Any) -> None:
    sent = [upload("good.jpg"), upload("<b>odd.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40), upload("empty.jpg", b" ")]
    reply = client_as("lead").post(address("add/"), {"photographs": sent, "kind": "card"})
    page = text(reply)
    assert "1 photograph was added." in page
    assert "“&lt;b&gt;odd.heic” is in the format HEIC" in page
    assert "“empty.jpg” is no JPEG" in page
    assert interview.photographs.count() == 1
    assert 'value="card" selected' in reply.content.decode()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose at least one photograph."),
        ({"photographs": "not a file"}, "Choose at least one photograph."),
        ({"photographs": upload(), "kind": "nonsense"}, "Select a valid choice"),
    ],
)
def test_photograph_add_says_what_is_missing(
    interview: Interview, client_as: Any, sent: dict[str, Any], told: str
) -> None:
    assert told in text(client_as("lead").post(address("add/"), sent))
    assert not interview.photographs.exists()


def test_photograph_add_reads_no_more_than_it_may_and_writes_nothing_in_clear(
    interview: Interview, client_as: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.UPLOAD_LIMIT = len(file_of(page(300, 400), exif=metadata())) + 1000
    monkeypatch.setattr("tempfile.NamedTemporaryFile", None)  # what Django puts larger files into
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    sent = [upload("huge.jpg", b"x" * 300_000), upload("good.jpg"), upload("third.jpg")]
    page_ = text(client_as("lead").post(address("add/"), {"photographs": sent}))
    assert "“huge.jpg” was left out" in page_
    assert "“third.jpg” was left out" in page_
    assert "1 photograph was added." in page_
    only = text(client_as("lead").post(address("add/"), {"photographs": upload("huge.jpg", b"x" * 300_000)}))
    assert "“huge.jpg” was left out" in only
    assert "Choose at least one" not in only


def test_photograph_add_takes_ten_at_once_and_forty_of_an_interview(
    interview: Interview, client_as: Any, member: Any
) -> None:
    lead, small = client_as("lead"), file_of(page(20, 30))
    page_ = text(lead.post(address("add/"), {"photographs": [upload(f"{n}.jpg", small) for n in range(11)]}))
    assert "10 photographs were added." in page_
    assert "“10.jpg” was left out: 10 can be added at once." in page_
    add_photographs(interview=interview, pictures=[kept()] * 29, by=None)
    refused = text(lead.post(address("add/"), {"photographs": [upload(), upload()]}))
    assert "AZEint1 has 39 photographs, and there is room for 1 more. Nothing was stored." in refused
    add_photographs(interview=interview, pictures=[kept()], by=None)
    assert interview.photographs.count() == MOST_PHOTOGRAPHS
    full = lead.get(address("add/"))
    assert "no more can be kept" in text(full)
    assert 'type="file"' not in full.content.decode()
    with pytest.raises(InputError, match="no more can be kept"):
        add_photographs(interview=interview, pictures=[kept()], by=None)


def test_photograph_add_twice_by_one_form_is_once(interview: Interview, client_as: Any, member: Any) -> None:
    lead, key = client_as("lead"), str(uuid4())
    for _ in range(2):
        lead.post(address("add/"), {"photographs": [upload(), upload("b", file_of(page(30, 20)))], "form_key": key})
    assert interview.photographs.count() == 2
    lead.post(address("add/"), {"photographs": [upload("c", file_of(page(40, 50)))], "form_key": key})
    assert interview.photographs.count() == 3  # something else was chosen
    remove_photograph(photograph=interview.photographs.all()[0], by=member("lead"))
    assert "has been deleted since" in text(lead.post(address("add/"), {"photographs": [upload()], "form_key": key}))


def test_photograph_add_needs_the_token_of_its_form(interview: Interview, member: Any) -> None:
    lead = Client(enforce_csrf_checks=True)
    lead.force_login(member("lead"))
    assert lead.post(address("add/"), {"photographs": upload()}).status_code == 403
    token = lead.get(address("add/")).context["csrf_token"]
    reply = lead.post(address("add/"), {"csrfmiddlewaretoken": str(token), "photographs": upload()})
    assert (reply.status_code, interview.photographs.count()) == (302, 1)


def test_nothing_stays_in_the_store_where_a_photograph_cannot_be_kept(
    interview: Interview, files: Path, monkeypatch: Any
) -> None:
    save, calls = Photograph.save, []

    def save_until_it_fails(self: Photograph, *args: Any, **options: Any) -> None:
        if options.get("update_fields") == ["file"]:
            calls.append(self)
            if len(calls) == 2:
                raise OSError("no room")
        save(self, *args, **options)

    monkeypatch.setattr(Photograph, "save", save_until_it_fails)
    with pytest.raises(OSError, match="no room"):
        add_photographs(interview=interview, pictures=[kept(), kept()], by=None)
    assert on_disk(files) == []


# Looking --------------------------------------------------------------------------------------------------------------


def test_photograph_picture_and_preview_are_for_those_who_see_names(
    interview: Interview, check_roles: Any, client_as: Any
) -> None:
    photograph = make_photograph(interview)
    for what in ("picture/", "preview/"):
        check_roles(address(what, photograph.pk), allowed="consultant", denied="observer", wrong="post")
        reply = client_as("lead").get(address(what, photograph.pk))
        assert reply.content[:2] == b"\xff\xd8"
        assert (reply["Content-Type"], reply["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
        assert reply["Content-Disposition"].startswith('inline; filename="AZEint1-photograph-')
        assert "no-store" in reply["Cache-Control"]
        assert "default-src 'none'" in reply["Content-Security-Policy"]
    saved = client_as("lead").get(address("picture/?download", photograph.pk))
    assert saved["Content-Disposition"].startswith("attachment;")
    assert len(saved.content) == photograph.size
    assert AuditEvent.objects.filter(action="interview.read", object_id=str(interview.pk)).exists()


def test_photograph_preview_of_another_interview_is_not_there(
    interview: Interview, assessment: Assessment, client_as: Any
) -> None:
    other = make_photograph(InterviewFactory(assessment=assessment))
    for what in ("", "picture/", "preview/"):
        assert client_as("lead").get(address(what, other.pk)).status_code == 404
        assert client_as("lead").get(address(what, "9" * 30)).status_code == 404


def test_photograph_picture_that_cannot_be_read_is_not_there(interview: Interview, client_as: Any) -> None:
    photograph = make_photograph(interview)
    default_storage.delete(photograph.file.name)
    Photograph.objects.update(preview=b"ct-nat file 1\nnonsense")
    assert client_as("lead").get(address("picture/", photograph.pk)).status_code == 404
    assert client_as("lead").get(address("preview/", photograph.pk)).status_code == 404
    assert client_as("lead").get(address("", photograph.pk)).status_code == 200


def test_interview_detail_shows_previews_to_those_who_see_names_and_a_number_to_others(
    interview: Interview, client_as: Any
) -> None:
    photograph = make_photograph(interview, description=f"Card of {WORD}")
    lead = client_as("lead").get(interview.get_absolute_url()).content.decode()
    assert f'src="{address("preview/", photograph.pk)}"' in lead
    assert WORD in lead
    observer = client_as("observer").get(interview.get_absolute_url()).content.decode()
    assert "There is 1 photograph. It may show names" in " ".join(observer.split())
    assert "/photographs/" not in observer
    assert WORD not in observer
    photograph.delete()
    assert 'id="photographs"' not in client_as("observer").get(interview.get_absolute_url()).content.decode()


def test_photograph_detail_leads_to_the_others_and_to_the_notes(
    interview: Interview, client_as: Any, check_roles: Any
) -> None:
    first, second = (make_photograph(interview) for _ in range(2))
    check_roles(address("", first.pk), allowed="lead", denied="facilitator", wrong="post")
    reply = client_as("lead").get(address("", first.pk))
    assert "Photograph 1 of 2" in text(reply)
    page_ = reply.content.decode()
    assert address("", second.pk) in page_
    assert "/a/AZE-2016/interviews/AZEint1/notes/" in page_


def test_photograph_edit_describes_it(interview: Interview, client_as: Any, check_roles: Any) -> None:
    photograph = make_photograph(interview)
    where = address("edit/", photograph.pk)
    check_roles(where, allowed="lead", denied="observer", ok=302)  # a reloaded page
    lead = client_as("lead")
    shown = lead.get(address("", photograph.pk)).context["form"].initial
    assert shown["kind"] == ""
    reply = lead.post(where, {"kind": "card", "description": f"  {WORD}\x07 "}, follow=True)
    assert "is saved" in text(reply)
    photograph = Photograph.objects.get()
    assert (photograph.kind, photograph.description) == ("card", WORD)
    with stored_form():
        assert WORD not in Photograph.objects.get().description
    assert "at most 300 characters" in text(lead.post(where, {"kind": "", "description": "x" * 301}))
    event = AuditEvent.objects.get(action="photograph.changed")
    assert event.detail == {"fields": ["description", "kind"]}
    assert WORD not in event.object_label
    lead.post(where, {"kind": "card", "description": WORD})
    assert AuditEvent.objects.filter(action="photograph.changed").count() == 1


# Going ----------------------------------------------------------------------------------------------------------------


def test_photograph_remove_deletes_the_file_and_the_row(
    interview: Interview, client_as: Any, check_roles: Any, files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    photograph, other = make_photograph(interview), make_photograph(interview)
    where = address("remove/", photograph.pk)
    with django_capture_on_commit_callbacks(execute=True):
        check_roles(where, allowed="consultant", denied="observer", method="post", ok=302)
    assert [path.name for path in on_disk(files)] == [Path(str(other.file.name)).name]
    assert list(interview.photographs.all()) == [other]
    assert client_as("lead").post(where).status_code == 404
    assert AuditEvent.objects.get(action="photograph.removed").object_label == f"AZEint1/photograph {photograph.pk}"


@pytest.mark.parametrize("how", ["interview", "assessment", "notes"])
def test_photographs_go_with_the_interview_the_assessment_and_the_notes(
    interview: Interview, assessment: Assessment, files: Path, how: str, django_capture_on_commit_callbacks: Any
) -> None:
    kept_elsewhere = make_photograph(InterviewFactory())
    make_photograph(interview)
    make_photograph(interview, kind="card")
    with django_capture_on_commit_callbacks(execute=True):
        if how == "interview":
            erase_interview(interview=interview)
        elif how == "assessment":
            InterviewRows().erase(assessment)
        else:
            forget_notes(assessment=assessment)
    assert list(Photograph.objects.all()) == [kept_elsewhere]
    assert [path.name for path in on_disk(files)] == [Path(str(kept_elsewhere.file.name)).name]


def test_cards_go_with_the_names(interview: Interview, assessment: Assessment) -> None:
    _, notes, unknown = (make_photograph(interview, kind=kind) for kind in ("card", "notes", ""))
    forget_respondents(assessment=assessment)
    assert list(Photograph.objects.all()) == [notes, unknown]


def test_photographs_follow_the_trash_and_the_archive(
    interview: Interview, assessment: Assessment, client_as: Any, member: Any, files: Path
) -> None:
    photograph, lead = make_photograph(interview), client_as("lead")
    trash_interview(interview=interview, by=member("lead"))
    assert "What you add is erased with it" in text(lead.get(address("add/")))
    assert lead.get(address("", photograph.pk)).status_code == 200
    Interview.objects.update(deleted_at=None)
    Assessment.objects.filter(pk=assessment.pk).update(archived_at=datetime(2016, 6, 1, tzinfo=UTC))
    before = on_disk(files)
    for what, sent in (
        (address("add/"), {"photographs": upload()}),
        (address("edit/", photograph.pk), {"kind": "card"}),
        (address("remove/", photograph.pk), {}),
    ):
        assert "is in the archive, and nothing in it can be changed" in text(lead.post(what, sent, follow=True))
    assert Photograph.objects.get().kind == ""
    assert on_disk(files) == before


def test_only_the_interview_that_is_there_gets_photographs(interview: Interview) -> None:
    gone = Interview.objects.get()
    erase_interview(interview=interview)
    with pytest.raises(InputError, match="erased in the meantime"):
        add_photographs(interview=gone, pictures=[kept()], by=None)


def test_those_who_decide_on_erasing_see_how_many_photographs_there_are(
    interview: Interview, assessment: Assessment
) -> None:
    make_photograph(interview, kind="card")
    make_photograph(interview)
    asked = [eraser_of("interview").parts(interview)]
    asked += [[part for rows in retained_rows(kind) for part in rows.parts(assessment)] for kind in ("notes", "names")]
    found = [{part.name: part.count for part in parts if "photographs" in part.name} for parts in asked]
    assert found == [{"photographs": 2}, {"photographs": 2}, {"photographs of cards": 1}]
    answer = AnswerFactory(interview=interview)
    passage = Passage(interview, answer, "hotline", [], [])
    assert "look whether they show these words" in str(eraser_of("passage").uses(passage))
