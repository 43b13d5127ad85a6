"""Work in the background."""

from django_tasks import task

from surveys.distribution.sending import send_mailing


@task()
def send_mailing_job(pk: int) -> None:
    send_mailing(pk)
