"""How the state of a cell is drawn: a sign and a word, and only then a colour."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import Mark

register = template.Library()

ICONS = {"not_assessed": "circle", "in_place": "check", "potential_improvement": "flag"}


@register.inclusion_tag("indicators/_state.html")
def cell_state(state: str) -> dict[str, str]:
    return {"state": state, "icon_name": ICONS[state], "word": str(Mark.State(state).label)}


# Filters rather than `blocktranslate`, which takes three times as long: these stand in lists of a hundred entries.


@register.filter
def sources(count: int) -> str:
    return ngettext("{n} source", "{n} sources", count).format(n=count)


@register.filter
def addressing(criteria: str) -> str:
    return _("Addresses {criteria}").format(criteria=criteria)


@register.filter
def move_up(what: str) -> str:
    return _("Move up: {what}").format(what=what)


@register.filter
def move_down(what: str) -> str:
    return _("Move down: {what}").format(what=what)
