"""What a country proposes for a new assessment: languages with scripts, time zone, office. All of it can be changed."""

from typing import Any

import pytest
from django.test import Client

from assessments.models import Assessment
from assessments.proposals import languages_of, proposal_for
from tests.factories import InstrumentFactory, UserFactory
from tests.pages import text

NEW = "/assessments/new/"


@pytest.mark.parametrize(
    ("country", "languages"),
    [
        ("AZE", ["en", "az"]),  # few write it in Cyrillic letters
        ("SRB", ["en", "sr", "sr-Latn"]),  # both scripts are in use
        ("HKG", ["en", "zh-Hant"]),  # not the script that Chinese usually has
        ("SEN", ["fr", "wo"]),  # a report in French
        ("XKX", ["en", "sq", "sr"]),
        ("UKR", ["en", "uk", "ru"]),  # Russian is not official by law
        ("ATA", ["en"]),  # without inhabitants
    ],
)
def test_languages_of_a_country_are_its_official_ones_as_they_are_written_there(
    country: str, languages: list[str]
) -> None:
    assert languages_of(country) == languages


@pytest.fixture
def starter(db: Any) -> Client:
    for kind in ("interview_guide", "survey", "indicators"):
        InstrumentFactory(kind=kind)
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    return client


def test_assessment_new_proposes_by_a_button_what_can_be_changed(starter: Client) -> None:
    typed = {"country": "GEO", "commissioner": "IOM", "languages": "English", "propose": "1", "study_title": "Kept"}
    form = starter.post(NEW, typed).context["form"]
    proposed = {name: form[name].value() for name in ("time_zone", "office", "proposed_for")}
    assert (proposed["time_zone"], proposed["office"]) == ("Asia/Tbilisi", "IOM, Georgia")
    assert form["languages"].value() == "English, Georgian"
    assert (form["study_title"].value(), form.is_bound, Assessment.objects.count()) == ("Kept", False, 0)

    typed |= proposed | {"country": "SRB", "languages": "English, Georgian, Russian"}  # the languages were changed
    page = starter.post(NEW, typed)
    form = page.context["form"]
    assert [form[name].value() for name in ("languages", "time_zone", "office")] == [
        "English, Georgian, Russian",
        "Europe/Belgrade",
        "IOM, Serbia",
    ]
    assert "Serbian (Latin): Latin script." in text(page)


def test_assessment_new_proposes_no_zone_where_there_are_several_nor_an_office_without_a_name(starter: Client) -> None:
    form = starter.post(NEW, {"country": "RUS", "propose": "1"}).context["form"]
    assert (form["time_zone"].value(), form["office"].value()) == ("", "")
    zones = [zone for zone, _ in form.fields["time_zone"].choices]
    assert zones[1:3] == ["Europe/Kaliningrad", "Europe/Moscow"]


def test_the_next_round_is_proposed_as_the_one_before(assessment: Assessment, member: Any, outsider: Any) -> None:
    Assessment.objects.update(office="IOM Baku", time_zone="Asia/Baku", languages=["en", "az", "ru"])
    found = proposal_for("AZE", user=member("lead"))
    assert (found.office, found.languages, found.earlier) == ("IOM Baku", ("en", "az", "ru"), "AZE-2016")
    assert proposal_for("AZE", user=outsider).earlier == ""


def test_a_blank_office_is_told_before_it_is_missed(starter: Client) -> None:
    form = starter.get(NEW).context["form"]
    tool = {name: form.fields[name].queryset.get().pk for name in ("guide", "questionnaire", "matrix")}
    about = {"country": "GEO", "starts_on": "2026-01-01", "ends_on": "2026-05-01", "study_title": "Needs"}
    page = starter.post(NEW, about | tool | {"languages": "en"}, follow=True)
    assert "The office known to stakeholders is not filled in." in text(page)
    details = f"/a/{Assessment.objects.get()}/edit/"
    form = starter.get(details).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    assert "is not filled in" in text(starter.post(details, fields, follow=True))
    form = starter.get(details).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    assert "is not filled in" not in text(starter.post(details, fields | {"office": "IOM"}, follow=True))
