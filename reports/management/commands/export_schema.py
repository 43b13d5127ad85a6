"""Write docs/export.schema.json: what is in the JSON of an export."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reports.output.export_tables import schema

FILE = Path(settings.BASE_DIR, "docs", "export.schema.json")


class Command(BaseCommand):
    help = "Writes the JSON schema of exports to docs/export.schema.json."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
