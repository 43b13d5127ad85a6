"""Databases with invented responses for the benchmarks, and the same responses as formpack takes them.

    path = database(10_000)         a SQLite file in var/bench, made once; its survey is closed
    path = submissions(10_000)      JSON: {"form": content of an XLSForm, "submissions": [...]}

Respondents are those of `tests/analysis/simulated.py`, who also write something where they are asked for words.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessments.models import Assessment

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
WORDS = ["shelter", "police", "victims", "border", "funding", "training", "interpreters", "referral", "prosecutors"]
WORDS += [
    "labour",
    "exploitation",
    "region",
    "capital",
    "coordination",
    "assistance",
    "lawyers",
    "inspectors",
    "hotline",
]
OWN = "BENCH-1"
SAME_KEY = "c2FtZSBrZXkgZm9yIGFsbCBiZW5jaG1hcmtzICEhISE="  # of invented data only


def environment(path: Path) -> dict[str, str]:
    """What a process needs that works on such a database."""
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{path}",
        "CTNAT_VAR": str(path.parent / "files"),
        "DJANGO_SETTINGS_MODULE": "ctnat.settings",
        "FIELD_KEYS": SAME_KEY,
        "LOG_LEVEL": "ERROR",
        "OPENBLAS_NUM_THREADS": "1",  # a second thread that waits would count as work
    }


def database(responses: int) -> Path:
    path = _made(FOLDER / f"responses-{responses}.sqlite3", responses)
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]  # it may have been made with an earlier version
    subprocess.run(migrate, check=True, env=environment(path), cwd=ROOT)  # noqa: S603 -- our own program
    return path


def submissions(responses: int) -> Path:
    return _made(FOLDER / f"formpack-{responses}.json", responses)


def _made(path: Path, responses: int) -> Path:
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        started = path.with_name(f"started-{path.name}")
        started.unlink(missing_ok=True)
        command = [sys.executable, "-m", "benchmarks.invented", str(started), str(responses)]
        subprocess.run(command, check=True, env=environment(started), cwd=ROOT)  # noqa: S603 -- our own program
        started.rename(path)
    return path


def answers(responses: int) -> list[dict[str, Any]]:
    """The answers of each respondent, without blanks."""
    from analysis.statistics.counts import is_blank
    from instruments.schema.items import TextItem
    from tests.analysis.generated import document
    from tests.analysis.simulated import simulated

    draw = random.Random(responses)  # noqa: S311
    texts = [item.name for item in document().items if isinstance(item, TextItem)]
    rows = simulated(responses).answers.to_dict("records")
    for row in rows:
        for name in texts:
            row[name] = " ".join(draw.choices(WORDS, k=draw.randint(4, 20))) if draw.random() < 0.5 else None
    return [{str(code): answer for code, answer in row.items() if not is_blank(answer)} for row in rows]


def begin_assessment(reference: str) -> "Assessment":
    """An assessment with the instruments of 2016, in a database that may be empty."""
    from datetime import date

    from django.core.management import call_command

    from assessments.models import Assessment, Study
    from instruments.models import Instrument

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("loaddata", *sorted(map(str, (ROOT / "fixtures").glob("instruments_2016*.yaml"))), verbosity=0)
    version = {kind: Instrument.objects.get(kind=kind) for kind in ("interview_guide", "survey", "indicators")}
    assessment: Assessment = Assessment.objects.create(
        study=Study.objects.create(title="Benchmark"),
        country="AZE",
        reference=reference,
        starts_on=date(2016, 1, 13),
        ends_on=date(2016, 6, 30),
        guide=version["interview_guide"],
        questionnaire=version["survey"],
        matrix=version["indicators"],
    )
    return assessment


def make_database(responses: int) -> None:
    from django.utils import timezone

    from surveys.models import Response, Survey
    from surveys.services.surveys import create_survey

    survey = create_survey(assessment=begin_assessment(OWN), by=None)
    rows = answers(responses)
    draw = random.Random(responses)  # noqa: S311
    Response.objects.bulk_create(
        [
            Response(
                survey=survey,
                questionnaire=survey.questionnaire,
                correction=0,
                number=number,
                code=f"AZEsur{number}",
                language=draw.choices(["en", "az", "ru"], [70, 20, 10])[0],
                source="web",
                opening=1,
                answers=row,
            )
            for number, row in enumerate(rows, start=1)
        ],
        batch_size=500,
    )
    Survey.objects.filter(pk=survey.pk).update(
        status=Survey.Status.CLOSED, last_response=responses, opens_at=timezone.now(), smallest_group=5
    )


def make_submissions(path: Path, responses: int) -> None:
    """The questionnaire as the rows of an XLSForm, and each response as KoboToolbox stores it."""
    from analysis.item_types.answers import rows_per_respondent
    from tests.analysis.generated import document

    form: list[dict[str, Any]] = []
    choices: list[dict[str, Any]] = []
    survey = document()
    for item in survey.items:
        name = kobo_name(item.name)
        options = {option.name: str(option.text) for option in survey.options(item)}
        kind = {"one": f"select_one {name}", "several": f"select_multiple {name}"}.get(
            rows_per_respondent(item) or "", "text"
        )
        form.append({"type": kind, "name": name, "label": [str(item.text)]})
        if kind != "text":
            options |= {"dont_know": "Don't know"} | ({"AZE": "a", "TUR": "t", "GBR": "g"} if not options else {})
            choices += [{"list_name": name, "name": code, "label": [label]} for code, label in options.items()]
    rows = [
        {kobo_name(code): " ".join(answer) if isinstance(answer, list) else answer for code, answer in one.items()}
        | {"__version__": "v1", "_id": number}
        for number, one in enumerate(answers(responses), start=1)
    ]
    path.write_text(json.dumps({"form": {"survey": form, "choices": choices}, "submissions": rows}))


def kobo_name(code: str) -> str:
    return "q" + code.replace(".", "_")


def main() -> None:
    import django

    django.setup()
    path, responses = Path(sys.argv[1]), int(sys.argv[2])
    if path.suffix == ".json":
        make_submissions(path, responses)
    else:
        make_database(responses)


if __name__ == "__main__":
    main()
