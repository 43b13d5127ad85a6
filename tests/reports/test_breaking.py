"""Lines break between words in scripts without spaces, and long words are hyphenated by syllables."""

import re

import pyphen
import pytest
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration

from ctnat.ui.fonts import use_own_fonts
from reports.breaking import BREAK, use_own_hyphens, with_breaks, words_of
from reports.output.html import styles

KHMER, LAO, BURMESE = "ការប្រយុទ្ធប្រឆាំងអំពើជួញដូរមនុស្ស", "ການຕ້ານການຄ້າມະນຸດ", "လူကုန်ကူးမှုတိုက်ဖျက်ရေး"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (KHMER, ["ការ", "ប្រយុទ្ធ", "ប្រឆាំង", "អំពើ", "ជួញដូរ", "មនុស្ស"]),
        (LAO, ["ການ", "ຕ້ານ", "ການຄ້າ", "ມະນຸດ"]),
        (BURMESE, ["လူ", "ကုန်", "ကူး", "မှု", "တိုက်", "ဖျက်", "ရေး"]),
        ("การค้ามนุษย์", ["การ", "ค้า", "มนุษย์"]),
        ("one-two three/four", ["one-", "two", "three/", "four"]),
        ("", []),
    ],
)
def test_words_are_found_in_scripts_without_spaces(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_marks_are_put_into_text_alone() -> None:
    html = f'<p lang="lo" title="{LAO}">{LAO}, Ministry — 12</p><img alt="{KHMER}">'
    marked = with_breaks(html)
    assert marked.replace(BREAK, "") == html
    assert re.findall(f"<[^>]*{BREAK}", marked) == []
    assert marked.count(BREAK) == 3
    assert with_breaks(marked) == marked


@pytest.mark.parametrize(("language", "text"), [("km", KHMER), ("lo", LAO), ("my", BURMESE)])
def test_a_long_line_stays_on_its_page(language: str, text: str) -> None:
    use_own_fonts()
    html = f'<html lang="{language}"><style>{styles("pdf")}</style><body><p>{text * 12}</p></body></html>'
    [page] = HTML(string=with_breaks(html)).render(font_config=FontConfiguration()).pages
    lines = [box for box in page._page_box.descendants() if isinstance(box, boxes.TextBox)]
    assert len(lines) > 1
    assert max(box.position_x + box.width for box in lines) <= page.width - 20 / 25.4 * 96


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("az", "əla·qə·lən·di·ril·mə·li·dir"),
        ("az", "İs·tin·taq"),  # two characters in Python's lower case
        ("az", "QIR·MI·ZI"),
        ("tr", "de·ğer·len·di·ril·me·si"),
        ("ka", "კონ·ფი·დენ·ცია·ლუ·რო·ბა"),
        ("hy", "պաշտ·պա·նու·թյուն"),
        ("ru", "до·ста·точ·но"),
    ],
)
def test_words_are_hyphenated_between_syllables(language: str, word: str) -> None:
    use_own_hyphens()
    assert pyphen.Pyphen(lang=language).inserted(word.replace("·", ""), "·") == word
