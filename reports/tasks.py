"""Work done in the background. Each job may be run twice without harm."""

from django_tasks import task

from reports.output import (
    builds,
    editions,
    exports,
    interview_documents,
    returned_files,
    review_files,
    review_mails,
)


@task()
def build_document(pk: int) -> None:
    builds.run_build(pk)


@task()
def make_edition_files(pk: int) -> None:
    editions.make_edition_files(pk)


@task()
def make_export(pk: int) -> None:
    exports.run_export(pk)


@task()
def make_interview_document(pk: int) -> None:
    interview_documents.run_document(pk)


@task()
def make_review_file(pk: int) -> None:
    review_files.make_review_file(pk)


@task()
def read_returned_file(pk: int) -> None:
    returned_files.read_returned(pk)


@task()
def remind_of_review(pk: int) -> None:
    review_mails.remind_before_deadline(pk)
