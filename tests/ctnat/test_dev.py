"""The developer's command measures coverage of the whole suite, not of a selection."""

import subprocess
from pathlib import Path

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


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The commands that `dev.py start` gives to manage.py, in a folder of its own with a database."""
    called: list[str] = []

    def load_demo(command: list[object], **_: object) -> subprocess.CompletedProcess[str]:
        called.append(str(command[2]))
        return subprocess.CompletedProcess([], 0, "lead@demo.example\n")

    monkeypatch.setattr(dev, "VAR", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(dev, "manage", lambda *command: called.append(str(command[0])))
    monkeypatch.setattr(dev.subprocess, "run", load_demo)
    (tmp_path / "ctnat.sqlite3").touch()
    return called


def test_the_demonstration_is_loaded_once(loading: list[str], tmp_path: Path) -> None:
    dev.ensure_data(with_demo=True)
    assert loading.pop() == "load_demo"
    assert (tmp_path / "demo-sign-ins.txt").read_text() == "lead@demo.example\n"
    loading.clear()
    dev.ensure_data(with_demo=True)
    assert loading == [], "nothing has changed"


def test_a_demonstration_that_was_removed_is_not_loaded_again(
    loading: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dev.ensure_data(with_demo=True)
    (tmp_path / "demo-sign-ins.txt").unlink()  # as its removal does
    (tmp_path / "data.stamp").write_text("an earlier version of the code")
    loading.clear()
    dev.ensure_data(with_demo=True)
    assert loading[0] == "migrate"
    assert "load_demo" not in loading
    assert "The demonstration was removed." in capsys.readouterr().out
    assert not (tmp_path / "demo-sign-ins.txt").exists()
