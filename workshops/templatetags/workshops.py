"""Template tags of the workshop: words of states and kinds of groups, and texts in several languages."""

from collections.abc import Mapping

from django import template

from indicators.models import Mark
from workshops import agenda
from workshops.models import GROUP_SECTORS

register = template.Library()


@register.filter
def state_word(state: str) -> str:
    """A mark's state as a word: "in place"."""
    return str(Mark.State(state).label).lower() if state in Mark.State.values else state


@register.filter
def group_sector(sector: str) -> str:
    """The kind of a group as a word; empty where it was not recorded."""
    return str(dict(GROUP_SECTORS).get(sector, ""))


@register.filter
def in_language(texts: Mapping[str, str], language: str) -> str:
    return agenda.in_language(texts, language)


@register.filter
def of_key(values: Mapping[str, str], key: str) -> str:
    """The value of a key that is not known in the template; empty where there is none."""
    return values.get(key, "")
