"""Template tags of an assessment's pages."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from assessments.guide import RoleGuide, first_days_of
from assessments.models import User
from assessments.services.assessments import TOOL_FIELDS
from assessments.steps import Step, steps_of
from assessments.worker import worker_is_running
from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.translation.languages import interface_languages
from ctnat.translation.scripts import script_texts

register = template.Library()


@register.simple_tag(takes_context=True)
def assessment_steps(context: template.Context) -> list[Step]:
    """The six steps of the `assessment` in the context, computed once per request; none without an assessment."""
    assessment, request = context.get("assessment"), context.get("request")
    if assessment is None or request is None or not request.user.is_authenticated:
        return []
    kept: list[Step] | None = getattr(request, "steps", None)
    if kept is None:
        path = f"{assessment.get_absolute_url()}tool/" if context.get("framed") else request.path
        kept = request.steps = steps_of(assessment, path)
    return kept


@register.simple_tag(takes_context=True)
def first_days(context: template.Context) -> list[RoleGuide]:
    """What a new member of the assessment is told about each of their roles; empty later, or where it was hidden."""
    return first_days_of(context["request"].user, context["assessment"])


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
