"""Blank forms as PDF: made once, cached by their content, never older than a week, never too many."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from instruments import pdf_cache

MADE: list[str] = []


def render(html: str) -> bytes:
    MADE.append(html)
    return f"%PDF {html}".encode()


def refuse(html: str) -> bytes:
    raise RuntimeError("Install Pango.")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.PDF_RENDERER = f"{__name__}.render"
    MADE.clear()


def test_pdf_of_makes_the_same_page_once() -> None:
    assert [pdf_cache.pdf_of(html) for html in ("a", "b", "a")] == [b"%PDF a", b"%PDF b", b"%PDF a"]
    assert MADE == ["a", "b"]


def test_pdf_of_makes_it_anew_after_a_week() -> None:
    pdf_cache.pdf_of("a")
    (kept,) = pdf_cache.folder().iterdir()
    old = time.time() - 8 * 86_400
    os.utime(kept, (old, old))
    pdf_cache.pdf_of("a")
    assert MADE == ["a", "a"]


def test_pdf_of_stores_only_the_newest_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_cache, "MOST", 2)
    for number in range(5):
        pdf_cache.pdf_of(str(number))
    assert len(list(pdf_cache.folder().iterdir())) == 2


def test_pdf_of_stores_nothing_of_a_layout_that_failed(settings: Any) -> None:
    settings.PDF_RENDERER = f"{__name__}.refuse"
    with pytest.raises(RuntimeError, match="Install Pango"):
        pdf_cache.pdf_of("a")
    assert not pdf_cache.folder().exists()


def test_pdf_of_needs_no_folder(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made below a file")
    settings.VAR_DIR = tmp_path / "file"
    assert pdf_cache.pdf_of("a") == b"%PDF a"
