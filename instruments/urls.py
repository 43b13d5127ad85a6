"""Addresses of this room."""

from typing import Any

app_name = "instruments"
urlpatterns: list[Any] = []
