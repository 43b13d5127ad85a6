from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from surveys import erasure  # noqa: F401 - connects to the erasure of contacts
