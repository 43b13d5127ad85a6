"""How many break-downs a data release shows, and what it costs, on invented respondents (tests/analysis/generated.py).

    python benchmarks/bench_releases.py [responses ...]        (it needs no database)

Three characteristics: sex, family of roles, age. A table counts as shown where the release publishes it; the target is
60 % of them at 19 and 40 responses, 80 % at 60, 90 % at 200 and 1000, and at most 10 CPU seconds at 1000.
"""

import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.settings")
django.setup()

from analysis.releases.making import Settings, make_results  # noqa: E402 -- settings first
from analysis.releases.plans import default_plan  # noqa: E402
from tests.analysis.generated import document, generated  # noqa: E402

SEEDS = (1, 2, 3)
KINDS = {"mixed": (0.6, 1.0), "alike": (1.2, 0.6)}  # leaning of families, spread inside a family


def run(sizes: list[int]) -> None:
    print("responses  kind   seed  groups of  characteristics  tables  shown   CPU s")
    for responses in sizes:
        for kind, (leaning, spread) in KINDS.items():
            for seed in SEEDS:
                measure(responses, kind, seed, leaning, spread)


def measure(responses: int, kind: str, seed: int, leaning: float, spread: float) -> None:
    found = generated(responses, seed, leaning, spread)
    settings = Settings(5, 20, bytes([seed]) * 32, default_plan(document()))
    start = time.process_time()
    results = make_results(found, settings)
    cost = time.process_time() - start
    items = [item for item in results["items"].values() if "by" in item]
    tables, shown = len(items) * 3, sum(len(item["by"]) for item in items)
    share = f"{100 * shown / tables:.0f} %"
    groups = len(results["groups"])
    print(f"{responses:9}  {kind:5}  {seed:4}  {results['k']:9}  {groups:15}  {tables:6}  {share:>5}  {cost:6.1f}")


if __name__ == "__main__":
    run([int(size) for size in sys.argv[1:]] or [19, 40, 60, 200, 1000])
