from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import signals  # noqa: F401 - connects sign-in to the audit log

        autodiscover_modules("steps", "uses")  # each app registers the state of its step and its uses of sources
