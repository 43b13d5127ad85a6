"""Browsers store nothing that a signed-in person sees: every page, part and file of the demonstration."""

import re
from collections import Counter, deque
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from assessments.models import User

HOST = "http://testserver"
LINK = re.compile(r'(?:href|src|action|hx-get|data-url|formaction)="([^"]+)"')
TRIES = 3  # addresses tried for one view until one of them responds with a page


def walk(client: Client, start: list[str]) -> dict[str, Any]:
    """view -> response, for each view that a page leads to, directly or through others."""
    found: dict[str, Any] = {}
    tries: Counter[str] = Counter()
    queue, seen = deque(start), set()
    while queue:
        address = queue.popleft()
        if address in seen:
            continue
        seen.add(address)
        try:
            name = resolve(address.partition("?")[0]).view_name
        except Resolver404:
            continue
        if (name in found and found[name].status_code == 200) or tries[name] == TRIES:
            continue
        tries[name] += 1
        response = found[name] = client.get(address)
        if response.streaming:
            response.close()
        elif response.get("Content-Type", "").startswith("text/html"):
            links = (urljoin(HOST + address, unescape(link)) for link in LINK.findall(response.content.decode()))
            queue += (urldefrag(link)[0].removeprefix(HOST) for link in links if link.startswith(HOST))
    return found


@pytest.mark.slow
@pytest.mark.django_db
def test_every_view_that_a_member_reaches_is_stored_nowhere(demo: Any) -> None:
    client = Client()
    client.force_login(User.objects.get(email="lead@demo.example"))
    found = walk(client, ["/", "/a/AZE-2016/", "/accounts/2fa/"])
    assert len([name for name, response in found.items() if response.status_code == 200]) > 100
    # A respondent's form may be stored in their own browser, for slow connections; it contains no answers. The texts of
    # scripts are the same for everyone.
    shown = {name: response for name, response in found.items() if response.status_code != 405}  # a 405 proves nothing
    headers = {name: response.get("Cache-Control", "") for name, response in shown.items()}
    stored = {name: header for name, header in headers.items() if "no-store" not in header}
    public = ("surveys_public:", "assessments:script_texts")
    assert {name: header for name, header in stored.items() if not name.startswith(public)} == {}
    assert [name for name, response in found.items() if "Clear-Site-Data" in response.headers] == []
