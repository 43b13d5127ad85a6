"""Data migrations, on a separate database that starts with the earlier schema."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

ALIAS = "earlier"


@pytest.fixture
def migrate(tmp_path: Path, django_db_blocker: Any) -> Iterator[Any]:
    """migrate(target) -> the models of that state, `("reports", "0001_initial")` or the like."""
    connections.databases[ALIAS] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "earlier.sqlite3"),
    }

    def to(*target: str) -> Any:
        executor = MigrationExecutor(connections[ALIAS])
        return executor.migrate([target]).apps

    with django_db_blocker.unblock():
        yield to
        connections[ALIAS].close()
    del connections[ALIAS]
    del connections.databases[ALIAS]


@pytest.mark.slow
def test_files_of_earlier_editions_become_rows(migrate: Any) -> None:
    apps = migrate("reports", "0001_initial")

    def make(app: str, name: str, **fields: Any) -> Any:
        return apps.get_model(app, name).objects.using(ALIAS).create(**fields)

    instrument = make("instruments", "Instrument", kind="survey", key="x", definition={})
    used = dict.fromkeys(("guide", "questionnaire", "matrix"), instrument)
    study = make("assessments", "Study", title="Study")
    days = {"starts_on": date(2016, 1, 13), "ends_on": date(2016, 1, 15)}
    assessment = make("assessments", "Assessment", study=study, reference="X", country="AZE", **days, **used)
    report = make("reports", "Report", assessment=assessment, title="Report")
    for number, html, pdf in ((1, "e/1.html", "e/1.pdf"), (2, "e/2.html", ""), (3, "", "")):
        files = {"html": html, "pdf": pdf, "html_sha256": html and "h" * 64, "pdf_sha256": pdf and "p" * 64}
        make("reports", "Edition", report=report, number=number, kind="draft", data_revision="x", **files)

    rows = migrate("reports", "0003_capture_editions").get_model("reports", "EditionFile").objects.using(ALIAS)

    assert list(rows.order_by("pk").values_list("edition__number", "format", "file", "checksum")) == [
        (1, "html", "e/1.html", "h" * 64),
        (1, "pdf", "e/1.pdf", "p" * 64),
        (2, "html", "e/2.html", "h" * 64),
    ]
