"""The accounts of the demonstration, for the sign-in page of a site that runs it."""

from typing import Any

from django import template
from django.conf import settings

from assessments.models import Role, User
from reports.demo.files import read
from reports.demo.load import demonstration_accounts, demonstration_assessments

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[dict[str, Any]]:
    """{"email", "role", "assessment"} of each; none in production, or where the demonstration is not loaded."""
    if settings.PRODUCTION:
        return []
    users = read("study.yaml").get("users", [])
    loaded = set(User.objects.filter(email__in=[user["email"] for user in users]).values_list("email", flat=True))
    return [{**user, "role": Role(user["role"]).label} for user in users if user["email"] in loaded]


@register.simple_tag
def has_demonstration() -> bool:
    """Whether an assessment or an account of the demonstration is on this site."""
    assessments, accounts = demonstration_assessments().values("pk"), demonstration_accounts().values("pk")
    return assessments.union(accounts, all=True).exists()
