"""Every script prints; characters that no font covers are reported instead of printing as empty boxes."""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from page import ValidationProfile, validate_pdf_bytes

from assessments.models import Assessment
from ctnat.ui import fonts
from reports.document.builder import build
from reports.models import Edition
from reports.output.html import styles
from reports.output.pdf import make_pdf
from reports.services.editions import make_edition
from reports.services.reports import create_report, update_report
from reports.services.sections import edit_section

# "Prevention" or the language's own name. The word is not printed in Chinese, Japanese and Korean: an optional package.
WORDS = {
    "en": "Prevention ▲ ✓ ●", "ru": "Предотвращение", "az": "Əlaqələndirilməlidir", "vi": "Phòng ngừa", "yo": "Ìdènà",
    "ee": "ɔɖʋ", "ha": "ɓɗƙƴ", "hy": "Կանխարգելում", "ka": "პრევენცია", "am": "መከላከል", "ti": "ምክልኻል",
    "ar": "الوقاية", "fa": "پیشگیری", "he": "מניעה", "hi": "रोकथाम", "ne": "रोकथामको", "bn": "প্রতিরোধ", "si": "වැළැක්වීම",
    "ta": "தடுப்பு", "te": "తెలుగు", "kn": "ಕನ್ನಡ", "ml": "മലയാളം", "gu": "ગુજરાતી", "pa": "ਪੰਜਾਬੀ", "or": "ଓଡ଼ିଆ",
    "th": "การป้องกัน", "lo": "ການປ້ອງກັນ", "km": "ការបង្ការ", "my": "ကာကွယ်ခြင်း", "bo": "བོད", "dv": "ދިވެހި",
    "mn": "ᠮᠣᠩᠭᠣᠯ", "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
}  # fmt: skip
HANGUL = "예방"
pytestmark = pytest.mark.skipif(
    not fonts.NOTO[0].is_dir() and os.environ.get("CI") != "true", reason="fonts-noto-core is not installed"
)


@pytest.fixture
def without_cjk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine without fonts-noto-cjk."""
    fonts._covered.cache_clear()
    monkeypatch.setattr(fonts, "NOTO", fonts.NOTO[:1])
    yield
    fonts._covered.cache_clear()


def test_every_script_prints_upright_bold_and_stressed_in_a_valid_file(caplog: pytest.LogCaptureFixture) -> None:
    rows = "".join(
        f'<p lang="{code}">{word} <strong>{word}</strong> <em>{word}</em> <span style="font-family: Print Sans">{word}'
        for code, word in WORDS.items()
    )
    head = f'<html lang="en"><head><title>Scripts</title><style>{styles("pdf")}</style></head>'
    with caplog.at_level(logging.WARNING, "weasyprint"):
        content = make_pdf(f"{head}<body><h1>Scripts</h1>{rows}</body></html>")
    assert [message for message in caplog.messages if "notdef" in message] == []
    assert fonts.uncovered("".join(WORDS.values())) == {}
    report = validate_pdf_bytes(content, profile=ValidationProfile.PDF_UA_1)
    assert [str(failure) for failure in report.failures] == []
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext of poppler-utils is not installed")
    command = ["pdftotext", "-raw", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)  # noqa: S603 - a fixed command
    text = done.stdout.decode()
    for code in ("en", "ru", "az", "hy", "ka", "am", "th", "ti", "zgh"):  # others' clusters are extracted in parts
        assert text.count(WORDS[code]) == 4, code


def test_no_other_font_of_the_machine_is_used() -> None:
    content = make_pdf(
        '<html lang="en"><head><title>x</title></head><body><h1 style="font-family: Liberation Serif, serif">x</h1>'
        '<p style="font-family: Arial, sans-serif">x</p><p style="font-family: monospace">x</p></body></html>'
    )
    with pikepdf.open(BytesIO(content)) as pdf:
        found = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert {name.split("+")[1].replace(",", "") for name in found} == {
        "Source-Serif-4-Bold", "Source-Sans-3", "DejaVu-Sans-Mono"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Prevention, დიახ, “quoted” – 5 °C", {}),
        (f"{HANGUL} and {HANGUL} again", {"Hangul": HANGUL}),
        ("well 🙂", {"Emoticons": "🙂"}),
        ("a\u200bb\u2068c\u2069\u00ad\n", {}),  # characters that print nothing are not reported as missing
    ],
)
def test_what_no_font_has_is_named_by_its_script(text: str, named: dict[str, str], without_cjk: None) -> None:
    assert fonts.uncovered(text) == named


@pytest.mark.django_db
def test_the_check_names_script_and_place_and_no_final_edition_is_made(
    assessment: Assessment, without_cjk: None
) -> None:
    report = create_report(assessment=assessment, by=None)
    edit_section(section=report.sections.get(key="context"), body=f"Text[^1].\n\n[^1]: A note in {HANGUL}.", by=None)
    update_report(report=report, by=None, title=f"Title {HANGUL[0]}")
    found = {(problem.section, problem.kind) for problem in build(report).problems if "Hangul" in problem.message}
    assert found == {("cover", "error"), ("context", "error")}
    with pytest.raises(ValidationError, match="on the cover: No font") as refused:
        make_edition(report=report, kind=Edition.Kind.FINAL, what_changed="", by=None)
    assert any("in section context: No font" in message for message in refused.value.messages)


@pytest.mark.django_db
def test_the_check_page_leads_to_the_cover(client_as: Any, assessment: Assessment, without_cjk: None) -> None:
    report = create_report(assessment=assessment, by=None)
    update_report(report=report, by=None, title=f"Title {HANGUL}")
    page = client_as("lead").get("/a/AZE-2016/report/check/").content.decode()
    assert f"Hangul ({HANGUL})" in page
    assert '<a href="/a/AZE-2016/report/settings/">Cover</a>' in page


@pytest.mark.parametrize(
    ("text", "em"),
    # The hmtx tables of Source Sans 3 cut at 700 (fontTools.varLib.instancer) and of Noto Sans Georgian Bold.
    [("", 0), ("i", 0.276), ("MW", 0.762 + 0.813), ("ა", 0.582)],
)
def test_words_are_as_wide_as_their_letters(text: str, em: float) -> None:
    assert fonts.width(text) == pytest.approx(em, abs=0.001)


def test_the_configuration_is_written_once_and_names_our_folders_alone(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    fonts._configuration.cache_clear()
    path = fonts._configuration()
    first = path.stat().st_mtime_ns
    fonts._configuration.cache_clear()
    assert fonts._configuration().stat().st_mtime_ns == first
    fonts._configuration.cache_clear()
    searched = re.findall("<dir>(.*?)</dir>", path.read_text())
    assert searched == [str(folder) for folder in fonts.folders()]
    assert {Path(folder).name for folder in searched} <= {"files", "ttf", "noto"}
