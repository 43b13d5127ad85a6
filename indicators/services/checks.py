"""Checks of marks and recommendations, with their messages."""

import re
from collections.abc import Iterable
from typing import cast

from django.utils.translation import gettext as _

from assessments.models import Assessment, Document
from ctnat.ui.errors import InputError
from indicators.matrix import matrix_of
from instruments.schema import CELLS, Survey

# The shapes of evidence keys that may support a mark; only analysis.evidence resolves them.
EVIDENCE_KEY = re.compile(
    r"document:(?P<document>[A-Za-z]{2,6} [0-9]{1,4})(#[^\x00-\x1f#]{1,40})?"
    r"|interview:[A-Z]{3}int[1-9][0-9]{0,5}/[A-Za-z0-9._-]{1,40}"
    r"|survey:(?P<item>[A-Za-z0-9._-]{1,40})"
    r"|comment:[1-9][0-9]{0,9}"
)
MOST_EVIDENCE = 60
LONGEST_TEXT = 10_000  # characters


def check_cell(assessment: Assessment, criterion: str, cell: str) -> None:
    if criterion not in matrix_of(assessment).by_name:
        raise InputError(
            _("There is no criterion {criterion} in this assessment's matrix. Choose one from the matrix.").format(
                criterion=criterion[:40]
            )
        )
    if cell not in CELLS:
        raise InputError(
            _("There is no cell {cell}. Choose one of {cells}.").format(cell=cell[:10], cells=", ".join(CELLS))
        )


def check_text(text: str, what: str) -> str:
    """The text without blank edges. Raises `ValidationError` where a database or a reader could not take it."""
    text = text.strip()
    if "\x00" in text:
        raise InputError(
            _("The {what} contains a character that cannot be stored. Type the text instead of pasting it.").format(
                what=what
            )
        )
    if len(text) > LONGEST_TEXT:
        raise InputError(
            _(
                "The {what} has {n:,} characters; the limit is {longest_text:,}. Shorten it, or attach a "
                "document instead."
            ).format(what=what, n=len(text), longest_text=LONGEST_TEXT)
        )
    return text


def check_evidence(assessment: Assessment, keys: Iterable[str], known: Iterable[str] = ()) -> list[str]:
    """The keys without doubles, in their order. Keys not in `known` must lead to a document or item that exists."""
    keys = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if len(keys) > MOST_EVIDENCE:
        raise InputError(
            _("{n} pieces of evidence are attached; the limit is {most_evidence}. Remove the weakest.").format(
                n=len(keys), most_evidence=MOST_EVIDENCE
            )
        )
    for key in keys:
        if key in known:
            continue
        shape = EVIDENCE_KEY.fullmatch(key)
        if not shape:
            raise InputError(
                _(
                    "“{key}” is not an evidence key. Choose one from the search, or enter one such as "
                    "document:Aze 16#3, interview:AZEint3/3.4 or survey:3.1.5."
                ).format(key=key[:60])
            )
        code, item = shape["document"], shape["item"]
        if code and not Document.objects.for_assessment(assessment).filter(code=code).exists():
            raise InputError(
                _(
                    "There is no document {code} in this assessment. Add it in the desk review, or remove the key."
                ).format(code=code)
            )
        if item and item not in cast(Survey, assessment.questionnaire.document).by_name:
            raise InputError(
                _("The survey has no item {item}. Choose one from the search, or remove the key.").format(item=item)
            )
    return keys
