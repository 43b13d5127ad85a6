"""Printing a page as PDF. An app above registers the function that lays it out, with `@prints_html`.

The module `printing` of each app is imported at start.
"""

import logging
from collections.abc import Callable

Printer = Callable[[str], bytes]

LOGGER = logging.getLogger(__name__)
_printers: list[Printer] = []


def prints_html(printer: Printer) -> Printer:
    """Register the function that makes a PDF of a whole HTML document."""
    _printers.append(printer)
    return printer


def print_html(html: str) -> bytes | None:
    """The PDF, or None where it cannot be made on this machine; the reason is in the log."""
    for printer in _printers:
        try:
            return printer(html)
        except Exception:
            LOGGER.exception("The PDF could not be created.")
    return None
