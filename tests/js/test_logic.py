"""logic.js gives what instruments/logic/evaluate.py gives: thousands of trees, each with several answers."""

import json
from random import Random

from instruments.logic.evaluate import evaluate, holds, string
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
