"""The language of a form and how it came, as tables write them."""

from ctnat.ui.languages import english_name, find_code
from surveys.models import Response

_SOURCES = {
    "web": Response.Source.WEB,
    "online": Response.Source.WEB,
    "paper": Response.Source.PAPER,
    "email": Response.Source.EMAIL,
    "e-mail": Response.Source.EMAIL,
    "mail": Response.Source.EMAIL,
}


def language_of(text: str) -> str:
    """The code of a language given by its code or name ("fr", "French", "français (fr)"); blank for another word."""
    word = text.strip()
    for piece in (word, word.rpartition("(")[2].rstrip(") ")):
        code = piece.lower().replace("_", "-")
        if piece and "-" not in code and english_name(code) != code:
            return code
        if piece and (found := find_code(piece)):
            return found
    return ""


def source_of(text: str) -> str:
    """The source that a word means; blank for another word."""
    return str(_SOURCES.get(text.strip().lower(), ""))
