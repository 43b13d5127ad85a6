"""HTML to tagged PDF (PDF/UA-1). The only place that calls WeasyPrint, and it does so when first needed.

Nothing is fetched from outside: the fetcher accepts only drawings inside the document. Fonts are those of
`ctnat.ui.fonts`.
"""

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_noop as N_

from ctnat.ui.fonts import use_own_fonts
from ctnat.ui.stored import stored_text
from reports.breaking import use_own_hyphens, with_breaks
from reports.document.traces import LINES
from reports.output.errors import FormatUnavailable
from reports.output.pages import TITLE, Pages

PICTURE = "data:image/svg+xml,"  # a drawing inside the document itself
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
LOGGER = logging.getLogger(__name__)
UNAVAILABLE = stored_text(
    N_(
        "The PDF cannot be created: the program for page layout (Pango) is missing on this server. Install "
        "libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0, or download the HTML report and print it."
    )
)


FEW_PAGES = 20  # need little memory


class PdfUnavailable(FormatUnavailable):
    """WeasyPrint or a library it needs is missing here."""


def make_pdf(
    html: str, identifier: str = "", on_page: Callable[[int], None] | None = None, pages: Pages | None = None
) -> bytes:
    """The tagged PDF of a document from `html.render(data, "pdf")`.

    `on_page(number)` is called for each page that is laid out; what it raises ends the work. Into `pages` it writes
    where the text is printed. Raises `PdfUnavailable`.
    """
    use_own_fonts()
    use_own_hyphens()
    try:
        # Only here: WeasyPrint needs libraries of the system, and without them everything else must run.
        from weasyprint import CSS, HTML
        from weasyprint.html import UA
        from weasyprint.text.fonts import FontConfiguration
    except (ImportError, OSError) as missing:
        raise PdfUnavailable(UNAVAILABLE) from missing

    class Document(HTML):  # type: ignore[misc]  # WeasyPrint has no types
        def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
            """Its own first styles give every element six more for notes and list marks; they cost a third of the
            memory. Here they are for footnotes and list items alone."""
            return [CSS(string=UA.replace("\n::marker", "\nli::marker").replace("\n::", "\n.footnote::"))]

    document = Document(string=with_breaks(html), url_fetcher=_fetcher(), base_url=None)
    with _rare_collection(), _watch_pages(on_page):
        laid_out = document.render(font_config=FontConfiguration(), pdf_variant="pdf/ua-1")
        if pages is not None:
            _write_down(document.etree_element, laid_out.pages, pages)
        if len(laid_out.pages) > FEW_PAGES:
            gc.collect()  # the styles of the elements, which the pages no longer need, make room for the file
        return bytes(
            laid_out.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode() or None, finisher=_finish)
        )


def _write_down(root: Any, laid_out: Sequence[Any], pages: Pages) -> None:
    """The first page of the heading of each section, of each paragraph that has lines, and of each block."""
    places: dict[Any, tuple[str, str]] = {}  # element -> section and what begins with it

    def walk(element: Any, section: str) -> None:
        if element.tag == "section" and element.get("id"):
            section = element.get("id")
            heading = next((one for one in element.iter() if one.tag in HEADINGS), None)
            if heading is not None:
                places.setdefault(heading, (section, TITLE))
        first = (element.get(LINES) or "").partition(":")[0]
        if section and (key := element.get("data-block") or first):
            places[element] = (section, key)
        for child in element:
            walk(child, section)

    walk(root, "")
    for number, page in enumerate(laid_out, start=1):
        for box in page._page_box.descendants():
            if box.element in places:
                section, key = places[box.element]
                pages.setdefault(section, {}).setdefault(key, number)


@contextmanager
def _watch_pages(on_page: Callable[[int], None] | None) -> Iterator[None]:
    """Calls `on_page(number)` for each page that WeasyPrint lays out."""

    if on_page is None:
        yield
        return
    report = on_page

    class Pages(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            if isinstance(entry.args, tuple) and entry.args and "Page" in str(entry.msg):
                report(int(str(entry.args[0])))

    logger, handler = logging.getLogger("weasyprint.progress"), Pages()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False  # keeps one line per page out of the log
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Layout makes millions of objects that live to its end: looking for dead ones less often saves an eighth of it."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _finish(document: Any, pdf: Any) -> None:
    """Add what WeasyPrint leaves out: the scope of header cells, flags of links for printing, and the text of
    glyphs that are a part of a cluster (in Khmer, Tamil and others), without which a font's map is malformed."""

    def referred(element: Any, name: str) -> Any:
        return pdf.objects[int(bytes(element[name]).split()[0])]

    def parent(element: Any) -> Any:
        return referred(element, "P")

    for element in pdf.objects:
        if not isinstance(element, dict):
            continue
        if element.get("S") == "/TH":
            group = parent(parent(element))
            attributes = element.setdefault("A", type(element)({"O": "/Table"}))
            in_head = group.get("S") == "/THead" or "ColSpan" in attributes
            attributes["Scope"] = "/Column" if in_head else "/Row"
        elif element.get("Subtype") == "/Link":
            element["F"] = 4
        elif "ToUnicode" in element:
            text = referred(element, "ToUnicode")
            text.stream = [line.replace(b" <>", b" <200b>") for line in text.stream]


def _fetcher() -> Any:
    # As above: WeasyPrint may be missing.
    from weasyprint.urls import URLFetcher, URLFetchingError

    class DrawingsOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(PICTURE):
                raise URLFetchingError(f"{url[:80]} is not part of the report")
            return URLFetcher.fetch(self, url, headers)

    return DrawingsOnly(allowed_protocols=("data",))
