from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ctnat.translation.catalogue import EXTRACTED, PUBLIC, catalogues, updated_text
from ctnat.translation.checks import faults, outdated, progress, source_of, unfinished


class Command(BaseCommand):
    help = (
        "Bring the catalogues in locale/ up to date with the texts of the program and with locale/public.pot. "
        "Translations are kept; those whose English text changed are marked as stale (fuzzy)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail where something is wrong")
        parser.add_argument("--list", metavar="LANGUAGE", help="name what is missing or stale in a language")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = settings.LOCALE_DIR
        if options["check"]:
            found = [*outdated(settings.BASE_DIR, folder), *faults(folder)]
            for fault in found:
                self.stderr.write(str(fault))
            if found:
                raise CommandError("Run `manage.py update_words`, then mend what it cannot.")
        elif not options["list"]:
            self._update(folder)
        for fault in unfinished(folder) if options["list"] else ():
            if fault.where.startswith(f"{options['list']}/"):
                self.stdout.write(str(fault))
        for language, domain, translated, every in progress(folder):
            self.stdout.write(f"{language:>3} {domain:<9} {translated} of {every}")

    def _update(self, folder: Path) -> None:
        for domain in (*EXTRACTED, PUBLIC):
            source = source_of(settings.BASE_DIR, folder, domain)
            for language, of, file in catalogues(folder):
                if of == domain:
                    file.write_text(updated_text(file, source, language, domain=domain), "utf-8")
