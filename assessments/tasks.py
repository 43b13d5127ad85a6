"""Work done in the background. Each job may be run twice without harm."""

from django_tasks import task

from assessments.daily import erase_what_is_due, finish_day


@task()
def daily_round() -> None:
    for _ in erase_what_is_due():
        pass
    finish_day()
