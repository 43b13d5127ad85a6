"""Tests that share something expensive are in one group, by the paths in tests/groups.py."""

from pathlib import Path

from django.conf import settings

from tests.groups import TOGETHER, group_of


def test_each_path_of_a_group_is_there() -> None:
    root = Path(settings.BASE_DIR)
    assert [path for path in TOGETHER if not (root / path).exists()] == []


def test_a_test_is_in_the_group_of_its_file_or_by_itself() -> None:
    assert group_of("tests/journeys/test_lead.py::test_lead[chromium]") == "journeys"
    assert group_of("tests/test_published.py::test_a[x-1]") == group_of("tests/reports/test_load_demo.py::test_b")
    assert group_of("tests/test_smoke.py::test_healthz") == "tests/test_smoke.py::test_healthz"
