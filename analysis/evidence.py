"""Evidence keys: plain strings that any app may store. Only this module resolves them.

document:Aze 30#31      a document of the desk review, at page 31 (the page is optional)
interview:AZEint3/3.4   the notes of one question in one interview
survey:3.1.5            an item of the survey, with the counts of all respondents
comment:12              a statement made at validation

`resolve(assessment, keys)` gives the address of each and whether it exists; `search(assessment, words, may)` finds
keys to attach. Both look into this assessment only.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, Document
from instruments import schema
from interviews.guides import questions_of
from interviews.models import Answer, Interview
from interviews.names import reading
from workshops.models import Comment

KEY = re.compile(
    r"(?P<kind>document):(?P<document>[A-Za-z]{2,6} [0-9]{1,4})(#(?P<page>[^#\x00-\x1f]{1,40}))?"
    r"|(?P<interview_kind>interview):(?P<interview>[A-Z]{3}int[1-9][0-9]{0,5})/(?P<question>[A-Za-z0-9._-]{1,40})"
    r"|(?P<survey_kind>survey):(?P<item>[A-Za-z0-9._-]{1,40})"
    r"|(?P<comment_kind>comment):(?P<comment>[1-9][0-9]{0,9})"
)
KINDS = {
    "document": gettext_lazy("Documents"),
    "interview": gettext_lazy("Interviews"),
    "survey": gettext_lazy("Survey"),
    "comment": gettext_lazy("Validation"),
}
NEEDS = {
    "document": "documents.view",
    "interview": "interviews.view",
    "survey": "analysis.view",
    "comment": "workshop.view",
}
MOST_FOUND = 20  # of each kind
EXCERPT = 90  # characters either side of the word that was sought


@dataclass(frozen=True)
class Evidence:
    """The source of a key. `label` is short ("Aze 30, p. 31"), `detail` describes it; `url` is "" if the key is
    broken."""

    key: str
    kind: str
    label: str
    detail: str
    url: str
    exists: bool


@dataclass(frozen=True)
class Parts:
    """A key taken apart: `code` of the document, interview, item or comment, and `place` (page or question)."""

    kind: str
    code: str
    place: str = ""


def parse(key: str) -> Parts | None:
    """The parts of a key; None for a text that is no key."""
    found = KEY.fullmatch(key.strip())
    if found is None:
        return None
    if found["kind"]:
        return Parts("document", found["document"], found["page"] or "")
    if found["interview_kind"]:
        return Parts("interview", found["interview"], found["question"])
    if found["survey_kind"]:
        return Parts("survey", found["item"])
    return Parts("comment", found["comment"])


def url_of(assessment: Assessment, key: str) -> str:
    """The page on which the source of a key is shown, to those who may see it."""
    return f"{reverse('analysis:evidence_source', args=[assessment.reference])}?{urlencode({'key': key})}"


def resolve(assessment: Assessment, keys: Iterable[str]) -> dict[str, Evidence]:
    """Key -> where it leads, in the order given. One query for each kind among the keys, however many they are.

    A question that the current guide no longer has is worded as in the last guide that had it (one more query).
    """
    parts = {key: parse(key) for key in dict.fromkeys(keys)}
    known = _Known(assessment, [part for part in parts.values() if part])
    return {key: _resolved(assessment, key, part, known) for key, part in parts.items()}


class _Known:
    """The sources of the keys that exist in the assessment."""

    def __init__(self, assessment: Assessment, parts: list[Parts]):
        def codes(kind: str) -> set[str]:
            return {part.code for part in parts if part.kind == kind}

        self.documents: dict[str, str] = {}
        self.interviews: dict[str, int | None] = {}  # code -> the version of the guide of its notes
        self.comments: dict[str, str] = {}
        if wanted := codes("document"):
            found = Document.objects.for_assessment(assessment).filter(code__in=wanted)
            self.documents = dict(found.values_list("code", "title"))
        if wanted := codes("interview"):
            rows = Interview.objects.filter(assessment=assessment, code__in=wanted, deleted_at=None)
            self.interviews = dict(rows.values_list("code", "guide_version"))
        if wanted := codes("comment"):
            comments = Comment.objects.filter(assessment=assessment, pk__in=wanted)
            self.comments = {str(pk): statement for pk, statement in comments.values_list("pk", "statement")}
        asked = [part.place for part in parts if part.kind == "interview"]
        versions = set(self.interviews.values())
        self._questions = {version: questions_of(assessment, asked, version) for version in versions}
        self.items = cast(schema.Survey, assessment.questionnaire.document).by_name

    def question(self, part: Parts) -> schema.Question | None:
        """The question of a note, in the words of the guide with which its interview was held."""
        if part.code not in self.interviews:
            return None
        return self._questions[self.interviews[part.code]].get(part.place)


def _resolved(assessment: Assessment, key: str, part: Parts | None, known: _Known) -> Evidence:
    if part is None:
        return Evidence(key, "", key, _("This is not an evidence key."), "", False)
    if part.kind == "document":
        label = f"{part.code}, p. {part.place}" if part.place else part.code
        detail, exists = known.documents.get(part.code, ""), part.code in known.documents
    elif part.kind == "interview":
        label = f"{part.code}, {part.place}"
        question = known.question(part)
        exists, detail = question is not None, str(question.text) if question else ""
    elif part.kind == "survey":
        label, exists = _("Survey {code}").format(code=part.code), part.code in known.items
        detail = str(known.items[part.code].label) if exists else ""
    else:
        label, exists = _("Comment {code}").format(code=part.code), part.code in known.comments
        detail = _cut(known.comments.get(part.code, ""))
    missing = _("There is no longer a source with this key in this assessment.")
    return Evidence(key, part.kind, label, detail or missing, url_of(assessment, key) if exists else "", exists)


@dataclass(frozen=True)
class Found:
    """A source that matches a search: its key, a short label, and the words around the match."""

    key: str
    label: str
    excerpt: str


def search(assessment: Assessment, words: str, may: Collection[str]) -> dict[str, list[Found]]:
    """Kind -> at most `MOST_FOUND` sources in which `words` occur, of the kinds that `may` (actions) allows to see."""
    words = words.replace("\x00", "").strip()[:100]
    finders = {"document": _documents, "interview": _answers, "survey": _items, "comment": _comments}
    if not words:
        return {}
    read = reading(assessment, may)
    found = {
        kind: [replace(row, excerpt=read(row.excerpt)) for row in find(assessment, words) if _tells(row, words, read)]
        for kind, find in finders.items()
        if NEEDS[kind] in may
    }
    return {kind: rows for kind, rows in found.items() if rows}


def _tells(row: Found, words: str, read: Callable[[str], str]) -> bool:
    """Whether the match is not only in what the member may not read."""
    return words.casefold() not in row.excerpt.casefold() or words.casefold() in read(row.excerpt).casefold()


def _documents(assessment: Assessment, words: str) -> list[Found]:
    rows = Document.objects.for_assessment(assessment).filter(
        Q(code__icontains=words) | Q(title__icontains=words) | Q(authors__icontains=words) | Q(note__icontains=words)
    )
    return [Found(f"document:{row.code}", row.code, row.title) for row in rows[:MOST_FOUND]]


def _answers(assessment: Assessment, words: str) -> list[Found]:
    notes = Answer.objects.for_assessment(assessment).with_interview()  # encrypted: they are read through
    wanted = words.casefold()
    rows = (row for row in notes if wanted in row.text.casefold() or wanted == row.interview.code.casefold())
    return [
        Found(
            f"interview:{row.interview.code}/{row.question}",
            f"{row.interview.code}, {row.question}",
            excerpt(row.text, words),
        )
        for row in islice(rows, MOST_FOUND)
    ]


def _items(assessment: Assessment, words: str) -> list[Found]:
    document = cast(schema.Survey, assessment.questionnaire.document)
    wanted = words.casefold()
    found = [
        Found(f"survey:{item.name}", item.name, str(item.text))
        for item in document.items
        if item.name == words or wanted in f"{item.text} {item.label}".casefold()
    ]
    return found[:MOST_FOUND]


def _comments(assessment: Assessment, words: str) -> list[Found]:
    wanted = words.casefold()
    rows = (
        row
        for row in Comment.objects.filter(assessment=assessment)
        if wanted in row.statement.casefold() or wanted in row.who.casefold()
    )
    return [
        Found(f"comment:{row.pk}", _("Comment {number}").format(number=row.pk), excerpt(row.statement, words))
        for row in islice(rows, MOST_FOUND)
    ]


def excerpt(text: str, words: str) -> str:
    """The words around the first match, with dots where the text goes on."""
    at = max(0, text.casefold().find(words.casefold()))
    start, end = max(0, at - EXCERPT), at + len(words) + EXCERPT
    return ("…" if start else "") + " ".join(text[start:end].split()) + ("…" if end < len(text) else "")


def _cut(text: str) -> str:
    return text if len(text) <= 2 * EXCERPT else text[: 2 * EXCERPT].rsplit(" ", 1)[0] + "…"
