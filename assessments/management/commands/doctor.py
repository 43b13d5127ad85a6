"""manage.py doctor [--json]"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assessments.health import Check, all_checks

STATES = {"ok": "ok", "warning": "look at", "fault": "FAULT"}


class Command(BaseCommand):
    help = (
        "Check this installation, as the page “This site” does, and say what to do. Ends with 0 if all is in order, "
        "with 1 if something needs attention, and with 2 if the site cannot be used."
    )
    requires_system_checks: list[str] = []  # it is for sites that have faults

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="one object, for monitoring")
        parser.add_argument("--quick", action="store_true", help="do not read the newest backup whole")

    def handle(self, *args: Any, as_json: bool, quick: bool, **options: Any) -> None:
        checks = all_checks(thorough=not quick)
        states = {check.name: _state(check) for check in checks}
        if as_json:
            found = [{"name": check.name, "state": states[check.name], "text": str(check.text)} for check in checks]
            self.stdout.write(json.dumps({"checks": found}, indent=1, ensure_ascii=False))
        else:
            for check in checks:
                self.stdout.write(f"{STATES[states[check.name]]:>8}  {check.label}: {check.text}")
        code = 2 if "fault" in states.values() else int("warning" in states.values())
        if code:
            sys.exit(code)


def _state(check: Check) -> str:
    if check.state == "done":
        return "ok"
    return "fault" if check.grave else "warning"
