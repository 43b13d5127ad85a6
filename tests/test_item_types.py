"""Only one module of each app distinguishes types of questions, and each of them handles every type."""

import ast
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings

from instruments import item_types, schema
from instruments.schema import ITEM_TYPES, Item
from instruments.schema.items import IntegerItem, TextItem
from tests.test_layout import APPS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ("select_one", "select_multiple", "integer", "decimal")  # words that mean nothing else in a template

# The modules that may name the types: the schema, and one of each app (a package if it has several purposes).
REGISTRIES = ("instruments/schema/", "instruments/item_types", "surveys/item_types", "analysis/item_types", "reports/")

# What has kinds of its own, "text" among them: blocks of the report, fields of the editor, paragraphs of a Word file,
# tokens of Markdown.
OTHER_KINDS = (
    "reports/document/",
    "instruments/entry_shapes.py",
    "reports/output/matrix.py",
    "reports/review/",
    "reports/word/markdown.py",
)


def comparisons(source: str) -> list[int]:
    """Lines that compare something called `type` or `kind` with the name of a type of question, or set it."""

    def names(node: ast.expr) -> set[str]:
        return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}

    def asks_type(node: ast.expr) -> bool:
        called = [getattr(each, "attr", getattr(each, "id", "")) for each in ast.walk(node)]
        return bool({"type", "kind"} & ({*called} | names(node)))

    found = []
    for node in ast.walk(ast.parse(source)):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        if isinstance(node, ast.Dict):
            entries = [(key, given) for key, given in zip(node.keys, node.values, strict=True) if key is not None]
            given = {name for key, given in entries if names(key) == {"type"} for name in names(given)}
            found += [node.lineno] if given & {*TEMPLATES, "rank"} else []
        if isinstance(node, ast.match_case) and isinstance(node.pattern, ast.MatchValue):
            sides = [node.pattern.value]
            if names(sides[0]) & set(TEMPLATES):
                found.append(node.pattern.lineno)
        elif any(names(side) & set(ITEM_TYPES) for side in sides) and any(asks_type(side) for side in sides):
            found.append(node.lineno)
    return found


def is_registry(path: str) -> bool:
    return path.startswith(REGISTRIES[:-1]) or (path.startswith(REGISTRIES[-1]) and "item_types" in path)


def test_no_other_module_compares_a_type_by_its_name() -> None:
    found = []
    for app in ("ctnat", *APPS):
        for file in sorted((ROOT / app).rglob("*.py")):
            path = str(file.relative_to(ROOT))
            if "migrations" not in file.parts and not is_registry(path):
                found += [f"{path}:{line}" for line in comparisons(file.read_text())]
    assert [place for place in found if not place.startswith(OTHER_KINDS)] == []


def test_no_template_names_a_type() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "templates").rglob("*.html"))
        if any(f'"{word}"' in file.read_text() or f"'{word}'" in file.read_text() for word in TEMPLATES)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('if item.type == "rank":\n    pass', [1]),
        ('x = kind in ("text", "integer")', [1]),
        ('if entry.get("type") != "select_one":\n    pass', [1]),
        ('match item.type:\n    case "select_one":\n        pass', [2]),
        ('if colour == "text":\n    pass', []),
        ('if item.type == "matrix":\n    pass', []),
        ('x = {"name": "1", "type": "select_one"}', [1]),
        ('x = {"name": "rank", "type": kind}', []),
    ],
)
def test_a_comparison_is_found(source: str, lines: list[int]) -> None:
    assert comparisons(source) == lines


def test_instruments_handle_every_type() -> None:
    assert set(item_types.LABELS) == set(ITEM_TYPES.values())
    assert [name for name, _ in item_types.CHOICES] == list(ITEM_TYPES)
    assert set(item_types.XLSFORM_TYPES.values()) >= set(ITEM_TYPES)
    having_bounds = {cls for cls in ITEM_TYPES.values() if "min" in cls.model_fields}
    assert set(item_types.BOUNDS) == having_bounds
    assert TextItem not in having_bounds < {*ITEM_TYPES.values()}
    assert IntegerItem in having_bounds


def test_a_new_type_is_listed_in_the_union_alone() -> None:
    assert set(ITEM_TYPES.values()) == set(get_args(Item))
    assert {cls.__name__ for cls in ITEM_TYPES.values()} & set(schema.__all__) == set()
    for name, cls in ITEM_TYPES.items():
        sources = [file.read_text() for file in (ROOT / "instruments" / "schema").glob("*.py")]
        assert sum(f'Literal["{name}"]' in source for source in sources) == 1, cls
        assert sum(f'"type:{name}"' in source for source in sources) == 0, cls
