"""Static files and templates: everything referred to exists, and nothing violates the content security policy."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR / "templates"))


def test_collectstatic_finds_whatever_a_stylesheet_names(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": manifest}
    call_command("collectstatic", interactive=False, stdout=StringIO())
    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_names_static_files_that_exist(path: Path) -> None:
    named = re.findall(r"{% static ['\"]([^'\"{]+)['\"]", path.read_text())
    assert [file for file in named if not finders.find(file)] == []


BREAKS_POLICY = {
    "inline style": r"<style|\sstyle\s*=",
    "inline script": r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))[^>]*>",
    "event attribute": r"\son[a-z]+\s*=",
    "other host": r"<(?:script|link|img|iframe|form)[^>]*(?:src|href|action)=[\"'](?:https?:)?//",
    "evaluated htmx": r"hx-on|hx-vals=[\"']js:|hx-trigger=[\"'][^\"']*\[",
}
WHOLE_DOCUMENTS = {  # the styles of a PDF or a mail are inside its template
    "reports/document/document.html",
    "instruments/instrument_print.html",
    "workshops/minutes_document.html",
    "workshops/_quick_start_document.html",
    "assessments/_certificate.html",
    "surveys/_mail.html",
    "interviews/_mission_pack.html",
    "reports/interviews/_document.html",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    found = {fault for fault, pattern in BREAKS_POLICY.items() if re.search(pattern, text)}
    assert found == ({"inline style"} if name(path) in WHOLE_DOCUMENTS else set())
