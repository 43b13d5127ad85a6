"""Sentences that are stored of returned files are declared, so that each reader has them in their language."""

import ast
from pathlib import Path

from django.conf import settings

from reports.review_texts import REFUSED, SAID

ROOT = Path(settings.BASE_DIR)


def sentences_of_reviews() -> set[str]:
    """Every text of `reports.review` that is a sentence and no docstring."""
    found = set()
    for path in (ROOT / "reports/review").glob("*.py"):
        tree = ast.parse(path.read_text())
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                text = node.value
                if text[:1].isupper() and text.endswith(".") and " " in text:
                    found.add(text)
    return found


def test_what_is_said_of_a_returned_file_is_declared() -> None:
    found = sentences_of_reviews()
    assert len(found) > 10
    assert set(SAID) == found


def test_why_a_file_is_refused_is_declared() -> None:
    tree = ast.parse((ROOT / "reports/word/opening.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "_"}
    assert len(found) > 8
    assert set(REFUSED) == found
