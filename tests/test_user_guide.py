"""docs/user-guide.md: its pictures are there and made by the command, and the labels that it names are on pages."""

import re
from pathlib import Path

from django.conf import settings

from ctnat.translation.catalogue import ids, messages, read

ROOT = Path(settings.BASE_DIR)
GUIDE = (ROOT / "docs" / "user-guide.md").read_text("utf-8")
ROLES = ("lead", "consultant", "focal point", "facilitator", "reader", "administrator")


def test_each_role_has_a_chapter() -> None:
    chapters = re.findall(r"^## The (.+)$", GUIDE, re.MULTILINE)
    assert sorted(chapters) == sorted(ROLES)


def test_every_picture_is_there_small_and_made_by_the_command() -> None:
    named = set(re.findall(r"\]\(images/([\w-]+)\.png\)", GUIDE))
    files = {path.stem: path for path in (ROOT / "docs" / "images").glob("*.png")}
    assert named == set(files)
    made = re.findall(r'Shot\("([\w-]+)"', (ROOT / "docs" / "make_screenshots.py").read_text("utf-8"))
    assert sorted(made) == sorted(named)
    assert {name: size for name, path in files.items() if (size := path.stat().st_size) > 250_000} == {}


def labels(text: str) -> set[str]:
    return {" ".join(label.split()) for label in re.findall(r"\*\*([^*]+)\*\*", text)}


def test_every_label_that_the_guide_names_is_on_a_page() -> None:
    catalogue = read(settings.LOCALE_DIR / "fr" / "django.po")
    texts = (text for message in messages(catalogue) for text in ids(message))
    known = {" ".join(re.sub(r"<span.*?</span>", "", text).split()) for text in texts}
    assert len(labels(GUIDE)) > 40
    assert labels(GUIDE) - known == set()
    assert labels("a **no such\nlabel** b") - known == {"no such label"}
