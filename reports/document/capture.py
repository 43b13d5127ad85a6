"""A document as JSON and back, so that an edition keeps its content of the moment it was made."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from django.conf import settings
from django.utils.translation import override

from analysis.charts import Chart, Series
from analysis.statistics.rounding import PercentageRule
from reports.document.builder import Node, ReportData
from reports.document.registry import Problem


def pack(data: ReportData) -> dict[str, Any]:
    """`data` with nothing but strings, numbers, lists and objects in it."""
    with override(settings.LANGUAGE_CODE):
        problems = tuple(replace(problem, message=str(problem.message)) for problem in data.problems)
    return asdict(replace(data, problems=problems))


def unpack(packed: Mapping[str, Any]) -> ReportData:
    """The inverse of `pack`. Fields that this version of the program does not have are left out."""
    known = {field.name for field in fields(ReportData)}
    values = {name: value for name, value in packed.items() if name in known}
    for name in ("chapters", "annexes"):
        values[name] = tuple(_node(node) for node in values[name])
    for name in ("figures", "tables", "cells"):
        values[name] = tuple(tuple(row) for row in values[name])
    values["notes"] = tuple(values["notes"])
    values["problems"] = tuple(Problem(**problem) for problem in values["problems"])
    values["charts"] = {anchor: _chart(chart) for anchor, chart in values.get("charts", {}).items()}
    return ReportData(**values)


def _node(packed: Mapping[str, Any]) -> Node:
    return Node(**{**packed, "children": tuple(_node(child) for child in packed["children"])})


def _chart(packed: Mapping[str, Any]) -> Chart:
    known = {field.name for field in fields(Chart)}
    values: dict[str, Any] = {
        name: tuple(part) if isinstance(part, list) else part for name, part in packed.items() if name in known
    }
    values["series"] = tuple(
        Series(series["label"], tuple(series["values"]), series["colour"]) for series in packed["series"]
    )
    if values.get("percentages"):
        values["percentages"] = PercentageRule(**values["percentages"])
    return Chart(**values)
