from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components that all apps share: base forms, template tags and `templates/ui`."""

    name = "ctnat.ui"
    label = "ui"
