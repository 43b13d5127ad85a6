"""Addresses that need no sign-in: the secret in the link is the right."""

from typing import Any

app_name = "surveys_public"
urlpatterns: list[Any] = []
