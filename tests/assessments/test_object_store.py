"""Files in a store with the interface of S3: the same as in a folder, against a real server."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from moto.server import ThreadedMotoServer

from assessments.file_encryption import MAGIC, check_all, encrypt_files, protected_file
from assessments.models import Document
from tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SECRET = {"access_key": "testing", "secret_key": "testing", "region_name": "eu-west-1"}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server: str, settings: Any) -> Iterator[Any]:
    login = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "eu-west-1"}
    found = boto3.resource("s3", endpoint_url=server, **login).Bucket("files")
    found.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    options = SECRET | {"bucket_name": "files", "endpoint_url": server}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "assessments.object_store.ObjectStore", "OPTIONS": options}
    }
    yield found
    found.objects.delete()
    found.delete()


def upload(assessment: Any, content: bytes = b"words of the report") -> Document:
    file = SimpleUploadedFile("report.txt", content)
    document: Document = DocumentFactory(assessment=assessment, file=file, file_name="report.txt")
    return document


def test_files_are_encrypted_in_the_bucket_and_read_from_it(bucket: Any, assessment: Any, client_as: Any) -> None:
    content = b"words of the report " * 9000  # several chunks
    document = upload(assessment, content)
    [stored] = bucket.objects.all()
    assert stored.key == document.file.name
    raw = stored.get()["Body"].read()
    assert raw.startswith(MAGIC)
    assert b"words" not in raw
    response = client_as("lead").get(f"/a/AZE-2016/documents/{document.pk}/file/")
    assert b"".join(response.streaming_content) == content
    assert response["Content-Length"] == str(len(content))
    assert [fault for _, fault in check_all()] == [None]
    assert default_storage.sizes([document.file.name, "missing"]) == {document.file.name: len(raw)}  # type: ignore[attr-defined]


def test_a_file_in_clear_is_replaced_and_one_that_is_made_again_too(bucket: Any, assessment: Any) -> None:
    document = upload(assessment)
    bucket.Object(document.file.name).put(Body=b"in clear")
    assert [line.endswith(": encrypted") for line in encrypt_files()] == [True]
    assert document.file.open().read() == b"in clear"
    protected_file(Document).store(document.file.name, b"made again", assessment.data_key_id)
    assert document.file.open().read() == b"made again"
    assert len(list(bucket.objects.all())) == 1


def test_a_backup_holds_the_files_of_the_bucket_and_fills_it_again(
    bucket: Any, assessment: Any, tmp_path: Path, settings: Any
) -> None:
    from assessments.backup import Archive, _copy_back, verify  # what `restore` does with files

    document = upload(assessment)
    settings.BACKUP_RECIPIENTS = []
    call_command("backup", tmp_path / "backup", verbosity=0)
    raw = bucket.Object(document.file.name).get()["Body"].read()
    bucket.objects.delete()
    assert [str(fault) for _, fault in check_all()] == ["The file is missing."]
    with pytest.raises(OSError, match=r"File does not exist|not exist"):
        document.file.open()
    archive = Archive(tmp_path / "backup", verify(tmp_path / "backup"), [])
    _copy_back(archive)
    assert bucket.Object(document.file.name).get()["Body"].read() == raw


def test_healthz_and_the_page_of_the_site_tell_of_the_store(bucket: Any, client: Client, staff: Client) -> None:
    assert client.get("/healthz").content == b"ok"
    page = staff.get("/site/").content.decode()
    assert "/files can be written" in page
    bucket.delete()
    try:
        assert client.get("/healthz").content == b"files: fault"
        with pytest.raises(OSError, match="The store of files answers"):
            default_storage.save("x/y", SimpleUploadedFile("y", b"y"))
    finally:
        bucket.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
