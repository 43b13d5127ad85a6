from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components shared by every room: base forms, template tags and `templates/ui`."""

    name = "ctnat.ui"
    label = "ui"
