"""Work done in the background. Each job may be run twice without harm."""

from django_tasks import task

from reports.builds import run_build
from reports.editions import fill_edition


@task()
def build_document(pk: int) -> None:
    run_build(pk)


@task()
def make_edition_files(pk: int) -> None:
    fill_edition(pk)
