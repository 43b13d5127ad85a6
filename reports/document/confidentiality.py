"""Withholding names: those of respondents always, those of agencies where they are not to be named.

A name typed by hand cannot be recognised by looking it up, so everything that is printed is searched for every name
that the assessment knows (`assessments.names`): text, titles, captions, cells, footnotes, attributes, addresses. What
certainly is a name is withheld; what may be one is listed, and a lead decides on it before a final edition. A decision
is for the words at one place, so that the same words elsewhere are asked for again.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from assessments.names import BREAK, Found, Kind, romanise
from assessments.tokens import token_hmac
from interviews.html_text import HtmlText, rough_text
from interviews.names import WITHHELD, finder_for
from reports.document.registry import Problem

COVER = "cover"
CONTEXT = 60  # characters of the text around a match, shown to the lead
WORDS_AROUND = 3  # on each side, by which a match is recognised
ATTRIBUTE = re.compile(r'(\s)(alt|title|aria-label|content|summary|href|id|data-(?:block|cite|label))="([^"]*)"')
# In these an agency is the author, the party or part of a public document, which does not show that it took part.
PUBLIC = re.compile(r'<(ul|table|section) class="(?:bibliography|instrument instrument-[a-z_]+|plain treaties)"')
MARKUP = re.compile(r"[*_~`]|<[^>]*>|\\\n")

WITHHELD_TYPED = _("The text contains the name of a respondent. The name is not printed. Delete it.")
WITHHELD_ELSEWHERE = _(
    "A table, list, quotation or title of this section contains the name of a respondent. The name is not printed. The "
    "page “Names” lists it."
)
UNDECIDED = _(
    "Words that may name a respondent or an agency: {count}. Decide on the page “Names” whether they are printed."
)


@dataclass(frozen=True)
class NameFinding:
    """One place that names a person or an agency, certainly or perhaps. `keep` is the decision, None if there is
    none."""

    place: str  # key of the section, or `COVER`
    kind: Kind
    label: str  # the code of the interview, or the category of the agency
    words: str
    before: str
    after: str
    certain: bool
    why: str
    fingerprint: str
    keep: bool | None = None
    language: str = ""  # blank: the report's first language

    @property
    def withheld(self) -> bool:
        return not self.keep if self.keep is not None else self.certain

    @property
    def is_open(self) -> bool:
        return not self.certain and self.keep is None


@dataclass
class Guard:
    """Knows the names of one assessment; read from the database once, for a whole document."""

    assessment: Assessment
    name_agencies: bool
    category: Callable[[str], str] = str
    decisions: Mapping[str, bool] = field(default_factory=dict)  # fingerprint -> whether the words are printed
    found: dict[str, dict[str, NameFinding]] = field(default_factory=dict)  # place -> fingerprint -> finding
    anchors: dict[str, str] = field(default_factory=dict)  # key of a section that holds a name -> its anchor

    def __post_init__(self) -> None:
        self.finder = finder_for(self.assessment, self.category)

    @property
    def findings(self) -> list[NameFinding]:
        return [finding for place in self.found.values() for finding in place.values()]

    # What is printed --------------------------------------------------------------------------------------------------

    def clear_text(self, text: str, place: str) -> str:
        """A plain text without what is withheld; what was found is added to `findings`."""
        if not text or not self.finder.may_hold(text, not self.name_agencies):
            return text
        for found, words in reversed(self._withheld(text, place)):
            text = text[: found.start] + words + text[found.end :]
        return text

    def clear_html(self, html: str, place: str) -> str:
        """HTML without what is withheld, in its text and in attributes that are read, shown or followed.

        A name is found across marks for emphasis, line breaks and the cells of one row.
        """
        attributes = " ".join(unescape(found[2]) for found in ATTRIBUTE.findall(html))
        if not any(self.finder.may_hold(text, not self.name_agencies) for text in (rough_text(html), attributes)):
            return html
        text = HtmlText(html)
        public = text.places(self._public_pieces(html, text.pieces))
        for found, words in reversed(self._withheld(text.plain, place, public)):
            text.replace(found.start, found.end, words)
        text.change_attributes(ATTRIBUTE, lambda found: self._attribute(found, place))
        return str(text)

    def _attribute(self, found: re.Match[str], place: str) -> str:
        space, name, value = found.groups()
        text = unescape(value)
        if name == "id" or (name == "href" and text.startswith("#")):
            mark, key = ("#", text[1:]) if name == "href" else ("", text)
            return f'{space}{name}="{escape(mark + self.anchors.get(key, key))}"'
        if name.startswith("data-"):  # a trace, which nobody reads
            certain = any(match.certain for match in self.finder.find(text, not self.name_agencies))
            return f'{space}{name}=""' if certain else found[0]
        clear = self.clear_text(text, place)
        if clear == text:
            return found[0]
        return f'{space}{name}="{"" if name == "href" else escape(clear)}"'

    def _public_pieces(self, html: str, pieces: list[str]) -> set[int]:
        """The pieces in which agencies may be named in any case: bibliography, treaties, instruments."""
        if self.name_agencies or not PUBLIC.search(html):
            return set()
        found: set[int] = set()
        tag, depth = "", 0
        for number, piece in enumerate(pieces):
            if not depth and (opening := PUBLIC.match(piece)):
                tag, depth = opening[1], 1
            elif depth:
                depth += piece.startswith(f"<{tag}") - piece.startswith(f"</{tag}")
                found.add(number)
        return found

    # What is found ----------------------------------------------------------------------------------------------------

    def _withheld(self, text: str, place: str, public: Iterable[tuple[int, int]] = ()) -> list[tuple[Found, str]]:
        """(match, words in its place) of all that is withheld. Every match is written down."""
        hidden = list(public)
        kept = []
        for found in self.finder.find(text, not self.name_agencies):
            if found.kind == "agency" and any(start <= found.start < end for start, end in hidden):
                continue
            finding = self._note(text, found, place)
            if finding.withheld:
                kept.append((found, WITHHELD if found.kind == "person" else f"[{found.label}]"))
        return kept

    def _note(self, text: str, found: Found, place: str) -> NameFinding:
        before = text[max(0, found.start - 4 * CONTEXT) : found.start].rpartition(BREAK)[2]
        after = text[found.end : found.end + 4 * CONTEXT].partition(BREAK)[0]
        words = text[found.start : found.end]
        around = [*before.split()[-WORDS_AROUND:], "|", *after.split()[:WORDS_AROUND]]
        sign = " ".join([place, found.kind, romanise(words), *map(romanise, around)])
        fingerprint = token_hmac(sign, purpose="name decision")
        finding = NameFinding(
            place=place,
            kind=found.kind,
            label=found.label,
            words=" ".join(words.split()),
            before=_cut(before, -CONTEXT),
            after=_cut(after, CONTEXT),
            certain=found.certain,
            why=found.why,
            fingerprint=fingerprint,
            keep=self.decisions.get(fingerprint),
        )
        return self.found.setdefault(place, {}).setdefault(fingerprint, finding)

    def anchor(self, key: str, number: int) -> str:
        """The anchor of a section: its key, unless that was made of a title that held a name."""
        words = key.replace("-", " ")
        if any(found.certain for found in self.finder.find(words, not self.name_agencies)):
            self.anchors[key] = f"section-{number}"
        return self.anchors.get(key, key)

    # Problems for the author ------------------------------------------------------------------------------------------

    def problems(self, place: str, typed: str) -> list[Problem]:
        """The problems at a place. `typed`: the text typed there, without inserted facts and blocks."""
        here = self.found.get(place, {}).values()
        found: list[Problem] = []
        if any(finding.kind == "person" and finding.certain and finding.keep is None for finding in here):
            plain = MARKUP.sub("", typed)
            by_hand = any(match.kind == "person" and match.certain for match in self.finder.find(plain, agencies=False))
            found.append(Problem(place, WITHHELD_TYPED) if by_hand else Problem(place, WITHHELD_ELSEWHERE, "warning"))
        named = [finding for finding in here if finding.kind == "agency" and finding.certain and finding.keep is None]
        found += [
            Problem(
                place,
                format_lazy(
                    _(
                        "The text names “{words}”, and agencies are not to be named. Its category is printed instead: "
                        "write of that."
                    ),
                    words=words,
                ),
                "warning",
            )
            for words in dict.fromkeys(finding.words for finding in named)
        ]
        if count := sum(finding.is_open for finding in here):
            found.append(Problem(place, format_lazy(UNDECIDED, count=count), "warning"))
        return found


def _cut(text: str, characters: int) -> str:
    """The last (below 0) or first characters of a text on one line, with dots where more was there."""
    line = " ".join(text.split())
    if len(line) <= abs(characters):
        return line
    return f"…{line[characters:]}" if characters < 0 else f"{line[:characters]}…"


def clear_figures(guard: Guard, captions: list[tuple[str, str]], start: int, place: str) -> None:
    """The captions from `start` on, for the lists of figures and tables, without what is withheld."""
    for number, (anchor, caption) in list(enumerate(captions))[start:]:
        captions[number] = (anchor, guard.clear_text(caption, place))
