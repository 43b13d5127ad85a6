from django.apps import AppConfig
from django.conf import settings

from ctnat.translation.catalogue import compile_stale


class TranslationConfig(AppConfig):
    """Catalogues of translated texts: what the source contains, what is translated, what is compiled."""

    name = "ctnat.translation"
    label = "translation"

    def ready(self) -> None:
        """Compile what changed, so that no process shows the texts of an earlier release."""
        compile_stale(settings.LOCALE_DIR, settings.LOCALE_PATHS[0])
