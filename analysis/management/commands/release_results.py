"""Releases the results of a survey, for instance of one that was closed before there were data releases."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.releases.work import work_out
from analysis.services.releases import release_results
from ctnat.ui.errors import in_one_line
from surveys.models import Survey


class Command(BaseCommand):
    help = "Release the results of a closed survey, worked out from its present responses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", metavar="REF", help="reference of the assessment, such as AZE-2016")
        parser.add_argument(
            "--confirm",
            action="store_true",
            help="release again although whoever has both releases can work out the answers by which they differ",
        )

    def handle(self, *args: Any, reference: str, confirm: bool, **options: Any) -> None:
        survey = Survey.objects.filter(assessment__reference=reference).first()
        if survey is None:
            raise CommandError(f"There is no survey of an assessment {reference}.", returncode=2)
        try:
            release = release_results(survey=survey, by=None, confirmed=confirm)
            work_out(release.pk)
        except ValidationError as error:
            raise CommandError(in_one_line(error), returncode=2) from error
        self.stdout.write(f"Released the results of {len(release.members)} responses.")
