"""How many break-downs a data release shows, and what it costs, on invented respondents.

They are invented in two ways that share no code, `tests/analysis/generated.py` and `tests/analysis/simulated.py`.

    python benchmarks/bench_releases.py [responses ...]        (it needs no database)

Three characteristics: sex, family of roles, age. A table counts as shown where the release publishes it; the target is
60 % of them at 19 and 40 responses, 80 % at 60, 90 % at 200 and 1000, and at most 10 CPU seconds at 1000.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.settings")
django.setup()

from analysis.releases.making import Settings, make_results  # noqa: E402 -- settings first
from analysis.releases.plans import default_plan  # noqa: E402
from tests.analysis.generated import document, generated  # noqa: E402
from tests.analysis.simulated import simulated  # noqa: E402

SEEDS = range(1, 11)
KINDS = {
    "generated, mixed": lambda responses, seed: generated(responses, seed, leaning=0.6, spread=1.0),
    "generated, alike": lambda responses, seed: generated(responses, seed, leaning=1.2, spread=0.6),
    "simulated, mixed": lambda responses, seed: simulated(responses, seed, sector=0.7, person=0.7),
    "simulated, alike": lambda responses, seed: simulated(responses, seed, sector=1.6, person=0.5),
}


def run(sizes: list[int]) -> None:
    print("responses  kind              groups of  tables  shown in 10 surveys    by sides   CPU s, the most")
    for responses in sizes:
        for kind in KINDS:
            measure(responses, kind)


def measure(responses: int, kind: str) -> None:
    shares, by_sides, costs = [], [], []
    for seed in SEEDS:
        found = KINDS[kind](responses, seed)
        settings = Settings(5, 20, bytes([seed]) * 32, default_plan(document()))
        start = time.process_time()
        results = make_results(found, settings)
        costs.append(time.process_time() - start)
        shown = [item["by"] for item in results["items"].values() if "by" in item]
        tables = len(shown) * 3
        shares.append(100 * sum(map(len, shown)) / tables)
        by_sides.append(100 * sum("sides" in table for by in shown for table in by.values()) / tables)
    least, middle, most = min(shares), median(shares), max(shares)
    share = f"{least:.0f}, {middle:.0f}, {most:.0f} %"
    sides = f"{median(by_sides):.0f} %"
    print(f"{responses:9}  {kind:16}  {results['k']:9}  {tables:6}  {share:>19}  {sides:>10}  {max(costs):6.1f}")


if __name__ == "__main__":
    run([int(size) for size in sys.argv[1:]] or [19, 40, 60, 200, 1000])
