"""Inserting an earlier answer into a text of a questionnaire: the question and the text are chosen from lists.

The page asks for it with a button of its form and gets the form back, so that it needs no script. With one
(`static/js/instruments.js`) the answer is inserted where the cursor is, and nothing is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from instruments.earlier import by_section
from instruments.entry_shapes import CHOICES_MATRIX, ITEM, MATRIX, SURVEY_SECTION, Shape
from instruments.schema import Survey
from instruments.schema.survey import QUOTING

PARTS: Sequence[tuple[Shape, str]] = (  # of a survey, as `QUOTING` calls them
    (ITEM, "item"),
    (MATRIX, "matrix"),
    (CHOICES_MATRIX, "matrix"),
    (SURVEY_SECTION, "section"),
)


@dataclass(frozen=True)
class QuoteForm:
    """`items` are (section, its items as (code, label)); `texts` are (name of a field of the form, label)."""

    items: list[tuple[str, list[tuple[str, str]]]]
    texts: list[tuple[str, str]]
    code: str = ""
    into: str = ""


def quote_form(
    document: Survey,
    earlier: Sequence[str],
    shape: Shape,
    rows: Sequence[Mapping[str, Any]],
    data: Mapping[str, str] | None,
) -> QuoteForm | None:
    """None where no text of the entry can quote an answer. `rows` are those of its table, as the page shows them."""
    names = next((QUOTING[part] for known, part in PARTS if known is shape), ())
    if not names or not earlier:
        return None
    texts = [(field.name, str(field.label)) for field in shape.fields if field.name in names]
    for row in rows:
        cell = next((cell for cell in row["cells"] if cell["field"].name == "text"), None)
        code = row["was"] or row["code"]
        if cell and code:
            texts.append((cell["name"], f"{code}: {cell['field'].label}"))
    given = data or {}
    return QuoteForm(by_section(document, earlier), texts, given.get("quote", ""), given.get("quote_into", ""))


def with_quote(form: QuoteForm | None, data: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(the fields with the answer added at the end of the chosen text, what has to be chosen first)."""
    codes = {code for _section, items in form.items for code, _label in items} if form else set()
    if form is None or form.code not in codes or form.into not in dict(form.texts):
        return dict(data), [("quote", _("Choose a question, and the text into which its answer is inserted."))]
    text = data.get(form.into, "")
    space = "" if not text or text[-1:].isspace() else " "
    return {**data, form.into: f"{text}{space}{{answer:{form.code}}}"}, []
