"""Statements and decisions of the validation, in the report's language: beside their targets, and as a log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string

from analysis.results import Results
from assessments.models import Sector
from ctnat.ui.formats import format_date
from ctnat.ui.languages import direction
from ctnat.ui.words import isolate
from indicators.models import Mark
from reports.document.outline import numbers
from reports.words import translate
from workshops.changes import CellChange, ChangeLog, Statement, WordingChange, change_log
from workshops.results import VerdictCount
from workshops.words import translate as workshop_word


@dataclass
class Validation:
    """The log of one assessment, in words of one language."""

    results: Results
    words: Mapping[str, str]
    name_agencies: bool = True
    sections: Mapping[str, str] = field(default_factory=dict)  # key -> number that the document gives it

    @cached_property
    def log(self) -> ChangeLog:
        return change_log(self.results.assessment, self.results.language)

    @cached_property
    def by_target(self) -> dict[str, list[dict[str, Any]]]:
        """Target -> its statements, decided or not, in the order in which they were made."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.log.statements:
            found.setdefault(row.target, []).append(self.statement(row))
        return found

    def notes_on(self, *targets: str) -> list[dict[str, Any]]:
        return [note for target in targets for note in self.by_target.get(target, ())]

    def section_notes(self, key: str) -> str:
        """HTML of the statements about a section as a whole; blank where there are none.

        A statement refers to it by its number in a new report, wherever it is moved or however it is renamed.
        """
        known, here = numbers(), self.sections.get(key, "")
        names = [number for number, named in known.items() if named == key]
        if here not in known:  # a number of the assessment's own matrix
            names.append(here)
        notes = self.notes_on(*(f"section:{number}" for number in names if number))
        if not notes:
            return ""
        return render_to_string("reports/blocks/_responses.html", {"notes": notes, "t": self.words})

    def about(self, target: str, judged: str = "") -> str:
        """The target of a statement in words; for a recommendation the wording that was judged, where it is
        recorded."""
        kind, _, name = target.partition(":")
        if kind == "recommendation":
            text = judged or self._recommendations.get(name, "")
            return f"{self.words['about_recommendation']}: {text}" if text else self.words["about_recommendation"]
        if kind == "section":
            name = self.sections.get(numbers().get(name, ""), name)
        if kind in ("cell", "criterion", "section"):
            return f"{self.words[f'about_{kind}']} {name.replace('/', ' ')}"
        return self.words["about_report"]

    @cached_property
    def _recommendations(self) -> dict[str, str]:
        rows = self.results.assessment.recommendations.values_list("pk", "text")
        return {str(pk): text for pk, text in rows}

    def statement(self, row: Statement) -> dict[str, Any]:
        around = self.words["at_validation"]  # statements may have another direction than the report
        sector = self.results.interviews.sector_label(row.sector) if row.sector in Sector.values else ""
        # A group often has the name of its agency: where agencies are not named, only the kind of group is printed.
        name = row.who if self.name_agencies else ""
        who = f"{name} ({sector})" if name and sector else name or sector
        statement, finding, reason = (isolate(text, around) for text in (row.statement, row.finding, row.reason))
        return {
            "about": self.about(row.target, row.judged),
            "finding": "" if row.finding == row.judged and row.target.startswith("recommendation:") else finding,
            "who": isolate(who, around),
            "statement": statement,
            "language": row.language,
            "direction": direction(row.language) if row.language else "auto",
            "translation": isolate(row.translation, around),
            "decision": self.words[f"disposition_{row.disposition}" if row.disposition else "undecided"],
            "decided": bool(row.disposition),
            "withdrawn": row.withdrawn,
            "reason": reason,
            "changed": isolate(row.changed, around),
            "pieces": row.pieces,
        }

    def cell(self, row: CellChange) -> dict[str, Any]:
        return {
            "about": self.about(row.target),
            "before": self._state(row.before),
            "after": self._state(row.after),
            "proposed": self._state(row.proposed),
            "outcome": self.words[f"outcome_{row.outcome}"],
            "reason": row.reason,
            "day": format_date(row.at.date(), self.results.language),
        }

    def _state(self, state: str) -> str:
        return self.words[state] if state in Mark.State.values else "–"

    def recommendation(self, row: WordingChange) -> dict[str, Any]:
        return {
            "before": row.before,
            "after": row.after,
            "pieces": row.pieces,
            "outcome": self.words[f"outcome_{row.outcome}"],
            "who": row.who if self.name_agencies else "",
            "reason": row.reason,
            "day": format_date(row.at.date(), self.results.language),
        }

    def verdicts(self) -> list[dict[str, Any]]:
        """The groups' verdicts, workshop by workshop: one row for each wording that was judged."""
        language = self.results.language
        return [
            {
                "caption": translate("log_verdicts", language, day=format_date(workshop.day, language)),
                "head": [workshop_word(choice, language) for choice in ("agree", "amend", "disagree")],
                "rows": [self._verdict(row) for row in workshop.verdicts if row.agree + row.amend + row.disagree],
            }
            for workshop in self.results.frames.workshops
            if workshop.verdicts
        ]

    def _verdict(self, row: VerdictCount) -> dict[str, Any]:
        notes = {False: self.words["earlier_wording"], None: self.words["wording_unknown"]}
        return {
            "text": f"{row.code} {row.text}".strip() if row.is_cell else row.text,
            "state": self.words[row.state] if row.state else "",
            "note": notes.get(row.current, ""),
            "counts": (row.agree, row.amend, row.disagree),
        }

    def annex(self) -> dict[str, Any]:
        """The whole log, for the annex's template."""
        log = self.log
        undecided = log.undecided_cells
        return {
            "statements": [self.statement(row) for row in log.statements],
            "cells": [self.cell(row) for row in log.cells],
            "recommendations": [self.recommendation(row) for row in log.recommendations],
            "undecided": translate("cells_undecided", self.results.language, n=undecided) if undecided else "",
            "verdicts": self.verdicts(),
            "empty": log.is_empty and not undecided and not self.verdicts(),
        }
