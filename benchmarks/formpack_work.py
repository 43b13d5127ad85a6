"""The work of formpack, the library behind KoboToolbox, on the submissions of `benchmarks.invented`.

`python()` finds or installs it in an environment of its own; the functions below run there. Files are written with
its usual settings, which give a multiple choice twice: as one column, and as one for each option.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench" / "formpack"
SOURCE = "https://github.com/kobotoolbox/formpack/archive/refs/heads/master.zip"  # there is no release of version 3
UNDECLARED = "python-dateutil"  # which it imports
SPLIT = ("q1_6", "q1_2", "q1_5")  # sex, role, age
COMPARED = {"q1_6": "1.6", "q3_1_1": "3.1.1", "q2_2": "2.2"}


def python() -> Path | None:
    """The Python that has formpack; None where it cannot be installed. `FORMPACK` may name another source for pip."""
    found = FOLDER / "bin" / "python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)  # noqa: S603 -- our own program
    has = [str(found), "-c", "import formpack"]
    if subprocess.run(has, capture_output=True).returncode:  # noqa: S603
        source = os.environ.get("FORMPACK", SOURCE)
        subprocess.run([str(found), "-m", "pip", "install", "-q", source, UNDECLARED], capture_output=True)  # noqa: S603
    return None if subprocess.run(has, capture_output=True).returncode else found  # noqa: S603


def prepare(path: str) -> tuple[Any, list[dict[str, Any]]]:
    """The form, and the submissions in memory."""
    from formpack import FormPack  # type: ignore[import-not-found] # only its own Python has it

    given = json.loads(Path(path).read_text())
    version = {"version": "v1", "content": given["form"]}
    return FormPack([version], title="Benchmark", id_string="benchmark"), given["submissions"]


def report(prepared: tuple[Any, list[dict[str, Any]]]) -> dict[str, dict[str, int]]:
    """Its report overall and by three characteristics; the counts of a few questions."""
    pack, rows = prepared
    found, made = {}, pack.autoreport()
    for field, _label, stats in made.get_stats(rows).stats:
        if field.name in COMPARED:
            found[COMPARED[field.name]] = dict(stats["frequency"])
    for by in SPLIT:
        for _ in made.get_stats(rows, split_by=by).stats:
            pass
    return found


def xlsx(prepared: tuple[Any, list[dict[str, Any]]]) -> int:
    pack, rows = prepared
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.xlsx")
        pack.export(versions=["v1"]).to_xlsx(str(path), rows)
        return path.stat().st_size


def csv(prepared: tuple[Any, list[dict[str, Any]]]) -> int:
    pack, rows = prepared
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.csv")
        with path.open("w") as target:
            target.writelines(f"{line}\n" for line in pack.export(versions=["v1"]).to_csv(rows))
        return path.stat().st_size
