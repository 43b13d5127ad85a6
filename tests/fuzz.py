"""Random requests to every address, with every role, form and file: no response may be a server error.

A seed gives the same requests again. Each request is undone, so that the next one finds the demonstration as it was.
Addresses and forms are found by following links as a lead, and every address that no link led to is tried with values
that exist; then fields are filled with what people, programs and attackers send.
"""

import io
import json
import random
import re
import sys
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.urls.converters import get_converters

from assessments.models import User
from surveys.models import Survey

Pairs = list[tuple[str, str]]
ROLES = ("lead", "consultant", "focal", "facilitator", "observer", "lead-arm", None)  # of the demonstration; a visitor
EACH = 3  # pages read for each address
SAMPLES = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
LEAVE = ("/accounts/logout/", "/static/")  # signing out would end the crawl

WORDS = [
    *(
        "",
        " ",
        "x",
        "0",
        "-1",
        "1",
        "2",
        "1.5",
        "1e309",
        "NaN",
        "-0",
        "٣",
        "on",
        "true",
        "null",
        "[]",
        "{}",
        '{"a":',
        "[[1]]",
    ),
    *("9" * 20, "9" * 5000, "-" + "9" * 5000, str(2**31), str(2**63), str(2**64), "0x10", "1_000", "²"),
    *("\x00", "a\x00b", "\r\n", "\u202eabc", "\ufeff", "é" * 300, "x" * 20_001, "\U0001f600", "\ud800", "a\udfffb"),
    *("0000-00-00", "2016-02-30", "9999-12-31", "10000-01-01", "2016-13-01T25:61", "0001-01-01", "٢٠١٦-٠١-٠١"),
    *("not-a-uuid", "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-00000000000g}"),
    *(
        "<script>alert(1)</script>",
        "{{ interviews.count }}",
        "{% load x %}",
        "{country",
        "=cmd()",
        "'; DROP TABLE x; --",
    ),
    *("../../etc/passwd", "http://[::1", "https://x:99999/", "//evil.example", "javascript:alert(1)", "a@b", "mailto:"),
    *("{{", "}}", "[[", "{{ chart:", "{{ quote: x }}", "**" * 400, "(" * 1000, "en", "zz", "AZE", "lead", "nothing"),
    "@comment{x}@a{b,}",
    "@article{a, title={{{{}",
    "TY  - JOUR\nER",
    'a,b\n"c',
    "[" * 3000,
]


def workbook(**parts: str) -> bytes:
    """A zip with the names of a workbook; parts are left out or replaced as given."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    doc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.'
        f'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="a" Type="{doc}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} {office}><sheets><sheet name="survey" sheetId="1" r:id="s"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="s" Type="{doc}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet {main}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>type</t>'
        "</is></c></row></sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            key = name.rpartition("/")[2].partition(".")[0].strip("[]").lower()
            if parts.get(key) != "absent":
                archive.writestr(name, parts.get(key, content))
    return out.getvalue()


def cells(*texts: str) -> str:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    row = "".join(f"<c {texts[i]}" for i in range(len(texts)))
    return f'<worksheet {main}><sheetData><row r="1">{row}</row></sheetData></worksheet>'


FILES: list[tuple[str, bytes]] = [
    ("empty.xlsx", b""),
    ("text.xlsx", b"PK\x03\x04 but not a zip"),
    ("plain.xlsx", workbook()),
    ("no-sheet.xlsx", workbook(sheet1="absent")),
    ("no-book.xlsx", workbook(workbook="absent")),
    ("broken-xml.xlsx", workbook(sheet1="<worksheet><sheetData><row")),
    ("entity.xlsx", workbook(sheet1='<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>')),
    ("huge-cell.xlsx", workbook(sheet1=cells('r="XFD1048576"><v>1</v></c>'))),
    ("bad-place.xlsx", workbook(sheet1=cells('r="A0"><v>1</v></c>', 'r="9A"><v>1</v></c>'))),
    ("bad-number.xlsx", workbook(sheet1=cells('r="A1"><v>x</v></c>', f'r="B1"><v>{"9" * 5000}</v></c>'))),
    ("bad-date.xlsx", workbook(sheet1=cells('r="A1" t="d"><v>0000-00-00</v></c>'))),
    ("bad-shared.xlsx", workbook(sheet1=cells('r="A1" t="s"><v>99</v></c>'))),
    ("bad-style.xlsx", workbook(sheet1=cells('r="A1" s="77"><v>1</v></c>'))),
    ("formula.xlsx", workbook(sheet1=cells('r="A1"><f>1/0</f><v>#DIV/0!</v></c>', 'r="B1" t="e"><v>#REF!</v></c>'))),
    ("nul.csv", b"a,b\n\x00,\x00\n"),
    ("quote.csv", b'code,date\n"open'),
    ("wide.csv", b"a," * 40_000),
    ("numbers.csv", b"date,women,men\n0000-00-00," + b"9" * 5000 + b",-1\n"),
    ("latin.csv", "code,title\nx,Größe\n".encode("latin-1")),
    ("utf16.csv", "code,title\nx,y\n".encode("utf-16")),
    ("responses.csv", b"language,source,1.1,2.1\nxx,paper,ZZZ,origin origin\nen,,," + b"x" * 200_000),
    (
        "interviews.csv",
        b"date,format,interviewer,organisation,sector,title,women,men,other,sections,1.1\n2016-99-99,x,,,,,,,,9,\n",
    ),
    ("people.csv", b"name,email\n=cmd(),a@b\n\xff,\n"),
    ("comment.bib", b"@comment{x}@a{b,}"),
    ("open.bib", b"@article{a, title = {x\n@book{b, year = {99999999999999999999}}"),
    ("strings.bib", b'@string{a = "b" # c}\n@misc{x, title = a # a}\n@preamble{"x"}'),
    ("year.bib", b"@article{a, title={T}, year={" + b"9" * 5000 + b"}, url={javascript:x}, urldate={0000-00-00}}"),
    ("x.ris", b"TY  - JOUR\nPY  - 0000/00/00\nER  - \nTY  - \n\x00"),
    ("deep.json", b"[" * 100_000),
    ("wrong.json", b'{"kind": "survey", "title": 3, "sections": {"a": null}}'),
    ("surrogate.json", b'{"kind": "survey", "title": {"en": "\\ud800"}, "sections": []}'),
    ("number.json", b"9" * 6000),
    ("alias.yaml", b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nkind: *c\n"),
    ("object.yaml", b"!!python/object/apply:os.system ['true']\n"),
    ("dates.yaml", b"kind: survey\ntitle: 0000-00-00\n? [1]\n: 2016-99-99\n"),
    ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40),
    ("page.pdf", b"%PDF-1.7\n"),
    ("name\u202e.fdp.exe", b"MZ"),
    ("x" * 300 + ".csv", b"a\n"),
    ("", b"x"),
]
TYPES = [
    "text/plain",
    "application/json",
    "application/xml",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "",
]
HEADERS = [
    {"HX-Request": "true"},
    {"Accept-Language": "zz;q=9, *"},
    {"Range": "bytes=9-1"},
    {"If-Modified-Since": "yesterday"},
    {"Cookie": "sessionid=" + "x" * 300},
    {"X-Requested-With": "XMLHttpRequest"},
]


@dataclass
class Form:
    """What a page would send: where to, how, and the fields as (name, value)."""

    action: str
    method: str
    fields: Pairs = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """Collects the links and the forms of a page."""

    def __init__(self, address: str):
        super().__init__()
        self.address, self.links, self.forms, self._select = address, set[str](), list[Form](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "src"):
            if given.get(name) and tag != "link":
                self.links.add(urljoin(self.address, given[name]).partition("#")[0])
        for name in ("hx-post", "data-url", "data-save", "data-check"):
            if given.get(name, "").startswith("/"):
                self.forms.append(Form(given[name], "post"))
        if tag == "form":
            self.forms.append(Form(urljoin(self.address, given.get("action", "")), given.get("method", "get").lower()))
        elif self.forms and (name := given.get("name") or (self._select if tag == "option" else "")):
            if given.get("type") == "file":
                self.forms[-1].files.append(name)
            elif tag == "select":
                self._select = name
            elif name != "csrfmiddlewaretoken":
                self.forms[-1].fields.append((name, given.get("value", "")))


@dataclass(frozen=True)
class Failure:
    """A request that ended in a server error."""

    number: int
    role: str | None
    method: str
    address: str
    sent: str
    error: str


def patterns(resolver: URLResolver | None = None, route: str = "") -> Iterator[str]:
    """The routes of the addresses that are written without regular expressions."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, here)
        elif isinstance(entry, URLPattern) and "(?P" not in here:
            yield here


class Fuzz:
    """`run(n)` sends n requests and gives what failed. `reached` are the routes that were tried."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.clients = {role: Client(raise_request_exception=False) for role in ROLES}
        for role, client in self.clients.items():
            if role:
                client.force_login(User.objects.get(email=f"{role}@demo.example"))
        self.reached: set[str] = set()
        self.statuses = Counter[int]()
        self.forms: list[Form] = []
        self.addresses: list[str] = []
        self.failures: list[Failure] = []
        self._raised: list[str] = []
        self._number = 0

    # The addresses and forms to request

    def crawl(self, pages: int) -> None:
        """Read up to `pages` pages as a lead, and remember their links and forms."""
        waiting = [
            "/",
            "/instruments/",
            *(f"/s/{slug}/" for slug in Survey.objects.values_list("open_slug", flat=True)),
        ]
        seen, per_route = set(waiting), dict[str, int]()
        while waiting and pages:
            address = waiting.pop(0)
            route = route_of(address)
            if route is None or per_route.get(route, 0) >= EACH or address.startswith(LEAVE):
                continue
            per_route[route] = per_route.get(route, 0) + 1
            pages -= 1
            self.addresses.append(address)
            body, kind = self.send("lead", "get", address)
            if "html" not in kind:
                continue
            page = Page(address)
            page.feed(body)
            self.forms += page.forms
            new = sorted(link for link in page.links if link.startswith("/") and link not in seen)
            seen.update(new)
            waiting += new
        values = self._values()
        for route in patterns():
            if route in per_route or route.startswith(("accounts/", "static/")):
                continue

            def value(part: re.Match[str]) -> str:
                fits = re.compile(get_converters()[part[1]].regex).fullmatch
                met = [found for found in values.get(part[2], []) if fits(found)]  # another address may use the name
                return self.random.choice(met) if met else SAMPLES[part[1]]

            address = "/" + re.sub(r"<(\w+):(\w+)>", value, route)
            self.addresses.append(address)
            self.forms.append(Form(address, "post"))
            self.send("lead", "get", address)

    def _values(self) -> dict[str, list[str]]:
        """Name of an address parameter -> values found in links."""
        found: dict[str, set[str]] = {}
        for address in (*self.addresses, *(form.action for form in self.forms)):
            try:
                match = resolve(urlsplit(address).path)
            except Resolver404:
                continue
            for name, value in match.kwargs.items():
                found.setdefault(name, set()).add(str(value))
        return {name: sorted(values) for name, values in found.items()}

    # Sending

    def run(self, requests: int) -> list[Failure]:
        for _ in range(requests):
            self.step()
        return self.failures

    def step(self) -> None:
        choose = self.random
        role = choose.choice(ROLES) if choose.random() < 0.4 else "lead"
        if choose.random() < 0.75 and self.forms:
            form = choose.choice(self.forms)
            self.submit(role, form)
            return
        address = choose.choice(self.addresses)
        if choose.random() < 0.5:
            address = self.disturbed(address)
        method = choose.choice(["get", "get", "get", "post", "head", "put", "delete", "options"])
        if method == "post" and choose.random() < 0.5:
            content = choose.choice(
                [b"", b"x", b"\xff\x00", b'{"a": "\\ud800"}', b"[" * 5000, b'{"text": 1, "revision": "x"}']
            )
            self.send(role, method, address, data=content, content_type=choose.choice(TYPES))
        else:
            self.send(role, method, address, headers=choose.choice(HEADERS) if choose.random() < 0.4 else None)

    def disturbed(self, address: str) -> str:
        """Another value in the path, or parameters that the page knows, or does not."""
        choose = self.random
        path, _, query = address.partition("?")
        if choose.random() < 0.4:
            parts = path.strip("/").split("/")
            parts[choose.randrange(len(parts))] = quoted(choose.choice(WORDS)[:400])
            path = "/" + "/".join(parts) + "/"
        known = [pair.partition("=")[0] for pair in query.split("&")] if query else []
        names = [
            *known,
            "page",
            "language",
            "show",
            "kind",
            "q",
            "by",
            "group",
            "path",
            "list",
            "format",
            "after",
            "next",
        ]
        pairs = [f"{choose.choice(names)}={quoted(choose.choice(WORDS)[:3000])}" for _ in range(choose.randint(0, 3))]
        return f"{path}?{'&'.join(pairs)}" if pairs else path

    def submit(self, role: str | None, form: Form) -> None:
        choose = self.random
        pairs = list(form.fields)
        for _ in range(choose.randint(0, 3)):
            if pairs:
                place = choose.randrange(len(pairs))
                what = choose.random()
                if what < 0.75:
                    pairs[place] = (pairs[place][0], choose.choice(WORDS))
                elif what < 0.85:
                    del pairs[place]
                else:
                    pairs.insert(place, pairs[place])
        if choose.random() < 0.1:
            pairs.append((quoted(choose.choice(WORDS)[:50]), choose.choice(WORDS)))
        if form.method == "get":
            joined = "&".join(f"{quoted(name)}={quoted(value[:3000])}" for name, value in pairs)
            self.send(role, "get", f"{form.action.partition('?')[0]}?{joined}")
            return
        headers = choose.choice(HEADERS) if choose.random() < 0.3 else None
        if form.files:
            body, kind = self.multipart(pairs, form.files)
        elif choose.random() < 0.15:
            body, kind = json.dumps(dict(pairs)).encode(), "application/json"
        else:
            joined = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
            body, kind = joined.encode(), "application/x-www-form-urlencoded"
        self.send(role, "post", form.action, data=body, content_type=kind, headers=headers)

    def multipart(self, pairs: Pairs, names: list[str]) -> tuple[bytes, str]:
        lines = []
        for name, value in pairs:
            lines.append(f'--fuzz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode(errors="replace"))
            lines.append(value.encode(errors="surrogatepass") + b"\r\n")
        for name in names:
            if self.random.random() < 0.9:
                title, content = self.random.choice(FILES)
                kind = self.random.choice(["text/csv", "application/octet-stream", "image/png", "x"])
                head = f'--fuzz\r\nContent-Disposition: form-data; name="{name}"; filename="{title}"\r\n'
                head += f"Content-Type: {kind}"
                lines += [head.encode(), b"\r\n\r\n", content, b"\r\n"]
        return b"".join(lines) + b"--fuzz--\r\n", "multipart/form-data; boundary=fuzz"

    def send(self, role: str | None, method: str, address: str, **more: Any) -> tuple[str, str]:
        """The body and the type of the response; a failure is recorded. What the request changed is rolled back."""
        self._number += 1
        self._raised.clear()
        if (route := route_of(address)) is not None:
            self.reached.add(route)
        cache.clear()  # rate limits count requests, and would hide the rest
        kept = self.clients[role].cookies.copy()
        more = {name: value for name, value in more.items() if value is not None}
        got_request_exception.connect(self._remember)
        try:
            with transaction.atomic():
                response: Any = getattr(self.clients[role], method)(address, **more)
                content = b"".join(response.streaming_content) if response.streaming else response.content
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(self._remember)
            self.clients[role].cookies = kept
        self.statuses[response.status_code] += 1
        if response.status_code >= 500 or self._raised:
            sent = repr(more.get("data", b""))[:2000]
            error = self._raised[0] if self._raised else str(response.status_code)
            self.failures.append(Failure(self._number, role, method, address[:500], sent, error))
        return content.decode(errors="replace"), response.headers.get("Content-Type", "")

    def _remember(self, **kwargs: Any) -> None:
        kind, error, trace = sys.exc_info()
        frames = [f"{f.filename.removeprefix(f'{settings.BASE_DIR}/')}:{f.lineno}" for f in traceback.extract_tb(trace)]
        ours = [frame for frame in frames if "site-packages" not in frame]
        self._raised.append(f"{kind.__name__ if kind else ''}: {str(error)[:200]} at {' < '.join(reversed(ours[-3:]))}")


def route_of(address: str) -> str | None:
    try:
        return str(resolve(urlsplit(address).path).route)
    except (Resolver404, ValueError):
        return None


def quoted(text: str) -> str:
    """For addresses and forms; a lone surrogate as the bytes that programs send for it."""
    return quote_from_bytes(text.encode(errors="surrogatepass"))


def summary(failures: list[Failure]) -> str:
    """Each kind of error once, with the first request that led to it."""
    first: dict[str, Failure] = {}
    for failure in failures:
        first.setdefault(failure.error, failure)
    return "\n\n".join(
        f"{each.error}\n  request {each.number}: {each.role or 'visitor'} {each.method} {each.address}\n"
        f"  sent {each.sent}"
        for each in first.values()
    )
