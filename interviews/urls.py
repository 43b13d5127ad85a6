"""Addresses of this room."""

from typing import Any

app_name = "interviews"
urlpatterns: list[Any] = []
