from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkshopsConfig(AppConfig):
    name = "workshops"

    def ready(self) -> None:
        autodiscover_modules("printing")  # what makes a PDF of the minutes
