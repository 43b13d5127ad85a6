"""Addresses of this room."""

from typing import Any

app_name = "workshops"
urlpatterns: list[Any] = []
