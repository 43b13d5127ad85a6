"""The layout is the same everywhere, so that the name of a page leads to all that belongs to it.

URL `surveys:response_list` = view `response_list` = template `surveys/response_list.html`; templates for one state of a
page, such as `interview_type_signed_out.html`, are listed in `STATES`. A page that adds something may show the template
of the page that edits it. The tests of a page are in tests/surveys and begin with its name: `test_response_list_...`.
Partial templates begin with `_`, in every folder.
"""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from tests.import_contracts import circle

ROOT = Path(settings.BASE_DIR)
APPS = ("assessments", "instruments", "interviews", "surveys", "indicators", "workshops", "analysis", "reports")


def patterns(resolver: URLResolver | None = None) -> Iterator[tuple[str, str, Any]]:
    """(app, name, view) of every address with a view of this project."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        elif isinstance(entry, URLPattern) and (app := entry.callback.__module__.split(".")[0]) in APPS:
            yield app, entry.name or "", entry.callback


PATTERNS = list(patterns())
# Separate templates for a page in one state, or for a file that it makes: template -> page.
STATES = {
    "assessments/invitation_accept_gone.html": "invitation_accept",  # the link has ended
    "assessments/set_up_gone.html": "set_up",  # the link has ended
    "interviews/interview_type_signed_out.html": "interview_type",  # what was typed, for copying
    "instruments/instrument_edit_closed.html": "instrument_edit",  # published or discarded meanwhile
    "workshops/minutes_document.html": "minutes",  # laid out as PDF
    "reports/report_empty.html": "report",  # before the report is created
    "reports/shared_gone.html": "shared",  # the link has ended
}


def test_an_address_has_the_name_of_its_view() -> None:
    wrong = [f"{app}:{name} is the view {view.__name__}" for app, name, view in PATTERNS if name != view.__name__]
    assert wrong == []
    assert len(PATTERNS) > 150, "the walk finds the addresses"


@pytest.mark.parametrize("app", APPS)
def test_a_template_has_the_name_of_its_page_or_begins_with_an_underscore(app: str) -> None:
    pages = {name for of, name, _ in PATTERNS if of == app}
    folder = ROOT / "templates" / app
    templates = {f"{app}/{path.name}" for path in folder.glob("*.html") if not path.name.startswith("_")}
    assert templates - {f"{app}/{page}.html" for page in pages} == {
        name for name in STATES if name.startswith(f"{app}/")
    }


@pytest.mark.parametrize(("template", "page"), STATES.items())
def test_a_state_of_a_page_is_named_after_the_page(template: str, page: str) -> None:
    app, name = template.removesuffix(".html").split("/")
    assert page in {name for of, name, _ in PATTERNS if of == app}
    assert name.startswith(f"{page}_")


# Templates outside the apps whose names are given by Django, by a library, or by what extends them.
FIXED_FOLDERS = ("account", "allauth", "bootstrap5", "mfa")
FIXED = ("400", "403", "403_csrf", "404", "500", "error", "base", "base_public", "reports/document/document")


def test_every_other_template_is_a_part_and_begins_with_an_underscore() -> None:
    paths = {path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html")}
    others = {path for path in paths if path.parts[0] not in FIXED_FOLDERS and str(path.parent) not in APPS}
    assert {f"{path.with_suffix('')}" for path in others if not path.name.startswith("_")} == set(FIXED)


def page_of_test(test: str, pages: set[str]) -> str:
    """The page that a test is named after: the longest name that fits, so that `comment_edit` is not `comment`."""
    return max((page for page in pages if f"{test}_".startswith(f"test_{page}_")), key=len, default="")


@pytest.mark.parametrize("app", APPS)
def test_each_page_has_a_test_with_its_name(app: str) -> None:
    pages = {name for of, name, _ in PATTERNS if of == app}
    trees = [ast.parse(path.read_text()) for path in (ROOT / "tests" / app).rglob("test_*.py")]
    functions = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert pages - {page_of_test(name, pages) for name in functions} == set()


def test_a_test_belongs_to_the_page_with_the_longest_name() -> None:
    pages = {"comment", "comment_edit", "group"}
    names = ("test_comment_edit_roles", "test_comment_edits", "test_group", "test_groups", "comment_edit")
    assert [page_of_test(name, pages) for name in names] == ["comment_edit", "comment", "group", "", ""]


def sources() -> list[Path]:
    return sorted(
        path for app in ("ctnat", *APPS) for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
    )


def inline_imports_without_reason(source: str) -> list[int]:
    """The lines of imports inside functions that have no comment: in the line itself, or above the group of imports."""
    lines = source.splitlines()
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        explained = 0  # the last line of a group of imports that has a comment above it
        for node in sorted(
            (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)),
            key=lambda node: node.lineno,
        ):
            first = node.lineno - 1
            reason = "#" in lines[first] or lines[first - 1].lstrip().startswith("#") or explained == first
            if reason:
                explained = node.end_lineno or node.lineno
            else:
                found.append(node.lineno)
    return sorted(set(found))


def test_an_import_inside_a_function_has_a_comment_with_the_reason() -> None:
    found = {path: inline_imports_without_reason(path.read_text()) for path in sources()}
    assert {str(path.relative_to(ROOT)): lines for path, lines in found.items() if lines} == {}


def test_the_reason_of_an_inline_import_is_beside_it_or_above_the_group() -> None:
    sample = "def f():\n    # it is slow\n    import a\n    import b\n    x = 1\n    import c\n    import d  # why\n"
    assert inline_imports_without_reason(sample) == [6]


def test_a_circle_of_imports_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    found = circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})
    assert sorted(found[1:]) == ["b", "c"]
    assert found[0] == found[-1]


LONGEST_TEMPLATE_LINE = 200


def test_no_line_of_a_template_is_longer_than_can_be_read() -> None:
    paths = list((ROOT / "templates").rglob("*.html"))  # not mails: their lines are printed as they are
    assert len(paths) > 200, "the walk finds the templates"
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]
    assert found == []


def test_no_template_calculates_data_from_the_number_of_a_loop() -> None:
    arithmetic = re.compile(r"\{%\s*cycle|forloop\.counter0?\s*\||divisibleby|\|\s*add:\s*[\"'-]*[0-9]")
    paths = (ROOT / "templates").rglob("*.html")
    assert [str(path.relative_to(ROOT)) for path in paths if arithmetic.search(path.read_text())] == []


def test_no_part_of_a_sentence_is_a_statement_of_its_own() -> None:
    """A text broken into two lines without parentheses would lose its second half."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            statements = getattr(node, "body", None)
            for statement in statements[1:] if isinstance(statements, list) else []:
                value = getattr(statement, "value", None) if isinstance(statement, ast.Expr) else None
                if isinstance(value, ast.JoinedStr) or (
                    isinstance(value, ast.Constant) and isinstance(value.value, str)
                ):
                    found.append(f"{path.relative_to(ROOT)}:{statement.lineno}")
    assert found == []


def _methods(node: ast.AST) -> dict[str, ast.Call]:
    """name -> call, of a chain such as `Answer.objects.select_for_update().select_related("interview").get(pk=1)`."""
    found = {}
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found[node.func.attr] = node
        node = node.func if isinstance(node, ast.Call) else node.value
    return found


def test_rows_are_locked_without_the_rows_that_they_are_joined_with() -> None:
    """Otherwise a page that reads an answer with its assessment waits for all who change that, or deadlocks."""
    joined = []
    for source in filter(lambda path: "select_for_update" in path.read_text(), sources()):
        for node in ast.walk(ast.parse(source.read_text())):
            chain = _methods(node)
            lock = chain.get("select_for_update")
            if lock and "select_related" in chain and not any(given.arg == "of" for given in lock.keywords):
                joined.append(f"{source}:{lock.lineno}")
    assert joined == []


def test_nothing_else_lies_at_the_top_of_the_repository() -> None:
    """What a run writes is in `var`; a mail that one had sent was committed with a folder of its own."""
    git = shutil.which("git") or pytest.skip("git is not installed")
    listed = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True)  # noqa: S603
    if listed.returncode:
        pytest.skip("this is not a checkout")
    folders = {path.partition("/")[0] for path in listed.stdout.splitlines() if "/" in path}
    others = {".ci", "benchmarks", "ctnat", "deploy", "docs", "fixtures", "locale", "static", "templates", "tests"}
    assert folders == {*APPS, *others}
