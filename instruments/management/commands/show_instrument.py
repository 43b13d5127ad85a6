"""Print the definition of an instrument as JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from instruments.models import Instrument
from instruments.schema import DefinitionError


class Command(BaseCommand):
    help = "Print an instrument's definition as JSON: every text a map of languages, every item and option by `name`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", choices=Instrument.Kind.values, help=", ".join(Instrument.Kind))
        parser.add_argument("--key", help="which instrument of the kind; the one published first if left out")
        parser.add_argument(
            "--version", dest="number", type=int, help="which version; the newest published if left out"
        )

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """`--version` is the version of an instrument here, and replaces Django's own flag."""
        return super().create_parser(*args, conflict_handler="resolve", **kwargs)

    def handle(self, *, kind: str, key: str | None, number: int | None, **options: Any) -> None:
        found = Instrument.objects.for_kind(kind).filter(discarded_at=None)
        published = found.for_published()
        if key is None:
            first = published.order_by("published_at", "pk").first()
            key = first.key if first else ""
        wanted = found.filter(key=key)
        if number is None:
            instrument = wanted.for_published().order_by("-version").first()
        else:
            instrument = wanted.filter(version=min(number, 2**31 - 1)).first()
        if instrument is None:
            known = ", ".join(f"{i.key} {i.version}" for i in found.without_definition()) or "none; run load_demo"
            raise CommandError(f"No such {kind}. Stored: {known}.", returncode=2)
        try:
            instrument.document  # noqa: B018 - a stored document that no longer parses must not be printed as valid
        except DefinitionError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(json.dumps(instrument.shown_definition, ensure_ascii=False, indent=2))
