"""A server that tests can kill: fills a database, then forks a serving process for each line read.

Forking saves the seconds that loading the project takes; each child opens the database by itself.
Writes the sessions of the created users as JSON, then the process id of each child.
"""

import json
import os
import signal
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402  (needs the setup above)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import run  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from ctnat.wsgi import application  # noqa: E402
from tests.factories import AssessmentFactory, MembershipFactory  # noqa: E402
from tests.interviews.factories import InterviewFactory  # noqa: E402


def seed() -> dict[str, str]:
    """Two members and eight interviews. Role -> session key; with "again" a second one, for who signs out."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    assessment = AssessmentFactory(reference="AZE-2016")
    sessions = {}
    for role in ("lead", "consultant"):
        user = MembershipFactory(assessment=assessment, role=role, user__name=role.title()).user
        for name in (role, f"{role} again"):
            session = SessionStore()
            session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session.create()
            sessions[name] = str(session.session_key)
    for number in range(1, 9):
        InterviewFactory(assessment=assessment, number=number, code=f"AZEint{number}")
    assessment.last_interview = 8
    assessment.save()
    return sessions


def translate(words: object) -> None:
    sys.stdout.write(f"{json.dumps(words)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    port = int(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a killed child leaves nothing behind
    translate(seed())
    assert get_resolver().url_patterns  # loads every view before the first fork
    connections.close_all()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            run("127.0.0.1", port, application, threading=True)
        translate(child)
