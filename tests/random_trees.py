"""Random trees of conditions, and random answers to them: the same ones for the same seed."""

from datetime import date
from random import Random
from typing import Any

from instruments.logic.tree import COMPARING, COUNTING, FUNCTIONS, OPERATORS, Tree, minus

ITEMS = ("a", "2.1", "m", "n", "d", "t")
TODAY = date(2026, 11, 29)
CODES = ("yes", "no", "origin", "dont_know", "1", "5")
WORDS = (
    "",
    " ",
    "x",
    "5",
    " 5 ",
    "-5",
    "+5",
    "0",
    "00",
    "1e3",
    ".5",
    "5.",
    "2026-02-30",
    "2024-02-29",
    "d'or",
    "𝒳é ",
    "٣",
)
NUMBERS = (0, 1, 2, 3, 5, -1, 0.1, 0.5, 2.5, -2.5, 1e-7, 123456789012345, 1e-12, 19_000, 365.25)
DAYS = ("2026-11-29", "2026-11-28", "1969-12-31", "2000-02-29")
TEXTUAL = ("concat", "contains", "starts-with", "ends-with", "substring-before", "substring-after", "translate")


def random_tree(random: Random, depth: int = 4) -> Tree:
    if depth <= 0 or random.random() < 0.15:
        return _leaf(random)
    head = random.choice([*OPERATORS, *FUNCTIONS, "selected", "and", "or", "not", *COMPARING, *TEXTUAL])
    least, most = OPERATORS.get(head) or FUNCTIONS[head]
    count = least if most == least else random.randint(least, least + 2)
    parts = [random_tree(random, depth - 1) for _ in range(count)]
    return minus(parts[0]) if head == "neg" else [head, *parts]


def random_condition(random: Random) -> Tree:
    """One of the kind that people make."""
    leaf = [random.choice(COMPARING), ["item", random.choice(ITEMS)], _leaf(random)]
    chosen = ["selected", ["item", random.choice(ITEMS)], ["str", random.choice(CODES)]]
    counted = [
        random.choice(COMPARING),
        [random.choice(COUNTING), ["count-selected", ["item", "m"]], ["item", "n"]],
        ["num", 2],
    ]
    return [random.choice(["and", "or"]), random.choice([leaf, ["not", leaf]]), random.choice([chosen, counted])]


def _leaf(random: Random) -> Tree:
    return random.choice(
        [
            ["num", random.choice(NUMBERS)],
            ["str", random.choice([*CODES, *WORDS, *DAYS])],
            ["item", random.choice(ITEMS)],
            ["date", ["str", random.choice(DAYS)]],
            ["own"],
        ]
    )


def random_answers(random: Random) -> dict[str, Any]:
    answers = {
        "a": random.choice(CODES),
        "2.1": random.choice(CODES),
        "m": random.sample(CODES, random.randint(1, 3)),
        "n": random.choice(NUMBERS),
        "d": random.choice(DAYS),
        "t": random.choice(WORDS),
        ".": random.choice([*CODES, *WORDS, list(CODES)]),
    }
    return {item: answer for item, answer in answers.items() if random.random() < 0.8}
