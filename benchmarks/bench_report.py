"""How much a large report costs: 94 pages or more with 60 charts, as PDF, in CPU seconds and MiB, as in a worker.

    python benchmarks/bench_report.py        (in a database with the demo loaded; it changes nothing)

The budget is 12 CPU seconds and 350 MiB.
"""

import os
import resource
import sys
import time
from io import BytesIO
from pathlib import Path

import django
import pikepdf

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.settings")
django.setup()

from django.db import DatabaseError, transaction  # noqa: E402 -- models can be read only now

from assessments.models import Assessment  # noqa: E402
from instruments.schema import Survey  # noqa: E402
from reports.document.builder import build  # noqa: E402
from reports.output.html import render  # noqa: E402
from reports.output.pdf import make_pdf  # noqa: E402
from reports.services.reports import create_report  # noqa: E402
from reports.services.sections import edit_section  # noqa: E402

PROSE = "Those who answered described how the response works in practice, and where it does not. " * 6 + "\n\n"


def demo() -> Assessment:
    try:
        assessment: Assessment = Assessment.objects.with_instruments().get(reference="AZE-2016")
    except (Assessment.DoesNotExist, DatabaseError):
        sys.exit("This database has no demo assessment. Run `python3 dev.py start` once, or `manage.py load_demo`.")
    return assessment


def run() -> None:
    report = create_report(assessment=demo(), by=None)
    document = report.assessment.questionnaire.document
    assert isinstance(document, Survey)
    rows = [row.name for row in document.items if getattr(row, "scale", None)]
    there = len(build(report).figures)
    more = "\n\n".join(f"{PROSE * 4}[[chart survey {code}]]" for code in rows[: max(0, 60 - there)])
    section = report.sections.get(key="prevention")
    edit_section(section=section, body=f"{section.body}\n\n{more}", by=None)
    start = time.process_time()
    data = build(report)
    written = time.process_time()
    content = make_pdf(render(data, "pdf"), "benchmark")
    end = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with pikepdf.open(BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    print(f"{len(data.figures)} charts, {pages} pages, {len(content) / 1024:.0f} kB")
    print(f"writing {written - start:.1f} s, laying out {end - written:.1f} s, together {end - start:.1f} CPU s")
    print(f"peak {peak:.0f} MiB")


with transaction.atomic():
    run()
    transaction.set_rollback(True)
