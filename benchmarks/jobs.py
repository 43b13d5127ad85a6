"""A job that tells which worker did it."""

import os
import time

from django_tasks import task


@task()
def which_worker(number: int) -> tuple[int, int]:
    time.sleep(0.1)  # so that one worker alone cannot take them all
    return number, os.getpid()
