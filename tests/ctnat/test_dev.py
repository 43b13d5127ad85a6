"""The developer's command measures coverage of the whole suite, not of a selection."""

import pytest

import dev


@pytest.mark.parametrize(
    "arguments", [[], ["-q"], ["-x", "-vv"], ["-n", "2"], ["-n0"], ["-q", "-m", "not browser"], ["--durations=20"]]
)
def test_the_whole_suite_is_measured(arguments: list[str]) -> None:
    assert dev.is_whole(arguments)


@pytest.mark.parametrize(
    "arguments",
    [["tests/surveys"], ["-k", "mail"], ["-m", "browser"], ["--lf"], ["tests/test_access.py"], ["--ignore=tests"]],
)
def test_a_selection_is_not_measured(arguments: list[str]) -> None:
    assert not dev.is_whole(arguments)


@pytest.mark.parametrize(("database", "counted"), [("sqlite:///a", True), ("postgres://a", False)])
def test_branches_are_counted_on_sqlite(monkeypatch: pytest.MonkeyPatch, database: str, counted: bool) -> None:
    called: list[tuple[object, ...]] = []
    environments: list[dict[str, str]] = []

    def run(*command: object, **environment: str) -> int:
        called.append(command)
        environments.append(environment)
        return 0

    monkeypatch.setenv("DATABASE_URL", database)
    for step in ("install", "ensure_pdf_libraries", "ensure_fonts", "ensure_pdftotext", "ensure_office"):
        monkeypatch.setattr(dev, step, lambda *lock: None)
    monkeypatch.setattr(dev, "ensure_browser", lambda: True)
    monkeypatch.setattr(dev, "run", run)
    assert dev.test(["-q"]) == 0
    assert environments == [{"PYTHONDONTWRITEBYTECODE": ""}]  # the processes of the tests compile each module once
    assert ("tests.branches" in called[0]) == counted
