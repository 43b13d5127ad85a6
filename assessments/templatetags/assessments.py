"""Template tags of an assessment's pages."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from assessments.guide import RoleGuide, first_days_of
from assessments.models import User
from assessments.navigation import action_at
from assessments.services.assessments import TOOL_FIELDS
from assessments.steps import Frame, frame_of
from assessments.worker import worker_is_running
from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.translation.languages import interface_languages
from ctnat.translation.scripts import script_texts

register = template.Library()


@register.simple_tag(takes_context=True)
def assessment_frame(context: template.Context) -> Frame | None:
    """The six steps and the rows of the assessment in which the page is, computed once per request."""
    request = context.get("request")
    assessment, may = getattr(request, "assessment", None), getattr(request, "may", None)
    if request is None or assessment is None or may is None:
        return None
    kept: Frame | None = getattr(request, "frame", None)
    if kept is None:
        kept = request.frame = frame_of(assessment, request.path, may)
    return kept


@register.simple_tag(takes_context=True)
def first_days(context: template.Context) -> list[RoleGuide]:
    """What a new member of the assessment is told about each of their roles; empty later, or where it was hidden."""
    return first_days_of(context["request"].user, context["assessment"])


@register.filter
def opens(request: Any, path: str) -> bool:
    """Whether the member may open the page at a path below the assessment's address: {% if request|opens:"edit/" %}."""
    return bool(path) and action_at(path) in getattr(request, "may", ())


@register.simple_tag
def site_has_accounts() -> bool:
    """Whether anybody can sign in at all."""
    return User.objects.exists()


@register.simple_tag
def script_texts_address() -> str:
    """Where the texts of scripts are, in the language of the page; another version has another address."""
    language = get_language() or SOURCE_LANGUAGE
    if language not in interface_languages():
        language = SOURCE_LANGUAGE
    return reverse("assessments:script_texts", args=[language, script_texts(language).version])


@register.simple_tag
def background_worker_is_running() -> bool:
    return worker_is_running()


@register.inclusion_tag("assessments/_instrument_frame.html", takes_context=True)
def instrument_frame(context: template.Context) -> dict[str, Any]:
    """Whether the assessment uses the `instrument` of the page, and for a lead the button that makes it so."""
    assessment, instrument = context["assessment"], context["instrument"]
    field = next(name for name, kind in TOOL_FIELDS.items() if kind == instrument.kind)
    names = ("assessment", "instrument", "leads", "csrf_token")
    return {name: context.get(name) for name in names} | {"field": field, "used": getattr(assessment, field)}
