"""A whole round: opened on an edition, downloaded, changed in Word, returned, read, taken over and declined."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.models import Assessment
from reports.models import ReturnedFile, ReviewItem, ReviewRound, Section
from reports.output.returned_files import read_returned
from reports.output.review_files import make_review_file
from tests.reports.reviews import OPEN, SAFE, made_edition
from tests.reports.test_review_pages import BASE

pytestmark = pytest.mark.django_db
BY = 'w:id="9001" w:author="Ms Two" w:date="2016-06-30T18:00:00Z"'


def changed(content: bytes) -> bytes:
    """The file with "all year" changed to "in winter" with tracking on, and with a sentence typed without."""
    run = '<w:r><w:t xml:space="preserve">%s</w:t></w:r>'
    before, after = BytesIO(content), BytesIO()
    with ZipFile(before) as old, ZipFile(after, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                text = part.decode()
                whole = re.search(r"<w:r>(?:(?!</w:r>).)*?The shelter is open all year\.</w:t></w:r>", text)
                assert whole, text[:2000]
                tracked = (
                    run % "The shelter is open "
                    + f'<w:del {BY}><w:r><w:delText xml:space="preserve">all year</w:delText></w:r></w:del>'
                    + f"<w:ins {BY}>{run % 'in winter'}</w:ins>"
                    + run % "."
                )
                part = text.replace(whole[0], tracked).encode()
            new.writestr(name, part)
    return after.getvalue()


def test_a_round_from_its_opening_to_the_answers(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    edition = made_edition(assessment)
    lead.post(BASE, {"edition": edition.pk, "until": "2999-01-01"})
    assert not ReviewRound.objects.exists()  # a year at most
    html = lead.get(BASE).content.decode()
    until = re.search(r'name="until" value="([^"]+)"', html)
    assert until
    lead.post(BASE, {"edition": edition.pk, "until": until[1], "note": "Please read the context."})
    of_round = ReviewRound.objects.get()
    make_review_file(of_round.pk)
    of_round.refresh_from_db()
    assert (of_round.failure, of_round.is_ready) == ("", True)
    lead.post(f"{BASE}1/reviewers/", {"name": "A ministry", "language": "en"})
    link = re.search(r'value="[^"]*(/v/[^"]+)"', lead.get(f"{BASE}1/").content.decode())
    assert link

    visitor = Client()
    sent_out = b"".join(visitor.get(f"{link[1]}file/"))  # type: ignore[call-overload, unused-ignore]
    unchanged = visitor.post(link[1], {"file": SimpleUploadedFile("a.docx", sent_out)})
    assert unchanged.status_code == 422
    visitor.post(link[1], {"file": SimpleUploadedFile("a.docx", changed(sent_out))})
    file = ReturnedFile.objects.get()
    read_returned(file.pk)
    file.refresh_from_db()
    assert (file.status, file.failure) == (ReturnedFile.Status.DONE, "")
    assert [(item.kind, item.tracked, item.state, item.section_key) for item in ReviewItem.objects.all()] == [
        ("change", True, "fits", "context")
    ]
    assert "received and read" in visitor.get(link[1]).content.decode()

    page = f"{BASE}1/entries/1/"
    words = re.search(r'<textarea name="words"[^>]*>\s*(.*?)</textarea>', lead.get(page).content.decode(), re.S)
    assert words
    assert words[1].strip() == SAFE
    revision = Section.objects.get(key="context").revision
    sent = {"words": words[1], "revision": 1, "section_revision": revision}
    assert lead.post(f"{page}take/", sent).status_code == 302
    assert SAFE in Section.objects.get(key="context").body
    lead.post(f"{page}undo/", {"revision": 2})
    assert OPEN in Section.objects.get(key="context").body
    lead.post(f"{page}answer/", {"disposition": "declined", "response": "It is open all year.", "revision": 3})
    assert ReviewItem.objects.get().disposition == "declined"
