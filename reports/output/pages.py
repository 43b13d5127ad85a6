"""On which page of an edition's PDF a part of its text is printed."""

from collections.abc import Mapping

from reports.review.snapshot import Paragraph

# Key of a section -> what begins on a page -> its number. What begins is `TITLE`, the line of the section's Markdown in
# which a paragraph begins (as text: JSON has no other keys), or the call of a block, such as "chart roles".
Pages = dict[str, dict[str, int]]
TITLE = "title"


def page_of(pages: Mapping[str, Mapping[str, int]], paragraph: Paragraph) -> int | None:
    """The page on which a paragraph begins; None where that is not known, as of the cover and of contents."""
    of_text = paragraph.block.partition("\n")[0] or str(paragraph.first)
    key = TITLE if paragraph.kind == "title" else of_text
    return pages.get(paragraph.section, {}).get(key)
