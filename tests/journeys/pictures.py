"""Pictures of the pages that a journey passes, wide and on a phone, for people to look at.

    JOURNEY_PICTURES=folder python -m pytest tests/journeys/test_new_country.py

Each page that differs from those before it in its address, headings or buttons is taken once. `index.txt` lists them.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page

WIDTHS = (1280, 360)  # px
STATE = """() => [...document.querySelectorAll("h1, h2, main .btn, main button, [role=alert], .errorlist, .message")]
  .filter((element) => element.checkVisibility()).map((element) => element.innerText.trim()).join("|")"""

_seen: set[tuple[str, str]] = set()


def _state(page: Page) -> str:
    """Asked again where the page is left meanwhile, as after a form was sent."""
    for _ in range(3):
        page.wait_for_load_state()
        with suppress(Error):
            return str(page.evaluate(STATE))
    return ""


def look(page: Page) -> None:
    """Take the page as it is now, if pictures are asked for and there is none like it."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if not folder or page.url == "about:blank":
        return
    path = re.sub(r"^\w+://[^/]+", "", page.url).partition("#")[0]
    state = (re.sub(r"\d+|[A-Za-z0-9_-]{20,}", "0", path), _state(page))
    if state in _seen:
        return
    _seen.add(state)
    name = f"{len(_seen):03}{re.sub(r'[^a-z]+', '-', state[0].lower())}".rstrip("-")
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width in WIDTHS:
        if before and width <= before["width"]:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=place / f"{name}-{width}.png", full_page=True)
    if before:
        page.set_viewport_size(before)
    with (place / "index.txt").open("a") as index:
        index.write(f"{name}\t{path}\t{page.title()}\n")
