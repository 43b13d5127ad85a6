"""Every page of the project as each role sees it, found by following links, and how a browser is shown them."""

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html as parser

from ctnat.translation.scripts import script_texts

DESK, PHONE = 1280, 360  # px
ZOOMED = (DESK // 2, DESK // 4)  # the width of a desk at 200 % and at 400 %
LINK = re.compile(r'\bhref="(/[^"#]*)"')
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
ALIKE = 3  # elements of the same kinds that are left of a long list
ATTRIBUTES = ("type", "role", "dir", "aria-current", "aria-hidden", "hidden", "disabled", "required", "open", "scope")
WORDS = re.compile(
    rf'>[^<]+<|(?<= )(?!(?:class|{"|".join(ATTRIBUTES)})=)[a-z:-]+="[^"]*"'
)  # that tell no part of a page


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
        return {part for _, part in _parts(parser.fromstring(self.html))}

    def short(self, new: Container[str] = ()) -> str:
        """The page with the first of the many rows of a list that are alike, which tell nothing new of it. The elements
        of the parts `new` are marked."""
        tree = parser.fromstring(self.html)
        marked = [element for element, part in _parts(tree) if part in new]
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
        for element in marked:
            element.set("data-new", "")
        return "<!DOCTYPE html>" + str(parser.tostring(tree, encoding="unicode"))


def _parts(tree: Any) -> Iterator[tuple[Any, str]]:
    """(element, its kind after the kind of the element that it is in) for each element."""
    kinds: dict[Any, str] = {None: ""}
    for element in tree.iter():
        if isinstance(element.tag, str):
            kinds[element] = _kind(element)
            yield element, f"{kinds[element.getparent()]} > {kinds[element]}"


def _kind(element: Any) -> str:
    marks = [f"{name}={element.get(name)}" for name in ATTRIBUTES if name in element.attrib]
    return " ".join([str(element.tag), *sorted(element.get("class", "").split()), *marks])


def pages_for(
    role: str, client: Client, begin: Iterable[str], asked_for: int, files: set[str] | None = None
) -> Iterator[Page]:
    """The pages that this role reaches by links, up to `asked_for` of each view. Views of `files` have no page: they
    are not asked again, since to make a file takes long; those found are added."""
    files = set() if files is None else files
    waiting, seen = deque(begin), set()  # each address is looked at once: what is skipped stays skipped
    views: dict[str, int] = {}
    while waiting:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        view = view_at(urlsplit(address).path)
        if not view or views.get(view, 0) >= asked_for or view in files or view == "account_logout":
            continue
        views[view] = views.get(view, 0) + 1
        response = client.get(address)
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith("text/html"):
            views[view] = asked_for
            if response.status_code == 200:
                files.add(view)
            response.close()
            continue
        html = response.content.decode()
        waiting += [unescape(link) for link in LINK.findall(html)]
        if "<html" in html:
            yield Page(role, address, view, html, dict(response.headers))


@cache
def view_at(path: str) -> str:
    """The name of the view; "" for a static file."""
    try:
        return str(resolve(path).view_name)
    except Resolver404:
        return ""


def page_at(role: str, client: Client, address: str) -> Page:
    response: Any = client.get(address, follow=True)
    assert response.status_code == 200, address
    return Page(
        role, address, resolve(urlsplit(address).path).view_name, response.content.decode(), dict(response.headers)
    )


def unlike(pages: Iterable[Page]) -> list[tuple[Page, set[str]]]:
    """One page of each view, and of the others those with parts that no page before them has; each with these parts."""
    known: set[str] = set()
    views: set[str] = set()
    parts_of: dict[int, set[str]] = {}
    chosen = []
    for page in pages:
        structure = hash(WORDS.sub("><", page.html))
        parts = parts_of.get(structure)
        if parts is None:
            parts = parts_of[structure] = page.parts()
        if page.view not in views or not parts <= known:
            chosen.append((page, parts - known))
        known |= parts
        views.add(page.view)
    return chosen


class Shown:
    """A server that shows a browser one page at a time, at the page's own path, and static files, which the browser
    keeps: to answer each request of a page from the test takes longer than to show it."""

    def __init__(self) -> None:
        self.address, self.body, self.policy = "", b"", ""
        self.files: dict[str, bytes] = {}
        shown = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, kind, body, headers = shown.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            do_POST = do_GET

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://localhost:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def show(self, page: Page, new: Container[str]) -> str:
        """Where the browser finds the page."""
        self.address, self.body = page.address, page.short(new).encode()
        self.policy = page.headers.get("Content-Security-Policy", "")
        return self.origin + page.address

    def answer(self, path: str) -> tuple[int, str, bytes, dict[str, str]]:
        if path == self.address:
            headers = {"Content-Security-Policy": self.policy, "Cache-Control": "no-store"}
            return 200, "text/html; charset=utf-8", self.body, headers
        keep = {"Cache-Control": "max-age=3600, immutable"}
        if path.startswith("/static/"):
            name = path.removeprefix("/static/").partition("?")[0]
            if name not in self.files:
                self.files[name] = Path(str(finders.find(name))).read_bytes()
            kind = KINDS.get(name.rpartition(".")[2], "application/octet-stream")
            return 200, kind, self.files[name], keep
        if "/scripts/texts-" in path:
            return 200, "text/javascript", script_texts("en").content, keep
        if path.endswith(".js"):  # of a worker
            return 200, "text/javascript", b"", {}
        return 204, "text/plain", b"", {}  # a part of a page, which leaves it as it is

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
