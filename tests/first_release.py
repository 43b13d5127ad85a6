"""Run with DATABASE_URL of an empty database: makes the tables of the first release, a row in each, and migrates them.

Prints the result as JSON. Runs in its own process, because the tests' database has today's tables.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import django
import yaml

ROOT = Path(__file__).resolve().parent.parent
MOMENT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PLANTED = "Planted words"  # what people said: in no file of the database after the migrations


def planted(*columns: str) -> dict[str, str]:
    return {column: f"{PLANTED} of {column}" for column in columns}


# What the type of a field does not determine: values that a data migration reads, or that must fit each other.
VALUES: dict[str, dict[str, Any]] = {
    "assessments.assessment": {"country": "AZE", "reference": "AZE-2026", "languages": ["en"]},
    "assessments.auditevent": {"action": "instrument.imported", "detail": {"a": 1.0}},
    "assessments.contact": {"name": "Protected Name", "email": "protected@example.org", "language": "en"},
    "assessments.document": {"code": "Aze 1", "language": "en"},
    "assessments.user": {"email": "lead@example.org", "password": "x"},
    "assessments.membership": {"role": "lead"},
    "interviews.interview": {"code": "AZEint1", "note_given": True}
    | planted("respondent_title", "observations", "sections_reason"),
    "interviews.answer": planted("text"),
    "interviews.answerrevision": planted("text"),
    "interviews.setaside": planted("text"),
    "indicators.mark": planted("rationale"),
    "indicators.markchange": planted("rationale", "reason"),
    "workshops.ballot": planted("other_text"),
    "workshops.verdict": planted("words"),
    "workshops.comment": planted("finding", "statement", "who", "reason", "changed"),
    "reports.section": planted("body"),
    "reports.sectionrevision": planted("body"),
    "reports.edition": planted("what_changed") | {"paragraphs": [f"{PLANTED} of paragraphs"]},
    "interviews.coding": {"start": 0, "end": 4} | planted("quote"),
    "surveys.response": {"code": "AZEsur1", "answers": {"1.1": "AZE", "2.6": f"{PLANTED} of answers"}},
}


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "ctnat.test_settings"
    django.setup()
    # only after setup
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    executor = MigrationExecutor(connection)
    targets = [(app, name) for app, name in executor.loader.graph.leaf_nodes() if app not in ours]
    first = sorted(key for key in executor.loader.graph.nodes if key[0] in ours and key[1].startswith("0001_"))
    # What does not depend on our later migrations comes first, so that a leaf of another app never pulls them in.
    state = executor.migrate([*first, *targets])
    labels = make_rows(state.apps, ours)
    call_command("migrate", verbosity=0)
    there = {}
    for label in labels:
        try:
            there[label] = apps.get_model(label)._base_manager.count()
        except LookupError:
            there[label] = -1
    call_command("check", verbosity=0)
    call_command("verify_encryption", stdout=StringIO())
    print(json.dumps({"rows": there, **checks(apps)}))  # noqa: T201 - read by the test


def checks(apps: Any) -> dict[str, Any]:
    """What later migrations made of these rows."""
    from assessments.audit import verify_chain
    from assessments.models import Assessment, Contact
    from instruments.models import Instrument
    from interviews.models import ConsentRecord

    assessment = Assessment.objects.get()
    contact = Contact.objects.get()
    return {
        "audit": [verify_chain(chain).reason for chain in (None, assessment)],
        "contact": [contact.name, contact.email],
        "readable": sorted(columns_with_planted_words(apps)),
        "in_clear": planted_in_files(),
        "consent": list(ConsentRecord.objects.values_list("note_given", "language", "to_quotes", "recorded_at")),
        "owner": str(Instrument.objects.get(kind="survey").owner),
    }


def columns_with_planted_words(apps: Any) -> set[str]:
    """The encrypted columns that give back the planted words, as model and name."""
    from assessments.fields import protected_fields

    return {
        f"{model._meta.label_lower}.{field.attname}"
        for model in apps.get_models()
        for field in protected_fields(model)
        for value in model._base_manager.values_list(field.attname, flat=True)
        if PLANTED in str(value)
    }


def planted_in_files() -> list[str]:
    """Files of the database, or its dump, that contain a planted word."""
    from django.db import connection

    connection.close()
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        files = sorted(Path(made["NAME"]).parent.glob(f"{Path(made['NAME']).name}*"))
        return [path.name for path in files if PLANTED.encode() in path.read_bytes()]
    login = {"PGUSER": made["USER"], "PGPASSWORD": made["PASSWORD"], "PGHOST": made["HOST"], "PGPORT": made["PORT"]}
    dump = subprocess.run(  # noqa: S603 -- the server's own program
        [shutil.which("pg_dump") or "pg_dump", "--inserts", made["NAME"]],
        env=os.environ | {name: str(value) for name, value in login.items() if value},
        check=True,
        capture_output=True,
    )
    return ["dump"] if PLANTED.encode() in dump.stdout else []


def make_rows(apps: Any, ours: set[str]) -> list[str]:
    """One row in each table of the first release; a model after those it refers to."""
    made: dict[str, Any] = {}
    waiting = [model for model in apps.get_models() if model._meta.app_label in ours]
    while waiting:
        for model in waiting:
            needed = {f.related_model._meta.label_lower for f in model._meta.fields if f.is_relation and not f.null}
            if needed - {model._meta.label_lower} <= made.keys():
                make_row(model, made)
                waiting.remove(model)
                break
        else:
            raise RuntimeError(f"These refer to each other: {waiting}")
    return sorted(made)


def make_row(model: Any, made: dict[str, Any]) -> None:
    label = model._meta.label_lower
    if label == "instruments.instrument":
        for path in sorted((ROOT / "fixtures").glob("instruments_2016*.yaml")):
            for entry in yaml.safe_load(path.read_text()):
                fields = entry["fields"]
                if entry["model"] == label:
                    made[label] = model.objects.create(
                        kind=fields["kind"], key="own", definition=fields["definition"], published_at=MOMENT
                    )
        return
    values = {}
    for field in model._meta.fields:
        if field.primary_key and field.name == "id":
            continue
        given = VALUES.get(label, {})
        if field.name in given:
            values[field.attname] = given[field.name]
        elif field.is_relation:
            related = made.get(field.related_model._meta.label_lower)
            values[field.attname] = related.pk if related else None
        elif not (field.has_default() or field.null or (field.blank and field.empty_strings_allowed)):
            values[field.attname] = sample(field)
    if label == "assessments.auditevent":
        values |= {"object_type": "instruments.instrument", "object_id": str(made["instruments.instrument"].pk)}
    made[label] = model._base_manager.create(**values)


def sample(field: Any) -> Any:
    if field.choices:
        return field.choices[0][0]
    kind = field.get_internal_type()
    known: dict[str, Any] = {
        "DateField": date(2026, 11, 24),
        "DateTimeField": MOMENT,
        "UUIDField": UUID(int=1),
        "JSONField": {},
        "BooleanField": False,
        "FileField": "x.bin",
        "EmailField": "x@example.org",
    }
    if kind in known:
        return known[kind]
    return 1 if "Integer" in kind else "x"


if __name__ == "__main__":
    main()
