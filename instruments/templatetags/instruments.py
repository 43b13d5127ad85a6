"""How a text of an instrument is shown in a language."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ctnat.ui.languages import direction
from instruments import access, addresses, item_types, rules, words
from instruments.condition_form import ConditionForm, Part
from instruments.logic import sentence
from instruments.logic.routing import offer_lines, routing_line
from instruments.models import Instrument
from instruments.schema import SOURCE_LANGUAGE, Item, Matrix, Survey, SurveySection, Text

register = template.Library()


@register.simple_tag(takes_context=True)
def version_url(context: template.Context, name: str, *args: Any) -> str:
    """The address of a page of instruments: inside the assessment in which the page is, else in the library."""
    return addresses.version_url(context.get("request"), name, *args)


@register.simple_tag(takes_context=True)
def may_change(context: template.Context, instrument: Instrument) -> bool:
    """Whether the signed-in user leads the owner of the version."""
    return access.may_change(context["request"].user, instrument)


@register.simple_tag(takes_context=True)
def text_in_language(context: template.Context, text: Text | None, language: str | None = None) -> SafeString | str:
    """`text` in `language` (else the page's `language`), its placeholders filled from the page's `placeholders`.

    Where the translation is missing, English is shown and marked as such.
    """
    if text is None:
        return ""
    wanted = language or context.get("language") or SOURCE_LANGUAGE
    shown_language = text.language_for(wanted)
    translated = text.translate(wanted, **(context.get("placeholders") or {}))
    if shown_language == wanted:
        return translated
    return format_html(
        '<span class="untranslated" lang="{}" dir="{}" title="{}">{}</span>',
        shown_language,
        direction(shown_language),
        _("Not translated yet"),
        translated,
    )


@register.simple_tag(takes_context=True)
def frame(context: template.Context, key: str) -> str:
    """A text around the instrument's own, in the page's `language` or else in English."""
    return words.translate(key, context.get("language") or SOURCE_LANGUAGE)


@register.simple_tag
def as_query(values: dict[str, str]) -> str:
    """Placeholders of an assessment as the query of the page that prints: only those that have a value."""
    return urlencode({name: value for name, value in values.items() if value})


@register.filter
def facts(item: Item) -> list[str]:
    """The line below an item: its type, where its options come from, its bounds."""
    return item_types.facts(item)


@register.simple_tag(takes_context=True)
def asked_only_if(context: template.Context, entry: Item | Matrix | SurveySection) -> str:
    """When an item, a matrix or a section is asked, as a sentence; blank: of everybody."""
    document: Survey = context["document"]
    return sentence.asked_only_if(entry.relevant, document, document.source_language)


@register.simple_tag(takes_context=True)
def routing(context: template.Context, entry: Item | Matrix | SurveySection) -> str:
    """Which answers lead to an item, a matrix or a section, for those who fill in the paper; blank: it is for all."""
    return routing_line(entry.relevant, context["document"], context.get("language") or SOURCE_LANGUAGE)


@register.simple_tag(takes_context=True)
def offered_only_if(context: template.Context, item: Item) -> list[str]:
    """Which options of an item are offered on which answers, as sentences."""
    document: Survey = context["document"]
    return sentence.offered_only_if(item, document, document.source_language)


@register.simple_tag(takes_context=True)
def offers(context: template.Context, item: Item) -> list[str]:
    """The same for those who fill in the paper."""
    return offer_lines(item, context["document"], context.get("language") or SOURCE_LANGUAGE)


@register.simple_tag(takes_context=True)
def told(context: template.Context, item: Item) -> list[str]:
    """The rules for an answer to an item in a few words each, in the page's `language`."""
    return rules.told(context["document"], item, context.get("language") or SOURCE_LANGUAGE)


@register.simple_tag(takes_context=True)
def allowed_only_if(context: template.Context, item: Item) -> str:
    """The constraint of an item as a sentence, for members; blank: it has none."""
    document: Survey = context["document"]
    return sentence.allowed_only_if(item, document, document.source_language)


@register.simple_tag(takes_context=True)
def skipping_note(context: template.Context) -> list[str]:
    """Sentences that say which questions of the page's `document` may be left out.

    Without the one on "don't know": paper offers it on rating scales only.
    """
    return rules.skipping_note(context["document"], context.get("language") or SOURCE_LANGUAGE)[:1]


@register.simple_tag
def condition_fields(form: ConditionForm, part: Part) -> dict[str, Any]:
    """The pick lists of a row of a condition."""
    return form.fields(part)


@register.simple_tag
def condition_sentence(form: ConditionForm, part: Part) -> str:
    """A part of a condition that rows cannot show."""
    return form.sentence(part)


@register.filter
def answer_space(item: Item) -> str:
    """What paper shows for the answer to an item without options: `lines`, `line`, `day`, `box` or `points`."""
    return item_types.answer_space(item)


@register.simple_tag
def columns_of(document: Survey, matrix: Matrix) -> list[Text]:
    """What each row of a matrix offers, "don't know" last."""
    return document.columns(matrix)
