"""What pages of the report show of what is stored in English."""

from collections.abc import Mapping
from typing import Any

from django import template

from ctnat.ui.lazy import StrOrPromise
from reports.document.open_points import LABELS

register = template.Library()


@register.filter
def open_point_label(point: Mapping[str, Any]) -> StrOrPromise:
    """What a point among those of an edition is called; one of a kind that is no longer known keeps its English."""
    return LABELS.get(point["kind"]) or str(point["label"])
