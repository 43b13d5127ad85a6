"""logic.js gives what instruments/logic/evaluate.py gives: thousands of trees, each with several answers."""

import json
import unicodedata
from random import Random

from instruments.logic.evaluate import evaluate, holds, string
from instruments.logic.patterns import PATTERNS, fits
from tests.js.conftest import Pages
from tests.random_trees import TODAY, random_answers, random_condition, random_tree


def test_the_page_and_the_server_evaluate_alike(pages: Pages) -> None:
    random = Random(19)  # noqa: S311 - the same each time
    trees = [random_tree(random) for _ in range(2_000)] + [random_condition(random) for _ in range(500)]
    cases = [[tree, random_answers(random)] for tree in trees for _ in range(4)]
    page = pages.open("<p></p>", "js/logic.js")
    given = page.evaluate(
        """([cases, today]) => JSON.stringify(JSON.parse(cases).map(([tree, answers]) => {
            const value = ctnatLogic.evaluate(tree, answers, today);
            return [typeof value, ctnatLogic.string(value), ctnatLogic.holds(tree, answers, today)];
        }))""",
        [json.dumps(cases), TODAY.isoformat()],  # as one text: the browser's driver takes ten times as long for lists
    )
    results = json.loads(given)
    names = {str: "string", bool: "boolean", float: "number"}
    for (tree, answers), found in zip(cases, results, strict=True):
        value = evaluate(tree, answers, TODAY)
        assert found == [names[type(value)], string(value), holds(tree, answers, TODAY)], (tree, answers)
    kinds = {kind for kind, _, _ in results}
    assert kinds == set(names.values())
    assert 2_000 < sum(held for _, _, held in results) < len(cases) - 2_000, "both answers are common"


def test_an_answer_named_like_a_part_of_the_language_is_no_answer(pages: Pages) -> None:
    page = pages.open("<p></p>", "js/logic.js")
    assert page.evaluate("""ctnatLogic.evaluate(["item", "constructor"], {}, "2026-11-29")""") == ""


def test_patterns_fit_alike_on_the_page_and_on_the_server_for_letters_of_every_script(pages: Pages) -> None:
    """Signs that this Python does not know yet are left out: the browser may know a newer Unicode."""
    known = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")]
    random = Random(19)  # noqa: S311 - the same each time
    mixed = [
        "".join(random.choices(["5", "٣", "a", "д", "-", " ", "%", "0", "1", "́"], k=random.randint(0, 5)))
        for _ in range(3_000)
    ]
    words = [
        *known,
        *mixed,
        "100",
        "101",
        "１００％",
        "100 %",
        "100%%",
        "٢٠١٦",
        "0999",
        "O’Neill",
        "Ђорђе",
        "नमस्ते",
        "a\nb",
    ]
    page = pages.open("<p></p>", "js/logic.js")
    given = page.evaluate(
        """([words, patterns]) => JSON.stringify(JSON.parse(words).map((word) =>
            patterns.map((pattern) => ctnatLogic.evaluate(["fits", ["str", pattern], ["own"]], { ".": word }, ""))))""",
        [json.dumps(words), list(PATTERNS)],
    )
    wrong = [
        (word, pattern, found)
        for word, results in zip(words, json.loads(given), strict=True)
        for pattern, found in zip(PATTERNS, results, strict=True)
        if found is not fits(pattern, word)
    ]
    assert wrong == []
    assert len(known) > 100_000
    assert all(any(fits(pattern, word) for word in mixed) for pattern in PATTERNS)
