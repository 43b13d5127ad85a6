"""The page for site administrators, and /healthz for monitoring. No content of an assessment is shown."""

from datetime import timedelta
from platform import python_version
from typing import Any

from django import get_version
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from assessments.access import public, staff_only, without_members
from assessments.health import all_checks, public_checks
from assessments.models import Assessment, Document, MailFailure, RefusedSignIn, User
from assessments.requests import MemberRequest
from assessments.second_factor import FACTORS

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
    context = {
        "checks": all_checks(),
        "accounts": _accounts(),
        "assessments": _assessments(),
        "jobs": [{"name": job.task_path, "status": job.status.lower(), "at": job.enqueued_at} for job in jobs],
        "refused": RefusedSignIn.objects.select_related("user")[:SHOWN],
        "mail_failures": MailFailure.objects.all()[:SHOWN],
        "versions": _versions(),
    }
    return render(request, "assessments/site_status.html", context)


def _accounts() -> Any:
    since = timezone.now() - timedelta(minutes=settings.SESSION_IDLE_MINUTES + 1)  # recorded once a minute
    factor = Count("authenticator", filter=Q(authenticator__type__in=FACTORS), distinct=True)
    counts = {
        "factors": factor,
        "open_sign_ins": Count("sign_ins", filter=Q(sign_ins__last_used_at__gte=since), distinct=True),
        "roles": Count("memberships", distinct=True),
    }
    return User.objects.annotate(**counts).order_by("email")


def _assessments() -> list[dict[str, Any]]:
    """Assessments with their dates, the numbers of rows that refer to them, the bytes of their documents and the last
    change."""
    rows: dict[int, int] = {}
    for relation in Assessment._meta.related_objects:
        model: Any = relation.related_model
        name = relation.field.name
        for pk, count in model._base_manager.values_list(name).annotate(Count("pk")).order_by():
            rows[pk] = rows.get(pk, 0) + count
    found = []
    names: dict[int, list[str]] = {}
    for pk, name in Document.objects.exclude(file="").values_list("assessment", "file"):
        names.setdefault(pk, []).append(name)
    store: Any = default_storage
    sizes = store.sizes(name for of_one in names.values() for name in of_one)
    for row in Assessment.objects.annotate(changed_at=Max("audit_events__at")):
        files = names.get(row.pk, [])
        size = sum(sizes.get(name, 0) for name in files)
        found.append({"assessment": row, "rows": rows.get(row.pk, 0), "files": len(files), "bytes": size})
    return found


def _versions() -> dict[str, str]:
    with connection.cursor() as cursor:
        query = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
        cursor.execute(query)
        database = cursor.fetchone()[0]
    return {
        "CT-NAT": settings.VERSION,
        "Django": get_version(),
        "Python": python_version(),
        "Database": f"{connection.display_name} {database}",
    }
