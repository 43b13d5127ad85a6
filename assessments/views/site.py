"""The page for site administrators, and /healthz for monitoring. No content of an assessment is shown."""

from datetime import timedelta
from platform import python_version
from typing import Any

from allauth.mfa.models import Authenticator
from django import get_version
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count, F, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from assessments.access import public, staff_only, without_members
from assessments.health import all_checks, public_checks
from assessments.models import (
    Assessment,
    AuditEvent,
    Document,
    MailFailure,
    Membership,
    RefusedSignIn,
    SignIn,
    User,
)
from assessments.querysets import number_of
from assessments.requests import MemberRequest
from assessments.second_factor import FACTORS
from ctnat.ui.pages import page_of

SHOWN = 30
UNFINISHED = ("READY", "RUNNING", "FAILED")


@require_safe
@public
@without_members
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok", or a line for each part that has a fault: 503 where the site cannot be used because of it."""
    faults = [check for check in public_checks() if check.state != "done"]
    lines = [f"{check.name}: {'fault' if check.grave else 'warning'}" for check in faults] or ["ok"]
    status = 503 if any(check.grave for check in faults) else 200
    headers = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}
    return HttpResponse("\n".join(lines), status=status, content_type="text/plain", headers=headers)


@require_safe
@staff_only
def site_status(request: MemberRequest) -> HttpResponse:
    jobs = DBTaskResult.objects.filter(status__in=UNFINISHED).order_by("-enqueued_at")[:SHOWN]
    assessments = page_of(request, Assessment.objects.order_by("reference"), name="assessments")
    context = {
        "checks": all_checks(),
        "accounts": page_of(request, _accounts(), name="accounts"),
        "assessments": assessments,
        "assessment_rows": _facts_of(list(assessments)),
        "jobs": [{"name": job.task_path, "status": job.status.lower(), "at": job.enqueued_at} for job in jobs],
        "refused": RefusedSignIn.objects.select_related("user")[:SHOWN],
        "mail_failures": MailFailure.objects.all()[:SHOWN],
        "versions": _versions(),
    }
    return render(request, "assessments/site_status.html", context)


def _accounts() -> Any:
    since = timezone.now() - timedelta(minutes=settings.SESSION_IDLE_MINUTES + 1)  # recorded once a minute
    counts = {
        "factors": number_of(Authenticator, "user", type__in=FACTORS),
        "open_sign_ins": number_of(SignIn, "user", last_used_at__gte=since),
        "roles": number_of(Membership, "user"),
    }
    return User.objects.annotate(**counts).order_by("email")


def _facts_of(assessments: list[Assessment]) -> list[dict[str, Any]]:
    """Assessments with the numbers of rows that refer to them, the bytes of their documents and the last change."""
    keys = [row.pk for row in assessments]
    parts = []
    for relation in Assessment._meta.related_objects:
        model: Any = relation.related_model
        name = relation.field.name
        refer = model._base_manager.filter(**{f"{name}__in": keys}).order_by()
        parts.append(refer.values(of_assessment=F(name)).annotate(n=Count("pk")).values_list("of_assessment", "n"))
    rows: dict[int, int] = {}
    for pk, count in parts[0].union(*parts[1:], all=True) if keys else ():
        rows[pk] = rows.get(pk, 0) + count
    names: dict[int, list[str]] = {}
    stored = Document.all_objects.filter(assessment__in=keys).exclude(file="")
    for pk, file in stored.order_by().values_list("assessment", "file"):
        names.setdefault(pk, []).append(file)
    store: Any = default_storage
    sizes = store.sizes(name for of_one in names.values() for name in of_one)
    events = AuditEvent.objects.filter(assessment__in=keys).order_by()
    changed = dict(events.values_list("assessment").annotate(Max("at")))
    return [
        {
            "assessment": row,
            "rows": rows.get(row.pk, 0),
            "files": len(names.get(row.pk, ())),
            "bytes": sum(sizes.get(name, 0) for name in names.get(row.pk, ())),
            "changed_at": changed.get(row.pk),
        }
        for row in assessments
    ]


def _versions() -> dict[str, str]:
    database = ".".join(str(part) for part in connection.get_database_version())
    return {
        "CT-NAT": settings.VERSION,
        "Django": get_version(),
        "Python": python_version(),
        "Database": f"{connection.display_name} {database}",
    }
