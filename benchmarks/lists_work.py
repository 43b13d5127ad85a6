"""Pages of a large installation, read as a lead by Django's test client: CPU seconds, queries and bytes of each."""

import os
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.test_settings")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

REPEATS = 5


def pages(count: int, notes: int, wanted: dict[str, str]) -> dict[str, dict[str, Any]]:
    """In an assessment with `count` rows of each kind, and `notes` notes in each interview, beside `count` other
    assessments. `wanted`: name of a page -> what follows its address."""
    import gc

    import django

    django.setup()
    # Imported now: Django is set up only here.
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, reset_queries
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from surveys.models import Survey
    from tests.large import addresses, begin, grow

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    large = begin(notes=notes)
    grow(large, count)
    Survey.objects.update(status="closed")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(large.lead)
    client.get("/")
    gc.freeze()  # as the server does when it has started (ctnat/wsgi.py)
    found, every = {}, addresses(large)
    for name, query in wanted.items():
        first: Any = client.get(every[name] + query)  # the reading is recorded once a day
        address = getattr(first, "url", every[name] + query)  # of results, where the words are sealed
        seconds = []
        for _ in range(REPEATS):
            began = time.process_time()
            client.get(address)
            seconds.append(time.process_time() - began)
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        if page.status_code != 200:
            raise RuntimeError(f"{name}: {page.status_code}")
        found[name] = {"seconds": seconds, "queries": len(queries), "kilobytes": len(page.content) / 1000}
    return found
