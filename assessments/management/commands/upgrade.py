"""manage.py upgrade [--keep | --back | --done]"""

import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from assessments.health import all_checks
from assessments.upgrading import UpgradeError, forget_copy, is_interrupted, put_back, take_copy
from assessments.worker import worker_beats
from instruments.models import Instrument

OF_UPGRADE = ("database", "migrations", "keys", "static files")  # whose faults come from it; others were there before


class Command(BaseCommand):
    help = (
        "Bring the database and the static files to this version of the program, and check the site. If anything "
        "fails, the database and the files are as they were before. The first time, it sets up an empty database."
    )
    requires_system_checks: list[str] = []  # they read a database that is not migrated yet

    def add_arguments(self, parser: CommandParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--keep", action="store_true", help="keep the copy, so that --back is possible until --done")
        one.add_argument(
            "--back", action="store_true", help="undo an upgrade that was interrupted, or made with --keep"
        )
        one.add_argument("--done", action="store_true", help="remove the copy that --keep left")

    def handle(self, *args: Any, keep: bool, back: bool, done: bool, **options: Any) -> None:
        try:
            if back:
                put_back()
                self.stdout.write("The database and the files are as they were before the upgrade.")
                return
            if done:
                forget_copy()
                return
            if is_interrupted():
                raise CommandError(
                    "An upgrade was interrupted. Run: manage.py upgrade --back, with either version of the program. "
                    "Then begin again."
                )
            self.upgrade(keep=keep)
        except (UpgradeError, OSError) as error:
            raise CommandError(f"{error} Nothing was changed.") from error

    def upgrade(self, *, keep: bool) -> None:
        steps = self.missing_steps()
        self.stdout.write(f"The database lacks {steps} steps." if steps else "The database has all steps.")
        copied = bool(steps) or keep
        if copied:
            self.refuse_while_running()
            take_copy()
        try:
            self.bring_up()
            self.examine()
        except (Exception, KeyboardInterrupt) as error:
            self.go_back(error, copied=copied)
        if not keep:
            forget_copy()
        self.stdout.write(f"This is CT-NAT {settings.VERSION}.")

    def missing_steps(self) -> int:
        try:
            executor = MigrationExecutor(connection)
            return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        except Error as error:
            raise CommandError(f"The database does not answer: {error}") from error

    def refuse_while_running(self) -> None:
        """Others would write into the database while it is copied, and lose what they wrote where it is put back."""
        try:
            runs = "assessments_workerbeat" in connection.introspection.table_names() and worker_beats()
        except Error:  # of a version whose table is another one
            return
        if runs:
            raise CommandError(
                "A worker is running. Stop it, and the web server too (systemctl stop ctnat-web ctnat-worker), then "
                "run this again. A worker that was killed counts as running for another 90 seconds."
            )

    def bring_up(self) -> None:
        quiet = StringIO()
        call_command("migrate", verbosity=1, interactive=False, stdout=self.stdout, stderr=self.stderr)
        call_command("createcachetable")
        if not Instrument.objects.exists():
            files = sorted(Path(settings.BASE_DIR).glob("fixtures/instruments_2016_*.yaml"))
            call_command("loaddata", *files, verbosity=0)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0, stdout=quiet)

    def examine(self) -> None:
        call_command("check", deploy=settings.PRODUCTION, stdout=self.stdout, stderr=self.stderr)
        faults = [check for check in all_checks() if check.state != "done"]
        for check in faults:
            self.stdout.write(f"{check.label}: {check.text}")
        if grave := [check for check in faults if check.grave and check.name in OF_UPGRADE]:
            raise CommandError(" ".join(f"{check.label}: {check.text}" for check in grave))

    def go_back(self, error: BaseException, *, copied: bool) -> None:
        connection.close()
        self.stderr.write(f"The upgrade failed: {error or type(error).__name__}")
        if copied:
            try:
                put_back()
            except (UpgradeError, OSError) as fault:
                raise CommandError(
                    f"It could not be undone: {fault} Mend that, then run: manage.py upgrade --back", returncode=2
                ) from error
            self.stderr.write("The database and the files are as they were. Install the earlier version again.")
        sys.exit(1)
