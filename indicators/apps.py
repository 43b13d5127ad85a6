from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IndicatorsConfig(AppConfig):
    name = "indicators"

    def ready(self) -> None:
        autodiscover_modules("translatable")  # the texts of each app that can be translated
