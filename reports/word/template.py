"""An organisation's template for the report's Word file: is it safe, and can a report be written with it?"""

import logging
from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.document.builder import Node, ReportData
from reports.word.document import make_docx
from reports.word.opening import CannotOpen, Package, W, open_package

LOGGER = logging.getLogger(__name__)
SIZE_LIMIT = 5 * 1024 * 1024  # bytes: every file of the report gets the template's pictures
ACTIVE = frozenset({"oleObject", "control", "aFChunk", "subDocument", "frame", "package", "vbaProject"})
LEFT_OUT = frozenset({"attachedTemplate", "hyperlink"})  # outside the file, and harmless once they are left out


def check_template(content: bytes) -> str:
    """The text of the template's running heads, which every page of the report will show.

    Raises `CannotOpen`, whose message says what to do, for what is no template, is not safe or cannot be used.
    """
    if len(content) > SIZE_LIMIT:
        raise CannotOpen(
            _("The template is larger than {size} MB. Delete or compress its pictures, and choose it again.").format(
                size=SIZE_LIMIT // 1024**2
            )
        )
    package = open_package(content)
    for name in sorted(package.names):
        if name.endswith((".xml", ".rels")):
            package.tree(name)  # refuses a DTD in any part, and what cannot be parsed
    for part in sorted(package.names):
        for link in package.links(part).values() if not part.endswith(".rels") else ():
            if link.kind in ACTIVE:
                raise CannotOpen(
                    _(
                        "The template holds an embedded object, a control or another document. Delete it in Word, save "
                        "the template, and choose it again."
                    )
                )
            if link.external and link.kind not in LEFT_OUT:
                raise CannotOpen(
                    _(
                        "The template shows something that is not in the file (“{target}”). Insert it into the "
                        "template itself, save it, and choose it again."
                    ).format(target=link.target[:80])
                )
    unusual = [
        kind
        for kind in ("styles", "numbering", "settings")
        if (root := package.related(kind)) is not None and root.tag != W + kind
    ]
    try:
        if unusual:
            raise ValueError(f"The root of {unusual[0]} is another one")
        make_docx(_sample(), identifier="sample", template=content)
    except Exception:  # python-docx raises whatever a broken part leads to
        LOGGER.info("A template cannot be used", exc_info=True)
        raise CannotOpen(
            _(
                "No report can be written with this template. Open it in Word, save it as “Word Template (.dotx)” or "
                "“Word Document (.docx)”, and choose that file."
            )
        ) from None
    return "\n".join(_heads(package))


def _heads(package: Package) -> Iterator[str]:
    for link in package.links().values():
        if link.kind in ("header", "footer") and not link.external and link.target in package.names:
            for paragraph in package.tree(link.target).iter(f"{W}p"):
                yield "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


def _sample() -> ReportData:
    table = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
    html = f"<p>Text</p><ul><li>Entry</li></ul>{table}"
    chapter = Node("sample", "Sample", "1", 1, False, html)
    return ReportData(
        reference="X",
        title="Sample",
        country="X",
        language="en",
        direction="ltr",
        words={},
        chapters=(chapter,),
        annexes=(),
        notes=(),
        figures=(),
        tables=(),
        problems=(),
        cells=(),
        subtitle="",
        commissioner="",
        funder="",
        notice="",
        edition="",
        period="",
        made_on="",
    )
