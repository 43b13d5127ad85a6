"""The charts of an assessment, by key."""

from analysis.gallery.catalogue import UnknownChart, chart, keys

__all__ = ["UnknownChart", "chart", "keys"]
