"""Finds texts of templates that are not marked for translation: between tags, in attributes, in arguments of tags."""

import re
from collections.abc import Iterator

WORD = re.compile(r"[A-Za-z][a-z]")
ENTITY = re.compile(r"&#?\w+;")
MARKED_TEXT = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.S)
# Comments, scripts and styles; classes of a page or of its form and keys of drafts are no text.
NOT_TEXT = re.compile(
    r"{% comment.*?{% endcomment %}|{#.*?#}|<!.*?>"
    r"|<(?:script|style)\b.*?</(?:script|style)>|{% block (?:body_class|form_class|styles|scripts) %}.*?{% endblock %}"
    r"|\sdata-keep=\"(?:{{.*?}}|[^\"])*\"",
    re.S,
)
TAG = r"{%.*?%}|{{.*?}}"
ELEMENT = re.compile(rf"""</?[A-Za-z][\w-]*(?:{TAG}|"(?:{TAG}|[^"])*"|'(?:{TAG}|[^'])*'|[^"'>])*>""", re.S)
ATTRIBUTE = re.compile(rf"""\s(title|alt|aria-label|placeholder|data-confirm|data-label)="((?:{TAG}|[^"])*)\"""", re.S)
DEFAULT = re.compile(r"""\|(?:default|default_if_none|yesno):(?:"([^"]*)"|'([^']*)')""")
ARGUMENT = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)|"([^"]*)\"""")
WITH_WORDS = {"empty_state": 0, "progress": 0, "state": 1, "term": 1, "icon": 1}  # tag -> arguments that are names


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every text that is not marked, and of `pluralize`, which knows only English."""
    source = NOT_TEXT.sub(_blank, source)
    for found in re.finditer(TAG, source, re.S):
        line = source.count("\n", 0, found.start()) + 1
        yield from ((line, text) for text in _in_tag(found[0]))
    source = MARKED_TEXT.sub(_blank, source)
    for found in ELEMENT.finditer(source):
        for attribute in ATTRIBUTE.finditer(found[0]):
            if has_words(re.sub(TAG, " ", attribute[2], flags=re.S)):
                line = source.count("\n", 0, found.start() + attribute.start()) + 1
                yield line, " ".join(attribute[0].split())
    text = re.sub(TAG, _blank, ELEMENT.sub(_blank, source), flags=re.S)
    for number, line_of_text in enumerate(text.split("\n"), 1):
        if has_words(line_of_text):
            yield number, " ".join(line_of_text.split())


def has_words(text: str) -> bool:
    return bool(WORD.search(ENTITY.sub("", text)))


def _in_tag(tag: str) -> Iterator[str]:
    if "|pluralize" in tag:
        yield tag
    for default in DEFAULT.finditer(tag):
        if has_words(default[1] or default[2] or ""):
            yield default[0]
    name = tag[2:-2].split()[0] if tag.startswith("{%") else ""
    if name in WITH_WORDS:
        arguments = [found[1] or "" for found in ARGUMENT.finditer(tag)]
        yield from filter(has_words, arguments[WITH_WORDS[name] :])


def _blank(found: re.Match[str]) -> str:
    """The same number of lines and a space, so that the numbers of lines stay right."""
    return " " + "\n" * found[0].count("\n")


# Strings of a script, outside comments: in quotes, or templates with `${...}`.
LITERAL = re.compile(r"//[^\n]*|/\*.*?\*/|\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", re.S)
INTERNAL = re.compile(r"new Error\([^)]*\)")  # for whoever reads the console
MARKED = re.compile(r"n?p?gettext\(\s*(?:\"[^\"\n]*\",?\s*)+")
# Names of keys, of errors and of headers, methods of requests, selectors: what begins with a capital or has spaces.
NAMES = re.compile(
    r"(?:Enter|Escape|Home|End|Arrow\w+|Page\w+|Key[A-Z]|Accept|Content-Type|X-[\w-]+|\w+Error|[A-Z]+)$"
    r"|[\w.\[\]=:-]+(?:, [\w.\[\]=:-]+)+$|too slow$|use strict$|device \$\{device\}$"
)
SENTENCE = re.compile(
    r"^[A-Z][a-z]|[a-z]{2,}[.:,;]? [a-z]+[.:,;]? [a-z]{2,}|(?:^|[^$])\} [a-z]{3,}|^[a-z]{3,} \$\{.*\}$"
)


def unmarked_in_script(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every text of a script that is not an argument of gettext or its kind."""
    source = MARKED.sub(lambda found: "(" + "\n" * found[0].count("\n"), INTERNAL.sub("", source))
    for found in LITERAL.finditer(source):
        text = next((group for group in found.groups() if group is not None), "")
        if SENTENCE.search(text) and not NAMES.match(text):
            yield source.count("\n", 0, found.start()) + 1, text


def marked_in_script(source: str) -> set[str]:
    """The texts of a script that are marked, wherever they are; a catalogue must have them all."""
    return {text for found in MARKED.finditer(source) for text in re.findall(r'"([^"\n]*)"', found[0])}
