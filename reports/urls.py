"""Addresses of this room."""

from typing import Any

app_name = "reports"
urlpatterns: list[Any] = []
