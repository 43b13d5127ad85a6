"""The texts of scripts in one language, as a script: Django's `gettext`, `ngettext` and `interpolate`."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.http import HttpRequest
from django.utils import translation
from django.views.i18n import JavaScriptCatalog


@dataclass(frozen=True)
class ScriptTexts:
    """`version` changes with the content, so that browsers keep the file for as long as it is right."""

    version: str
    content: bytes


@lru_cache(maxsize=32)
def script_texts(language: str) -> ScriptTexts:
    """The script with the texts of `language`; texts that are not translated come in English."""
    with translation.override(language):
        content = JavaScriptCatalog().get(HttpRequest()).content
    return ScriptTexts(sha256(content).hexdigest()[:12], content)
