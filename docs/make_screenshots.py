"""Make the pictures of docs/user-guide.md: .venv/bin/python docs/make_screenshots.py [--port 8137] [name ...]

Loads the demonstration into a database of its own, starts the web server, and takes each picture of SHOTS anew. Needs
the test requirements (`python3 dev.py test` installs them) and chromium.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import FLAGS, WHOLE  # noqa: E402 -- the path comes first
from tests.journeys import sign_in  # noqa: E402
from tests.journeys.server import served  # noqa: E402

HOME = "/a/AZE-2016/"


class Shot(NamedTuple):
    """A picture of `path` as `user` sees it; `height` 0 is the whole page."""

    name: str
    user: str
    path: str
    width: int = 1280
    height: int = 900


SHOTS = (
    Shot("home", "lead", HOME),
    Shot("analysis", "lead", HOME + "analysis/priorities/"),
    Shot("editor", "lead", HOME + "report/sections/identification-known/"),
    Shot("documents", "consultant", HOME + "documents/"),
    Shot("notes", "consultant", HOME + "interviews/AZEint1/notes/"),
    Shot("matrix", "consultant", HOME + "indicators/"),
    Shot("survey", "focal", HOME + "survey/"),
    Shot("quick-start", "focal", HOME + "quick-start/survey/"),
    Shot("respondent", "focal", HOME + "survey/preview/?lang=az", width=390),
    Shot("workshop", "facilitator", HOME + "workshop/1/"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8137)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    shots = sorted((shot for shot in SHOTS if not chosen.names or shot.name in chosen.names), key=lambda s: s.user)
    with served(chosen.port) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=WHOLE, args=FLAGS)
        page, user = browser.new_page(), ""
        for shot in shots:
            page.set_viewport_size({"width": shot.width, "height": shot.height or 900})
            if shot.user != user:
                page.context.clear_cookies()
                sign_in(page, site.url, shot.user)
                user = shot.user
            page.goto(site.url + shot.path)
            page.screenshot(path=chosen.to / f"{shot.name}.png", full_page=not shot.height)
        browser.close()


if __name__ == "__main__":
    main()
