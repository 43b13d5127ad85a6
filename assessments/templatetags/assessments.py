"""Template tags of the house."""

from django import template

from assessments.steps import Step, steps_of

register = template.Library()


@register.simple_tag(takes_context=True)
def assessment_steps(context: template.Context) -> list[Step]:
    """The six steps of the `assessment` in the context, found once a request; none where there is no assessment."""
    assessment, request = context.get("assessment"), context.get("request")
    if assessment is None or request is None or not request.user.is_authenticated:
        return []
    kept = getattr(request, "steps", None)
    if kept is None:
        kept = request.steps = steps_of(assessment, request.path)
    return kept
