"""Addresses of this room."""

from typing import Any

app_name = "surveys"
urlpatterns: list[Any] = []
