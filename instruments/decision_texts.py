"""The decisions on an imported form in words: as a line of a list, and as a question with its answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ctnat.ui.languages import english_name
from ctnat.ui.lazy import StrOrPromise
from instruments import import_notes as kinds
from instruments.import_notes import NONE, Decision
from instruments.schema import Survey

MOST_SHOWN = 12  # items of one decision
PROFILES: Mapping[str, StrOrPromise] = {
    "sex": gettext_lazy("Which question asks for the respondent’s sex?"),
    "age": gettext_lazy("Which question asks for the respondent’s age?"),
    "role": gettext_lazy("Which question asks for the respondent’s role?"),
    "country": gettext_lazy("Which question asks for the respondent’s country?"),
}
GROUPS: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {  # kind -> heading, what it is about
    kinds.LANGUAGE: (
        gettext_lazy("Language"),
        gettext_lazy("The columns of the form do not name the language of its texts."),
    ),
    kinds.REPEAT: (
        gettext_lazy("Repeated questions"),
        gettext_lazy(
            "The form asks these questions again for each person or thing, such as each member of a household. Here "
            "each question is asked once. Leave them out, or ask them once, about one person or thing."
        ),
    ),
    kinds.CONDITION: (
        gettext_lazy("Conditions that could not be taken"),
        gettext_lazy("Without the condition, these questions are asked of more people than in the form."),
    ),
    kinds.FAVOURABLE: (
        gettext_lazy("Rating scales"),
        gettext_lazy(
            "The form does not say which end of a scale is favourable. Where neither is, answers are counted, no "
            "balance is calculated and the charts use neutral colours."
        ),
    ),
    kinds.MATRIX: (
        gettext_lazy("Questions that share their options"),
        gettext_lazy("As a table they are shown, answered and drawn together, on one rating scale."),
    ),
    kinds.PROFILE: (
        gettext_lazy("Characteristics of respondents"),
        gettext_lazy("Results are broken down by them. The form does not say which questions ask for them."),
    ),
    kinds.OFFER_DONT_KNOW: (
        gettext_lazy("“Don’t know”"),
        gettext_lazy("It is offered only where the form has it. It never counts in percentages."),
    ),
}


ANSWERED: Mapping[str, StrOrPromise] = {
    "once": gettext_lazy("Asked once"),
    "everyone": gettext_lazy("Asked of everybody"),
    "remove": gettext_lazy("Removed"),
    "single": gettext_lazy("Single questions"),
    "table": gettext_lazy("One table"),
    "as_form": gettext_lazy("Only where the form has it"),
    "all": gettext_lazy("With all of these questions, too"),
    NONE: gettext_lazy("None of the questions"),
}


@dataclass(frozen=True)
class Question:
    """A decision as a form field. `choices` are empty where the answer is a language that is typed."""

    decision: Decision
    legend: str
    help: str
    choices: Sequence[tuple[str, str]]
    items: Sequence[str] = ()  # what it is about, in words
    rows: Sequence[tuple[str, str]] = ()  # (code, text) of the items of a scale, which may be reversed

    @property
    def field(self) -> str:
        return f"answer-{self.decision.key}"


def open_faults(decisions: Sequence[Decision]) -> list[str]:
    """Why a draft with open decisions is not published, line by line."""
    first = _("Not published: the imported form leaves decisions open. Answer them under “Import report”.")
    return [first, *_first_lines([title(decision) for decision in decisions])]


def _first_lines(lines: list[str]) -> list[str]:
    """As many lines as are shown, and how many more there are."""
    more = len(lines) - MOST_SHOWN
    if more <= 0:
        return lines
    return [*lines[:MOST_SHOWN], ngettext("and {n} more", "and {n} more", more).format(n=more)]


def title(decision: Decision) -> str:
    """What is to be decided, in one line."""
    match decision.kind:
        case kinds.LANGUAGE:
            return _("Which language are the texts in?")
        case kinds.REPEAT:
            return _("Row {row}, “{name}”: leave it out, or ask once?").format(
                row=decision.row, name=decision.subject or decision.name or "?"
            )
        case kinds.CONDITION:
            return _("Row {row}, “{name}”: ask everybody, or remove it?").format(
                row=decision.row, name=decision.name or "?"
            )
        case kinds.FAVOURABLE:
            return _("Which end of the scale “{scale}” is favourable?").format(scale=decision.subject)
        case kinds.MATRIX:
            count = len(decision.items)
            return ngettext(
                "{n} question shares the list “{list}”: a table?",
                "{n} questions in a row share the list “{list}”: a table?",
                count,
            ).format(n=count, list=decision.subject)
        case kinds.PROFILE:
            return str(PROFILES[decision.subject])
        case _:
            return _("Is “don’t know” offered with more questions?")


def answer_text(decision: Decision, document: Any) -> str:
    """The answer that was given, in words."""
    if decision.kind == kinds.LANGUAGE:
        return english_name(decision.answer)
    if decision.kind == kinds.FAVOURABLE and isinstance(document, Survey):
        return dict(question(decision, document).choices).get(decision.answer, decision.answer)
    return str(ANSWERED.get(decision.answer, decision.answer))


def question(decision: Decision, document: Survey) -> Question:
    """The decision with its possible answers."""
    items = [code for code in decision.items if code in document.by_name]
    words = [f"{code} {document.by_name[code].text}" for code in items]
    shown = _first_lines(words)
    match decision.kind:
        case kinds.LANGUAGE:
            sample = [str(item.text) for item in document.items[:3]]
            return Question(decision, title(decision), _("Its English name, such as French."), (), sample)
        case kinds.REPEAT:
            out = ngettext("Leave the question out", "Leave the {n} questions out", len(items)).format(n=len(items))
            return Question(decision, title(decision), "", (("remove", out), ("once", _("Ask once"))), shown)
        case kinds.CONDITION:
            why = decision.text
            removes = ngettext("Remove the question", "Remove the {n} questions", len(items)).format(n=len(items))
            choices = (("everyone", _("Ask everybody")), *([("remove", removes)] if items else []))
            return Question(decision, title(decision), why, choices, shown)
        case kinds.FAVOURABLE:
            return _favourable(decision, document, items)
        case kinds.MATRIX:
            return Question(decision, title(decision), "", _answers_for_all(decision.kind), shown)
        case kinds.PROFILE:
            pairs = [*zip(items, words, strict=True), (NONE, _("None of the questions"))]
            return Question(decision, title(decision), "", pairs)
        case _:
            choices = (("as_form", _("Only where the form has it")), ("all", _("With all of these questions, too")))
            return Question(decision, title(decision), "", choices, shown)


def _favourable(decision: Decision, document: Survey, items: Iterable[str]) -> Question:
    points = document.scale(decision.subject).points if decision.subject in {s.name for s in document.scales} else ()
    ends = (("first", str(points[0].text)), ("last", str(points[-1].text))) if points else ()
    rows = [(code, str(document.by_name[code].text)) for code in items]
    help_text = " – ".join(str(point.text) for point in points)
    return Question(decision, title(decision), help_text, (*ends, ("neither", _("Neither"))), rows=rows)


def _answers_for_all(kind: str) -> Sequence[tuple[str, str]]:
    """The answers that may be given to all decisions of a kind at once."""
    match kind:
        case kinds.REPEAT:
            return (("remove", _("Leave them out")), ("once", _("Ask once")))
        case kinds.CONDITION:
            return (("everyone", _("Ask everybody")), ("remove", _("Remove the questions")))
        case kinds.MATRIX:
            return (("single", _("Keep single questions")), ("table", _("Make one table")))
        case _:
            return ()


def grouped(decisions: Iterable[Decision], document: Survey) -> list[dict[str, Any]]:
    """The decisions by kind, in the order in which they are asked."""
    found = [question(decision, document) for decision in decisions]
    return [
        {
            "kind": kind,
            "heading": heading,
            "help": about,
            "questions": questions,
            "rest": _answers_for_all(kind) if len(questions) > 2 else (),
        }
        for kind, (heading, about) in GROUPS.items()
        if (questions := [each for each in found if each.decision.kind == kind])
    ]
