"""Every page of the project as each role sees it, found by following links, and how a browser is shown them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html as parser
from playwright.sync_api import Route

from ctnat.translation.scripts import script_texts

ORIGIN = "http://localhost"
DESK, PHONE = 1280, 360  # px
ZOOMED = (DESK // 2, DESK // 4)  # the width of a desk at 200 % and at 400 %
LINK = re.compile(r'\bhref="(/[^"#]*)"')
ALIKE = 3  # elements of the same kinds that are left of a long list
ATTRIBUTES = ("type", "role", "dir", "aria-current", "aria-hidden", "hidden", "disabled", "required", "open", "scope")


@dataclass(frozen=True)
class Page:
    """What one role is shown at an address."""

    role: str
    address: str
    view: str
    html: str
    headers: dict[str, str] = field(compare=False)

    def __str__(self) -> str:
        return f"{self.role} {self.view} {self.address}"

    def parts(self) -> set[str]:
        """The kinds of elements on the page, each with its class and the kind that it is in. Pages that differ in their
        words alone have the same."""
        found = set()
        for element in parser.fromstring(self.html).iter():
            if isinstance(element.tag, str):
                parent = element.getparent()
                found.add(f"{_kind(parent) if parent is not None else ''} > {_kind(element)}")
        return found

    def short(self) -> str:
        """The page with the first of the many rows of a list that are alike, which tell nothing new of it."""
        tree = parser.fromstring(self.html)
        signatures: dict[Any, str] = {}
        for element in reversed(list(tree.iter())):
            inside = [signatures[child] for child in element if child in signatures]
            kinds = list(dict.fromkeys(inside))
            signatures[element] = f"{_kind(element)}({','.join(kinds)})" if isinstance(element.tag, str) else ""
            seen: dict[str, int] = {}
            for child in list(element):
                if not isinstance(child.tag, str) or child.tag in ("script", "link", "meta"):
                    continue
                seen[signatures[child]] = seen.get(signatures[child], 0) + 1
                if seen[signatures[child]] > ALIKE and element.tag not in ("head", "tr", "ol", "details"):
                    child.drop_tree()
        return "<!DOCTYPE html>" + str(parser.tostring(tree, encoding="unicode"))


def _kind(element: Any) -> str:
    marks = [f"{name}={element.get(name)}" for name in ATTRIBUTES if name in element.attrib]
    return " ".join([str(element.tag), *sorted(element.get("class", "").split()), *marks])


def pages_for(role: str, client: Client, begin: Iterable[str], asked_for: int) -> Iterator[Page]:
    """The pages that this role reaches by links, up to `asked_for` of each view."""
    waiting, asked = list(begin), set()
    views: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        try:
            view = resolve(urlsplit(address).path).view_name
        except Resolver404:  # a static file
            continue
        if address in asked or views.get(view, 0) >= asked_for or view == "account_logout":
            continue
        asked.add(address)
        views[view] = views.get(view, 0) + 1
        response = client.get(address)
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith("text/html"):
            views[view] = asked_for  # a file
            response.close()
            continue
        html = response.content.decode()
        waiting += [unescape(link) for link in LINK.findall(html)]
        if "<html" in html:
            yield Page(role, address, view, html, dict(response.headers))


def unlike(pages: Iterable[Page]) -> list[tuple[Page, bool]]:
    """One page of each view, and of the others those with parts that no page before them has: these with True."""
    known: set[str] = set()
    views: set[str] = set()
    chosen = []
    for page in pages:
        parts = page.parts()
        if page.view not in views or parts - known:
            chosen.append((page, not parts <= known))
        known |= parts
        views.add(page.view)
    return chosen


def serve(showing: Callable[[], Page]) -> Callable[[Route], None]:
    """A handler of all requests of a browser: the page that is being shown, and static files."""
    files: dict[str, Any] = {}

    def answer(route: Route) -> None:
        page, path = showing(), route.request.url.removeprefix(ORIGIN)
        if path == page.address:
            policy = {"Content-Security-Policy": page.headers.get("Content-Security-Policy", "")}
            return route.fulfill(body=page.short(), content_type="text/html; charset=utf-8", headers=policy)
        if path.startswith("/static/"):
            if path not in files:
                files[path] = Path(str(finders.find(path.removeprefix("/static/")))).read_bytes()
            kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}.get(path.rpartition(".")[2])
            return route.fulfill(body=files[path], content_type=kind or "application/octet-stream")
        if "/scripts/texts-" in path:
            return route.fulfill(body=script_texts("en").content, content_type="text/javascript")
        if path.endswith(".js"):  # of a worker
            return route.fulfill(body="", content_type="text/javascript")
        return route.fulfill(status=204)  # a part of a page, which leaves it as it is

    return answer
