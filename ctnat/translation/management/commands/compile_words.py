from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ctnat.translation.catalogue import compile_stale


class Command(BaseCommand):
    help = "Compile the translated texts that changed. Every process does so when it starts; run it after an update."

    def handle(self, *args: Any, **options: Any) -> None:
        made = compile_stale(settings.LOCALE_DIR, settings.LOCALE_PATHS[0])
        self.stdout.write(f"Catalogues compiled: {len(made)}")
