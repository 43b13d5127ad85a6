"""Building the demonstration in the background. It may be run twice without harm."""

from django_tasks import task

from reports.demo.load import load


@task()
def build_demonstration() -> None:
    """The accounts are there already, so that no password stands in the list of jobs."""
    load(password=None, report_progress=lambda line: None)
