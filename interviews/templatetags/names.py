"""`{% without_names text %}`: the text without names of respondents, unless the member may see them."""

from typing import Any

from django import template

from interviews.names import reading

register = template.Library()


@register.simple_tag(takes_context=True)
def without_names(context: dict[str, Any], text: Any) -> str:
    request = context["request"]
    if "interviews.names" in request.may:
        return str(text or "")
    if not hasattr(request, "without_names"):  # the names are read once for a page
        request.without_names = reading(request.assessment, request.may)
    return str(request.without_names(str(text or "")))
