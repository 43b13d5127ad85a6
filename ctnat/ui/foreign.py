"""Words in another language than the page that shows them, such as English ones where a translation is missing."""

from typing import Self

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ctnat.ui.languages import direction


class ForeignText(str):
    """A text in `language`. In the content of HTML it has the attributes `lang` and `dir`, so that screen readers
    pronounce it as what it is and its full stop stands at the right end.

    In an attribute, a title or an option, which contain no tags, a template writes `{{ words.skip|force_escape }}`.
    What is made of it otherwise, in a mail for example, is plain text.
    """

    language: str

    def __new__(cls, text: str, language: str) -> Self:
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __html__(self) -> SafeString:
        return format_html('<span lang="{}" dir="{}">{}</span>', self.language, direction(self.language), str(self))


def in_page(text: str, language: str, page_language: str) -> str:
    """`text`, which is in `language`, for a page in `page_language`."""
    return text if language == page_language else ForeignText(text, language)


def attributes(text: str) -> SafeString:
    """The attributes `lang` and `dir` of an element that contains only this text, such as an option; else nothing."""
    if not isinstance(text, ForeignText):
        return SafeString("")
    return format_html(' lang="{}" dir="{}"', text.language, direction(text.language))
