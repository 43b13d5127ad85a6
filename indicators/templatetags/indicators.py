"""How the state of a cell is drawn: a sign and a word, and only then a colour."""

from django import template

from indicators.models import Mark

register = template.Library()

ICONS = {"not_assessed": "circle", "in_place": "check", "potential_improvement": "flag"}


@register.inclusion_tag("indicators/_state.html")
def cell_state(state: str) -> dict[str, str]:
    return {"state": state, "icon_name": ICONS[state], "word": str(Mark.State(state).label)}
