"""The tests named in docs/security.md and docs/data-protection.md exist, and no chapter or principle is left out."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text() for name in ("security", "data-protection")}


def named(page: str) -> list[tuple[str, str]]:
    """(file, function or "") of each test that a page names."""
    return re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)


@pytest.mark.parametrize("name", PAGES)
def test_a_control_names_tests_that_are_there(name: str) -> None:
    missing = []
    for path, function in named(PAGES[name]):
        there = (ROOT / path).is_file()
        tree = ast.parse((ROOT / path).read_text()) if there else ast.Module([], [])
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if not there or (function and function not in functions):
            missing.append(f"{path}::{function}")
    assert len(named(PAGES[name])) > 20
    assert missing == []


def rows(page: str, head: str) -> list[list[str]]:
    table = page.partition(f"| {head} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_each_chapter_of_the_standard_has_a_test_or_lists_what_is_not_met() -> None:
    chapters = rows(PAGES["security"], "Chapter")
    assert [chapter[0].split()[0] for chapter in chapters] == [f"V{number}" for number in range(1, 18)]
    assert [row[0] for row in chapters if not row[2] and not row[3] and "Not used" not in row[1]] == []


@pytest.mark.parametrize(("head", "count"), [("Principle", 13), ("Article", 18)])
def test_each_principle_and_article_has_a_test_or_lists_what_is_not_met(head: str, count: int) -> None:
    found = rows(PAGES["data-protection"], head)
    assert len(found) == count
    assert [row[0] for row in found if not row[2] and not row[3]] == []
