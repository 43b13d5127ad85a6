"""The bars of charts on dark pages: every colour has its dark counterpart, which is seen on the dark paper."""

import re
from pathlib import Path

from django.conf import settings

from analysis.charts import spec

STYLES = Path(settings.BASE_DIR) / "static" / "css"


def light(colour: str) -> float:
    """The relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_charts_has_a_dark_counterpart_that_is_seen() -> None:
    dark = dict(
        re.findall(r'rect\[fill="(#\w{6})"\] \{ fill: (#\w{6}); \}', (STYLES / "dark_members.css").read_text("utf-8"))
    )
    used = {*spec.FAVOURABLE, spec.NEUTRAL, *spec.UNFAVOURABLE, *spec.BEYOND.values(), *spec.CATEGORICAL, spec.SINGLE}
    assert set(dark) == used
    tokens = (STYLES / "dark.css").read_text("utf-8")
    for paper in re.findall(r"--(?:paper|sheet): (#\w{6})", tokens):
        assert {colour: contrast(colour, paper) >= 3 for colour in dark.values()} == dict.fromkeys(dark.values(), True)
    assert contrast("#000000", "#ffffff") == 21
