"""The tests of a file run in one process, as do files that share something expensive; the longest begin first."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.distributing import only_distributes
from tests.groups import LONGEST_FIRST, TOGETHER, begins_after, files_of, group_of, share


def test_each_path_of_a_group_is_there() -> None:
    root = Path(settings.BASE_DIR)
    assert [path for path in TOGETHER if not (root / path).exists()] == []


def test_what_takes_long_is_a_group_or_a_file_of_none() -> None:
    root = Path(settings.BASE_DIR)
    files = [name for name in LONGEST_FIRST if name not in TOGETHER.values()]
    assert [name for name in files if not (root / name).is_file() or group_of(f"{name}::test_a") != name] == []


def test_a_test_is_in_the_group_of_its_file_or_in_its_file() -> None:
    assert group_of("tests/journeys/test_lead.py::test_lead[chromium]") == "journeys"
    assert group_of("tests/test_published.py::test_a[x-1]") == group_of("tests/reports/test_load_demo.py::test_b")
    assert group_of("tests/test_smoke.py::test_healthz") == "tests/test_smoke.py"
    assert group_of("tests/test_lists.py::test_a[::1]") == "tests/test_lists.py"


def test_what_takes_longest_begins_first_and_browser_tests_before_others() -> None:
    groups = {
        "tests/test_smoke.py": ["tests/test_smoke.py::test_healthz"],
        "tests/test_caching.py": ["tests/test_caching.py::test_a", "tests/test_caching.py::test_b[chromium]"],
        "tests/test_lists.py": ["tests/test_lists.py::test_a"],
        "journeys": ["tests/journeys/test_lead.py::test_lead[chromium]"],
    }
    found = sorted(groups, key=lambda group: begins_after(group, groups[group]))
    assert found == ["journeys", "tests/test_lists.py", "tests/test_caching.py", "tests/test_smoke.py"]


def test_the_processes_share_the_files_that_they_import_first(tmp_path: Path) -> None:
    for size, name in enumerate(["test_a.py", "test_b.py", "inner/test_c.py", "inner/test_d.py", "inner/help.py"]):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("#" * size)
    files = files_of([f"{tmp_path}/inner", f"{tmp_path}/test_a.py::test_one", f"{tmp_path}/test_b.py"])
    assert [file.name for file in files] == ["test_c.py", "test_d.py", "test_a.py", "test_b.py"]
    shares = [share(files, number, 3) for number in range(3)]
    assert [[file.name for file in one] for one in shares] == [["test_d.py", "test_a.py"], ["test_c.py"], ["test_b.py"]]


@pytest.mark.parametrize(
    ("arguments", "distributes"),
    [
        (["-n", "3", "-q"], True),
        (["-q", "-n2"], True),
        (["-n", "0"], False),
        (["-n0", "tests"], False),
        (["-q", "-nobody"], False),
        ([], False),
    ],
)
def test_a_process_with_others_to_run_the_tests_only_distributes_them(
    arguments: list[str], distributes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    assert only_distributes(["pytest", *arguments]) is distributes
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    assert only_distributes(["pytest", *arguments]) is False
