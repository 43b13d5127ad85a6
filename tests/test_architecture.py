"""The files and functions named in docs/architecture.md exist."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "architecture.md").read_text()
FOLDERS = (
    "assessments|instruments|interviews|surveys|indicators|workshops|analysis|reports|ctnat|tests|templates|static"
)


def test_every_file_of_the_page_is_there() -> None:
    named = set(re.findall(rf"`((?:{FOLDERS})/[^`\s]*)`", PAGE))
    assert len(named) > 50
    missing = {path for path in named if not list(ROOT.glob(path.rstrip("/")))}
    assert missing == set()


def test_every_function_named_behind_a_file_is_in_it() -> None:
    named = re.findall(r"`(\S+\.py)` \((?:the class|[^)`]*)`(\w+)`", PAGE)
    assert len(named) >= 8
    assert [pair for pair in named if not re.search(rf"\b{pair[1]}\b", (ROOT / pair[0]).read_text())] == []
