from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "analysis"

    def ready(self) -> None:
        from analysis import signals  # noqa: F401 - connects the closing of a survey to its results
