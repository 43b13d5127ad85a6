#!/usr/bin/env python3
"""Many respondents at once: does every form arrive once, and under a code of its own without gaps?

    DATABASE_URL=... python benchmarks/bench_respondents.py [--people 200]

Starts the real web server on an empty database (SQLite in a temporary folder where none is given) and posts from as
many threads as there are people; half by personal links, and every tenth form twice, as an impatient finger does.
Prints one line of JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def prepare(people: int) -> tuple[str, list[str]]:
    """An open survey: its open link and a personal link for half of the people."""
    import django

    django.setup()
    from django.db import connection

    from assessments.models import Assessment

    if "assessments_assessment" in connection.introspection.table_names() and Assessment.objects.exists():
        sys.exit("This benchmark writes into its database. Give the DATABASE_URL of an empty one, or none.")
    from benchmarks.invented import begin_assessment
    from surveys.distribution.invitees import Person
    from surveys.distribution.links import token_of
    from surveys.models import Invitation
    from surveys.services.invitations import invite
    from surveys.services.surveys import create_survey, open_survey

    assessment = begin_assessment("LOAD-1")
    survey = create_survey(assessment=assessment, by=None)
    open_survey(survey=survey, by=None)
    invite(survey=survey, people=[Person(f"p{n}@example.org") for n in range(people // 2)], by=None)
    links = [f"/s/i/{token_of(nonce)}/" for nonce in Invitation.objects.values_list("nonce", flat=True)]
    return f"/s/{survey.open_slug}/", links


def serve(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "ctnat.wsgi", "-w", "2", "--threads", "8", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT)  # noqa: S603 -- our own server
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return server
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    server.terminate()
    raise SystemExit("The web server did not start.")


def form(number: int) -> bytes:
    fields = {"_uuid": str(uuid.uuid4()), "_do": "send", "1.1": "AZE", "2.6": f"Words of {number}", "3.1.1": "adequate"}
    return urllib.parse.urlencode(fields).encode()


def post_all(base: str, jobs: list[tuple[str, bytes]]) -> tuple[list[int], list[float]]:
    """Everyone at once; (status, seconds) of each form."""
    statuses: list[int] = []
    seconds: list[float] = []
    start = threading.Barrier(len(jobs))

    def post(path: str, body: bytes) -> None:
        start.wait()
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(base + path, body, timeout=60) as reply:  # noqa: S310
                status = reply.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        seconds.append(time.perf_counter() - began)
        statuses.append(status)

    threads = [threading.Thread(target=post, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses, seconds


def measure(people: int) -> dict[str, Any]:
    open_link, links = prepare(people)
    from django.db import connection

    from benchmarks.serving import free_port
    from surveys.models import Response, Survey
    from surveys.services.surveys import close_survey

    connection.close()
    forms = [((links[n // 2] if n % 2 and n // 2 < len(links) else open_link), form(n)) for n in range(people)]
    port = free_port()
    server = serve(port)
    try:
        statuses, seconds = post_all(f"http://127.0.0.1:{port}", forms + forms[::10])
    finally:
        server.terminate()
        server.wait(10)
    close_survey(survey=Survey.objects.get(), by=None)
    codes = sorted(Response.objects.values_list("number", flat=True))
    texts = {answers["2.6"] for answers in Response.objects.values_list("answers", flat=True)}
    return {
        "database": connection.vendor,
        "people": people,
        "accepted": statuses.count(200),
        "other_statuses": sorted(set(statuses) - {200}),
        "stored": len(codes),
        "codes_without_gap": codes == list(range(1, people + 1)),
        "every_form_there": len(texts) == people,
        "answered_invitations": len(Survey.objects.get().answered),
        "seconds_median": round(sorted(seconds)[len(seconds) // 2], 2),
        "seconds_longest": round(max(seconds), 2),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=200)
    people = options.parse_args().people
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CTNAT_VAR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "ctnat.settings"
        os.environ["LOG_LEVEL"] = "ERROR"
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/load.sqlite3")
        print(json.dumps(measure(people)))


if __name__ == "__main__":
    main()
