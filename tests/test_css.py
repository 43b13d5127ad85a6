"""The style sheets: well-formed, no class that no page has, no custom property that is not defined."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
# Classes that other packages write: crispy-forms and its Bootstrap templates, htmx, markdown-it.
FOREIGN = re.compile(
    r"asteriskField|htmx-\w+|(col-)?form-\w+(-\w+)*|is-invalid|invalid-feedback|btn-close|footnote\w*(-\w+)*"
)


def sources() -> str:
    """All text in which a class may be named: templates, scripts and code."""
    paths = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]
    paths += [path for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] not in {".venv", "tests", "var"}]
    return "\n".join(path.read_text() for path in paths)


def rules(nodes: list[Any]) -> Iterator[Any]:
    """Every rule of a sheet, those inside @media and @supports too."""
    for node in nodes:
        if node.type == "qualified-rule":
            yield node
        elif (
            node.type == "at-rule"
            and node.content
            and node.lower_at_keyword in {"media", "supports", "layer", "container"}
        ):
            yield from rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))


def sheet(path: Path) -> list[Any]:
    parsed: list[Any] = tinycss2.parse_stylesheet(path.read_text(), skip_comments=True, skip_whitespace=True)
    return parsed


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_is_well_formed(path: Path) -> None:
    faults = [node for node in sheet(path) if node.type == "error"]
    for rule in rules(sheet(path)):
        inside = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        faults += [node for node in inside if node.type == "error"]
    assert [(fault.source_line, fault.message) for fault in faults] == []


def test_every_class_of_a_style_sheet_is_used() -> None:
    words = set(re.findall(r"[\w-]+", sources()))
    unused = set()
    for path in SHEETS:
        for rule in rules(sheet(path)):
            for name in re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\"[^\"]*\"", "", tinycss2.serialize(rule.prelude))):
                built = any(name.startswith(word) and word.endswith("-") for word in words if len(word) > 2)
                if name not in words and not built and not FOREIGN.fullmatch(name):
                    unused.add(f"{path.name}: .{name}")
    assert unused == set()


def test_every_custom_property_is_defined() -> None:
    text = "\n".join(path.read_text() for path in SHEETS)
    used = set(re.findall(r"var\((--[\w-]+)", text))
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert {name for name in used - defined if not name.startswith("--bs-")} == set()
