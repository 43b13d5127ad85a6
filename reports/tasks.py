"""Work done in the background. Each job may be run twice without harm."""

from django_tasks import task

from reports.output import builds, editions, exports


@task()
def build_document(pk: int) -> None:
    builds.run_build(pk)


@task()
def make_edition_files(pk: int) -> None:
    editions.make_edition_files(pk)


@task()
def make_export(pk: int) -> None:
    exports.run_export(pk)
