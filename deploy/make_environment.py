#!/usr/bin/env python3
"""Print the settings of a new server, with keys of its own: deploy/make_environment.py HOST [--containers]

    umask 077; python3 deploy/make_environment.py nat.example.org > /etc/ctnat.env

With --containers, as the file .env beside compose.yaml. It needs nothing but Python.
"""

import argparse
import base64
import re
import secrets
from pathlib import Path

SAMPLE = Path(__file__).with_name("environment.sample")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def environment(host: str, *, containers: bool) -> str:
    given = {
        "host": host,
        "secret_key": secrets.token_urlsafe(60),
        "field_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    text = re.sub(r"\{(\w+)\}", lambda found: given[found[1]], SAMPLE.read_text())
    if not containers:
        return text
    password = secrets.token_urlsafe(30)
    changed = {
        "CTNAT_VAR": "/var/lib/ctnat",
        "DATABASE_URL": f"postgres://ctnat:{password}@database:5432/ctnat",
    }
    for name, value in changed.items():
        text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.M)
    return f"{text}\n# Of compose.yaml alone\nSITE_HOST={host}\nPOSTGRES_PASSWORD={password}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host", help="name of the site, such as nat.example.org")
    parser.add_argument("--containers", action="store_true", help="for compose.yaml")
    chosen = parser.parse_args()
    if not HOST.fullmatch(chosen.host):
        parser.error("the name of a host has small letters, digits, dots and hyphens only")
    print(environment(chosen.host, containers=chosen.containers), end="")  # noqa: T201 - what it is for
