"""`manage.py load_demo`: complete, repeatable, and never with its public password in production."""

from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command

from assessments.access import find_assessment
from assessments.models import Assessment, Document, Membership, Organisation, User
from reports.demo import PASSWORD
from tests.factories import StudyFactory

APPS = ("instruments", "assessments", "interviews", "surveys", "indicators", "workshops", "reports")


def everything() -> dict[str, list[dict[str, object]]]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for app in APPS
        for model in apps.get_app_config(app).get_models()
    }


@pytest.mark.django_db
def test_load_demo_twice_gives_the_same(demo: None) -> None:
    before = everything()
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())
    assert everything() == before


@pytest.mark.django_db
def test_load_demo_prints_its_password_only_where_the_accounts_have_it(demo: None) -> None:
    out = StringIO()
    call_command("load_demo", stdout=out, stderr=StringIO())
    assert f"Password: {PASSWORD}\n" in out.getvalue()
    User.objects.filter(email__endswith="@demo.example").update(password=make_password("twelve fine walnuts"))
    out = StringIO()
    call_command("load_demo", stdout=out, stderr=StringIO())
    assert "Password: the one chosen when these accounts were made\n" in out.getvalue()


@pytest.mark.django_db
def test_load_demo_makes_one_user_per_role_and_seals_the_countries(demo: None) -> None:
    roles = Membership.objects.filter(assessment__reference="AZE-2016").values_list("user__email", "role")
    assert sorted(roles) == [
        ("consultant@demo.example", "consultant"),
        ("facilitator@demo.example", "facilitator"),
        ("focal@demo.example", "focal_point"),
        ("lead@demo.example", "lead"),
        ("observer@demo.example", "observer"),
    ]
    lead = User.objects.get(email="lead@demo.example")
    assert [a.reference for a in Assessment.objects.for_user(lead)] == ["AZE-2016"]
    assert find_assessment(lead, "AZE-2016")[0].notice.startswith("Reconstruction for demonstration")


@pytest.mark.django_db
def test_load_demo_registers_the_cited_codes(demo: None) -> None:
    cited = {"Aze 3", "Aze 6", "Aze 7", "Aze 8", "Aze 16", "Aze 17", "Aze 18", "Aze 21", "Aze 29", "Aze 30", "Gen 1"}
    codes = set(Document.objects.filter(assessment__reference="AZE-2016").values_list("code", flat=True))
    assert {code for code in codes if code.startswith(("Aze", "Gen"))} == cited


@pytest.mark.django_db
def test_load_demo_names_the_kind_of_body_where_the_report_does(demo: None) -> None:
    kinds = Organisation.objects.filter(assessment__reference="AZE-2016").values_list("entity_type", flat=True)
    assert Counter(kinds) == {
        "State body": 4,
        "State service": 2,
        "shelter": 2,
        "State committee": 1,
        "civil society organisation": 1,
        "labour inspectorate": 1,
        "prosecution": 1,
        "special police unit": 1,
        "": 1,
    }


@pytest.mark.django_db
def test_load_demo_refuses_its_public_password_in_production(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PRODUCTION = True
    before = everything()
    with pytest.raises(CommandError, match="CTNAT_DEMONSTRATION=1"):
        call_command("load_demo", password="a password of this site")
    assert everything() == before
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="--password"):
        call_command("load_demo")
    assert everything() == before


@pytest.mark.django_db
def test_load_demo_leaves_an_assessment_of_ones_own_alone(demo: None) -> None:
    Assessment.objects.filter(reference="GEO-2016").update(study=StudyFactory(title="Our own"))
    before = everything()
    with pytest.raises(CommandError, match="GEO-2016 is an assessment of your own"):
        call_command("load_demo", stdout=StringIO(), stderr=StringIO())
    assert everything() == before
