"""The least that a Django site does for a request, the limit of ours: a page without a database, and one new row."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.urls import path

if not settings.configured:
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BARE_DATABASE"],
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], DATABASES={"default": database})
application = get_wsgi_application()


class Row(models.Model):
    text = models.TextField()
    objects: "models.Manager[Row]" = models.Manager()

    class Meta:
        app_label = "bare"


def prepare() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)


def ping(request: HttpRequest) -> HttpResponse:
    return HttpResponse("pong")


def insert(request: HttpRequest) -> HttpResponse:
    Row.objects.create(text=request.POST["text"])
    return HttpResponse("stored")


urlpatterns: list[Any] = [path("ping/", ping), path("insert/", insert)]
