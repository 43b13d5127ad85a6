"""Comments as Word writes them: threads with replies, and which are resolved."""

from io import BytesIO

from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.text.paragraph import Paragraph

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
RELATION = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"


def with_threads(content: bytes, words: str, *threads: tuple[tuple[str, ...], bool]) -> bytes:
    """The .docx with threads on the paragraph that begins with `words`: (comment, replies ...), and is it resolved?

    Comments are by "A. Reviewer", replies by "B. Other".
    """
    document = Document(BytesIO(content))
    paragraph = _paragraph(document.paragraphs, words)
    lines, number = "", 0xA0
    for texts, resolved in threads:
        first = number
        for text in texts:
            author = "A. Reviewer" if number == first else "B. Other"
            comment = document.add_comment(paragraph.runs, text, author=author, initials="X")
            comment.paragraphs[-1]._p.set(f"{W14}paraId", f"{number:08X}")
            parent = f' w15:paraIdParent="{first:08X}"' if number > first else ""
            lines += f'<w15:commentEx w15:paraId="{number:08X}"{parent} w15:done="{int(resolved)}"/>'
            number += 1
    main = document.part
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w15:commentsEx xmlns:w15="{W15}">{lines}</w15:commentsEx>'
    extended = Part(PackURI("/word/commentsExtended.xml"), KIND, blob.encode(), main.package)
    main.relate_to(extended, RELATION)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _paragraph(paragraphs: list[Paragraph], words: str) -> Paragraph:
    return next(one for one in paragraphs if one.text.startswith(words))
