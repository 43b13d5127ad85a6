from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    name = "interviews"

    def ready(self) -> None:
        from interviews import names, signals  # noqa: F401 # here, because their models are loaded only now
        from interviews.services import codings  # noqa: F401 # likewise
