"""Our work on the surveys of `benchmarks.invented`, each function in a process and a transaction of its own, which
ends without a commit."""

import secrets
from io import BytesIO
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- settings first
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from analysis.exports import responses, worksheet  # noqa: E402
from analysis.models import BreakdownPlan, DataRelease  # noqa: E402
from analysis.releases.plans import default_plan, from_json  # noqa: E402
from analysis.releases.work import work_out  # noqa: E402
from analysis.results import for_assessment  # noqa: E402
from assessments.models import Assessment, Membership, Role, User  # noqa: E402
from instruments.schema import Survey as Document  # noqa: E402
from surveys.models import Response, Survey  # noqa: E402
from surveys.responses.imports import plan_import  # noqa: E402
from surveys.services.responses import import_responses  # noqa: E402

COMPARED = ("1.6", "3.1.1", "2.2")
BY = ("sex", "role", "age")
IMPORTED = 2_000


def prepare(task: str) -> Any:
    """What the function of this name needs, and what is done only once in a process that serves for days."""
    transaction.set_autocommit(False)
    release = _requested()
    if task == "release":
        return release.pk
    if task in ("analyse", "pages"):
        work_out(release.pk)
    if task == "pages":
        client = _lead()
        pages(client)
        return client
    if task == "imported":
        content = responses.csv_file(for_assessment(_assessment()))
        lines = content.splitlines(keepends=True)
        return b"".join(lines[: IMPORTED + 1])
    return _assessment()


def _assessment() -> Assessment:
    found: Assessment = Assessment.objects.with_instruments().get()
    return found


def _requested() -> DataRelease:
    survey = Survey.objects.select_related("assessment").get()
    document = survey.questionnaire.document
    assert isinstance(document, Document)
    characteristics = [one.to_json() for one in default_plan(document)[:3]]
    plan, _made = BreakdownPlan.objects.get_or_create(
        assessment=survey.assessment, defaults={"characteristics": characteristics, "lot_key": "ab" * 32}
    )
    assert from_json(plan.characteristics)
    members = sorted(survey.responses.values_list("pk", flat=True))
    return DataRelease.objects.create(
        survey=survey, number=1, members=members, k=5, one_in=plan.one_in, plan=plan.characteristics
    )


def _lead() -> Client:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    user = User.objects.create(email="lead@example.org", name="Lead", password=secrets.token_hex())
    Membership.objects.create(user=user, assessment=Assessment.objects.get(), role=Role.LEAD)
    client = Client()
    client.force_login(user)
    return client


def release(pk: int) -> dict[str, Any]:
    """A data release is made and stored; the counts of a few questions."""
    work_out(pk)
    items = DataRelease.objects.get(pk=pk).results["items"]
    return {code: items[code]["counts"] for code in COMPARED}


def analyse(assessment: Assessment) -> int:
    """What `manage.py analyse` prints, with the three break-downs."""
    results = for_assessment(assessment)
    return len(repr([results.as_json(), *map(results.survey.breakdown_json, BY)]))


def pages(client: Client) -> dict[str, int]:
    """Two questions with their break-downs, one in words, and who took part: address -> bytes."""
    base = f"/a/{Assessment.objects.get().reference}/analysis/"
    found = {}
    for page in ("survey/3.1.1/", "survey/8.1/", "survey/2.6/", "participants/"):
        response = client.get(base + page)
        assert response.status_code == 200, page
        found[page] = len(response.content)
    return found


def xlsx(assessment: Assessment) -> int:
    target = BytesIO()
    worksheet.save(for_assessment(assessment), target)
    return len(target.getvalue())


def csv(assessment: Assessment) -> int:
    return len(responses.csv_file(for_assessment(assessment)))


def sav(assessment: Assessment) -> int:
    return len(responses.sav(for_assessment(assessment)))


def imported(content: bytes) -> int:
    survey = Survey.objects.with_document().get()
    plan = plan_import(survey, content, "forms.csv")
    assert not plan.errors, plan.errors[0]
    before = Response.objects.count()
    import_responses(survey=survey, rows=plan.rows, by=None)
    return Response.objects.count() - before
