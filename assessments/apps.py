from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        # Signals connect sign-in to the audit log; this app's own erasers need its services, which need the registry.
        from assessments import own_erasers, own_tasks, signals, versions_used  # noqa: F401

        # Each app registers the state of its step, its uses of sources, what of its own can be erased, the texts that
        # people outside the team read, those that explain its pages, what of its own the search finds, and what makes
        # a PDF of a page.
        autodiscover_modules("steps", "uses", "erasers", "words", "page_help", "search_groups", "printing")
