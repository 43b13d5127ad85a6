"""Addresses of this room."""

from typing import Any

app_name = "indicators"
urlpatterns: list[Any] = []
