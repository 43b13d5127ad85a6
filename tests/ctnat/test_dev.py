"""The developer's command measures the whole suite and no selection of it."""

import pytest

import dev


@pytest.mark.parametrize(
    "arguments", [[], ["-q"], ["-x", "-vv"], ["-n", "2"], ["-n0"], ["-q", "-m", "not browser"], ["--durations=20"]]
)
def test_the_whole_suite_is_measured(arguments: list[str]) -> None:
    assert dev.is_whole(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["tests/surveys"],
        ["-k", "mail"],
        ["-m", "browser"],
        ["--lf"],
        ["tests/test_access.py"],
        ["--ignore=tests"],
        ["--no-cov"],
    ],
)
def test_a_selection_is_not_measured(arguments: list[str]) -> None:
    assert not dev.is_whole(arguments)
