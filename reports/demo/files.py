"""Reading fixtures/demo: `study.yaml` and one folder per assessment. docs/reconstruction.md describes the files."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

ROOT: Path = settings.BASE_DIR / "fixtures" / "demo"


def read(*path: str) -> dict[str, Any]:
    """A YAML file under fixtures/demo; empty where an assessment has no such file."""
    file = ROOT.joinpath(*path)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if file.exists() else {}


def texts(folder: str) -> dict[str, str]:
    """The report's narrative: key of the section -> its Markdown."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / folder / "report").glob("*.md"))}
