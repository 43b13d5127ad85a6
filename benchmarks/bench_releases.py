"""How many break-downs a data release shows, and what it costs, on invented respondents.

They are invented in two ways that share no code, `tests/analysis/generated.py` and `tests/analysis/simulated.py`.

    python benchmarks/bench_releases.py [--seeds 1-10] [responses ...]        (it needs no database)

Three characteristics: sex, family of roles, age. A table counts as shown where the release publishes it; the target is
60 % of them at 19 and 40 responses, 80 % at 60, 90 % at 200 and 1000, and at most 10 CPU seconds at 1000. It was set
from surveys with mixed answers; those with similar answers are there to show how much depends on it.

Printed: the lowest, mean and highest share of the surveys of a kind, how many of the surveys reach the target, and why
the other tables are missing.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any
from unittest.mock import patch

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.settings")
django.setup()

from analysis.releases.making import Settings, make_results  # noqa: E402 -- settings first
from analysis.releases.plans import default_plan  # noqa: E402
from analysis.statistics import breakdowns  # noqa: E402
from tests.analysis.generated import document, generated  # noqa: E402
from tests.analysis.simulated import simulated  # noqa: E402

TARGETS = {19: 60, 40: 60, 60: 80, 200: 90, 1000: 90}
KINDS = {
    "generated, mixed": lambda responses, seed: generated(responses, seed, leaning=0.6, spread=1.0),
    "simulated, mixed": lambda responses, seed: simulated(responses, seed, sector=0.7, person=0.7),
    "generated, alike": lambda responses, seed: generated(responses, seed, leaning=1.2, spread=0.6),
    "simulated, alike": lambda responses, seed: simulated(responses, seed, sector=1.6, person=0.5),
}
REASONS = ("lot", "margin", "certain")


def run() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("responses", nargs="*", type=int, default=list(TARGETS))
    parser.add_argument("--seeds", default="1-10", help="first and last seed")
    given = parser.parse_args()
    first, last = map(int, given.seeds.split("-"))
    print("responses  kind              groups of        shown  reach target  by sides  lot, margin, certain  CPU s")
    for responses in given.responses:
        for kind in KINDS:
            measure(responses, kind, range(first, last + 1))


def measure(responses: int, kind: str, seeds: range) -> None:
    shares, by_sides, costs = [], [], []
    missing: Counter[str] = Counter()
    for seed in seeds:
        found = KINDS[kind](responses, seed)
        settings = Settings(5, 20, seed.to_bytes(4) * 8, default_plan(document()))
        with reasons() as why:
            start = time.process_time()
            results = make_results(found, settings)
            costs.append(time.process_time() - start)
        missing += why
        shown = [item["by"] for item in results["items"].values() if "by" in item]
        tables = len(shown) * 3
        shares.append(100 * sum(map(len, shown)) / tables)
        by_sides.append(100 * sum("sides" in table for by in shown for table in by.values()) / tables)
    target = TARGETS.get(responses, 0)
    share = f"{min(shares):.0f}, {mean(shares):.0f}, {max(shares):.0f} %"
    reached = f"{sum(one >= target for one in shares)} of {len(shares)}"
    why_not = ", ".join(f"{100 * missing[one] / tables / len(shares):.0f}" for one in REASONS)
    print(
        f"{responses:9}  {kind:16}  {results['k']:9}  {share:>14}  {reached:>10}  {mean(by_sides):6.0f} %  "
        f"{why_not + ' %':>20}  {max(costs):5.1f}",
        flush=True,
    )


@contextmanager
def reasons() -> Iterator[Counter[str]]:
    """Counts why tables are missing. It asks the conditions again, because a release does not keep the reasons."""
    decide, found = breakdowns._published, Counter[str]()

    def decided(
        item: str, groups: Any, key: bytes, one_in: int, known: Any, is_wide: Any, *more: Any
    ) -> dict[str, Any]:
        shown = decide(item, groups, key, one_in, known, is_wide, *more)
        for name in groups:
            if name not in shown:
                drawn = breakdowns.withheld_by_lot(key, item, name, one_in)
                found["lot" if drawn else "certain" if is_wide(name) else "margin"] += 1
        return shown

    with patch.object(breakdowns, "_published", decided):
        yield found


if __name__ == "__main__":
    run()
