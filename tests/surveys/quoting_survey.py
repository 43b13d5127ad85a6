"""A questionnaire that quotes answers of every type, and whose towns depend on the region."""

from typing import Any

from instruments.logic.grammar import parse_condition
from instruments.schema import Survey as Document
from instruments.schema import parse


def text(words: str) -> dict[str, str]:
    return {"en": words, "ar": f"ع {words}"}


def options(**labels: str) -> list[dict[str, Any]]:
    return [{"name": name, "text": text(label)} for name, label in labels.items()]


def item(name: str, kind: str, words: str = "", **fields: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "text": text(words or name), **fields}


def towns() -> list[dict[str, Any]]:
    found = options(arras="Arras", lille="Lille", nice="Nice", other="Other {answer:what}")
    for option, where in zip(found, ("north", "north", "south"), strict=False):
        option["offered_if"] = parse_condition(f"${{region}} = '{where}'")
    found[3] |= {"open": True, "offered_if": parse_condition("${region} != 'west' and ${region} != ''")}
    return found


def definition() -> dict[str, Any]:
    """Every type is answered, and quoted after it; the question about towns depends on the region."""
    regions = options(north="The North", south="South", west="West")
    first = [
        item("what", "text"),
        item("region", "select_one", options=regions, dont_know=True),
        item("town", "select_one", "In {answer:region}?", options=towns(), required=True),
        item("several", "select_multiple", options=towns()),
        item("land", "select_one", source="countries"),
        item("order", "rank", options=options(a="Ants", b="Bees", c="Cats"), ranks=2),
        item("whole", "integer"),
        item("part", "decimal", places=6),
        item("day", "date"),
        item("seen", "acknowledge"),
        item("rate", "rating", min=0, max=10, low=text("None"), high=text("All")),
        {
            "name": "table",
            "type": "matrix",
            "text": text("On {answer:what}"),
            "scale": "s",
            "rows": [item("row", "select_one", "And {answer:day}", hint=text("{answer:whole}"))],
        },
    ]
    named = (
        "what",
        "region",
        "town",
        "several",
        "town_other",
        "land",
        "order",
        "whole",
        "part",
        "day",
        "seen",
        "rate",
        "row",
    )
    later = [item(f"q.{name}", "text", f"You said {{answer:{name}}}.") for name in named]
    later.append(item("x", "text", "y", relevant=parse_condition("${region} = 'north'")))
    later.append(item("z", "text", "Not asked: {answer:x}"))
    return {
        "kind": "survey",
        "title": text("Survey"),
        "scales": [{"name": "s", "points": options(good="Good", bad="Bad"), "dont_know": text("No idea")}],
        "sections": [
            {"name": "A", "title": text("First"), "items": first},
            {"name": "B", "title": text("About {answer:town}"), "instruction": text("{answer:land}"), "items": later},
        ],
    }


def document() -> Document:
    found = parse("survey", definition())
    assert isinstance(found, Document)
    return found
