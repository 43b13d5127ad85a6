"""Template tags of the shared components. What each needs and draws is shown in `templates/ui/README.md`."""

from collections.abc import Callable, Sized
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ctnat.ui.foreign import ForeignText, attributes
from ctnat.ui.formats import (
    page_ago,
    page_clock,
    page_day,
    page_moment,
    page_number,
    page_percent,
    page_short_day,
    page_short_moment,
    page_size,
    page_weekday,
)
from ctnat.ui.icons import ICONS
from ctnat.ui.languages import direction, direction_of_text
from ctnat.ui.mail import is_mail_configured
from ctnat.ui.names import language_name
from ctnat.ui.page_help import PageHelp, help_for
from ctnat.ui.pages import ALL, Parts
from ctnat.ui.stored import shown_text
from ctnat.ui.terms import TERMS

register = template.Library()

# state -> (icon, word): a state is never shown by colour alone.
STATES = {
    "done": ("done", _("Done")),
    "current": ("half", _("In progress")),
    "todo": ("circle", _("Not started")),
    "late": ("alert", _("Late")),
    "closed": ("lock", _("Closed")),
}


TRANSLATION_STATES = {
    "missing": _("Missing"),
    "stale": _("Stale"),
    "draft": _("Draft"),
    "reviewed": pgettext_lazy("translation", "Reviewed"),
    "shipped": _("Supplied"),
}


@register.filter
def own_direction(text: object) -> str:
    """The direction of a text whose language is not known, for files: what makes them does not know `dir="auto"`."""
    return direction_of_text(str(text))


@register.filter
def translation_state(state: str) -> str:
    """What a page calls the state of a translation."""
    return str(TRANSLATION_STATES[state])


def _written(form: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda at: form(date.fromisoformat(at) if isinstance(at, str) else at) if at else ""


# Dates, times and moments in the language of the page, from CLDR; nothing for None. Django's own `date` and `time`
# write the order and the signs of English in every language (`tests/test_dates.py`). A text is read as YYYY-MM-DD.
register.filter("day", _written(page_day))  # 30 June 2016
register.filter("short_day", _written(page_short_day))  # 30 Jun 2016
register.filter("weekday", _written(page_weekday))  # Thursday
register.filter("moment", _written(page_moment))  # 30 June 2016, 18:00
register.filter("short_moment", _written(page_short_moment))  # 30 Jun 2016, 18:00
register.filter("clock", _written(page_clock))  # 18:00
register.filter("ago", _written(page_ago))  # 3 hours ago


@register.filter
def with_zone(at: datetime, written: str) -> str:
    """A moment or a time of day already written, and the short name of the current time zone."""
    return f"{written} {timezone.localtime(at):%Z}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG, decorative unless `label` gives it a name to be read out. An unknown name raises KeyError."""
    paths = mark_safe(ICONS[name])  # our own constant
    naming = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {} focusable="false"><path d="{}"/></svg>', naming, paths)


@register.simple_tag
def state(key: str, word: str = "") -> SafeString:
    """A sign and a word for one of STATES; `word` replaces the default word."""
    sign, default = STATES[key]
    return format_html('<span class="state state-{}">{} {}</span>', key, icon(sign), word or default)


@register.simple_tag
def term(key: str, word: str = "") -> SafeString:
    """A word of the method that explains itself when pressed, at most once a page. An unknown key raises KeyError.

    A word joiner after it keeps a comma or a closing quotation mark on its line.
    """
    label, text = TERMS[key]
    return format_html(
        '<button type="button" class="term" popovertarget="term-{0}">{1}</button>\u2060'
        '<span class="term-text" id="term-{0}" popover role="note"><strong><a href="{4}#term-{0}">{2}</a></strong> '
        "{3}</span>",
        key,
        word or label,
        label,
        text,
        reverse("assessments:glossary"),
    )


@register.simple_tag(takes_context=True)
def page_help(context: template.Context) -> PageHelp | None:
    """“How this works” for the page that is shown; None for pages without, and for pages of visitors."""
    request = context.get("request")
    found = getattr(request, "resolver_match", None)
    if found is None or not getattr(getattr(request, "user", None), "is_authenticated", False):
        return None
    return help_for(getattr(found.func, "same_as", found.view_name))


@register.simple_tag
def interface_lang() -> SafeString:
    """The attributes `lang` and `dir` of the member's own words within a text of another language."""
    language = get_language() or "en"
    return format_html('lang="{}" dir="{}"', language, direction(language))


register.simple_tag(direction, name="text_dir")  # `rtl` or `ltr`, for the attribute `dir`
register.filter("shown_text", shown_text)  # a sentence that is stored in English, in the language of who reads it
register.filter("translated", gettext)  # a marked text (`gettext_noop`) that is stored in English
register.filter("language_name", language_name)  # "ka" -> "Georgian", in the words of the page
register.filter("percent", page_percent)  # 57%
register.filter("size", page_size)  # 1.5 MB
register.filter("number", page_number)  # 12,345.5 with the signs of the page's language


@register.simple_tag
def in_english(**texts: str) -> str:
    """The names of those texts for a script that are in English in place of a missing translation. An attribute has no
    language of its own: the script gives what it makes of them `lang` and `dir`."""
    return " ".join(name for name, text in texts.items() if isinstance(text, ForeignText))


register.filter("lang_attributes", attributes)  # of an element whose text is in another language than its page


@register.simple_tag
def progress(done: int, total: int, text: str = "") -> SafeString:
    """A thin line filled to done/total, with its numbers as text. A total of 0 draws an empty line."""
    share = 0 if total <= 0 else max(0, min(1000, round(1000 * done / total)))
    return format_html(
        '<span class="progress-line"><svg viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="1000" height="6"/><rect class="fill" width="{}" height="6"/></svg>'
        '<span class="progress-text">{}</span></span>',
        share,
        text or gettext("{done} of {total}").format(done=done, total=total),
    )


register.simple_tag(is_mail_configured, name="mail_is_configured")


@register.simple_block_tag
def empty_state(content: str, title: str, url: str = "", label: str = "") -> SafeString:
    """What an empty page shows: what belongs here, why it matters (`content`), and the first thing to do."""
    return render_to_string("ui/_empty.html", {"title": title, "text": content.strip(), "url": url, "label": label})


@register.filter
def length_beyond(values: Sized, most: int) -> int:
    """How many of `values` are left when the first `most` are shown."""
    return max(len(values) - most, 0)


@register.inclusion_tag("ui/_error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """Every error of a bound form at the top of the page, each linked to its field; nothing when there is none."""
    form.has_error_summary = True  # templates/bootstrap5/errors.html does not repeat the errors of the whole form
    errors = [(field.id_for_label, field.label, error) for field in form for error in field.errors]
    general = form.non_field_errors()
    conflict = getattr(form, "has_conflict", False)  # changed by another person: nothing to correct
    return {"general": general, "errors": errors, "count": len(errors) + len(general), "conflict": conflict}


@register.filter
def plain(form: BaseForm) -> BaseForm:
    """A library's form in the style of the project: labels in sentence case, without placeholders that repeat them."""
    for bound in form:  # not only its field: what was posted has its label from before
        bound.label = bound.field.label = sentence_case(str(bound.label))
        bound.field.widget.attrs.pop("placeholder", None)
    return form


@register.filter
def sentence_case(text: str) -> str:
    """ "Change Password" as "Change password"; for titles and labels that a library writes in English."""
    return capfirst(text.strip().lower()) if (get_language() or "en").startswith("en") else text.strip()


@register.inclusion_tag("ui/_field_errors.html")
def field_errors(field: BoundField) -> dict[str, Any]:
    """The errors of one field, under an id that its `aria-describedby` may name (`<id>_error`)."""
    return {"errors": field.errors, "id": f"{field.id_for_label}_error"}


@register.inclusion_tag("ui/_steps.html")
def step_nav(frame: Any) -> dict[str, Any]:
    """The navigation of an assessment. `frame.steps`: the six steps, each with number, label, url, state (of STATES),
    note and current; `frame.rows`: the parts of the current one and the tabs of its part, each with label, url and
    current (`page`, `true` or empty)."""
    return {"steps": frame.steps, "rows": frame.rows}


@register.inclusion_tag("ui/_pager.html", takes_context=True)
def pager(context: template.Context, page: "Page[Any]", anchor: str = "") -> dict[str, Any]:
    """The links to the other pages of a list (`ctnat.ui.pages.page_of`); the other parameters of the address stay as
    they are. `anchor` is the id of the list, where it does not begin at the top of the page."""
    name = getattr(page, "parameter", "page")
    kept = _without(context["request"].GET, name)

    def address(number: int) -> str:
        return "?" + "&".join([f"{name}={number}", *([kept] if kept else [])]) + (f"#{anchor}" if anchor else "")

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(number, address(number) if isinstance(number, int) else "") for number in shown]
    return {
        "page": page,
        "links": links,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/_parts.html")
def parts(chosen: Parts, label: str) -> dict[str, Any]:
    """The links to the parts of a page (`ctnat.ui.pages.parts_of`), and to all of them."""
    return {"chosen": chosen, "label": label, "all": ALL}


@register.inclusion_tag("ui/_next_part.html")
def next_part(chosen: Parts) -> dict[str, Any]:
    """Previous and next part, at the end of the one that is shown."""
    return {"chosen": chosen}


@register.simple_tag(takes_context=True)
def keep_query(context: template.Context, **changes: Any) -> str:
    """The address's query with `changes` made (None removes): `href="?{% keep_query sort='code' %}"`."""
    pairs = [(k, v) for k, values in context["request"].GET.lists() if k not in changes for v in values]
    pairs += [(k, str(v)) for k, v in changes.items() if v is not None]
    return urlencode(pairs)


def _without(query: QueryDict, key: str) -> str:
    return urlencode([(k, v) for k, values in query.lists() if k != key for v in values])
