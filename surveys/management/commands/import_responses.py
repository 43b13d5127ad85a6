"""Import answers from paper or e-mail: manage.py import_responses REF FILE [--dry-run]."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assessments.models import Assessment
from surveys.models import Survey
from surveys.responses.imports import Plan, plan_import
from surveys.services.responses import import_responses
from surveys.services.surveys import create_survey


class Command(BaseCommand):
    help = (
        "Import survey answers from a CSV or XLSX table, all or nothing. One column per item code, option names as "
        "values, several separated by a space (in rank order), CODE_other for free text, language, source; blank is "
        "skipped. "
        "Works on a closed survey too. Every error is listed with its row and column."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the assessment, such as AZE-2016")
        parser.add_argument("file", help="a .csv or .xlsx file")
        parser.add_argument("--dry-run", action="store_true", help="check the file without importing it")

    def handle(self, *args: Any, **options: Any) -> None:
        content = self._read(Path(options["file"]))
        with transaction.atomic():
            survey = self._survey(options["reference"])
            plan = plan_import(survey, content, Path(options["file"]).name)
            if plan.errors:
                raise self._refusal(plan)
            responses = import_responses(survey=survey, rows=plan.rows, by=None)
            if options["dry_run"]:
                transaction.set_rollback(True)
        self._report(plan, [response.code for response in responses], dry=options["dry_run"])

    def _read(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > settings.UPLOAD_LIMIT:
                raise CommandError(f"{path.name} is larger than 20 MB. Split it into several files.", returncode=2)
            return path.read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"{path.name} cannot be read: {reason}. Check the path.", returncode=2) from None

    def _survey(self, reference: str) -> Survey:
        found: Survey | None = Survey.objects.with_document().filter(assessment__reference=reference).first()
        if found:
            return found
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}. Check its reference.", returncode=2)
        return create_survey(assessment=assessment, by=None)  # a survey on paper alone needs no preparation

    def _refusal(self, plan: Plan) -> CommandError:
        for error in plan.errors:
            self.stderr.write(error)
        return CommandError(
            f"{len(plan.errors)} errors, nothing was imported. Correct the file and import it again.",
            returncode=2,
        )

    def _report(self, plan: Plan, codes: list[str], *, dry: bool) -> None:
        known = len(plan.rows) - len(codes)
        span = f" ({codes[0]} to {codes[-1]})" if codes else ""
        verb = "would be imported" if dry else "imported"
        self.stdout.write(f"{len(codes)} of {len(plan.rows)} forms {verb}{span}, {plan.columns} columns of answers.")
        if known:
            self.stdout.write(f"{known} had been imported before from the same file and stay as they are.")
        if dry:
            self.stdout.write("Dry run: nothing was changed.")
