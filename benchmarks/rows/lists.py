"""Lists of a large installation: CPU seconds, queries, and the size of pages. They grow with what a page shows only.

A page asks four questions beside those of its list: who is signed in (session, user), the assessment, and its steps.
"""

from collections.abc import Iterator

from benchmarks.processes import spent
from benchmarks.table import Row

OF_EVERY_PAGE = 4
LISTS = {
    "interviews:interview_list": "",
    "interviews:theme_list": "",
    "interviews:search": "?q=hotline",
    "reports:report_read": "",
}
SIZES = {
    "assessments:assessment_list": ("start page", 50),
    "indicators:matrix": ("category of the matrix", 50),
}


def rows() -> Iterator[Row]:
    wanted = {**LISTS, **dict.fromkeys(SIZES, "")}
    for count in (10, 100, 500, 1_000):
        found = spent("benchmarks.lists_work:pages", count, 40, wanted).result
        of = f"of {count:,} interviews with 40 notes"
        for name in LISTS:
            page = name.partition(":")[2].replace("_", " ")
            yield Row(f"{page}, {of}", "at most", 0.1, "s", ours=found[name]["seconds"])
            if count == 500:
                queries = found[name]["queries"] - OF_EVERY_PAGE
                yield Row(f"queries for the {page}, {of}", "at most", 8, "queries", ours=[queries])
        if count in (100, 1_000):
            home = found["assessments:assessment_list"]
            yield Row(f"start page with {count:,} assessments", "at most", 0.05, "s", ours=home["seconds"])
        if count == 1_000:
            for name, (label, goal) in SIZES.items():
                yield Row(f"size of a {label}", "at most", goal, "kB", ours=[found[name]["kilobytes"]])
