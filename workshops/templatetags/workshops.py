"""Template tags of the workshop: words of states and kinds of groups, and texts in several languages."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from ctnat.ui.languages import direction
from indicators.models import Mark
from workshops import agenda
from workshops.models import GROUP_SECTORS

register = template.Library()

OUTCOMES = {
    "accepted": gettext_lazy("Accepted"),
    "not_accepted": gettext_lazy("Not accepted"),
    "added": gettext_lazy("Added"),
    "rewritten": gettext_lazy("Rewritten"),
    "dropped": gettext_lazy("Dropped"),
    "restored": gettext_lazy("Restored"),
    "confirmed": gettext_lazy("Confirmed"),
}


@register.filter
def state_word(state: str) -> str:
    """A mark's state as a word: "in place"."""
    return str(Mark.State(state).label).lower() if state in Mark.State.values else state


@register.filter
def state_label(state: str) -> str:
    """A mark's state as a label: "In place"; empty where there was no mark."""
    return str(Mark.State(state).label) if state else ""


@register.filter
def outcome_label(outcome: str) -> str:
    """What was decided on a cell or done to a recommendation, as a label: "Rewritten"."""
    return str(OUTCOMES[outcome])


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


@register.simple_tag
def in_two_languages(text: str, language: str, translation: str, into: str, label: str = "") -> SafeString:
    """What a group wrote, then its working translation into the language `into`, if there is one."""
    own = format_html(
        '<span{} dir="{}">{}</span>',
        format_html(' lang="{}"', language) if language else "",
        direction(language) if language else "auto",
        text,
    )
    if not translation or language == into:
        return own
    return format_html(
        '{} <span class="muted">({}: <span lang="{}" dir="{}">{}</span>)</span>',
        own,
        label or gettext("Working translation"),
        into,
        direction(into),
        translation,
    )
