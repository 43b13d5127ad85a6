"""On PostgreSQL: a page of an assessment finds its rows by an index, beside many rows of other assessments."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.large import addresses, begin, grow
from tests.test_lists import FILES, TYPED

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="these are the plans of PostgreSQL")

OWN, OTHERS, EACH = 8, 5, 40  # rows in the assessment whose pages are read; other assessments, and rows of each
# The pages of the site, of its library and of a user's account list or count what there is in all assessments; so does
# the list of a user's assessments, where few assessments are others'.
OF_THE_SITE = re.compile(
    r"instruments:|demonstration:|assessments:(site_|healthz|set_up|assessment_list|assessment_new|assessment_tool|help)"
)


def scans(plan: dict[str, Any], limited: bool = False) -> Iterator[str]:
    """The tables of which each row is read: one after the other, or by an index without a condition. A plan that stops
    after the first rows reads few."""
    limited = limited or plan["Node Type"] == "Limit"
    by_index = plan["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" in plan
    if "Relation Name" in plan and not limited and not by_index and plan["Node Type"] != "Bitmap Heap Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part, limited)


def planned(query: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}")
        found = cursor.fetchone()[0]
    [top] = json.loads(found) if isinstance(found, str) else found
    return set(scans(top["Plan"]))


@pytest.fixture
def by_index_alone(db: None) -> Iterator[None]:
    """A table of some hundred rows is read quickest from its beginning to its end, whatever indexes there are. So let
    the planner do that only where it cannot do otherwise."""
    methods = ("seqscan", "hashjoin", "mergejoin")
    with connection.cursor() as cursor:
        for method in methods:
            cursor.execute(f"SET LOCAL enable_{method} = off")
    yield
    with connection.cursor() as cursor:
        for method in methods:
            cursor.execute(f"SET LOCAL enable_{method} = on")


def test_pages_of_an_assessment_find_their_rows_by_an_index(by_index_alone: None) -> None:
    one = begin("ONE-2016")
    grow(one, OWN)
    for number in range(OTHERS):
        grow(begin(f"OTHER-{number}", email=f"lead{number}@example.org"), EACH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [OTHERS * EACH])
        large = {row[0] for row in cursor.fetchall()}
    assert {"interviews_answer", "surveys_response", "assessments_auditevent", "assessments_assessment"} <= large
    client = Client()
    client.force_login(one.lead)
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for name, path in addresses(one).items():
        if name in FILES or OF_THE_SITE.match(name):
            continue
        with CaptureQueriesContext(connection) as queries:
            client.get(path + TYPED.get(name, ""))
        for query in (row["sql"] for row in queries.captured_queries):
            shape = re.sub(r"\d+|'[^']*'", "?", query)
            if shape not in seen and query.startswith("SELECT"):
                seen.add(shape)
                for table in planned(query) & large:
                    found.setdefault(f"{table}, {name}", []).append(query)
    assert found == {}


def test_a_query_that_reads_a_whole_table_is_found(by_index_alone: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE plain AS SELECT n AS id, n FROM generate_series(1, 3000) AS n")
        cursor.execute("ALTER TABLE plain ADD PRIMARY KEY (id)")
        cursor.execute("ANALYZE plain")
    assert planned("SELECT * FROM plain WHERE n = 7") == planned("SELECT n FROM plain ORDER BY id") == {"plain"}
    assert planned("SELECT * FROM plain WHERE id = 7") == planned("SELECT * FROM plain ORDER BY id LIMIT 3") == set()
