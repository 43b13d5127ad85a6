"""Words that writing and reading an XLSForm share."""

import re

EXTRAS = "ctnat"  # our sheet, and our column of the survey sheet
EXTERNAL = "external_choices"  # a sheet, or the file itemsets.csv, with lists that are too long for `choices`
EXTRAS_HEADER = ("path", "field", "value")

# Values of the column `ctnat`, for rows that belong to one item of ours.
ROLE_OTHER, ROLE_RANK, ROLE_PARAGRAPH, ROLE_INSTRUCTION = "other", "rank", "paragraph", "instruction"
ROLE_WORDS = "words:"  # and the code of an item: a calculation that gives its answer in words, to be quoted


def to_name(code: str) -> str:
    """An XML name for a code: `3.1.5` becomes `q3.1.5`."""
    return f"q{code}" if re.match(r"q*[0-9]", code) else code


def from_name(name: str) -> str:
    """The code that `to_name` was given."""
    return name[1:] if re.match(r"q+[0-9]", name) else name
