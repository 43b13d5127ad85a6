"""Two machines behind one address: do sessions, forms, limits, files, locks and jobs meet on both?

    python -m benchmarks.several_machines postgres://user:password@host/empty_database

Each machine is a web server and a worker with a folder of its own. They share the keys, the database (PostgreSQL), and
a store of files with the interface of S3 (moto's, from the packages of the tests). A proxy gives each connection to the
other machine in turn. Prints a line for each proof; the status is 1 where one fails.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from typing import Any

from benchmarks.bench_respondents import ROOT, form, prepare
from benchmarks.serving import serving

PEOPLE, LINKS, JOBS = 40, 10, 20
PASSWORD = secrets.token_urlsafe(16)


@contextmanager
def store_of_files() -> Iterator[dict[str, str]]:
    """A store with an empty bucket; the variables that lead to it."""
    import logging

    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    login = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", **login).create_bucket(Bucket="files")
    yield {
        "CTNAT_S3_BUCKET": "files",
        "CTNAT_S3_ENDPOINT": f"http://{host}:{port}",
        "CTNAT_S3_REGION": "us-east-1",
        "CTNAT_S3_ACCESS_KEY": "bench",
        "CTNAT_S3_SECRET_KEY": "bench",
    }
    server.stop()


@contextmanager
def proxy(ports: Sequence[int]) -> Iterator[int]:
    """One address; each connection is given to the next machine."""
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def accept() -> None:
        turn = 0
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            machine = socket.create_connection(("127.0.0.1", ports[turn % len(ports)]))
            turn += 1
            for pair in ((client, machine), (machine, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield int(listening.getsockname()[1])
    listening.close()


@contextmanager
def worker(folder: str) -> Iterator[None]:
    command = [sys.executable, "manage.py", "db_worker", "--interval", "0.2", "--no-startup-delay", "-v0"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"CTNAT_VAR": folder})  # noqa: S603 -- ours
    yield
    process.terminate()
    process.wait(30)


def status_of(url: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(url, body, timeout=60) as reply:  # noqa: S310
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def at_once(calls: Sequence[tuple[str, bytes]]) -> list[int]:
    found: list[int] = []
    threads = [threading.Thread(target=lambda call=call: found.append(status_of(*call))) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def proofs(base: str, machines: Sequence[str], open_link: str, links: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    """(what is proven, what was found, what must be)."""
    from django_tasks_db.models import DBTaskResult

    from assessments.models import Assessment, Document
    from benchmarks.jobs import which_worker
    from surveys.distribution.throttle import MISSES, STEP
    from surveys.models import Response, Survey
    from surveys.services.surveys import close_survey
    from tests.factories import DocumentFactory

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{base}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]
    sent = {"csrfmiddlewaretoken": token, "login": "lead@example.org", "password": PASSWORD}
    request = urllib.request.Request(f"{base}/accounts/login/", urllib.parse.urlencode(sent).encode())  # noqa: S310 -- of this machine
    request.add_header("Referer", f"{base}/accounts/login/")
    opener.open(request)
    seen = ["/a/LOAD-1/" in opener.open(f"{machine}/").read().decode() for machine in machines for _ in range(2)]
    yield "a sign-in at one machine holds at both", seen, [True] * 4

    forms = [(base + open_link, form(number)) for number in range(PEOPLE)]
    yield "forms, each tenth of them sent twice", set(at_once(forms + forms[::10])), {200}

    twice = [at_once([(machine + link, form(number)) for machine in machines]) for number, link in enumerate(links)]
    yield (
        "a personal link used at both machines at once counts once",
        {tuple(sorted(each)) for each in twice},
        {(200, 410)},
    )

    close_survey(survey=Survey.objects.get(), by=None)
    codes = sorted(Response.objects.values_list("number", flat=True))
    yield "each form is stored once, under a code without gaps", codes, list(range(1, PEOPLE + len(links) + 1))

    wrong = [status_of(f"{base}/s/nothere{number}/") for number in range(MISSES + 4 * STEP)]
    yield "wrong links of one network are limited by both together", wrong.count(404) <= MISSES + 2 * STEP, True
    yield "and then refused at both", {status_of(f"{machine}/s/nothere/") for machine in machines}, {429}

    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("a.txt", b"words")
    make: Any = DocumentFactory  # its library has no types
    document: Document = make(assessment=Assessment.objects.get(), file=file, file_name="a.txt")
    address = f"/a/LOAD-1/documents/{document.pk}/file/"
    yield "a file is read at both", {opener.open(machine + address).read() for machine in machines}, {b"words"}

    for number in range(JOBS):
        which_worker.enqueue(number)
    until = time.monotonic() + 120
    while DBTaskResult.objects.exclude(status="SUCCESSFUL").exists() and time.monotonic() < until:
        time.sleep(0.2)
    jobs = list(DBTaskResult.objects.filter(task_path="benchmarks.jobs.which_worker"))
    yield (
        "each job was done once",
        sorted(job.return_value[0] for job in jobs if len(job.worker_ids) == 1),
        list(range(JOBS)),
    )
    yield "by both workers", len({job.return_value[1] for job in jobs}), 2


def main(database: str) -> int:
    with ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        from base64 import urlsafe_b64encode

        os.environ |= stack.enter_context(store_of_files()) | {
            "CTNAT_VAR": folders[0],
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "ctnat.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEYS": urlsafe_b64encode(os.urandom(32)).decode(),
            "CTNAT_ERASURE_REGISTER": f"{folders[0]}/erasures.jsonl",
            "LOG_LEVEL": "ERROR",
        }
        open_link, links = prepare(2 * LINKS)
        from assessments.models import Assessment, Membership, User

        user = User.objects.create_user(email="lead@example.org", password=PASSWORD)
        Membership.objects.create(user=user, assessment=Assessment.objects.get(), role="lead")
        servers = [
            stack.enter_context(serving("ctnat.wsgi", {"CTNAT_VAR": folder}, threads=8, workers=1))
            for folder in folders
        ]
        for folder in folders:
            stack.enter_context(worker(folder))
        machines = [f"http://127.0.0.1:{server.port}" for server in servers]
        port = stack.enter_context(proxy([server.port for server in servers]))
        faults = 0
        for what, found, expected in proofs(f"http://127.0.0.1:{port}", machines, open_link, links):
            faults += found != expected
            print(f"{'ok   ' if found == expected else 'FAULT'} {what}" + ("" if found == expected else f": {found}"))
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
