"""What is found in a returned file: one entry a proposal or comment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ProposalKind = Literal[
    "comment",  # also a wish about what the program makes: contents, captions, charts
    "reply",  # to the entry `parent`
    "change",  # of words
    "fact",  # words that contain a number from the data
    "citation",
    "block",  # of a chart, table or list that the program makes
    "new",  # paragraph, row or entry of a list
    "deleted",
    "moved",
    "split",
    "joined",  # with the paragraph after it
    "format",  # heading or list
]
ProposalState = Literal[
    "fits",  # `patched` is the body with it, and says what the reviewer wrote
    "by hand",  # a person has to edit the text, or the data
    "gone",  # its place is no longer in the text; nothing here says so, as only today's text can tell
    "nothing to do",  # a comment, or a change that the text has already
]


@dataclass(frozen=True)
class Proposal:
    """One entry: what one author proposes about one passage.

    `section` and `paragraph` (an id of the snapshot) are "" where its place was not found. `start` and `end` are
    characters of that paragraph's text in the snapshot; `before` are its words, `after` the words proposed for them. In
    both, "\\n\\n" is the end of a paragraph, and " | " parts the cells of a row. `text` is what a comment says. `names`
    are the facts, citations and blocks that it touches. `parent` is the place, in `Findings.items`, of the comment that
    a reply answers. `at` has no time zone. `patched` is the Markdown of the section's body at export with this proposal
    alone taken over, and "" unless the state is "fits"; `why` says in English why it is not, or why there is no place.
    `target` is the paragraph behind which a moved one stands now.
    """

    kind: ProposalKind
    tracked: bool = False
    section: str = ""
    paragraph: str = ""
    start: int = 0
    end: int = 0
    before: str = ""
    after: str = ""
    text: str = ""
    names: tuple[str, ...] = ()
    author: str = ""
    at: datetime | None = None
    parent: int | None = None
    resolved: bool = False
    state: ProposalState = "by hand"
    patched: str = ""
    why: str = ""
    target: str = ""


@dataclass(frozen=True)
class Findings:
    """Everything a returned file holds, in the order of the report; what was not placed comes last, in `items` too.

    `found` is the share, 0 to 1, of the snapshot's paragraphs that were found again. `same_round`: the file's token is
    that of the snapshot; None where the file has none. `notes` are sentences in English about the file as a whole.
    """

    items: tuple[Proposal, ...] = ()
    notes: tuple[str, ...] = ()
    found: float = 1.0
    same_round: bool | None = None

    @property
    def unplaced(self) -> tuple[Proposal, ...]:
        return tuple(item for item in self.items if not item.paragraph)
