"""Work done in the background. Each job may be run twice without harm."""

from django_tasks import task

from analysis.releases.work import work_out


@task()
def work_out_release(pk: int) -> None:
    work_out(pk)
