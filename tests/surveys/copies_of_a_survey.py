"""Eight people answer by personal links; after each, everything that someone with the database can copy is copied.

    DATABASE_URL=... CTNAT_VAR=... python tests/surveys/copies_of_a_survey.py FOLDER

Run by test_copies.py in a separate process, on a database in a file or on a server, because a database in memory has
no files. Writes FOLDER/N/ for N = 0 (before the first answer) to 8 and FOLDER/9/ after closing, and FOLDER/truth.json.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 8
TABLES = ("surveys_invitation", "surveys_response", "surveys_sealedanswer", "surveys_survey", "surveys_draft")


def main(folder: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from surveys.distribution.links import token_of
    from surveys.models import Invitation, Survey
    from surveys.services.surveys import close_survey

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("loaddata", *sorted(map(str, (ROOT / "fixtures").glob("instruments_2016*.yaml"))), verbosity=0)
    survey = prepare()
    guests = [Invitation.objects.get(pk=pk) for pk in random.sample(list(ids()), PEOPLE)]
    beside = other_connection()  # Django's connection ends with each request; as the last one it would empty the log
    copy(folder / "0")
    truth = []
    for place, guest in enumerate(guests, start=1):
        words = f"Unmistakable{uuid4().hex}"
        link = f"/s/i/{token_of(guest.nonce)}/"
        client = Client(SERVER_NAME="localhost")
        client.get(link)
        client.post(f"{link}opened/")
        form = {"_uuid": str(uuid4()), "2.6": words, "_in": guest.language}
        if place % 2:  # saved first, then sent from the saved form, which is deleted
            saved = client.post(link, form | {"_do": "save"}).content.decode()
            form["_draft"] = saved.split('<strong class="code saved-code" dir="ltr">')[1][:9]
            copy(folder / f"saved{place}")
        answered = client.post(link, form | {"_do": "send"})
        assert answered.status_code == 200, answered.content
        truth.append({"invitation": guest.pk, "words": words, "uuid": form["_uuid"]})
        copy(folder / str(place))
    close_survey(survey=Survey.objects.get(pk=survey.pk), by=None)
    copy(folder / "9")
    if beside:
        beside.close()
    (folder / "truth.json").write_text(json.dumps({"vendor": connection.vendor, "answers": truth}))


def prepare() -> Any:
    from datetime import date

    from assessments.models import Assessment, Study
    from instruments.models import Instrument
    from surveys.distribution.invitees import Person
    from surveys.services.invitations import invite
    from surveys.services.surveys import create_survey, open_survey

    version = {kind: Instrument.objects.get(kind=kind) for kind in ("interview_guide", "survey", "indicators")}
    assessment = Assessment.objects.create(
        study=Study.objects.create(title="Copies"),
        country="AZE",
        reference="COPY-1",
        starts_on=date(2016, 1, 13),
        ends_on=date(2016, 6, 30),
        guide=version["interview_guide"],
        questionnaire=version["survey"],
        matrix=version["indicators"],
    )
    survey = create_survey(assessment=assessment, by=None, languages=["en", "az"])
    open_survey(survey=survey, by=None)
    people = [Person(f"p{n}@example.org", language="az" if n % 3 else "en") for n in range(PEOPLE)]
    invite(survey=survey, people=people, by=None)
    return survey


def ids() -> Any:
    from surveys.models import Invitation

    return Invitation.objects.values_list("pk", flat=True)


def other_connection() -> sqlite3.Connection | None:
    from django.db import connection

    if connection.vendor != "sqlite":
        return None
    beside = sqlite3.connect(connection.settings_dict["NAME"])
    beside.execute("SELECT count(*) FROM surveys_survey").fetchall()
    return beside


def copy(target: Path) -> None:
    """The database's file and its log, or a dump and the rows with their transactions; and a backup."""
    from django.core.management import call_command
    from django.db import connection

    target.mkdir(parents=True)
    if connection.vendor == "sqlite":
        for ending in ("", "-wal"):
            file = Path(f"{connection.settings_dict['NAME']}{ending}")
            if file.exists():
                shutil.copyfile(file, target / f"main{ending}")
    else:
        made = connection.settings_dict
        login = {"PGUSER": made["USER"], "PGPASSWORD": made["PASSWORD"], "PGHOST": made["HOST"], "PGPORT": made["PORT"]}
        environment = os.environ | {name: str(value) for name, value in login.items() if value}
        dump = subprocess.run(  # noqa: S603 -- the server's own program
            [shutil.which("pg_dump") or "pg_dump", "--inserts", made["NAME"]],
            env=environment,
            check=True,
            capture_output=True,
        )
        (target / "main").write_bytes(dump.stdout)
        with connection.cursor() as cursor:
            rows = {}
            for table in TABLES:
                cursor.execute(f"SELECT xmin::text, ctid::text, t.* FROM {table} t")  # noqa: S608 -- our own names
                rows[table] = [[str(value) for value in row] for row in cursor.fetchall()]
        (target / "transactions.json").write_text(json.dumps(rows))
    call_command("backup", str(target / "backup"), stdout=StringIO(), stderr=StringIO())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "ctnat.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    main(Path(sys.argv[1]))
