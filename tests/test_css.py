"""The style sheets: well-formed, without unused classes or undefined custom properties."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from django.conf import settings

from tests.test_layout import APPS

ROOT = Path(settings.BASE_DIR)
SHEETS = sorted([*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "reports" / "output" / "styles").glob("*.css")])
# Classes that other packages write: crispy-forms and its Bootstrap templates, htmx, markdown-it.
FOREIGN = re.compile(
    r"asteriskField|htmx-\w+|(col-)?form-\w+(-\w+)*|is-invalid|invalid-feedback|btn-close|footnote\w*(-\w+)*"
)


# Classes that are not in any markup: built by code from other values.
DYNAMIC = {
    "fit-small",  # reports/document/table_fit.py: how a table fits on a printed page
    "fit-turned",
    "fit-broken",
}
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ATTRIBUTE = re.compile(r"""\bclass=\\?(["'])(.*?)\\?\1""", re.DOTALL)


def words_of(value: str) -> set[str]:
    """The classes in the value of an attribute. An incomplete one ends with "-": `state-{{ state }}`."""
    words = {
        word
        for tag in TAG.findall(value)
        for text in re.findall(r"[\"'](.*?)[\"']", tag)
        for word in re.split(r"[\s,]+", text)
    }
    for word in re.sub(
        r"\$?\{[^{}]*\}", "\0", TAG.sub(lambda tag: "\0" if tag[0].startswith("{{") else " ", value)
    ).split():
        before, cut, _ = word.partition("\0")
        if not cut or before.endswith("-"):
            words.add(before)
    return words


def classes_in_template(text: str) -> set[str]:
    text = TAG.sub(lambda tag: tag[0].replace('"', "'"), text)
    blocks = re.findall(r"\{% block \w*class %\}(.*?)\{% endblock %\}", text)
    values = [*re.findall(r'\bclass="(.*?)"', text, re.DOTALL), *blocks]
    return {word for value in values for word in words_of(value)}


def classes_in_script(text: str) -> set[str]:
    """The words of every string: names of classes, selectors."""
    found = set()
    for strings in re.findall(r""""([^"\n]*)"|`([^`]*)`""", text):
        for word in re.split(r"[\s.,#\[\]>:()=~+]+", "".join(strings).replace("${", "\0")):
            before, cut, _ = word.partition("\0")
            if not cut or before.endswith("-"):
                found.add(before)
    return found


def classes_in_code(source: str) -> set[str]:
    """The classes in markup inside strings, and the values of "class" in attributes of widgets."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {word for _, value in ATTRIBUTE.findall(node.value) for word in words_of(value)}
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            found |= {word for _, value in ATTRIBUTE.findall("".join(map(str, parts))) for word in words_of(value)}
        elif isinstance(node, ast.Dict):
            for key, given in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "class":
                    texts = [part.value for part in ast.walk(given) if isinstance(part, ast.Constant)]
                    found |= {word for text in texts if isinstance(text, str) for word in text.split()}
    return found


def used_classes() -> set[str]:
    found = {name for path in (ROOT / "templates").rglob("*.html") for name in classes_in_template(path.read_text())}
    found |= {name for path in (ROOT / "static" / "js").glob("*.js") for name in classes_in_script(path.read_text())}
    return found | {
        name
        for app in ("ctnat", *APPS)
        for path in (ROOT / app).rglob("*.py")
        for name in classes_in_code(path.read_text())
    }


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


def classes_of(path: Path) -> set[str]:
    found = set()
    for rule in rules(sheet(path)):
        found |= set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\"[^\"]*\"", "", tinycss2.serialize(rule.prelude))))
    return found


def unused(names: set[str], used: set[str]) -> set[str]:
    begun = tuple(word for word in used if word.endswith("-") and len(word) > 1)
    return {name for name in names - used - DYNAMIC if not name.startswith(begun) and not FOREIGN.fullmatch(name)}


def test_every_class_of_a_style_sheet_is_used() -> None:
    used = used_classes()
    assert {path.name: found for path in SHEETS if (found := unused(classes_of(path), used))} == {}
    assert {name for path in SHEETS for name in classes_of(path)} >= DYNAMIC, "the list holds no class that is gone"


def test_a_class_counts_as_used_only_where_it_is_given_to_an_element() -> None:
    template = (
        """<p class="a {% if x == "no" %}b-{{ x|yesno:"c,d" }}{% endif %}">the word order</p> {# class of="e" #}"""
    )
    code = 'html = f\'<p class="f g-{{x}}">h</p>\'\nwidget = {"class": "i" if x else "j", "title": "k"}\n"l"\n'
    used = classes_in_template(template) | classes_in_code(code)
    assert unused(set("abcdefhijkl") | {"b-no", "g-x", "order"}, used) == {"b", "e", "h", "k", "l", "order"}


def test_every_custom_property_is_defined() -> None:
    text = "\n".join(path.read_text() for path in SHEETS)
    used = set(re.findall(r"var\((--[\w-]+)", text))
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert {name for name in used - defined if not name.startswith("--bs-")} == set()
