"""Prints the numbers of an assessment as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.results import for_assessment
from assessments.models import Assessment


class Command(BaseCommand):
    help = "Print the numbers of an assessment as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", metavar="REF", help="reference of the assessment, such as AZE-2016")
        parser.add_argument(
            "--by",
            default="",
            metavar="CODE",
            help="break the survey down by a characteristic too (sex, or its item code 1.6)",
        )

    def handle(self, *args: Any, reference: str, by: str, **options: Any) -> None:
        assessment = Assessment.objects.with_instruments().filter(reference=reference).first()
        if assessment is None:
            raise CommandError(f"There is no assessment {reference}.", returncode=2)
        try:
            results = for_assessment(assessment)
            document = results.without_names(results.as_json(by=by))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
