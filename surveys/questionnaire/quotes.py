"""Earlier answers that texts of the questionnaire quote, as the page of the respondent who gave them shows them.

The page of a respondent is the only place where they are shown; everywhere else a text reads “[answer to 2.1]”
(`instruments.schema.without_answers`). `static/js/surveys.js` puts them in as they are given.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ctnat.ui.countries import country_name
from ctnat.ui.foreign import in_page
from ctnat.ui.formats import format_list
from ctnat.ui.languages import direction
from instruments import schema
from instruments.schema import QUOTE
from instruments.words import translate as instrument_words
from surveys.item_types import has_countries, quoted_parts

BLANK = "…"  # in place of what is not answered, or was not asked
LONGEST = 120  # characters of what was typed
SPACE = re.compile(r"[ \t\r\n]+")


class Quotes:
    """What the texts of one page in `language` quote. `answers` are clean; of a blank page there are none."""

    def __init__(
        self,
        document: schema.Survey,
        language: str,
        values: Mapping[str, str],
        answers: Mapping[str, Any] | None = None,
    ):
        self.document, self.language, self.values, self.answers = document, language, values, answers or {}

    def text(self, text: schema.Text) -> str:
        """A text for the content of HTML, marked as foreign where it is not in the language of the page."""
        shown_in, written = text.language_for(self.language), self.marked(text)
        codes = QUOTE.findall(written)
        if not codes:
            return in_page(written, shown_in, self.language)
        pieces = QUOTE.split(written)  # a text, a code, a text, a code, ...
        html = format_html_join("", "{}{}", zip(pieces[::2], [*map(self._mark, codes), ""], strict=True))
        if shown_in == self.language:
            return html
        return format_html('<span lang="{}" dir="{}">{}</span>', shown_in, direction(shown_in), html)

    def plain(self, text: schema.Text) -> str:
        """A text with what it quotes, without marks."""
        return QUOTE.sub(lambda found: self.words(found[1]) or BLANK, self.marked(text))

    def marked(self, text: schema.Text) -> str:
        """A text with the marks of what it quotes, for a script that puts it in."""
        return text.fill(self.language, **values_in(self.values, text.language_for(self.language)))

    def _mark(self, code: str) -> SafeString:
        said = self.words(code)
        mark = format_html('<bdi data-answer="{}">{}</bdi>', code, said or BLANK)
        if said:
            return mark
        place = instrument_words("answer_to", self.language, code=code)
        return mark + format_html("<noscript> {}</noscript>", place)

    def words(self, key: str) -> str:
        """The answer to an item, or what was typed beside its open option, in words; blank: there is none to quote."""
        answer = self.answers.get(key)
        item = self.document.by_name.get(key)
        if answer is None:
            return ""
        if item is None:
            return _bounded(str(answer)) if key in self._typed_beside else ""
        return format_list([_bounded(part) for part in self._parts(item, answer)], self.language)

    def _parts(self, item: schema.Item, answer: Any) -> list[str]:
        labels = {option.name: option for option in self.document.options(item)}
        typed = self.answers.get(item.other_key, "")

        def label(name: str) -> str:
            if name in item.open_options and typed:
                return str(typed)
            if has_countries(item):
                return country_name(name, self.language)
            return self.plain(labels[name].text) if name in labels else name

        return quoted_parts(item, answer, self.language, label)

    @cached_property
    def _typed_beside(self) -> frozenset[str]:
        return frozenset(item.other_key for item in self.document.items if item.open_options)


def values_in(values: Mapping[str, str], language: str) -> Mapping[str, str]:
    """The values of placeholders in the language of a text, as `surveys.questionnaire.rendering.Values` gives them."""
    of = getattr(values, "of", None)
    found: Mapping[str, str] = of(language) if of else values
    return found


def _bounded(text: str) -> str:
    """In one line of at most `LONGEST` characters."""
    line = SPACE.sub(" ", text).strip(" ")
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip(" ") + "…"
