from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from surveys import erasure, versions_used  # noqa: F401 - connect to erasures of contacts, and to pages of versions
