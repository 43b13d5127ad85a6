"""Respondents' pages, `/healthz` and a room full of phones, beside a bare Django site (`benchmarks/bare.py`).

Both sites run with the same web server on SQLite in a temporary folder, and are asked in turn. Counted is the processor
time of the workers for a request (`benchmarks/serving.py`): so many requests would a second of one processor serve.
Each form that was sent must be stored.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.bench_respondents import ROOT, form, prepare
from benchmarks.serving import Load, Server, ask, request, serving
from benchmarks.table import Row

REQUESTS, REPEATS = 600, 3
UNIT = "per CPU second"
BROWSER = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en-GB,en;q=0.9",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Sec-Fetch-Site": "same-origin",
}
PHONES, PROJECTORS = 50, 2


@dataclass
class Sites:
    """The two sites, and what is asked of them."""

    ours: Server
    bare: Server
    form_path: str
    sent: int = 0

    def row(self, work: str, goal: float, ours: Callable[[int], list[bytes]], bare: list[bytes], limit: str) -> Row:
        """Bare, ours, bare in each repeat."""
        for _ in range(2):  # each process and each of its threads opens the database, and makes the pages
            right(ask(self.ours, ours(REQUESTS // 4), connections=16))
        mine, limits = [], []
        for _ in range(REPEATS):
            before = right(ask(self.bare, bare))
            mine.append(1 / right(ask(self.ours, ours(REQUESTS))).seconds)
            after = right(ask(self.bare, bare))
            limits.append(2 / (before.seconds + after.seconds))
        return Row(work, "share", goal, UNIT, mine, limits, limit)

    def page(self, work: str, goal: float, path: str) -> Row:
        one = request(path, headers=BROWSER)
        ping = [request("/ping/", headers=BROWSER)] * REQUESTS
        return self.row(work, goal, lambda number: [one] * number, ping, "a bare page")

    def forms(self, number: int) -> list[bytes]:
        """From many networks, because of each only some hundred forms are taken in ten minutes."""
        self.sent += number
        start = self.sent
        return [self.form(start + one) for one in range(number)]

    def form(self, number: int) -> bytes:
        network = {"X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.1"}
        return request(self.form_path, fields=form(number), headers=BROWSER | network)

    def rows(self) -> Iterator[Row]:
        yield self.page("respondent's page, GET", 0.5, self.form_path)
        inserts = [request("/insert/", fields=b"text=" + form(one), headers=BROWSER) for one in range(REQUESTS)]
        yield self.row("respondent's form, POST", 0.5, self.forms, inserts, "a bare row")
        yield self.page("/healthz", 0.6, "/healthz")
        yield self.page("small page (/s/remove/)", 0.6, "/s/remove/")


def right(load: Load) -> Load:
    if not set(load.statuses) <= {200, 204}:
        sys.exit(f"Not every request was answered as it should be: {load.statuses}")
    return load


@dataclass
class Room:
    """A workshop with a group for each phone, and what its pages ask for by themselves."""

    pk: int
    phones: Sequence[str]  # their cookies
    session: str

    # Seconds between two polls: as fast as they become, and as slow (static/js/workshops.js and the templates).
    RATES = (("phones", PHONES, 3, 12), ("projectors", PROJECTORS, 1, 4), ("group lists", 1, 2, 8))

    def polls(self, kind: str, revision: str) -> list[bytes]:
        """One round of a kind of page."""
        if kind == "phones":
            cookies, path = [f"ctnat_group={token}" for token in self.phones], "/w/group/state/"
        else:
            part = "projector/counts" if kind == "projectors" else "groups"
            cookies, path = [f"sessionid={self.session}"] * 10, f"/a/LOAD-1/workshop/{self.pk}/{part}/"
        return [request(f"{path}?revision={revision}", headers=BROWSER | {"Cookie": cookie}) for cookie in cookies]

    def share(self, server: Server, *, rest: bool) -> float:
        """Of a core: at rest, or where each poll is as fast as it becomes and finds a change."""
        total = 0.0
        for kind, pages, fast, slow in self.RATES:
            revision = _revision(server, self.polls(kind, "0")[0]) if rest else "0"
            requests = self.polls(kind, revision) * (8 if rest else 2)
            load = ask(server, requests)
            if set(load.statuses) != {204 if rest else 200}:
                sys.exit(f"{kind}: {load.statuses}")
            total += load.seconds * pages / (slow if rest else fast)
        return total


def _revision(server: Server, one: bytes) -> str:
    return ask(server, [one]).headers.get("x-revision", "0")


def make_room() -> Room:
    from datetime import date

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from assessments.models import Assessment, Membership, User
    from assessments.sessions import note_use
    from indicators.services.recommendations import add_recommendation
    from workshops.models import Group
    from workshops.services.groups import device_hmac
    from workshops.services.workshops import create_workshop, open_workshop

    assessment = Assessment.objects.get()
    for number in range(30):
        head = {"category": str(1 + number % 3), "lead_in": f"So that {number} is done", "addressee": "authorities"}
        add_recommendation(assessment=assessment, text=f"train inspectors {number}", by=None, **head)
    workshop = create_workshop(assessment=assessment, held_on=date(2016, 4, 25), place="Baku", by=None)
    open_workshop(workshop=workshop, by=None)
    phones = [f"phone{number:020}" for number in range(PHONES)]
    Group.objects.bulk_create(
        Group(workshop=workshop, name=f"Group {number}", device_hmac=device_hmac(token))
        for number, token in enumerate(phones)
    )
    user = User.objects.create_user(email="facilitator@example.org", password=None)
    Membership.objects.create(user=user, assessment=assessment, role="facilitator")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    note_use(session)
    session.save()
    return Room(workshop.pk, phones, str(session.session_key))


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "CTNAT_VAR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "DJANGO_SETTINGS_MODULE": "ctnat.settings",
            "LOG_LEVEL": "ERROR",
            "TRUSTED_PROXY_COUNT": "1",
            "BARE_DATABASE": f"{folder}/bare.sqlite3",
        }
        form_path, _ = prepare(0)
        room = make_room()
        code = "from benchmarks import bare; bare.prepare()"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=os.environ | BARE)  # noqa: S603 -- ours
        with serving("ctnat.wsgi", {}) as ours, serving("benchmarks.bare", BARE) as bare:
            sites = Sites(ours, bare, form_path)
            yield from sites.rows()
            for work, goal, rest in (("at rest", 0.05, True), ("each poll finds a change", 0.3, False)):
                room.share(ours, rest=rest)
                found = [room.share(ours, rest=rest) for _ in range(REPEATS)]
                yield Row(f"room of 50 phones and two projectors, {work}", "at most", goal, "of a core", found)
        from surveys.models import SealedAnswer

        if (stored := SealedAnswer.objects.count()) != sites.sent:
            sys.exit(f"{sites.sent} forms were sent, {stored} are stored.")


BARE = {"DJANGO_SETTINGS_MODULE": "benchmarks.bare"}
