"""Find the marked texts in templates, Python and JavaScript. No Django app is known here: folders are given."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_javascript, extract_python
from django.utils.translation.template import templatize

KEYWORDS = dict(DEFAULT_KEYWORDS) | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ("Translators:",)
NOT_OURS = frozenset({"tests", "benchmarks", "migrations", ".venv", "var"})

Method = Callable[..., Iterable[Any]]


def extract_template(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Extractor of Babel for Django's templates: `templatize` makes Python of them, line by line."""
    lines = templatize(file.read().decode()).split("\n")
    source = BytesIO("\n".join(line.lstrip() for line in lines).encode())
    yield from extract_python(source, keywords, comment_tags, options)


def sources(root: Path) -> Iterator[tuple[Path, str, Method]]:
    """(file, domain, extractor) of everything that may contain texts of the interface."""
    for file in sorted((root / "templates").rglob("*")):
        if file.suffix in (".html", ".txt"):
            yield file, "django", extract_template
    packages = [package.parent for package in root.glob("*/__init__.py") if package.parent.name not in NOT_OURS]
    for package in sorted(packages):
        for file in sorted(package.rglob("*.py")):
            if not NOT_OURS & set(file.relative_to(root).parts):
                yield file, "django", extract_python
    for file in sorted((root / "static" / "js").rglob("*.js")):
        yield file, "djangojs", extract_javascript


def marked_texts(root: Path, domain: str) -> Catalog:
    """The marked texts of a domain, each with the files that use it, in the order of those files."""
    catalog = Catalog()
    for file, of, method in sources(root):
        content = file.read_bytes()
        if of != domain or not (b"gettext" in content or b"trans" in content or b"_(" in content):
            continue
        where = file.relative_to(root).as_posix()
        try:
            found = list(extract(method, BytesIO(content), KEYWORDS, COMMENT_TAGS, {}))
        except Exception as error:
            raise ValueError(f"{where}: {error}") from error
        for _, text, comments, context in found:
            catalog.add(text, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog
