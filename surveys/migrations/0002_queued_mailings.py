"""Mailings that wait in the queue find their job at its new place."""

from typing import Any

from django.db import migrations

OLD, NEW = "surveys.jobs.send_mailing_job", "surveys.distribution.jobs.send_mailing_job"


def move(apps: Any, old: str, new: str) -> None:
    apps.get_model("django_tasks_database", "DBTaskResult").objects.filter(task_path=old).update(task_path=new)


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0001_initial"),
        ("django_tasks_database", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: move(apps, OLD, NEW), lambda apps, schema_editor: move(apps, NEW, OLD)
        )
    ]
