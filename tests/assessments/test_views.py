"""Pages of assessments: who may use each, what they store, and how they respond to bad input."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from assessments.models import (
    Assessment,
    AuditEvent,
    Document,
    MemberInvitation,
    Membership,
    Organisation,
    Study,
    User,
)
from assessments.services.assessments import TOOL_FIELDS
from indicators.models import Mark
from instruments.models import Instrument
from tests.factories import AssessmentFactory, DocumentFactory, InstrumentFactory, OrganisationFactory, UserFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

NEW = {
    "country": "GEO",
    "starts_on": "2026-01-01",
    "ends_on": "2026-05-01",
    "study_title": "Needs assessment",
    "languages": "English, Georgian",
}


@pytest.mark.parametrize(
    ("path", "denied"),
    [
        ("", None),
        ("edit/", "consultant"),
        ("audit/", "consultant"),
        ("tool/", None),
        ("members/", None),
        ("members/invite/", "consultant"),
        ("organisations/", None),
        ("organisations/new/", "observer"),
        ("documents/", None),
        ("documents/new/", "focal_point"),
        ("documents/import/", "focal_point"),
        ("documents/bibliography/", None),
        ("documents/trash/", "focal_point"),
    ],
)
def test_pages_allow_the_right_roles(check_roles: Any, path: str, denied: str | None) -> None:
    check_roles(HOME + path, allowed="lead", denied=denied, wrong="delete")


@pytest.mark.parametrize(
    ("path", "denied"),
    [
        ("tool/change/", "consultant"),
        ("members/1/remove/", "consultant"),
        ("members/invitations/1/revoke/", "consultant"),
        ("members/invitations/1/resend/", "consultant"),
        ("organisations/1/remove/", "observer"),
        ("documents/1/remove/", "focal_point"),
        ("documents/1/restore/", "focal_point"),
    ],
)
def test_changes_allow_the_right_roles(check_roles: Any, path: str, denied: str) -> None:
    ok = 302 if path.startswith("tool") else 404
    check_roles(HOME + path, allowed="lead", denied=denied, method="post", wrong="get", ok=ok)


@pytest.mark.parametrize("pk", [1, 10**18, 10**30, 10**4000])
def test_numbers_beyond_any_row_are_not_found(client_as: Any, assessment: Any, pk: int) -> None:
    for path in ("organisations/{}/", "documents/{}/", "documents/{}/file/"):
        assert client_as("lead").get(HOME + path.format(pk)).status_code == 404


# The list and the home ---------------------------------------------------------------------------------------------


def test_assessment_list_shows_ones_own_only(client_as: Any, assessment: Any, outsider: Any) -> None:
    assert "Georgia" not in text(client_as("lead").get("/"))
    assert "Azerbaijan" not in text(client_as("outsider").get("/"))
    assert "Your role: lead" in text(client_as("lead").get("/"))


def test_assessment_list_teaches_who_is_in_none(client: Client) -> None:
    client.force_login(UserFactory())
    assert "Members are invited by e-mail." in text(client.get("/"))


def test_assessment_list_sends_visitors_to_sign_in(client: Client) -> None:
    assert client.get("/").url == "/set-up/", "nobody could sign in yet"
    UserFactory()
    assert client.get("/").url == "/accounts/login/?next=/"


def test_assessment_home_shows_the_next_thing_for_each_role(client_as: Any, assessment: Any) -> None:
    for role, task in [
        ("lead", "Finish the report, or change the dates of the assessment"),  # it ended in 2016
        ("consultant", "Add the first documents"),
        ("facilitator", "Plan the validation workshop"),
    ]:
        assert task in client_as(role).get(HOME).context["next_step"].text


@pytest.mark.parametrize("path", ["", "documents/", "documents/bibliography/", "organisations/", "members/", "audit/"])
def test_lists_take_the_same_queries_for_one_row_and_for_three(client_as: Any, assessment: Any, path: str) -> None:
    client = client_as("lead")
    client.get(HOME + path)  # what the first request of a process reads once
    counts = []
    for number in (1, 2):
        DocumentFactory.create_batch(number, assessment=assessment, in_bibliography=True)
        OrganisationFactory.create_batch(number, assessment=assessment)
        for _ in range(number):
            Membership.objects.create(user=UserFactory(), assessment=assessment, role="observer")
        with CaptureQueriesContext(connection) as queries:
            client.get(HOME + path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# A new assessment --------------------------------------------------------------------------------------------------


@pytest.fixture
def starter(assessment: Any, client_as: Any) -> Client:
    """A lead, who may start another assessment; the instruments are published by the first one's factory."""
    return client_as("lead")


def typed() -> dict[str, Any]:
    """What a lead types for a new assessment that uses the only version of each instrument."""
    return NEW | {field: Instrument.objects.get(kind=kind, version=1).pk for field, kind in TOOL_FIELDS.items()}


def test_assessment_new_offers_the_versions_and_shows_which_are_used(starter: Client, assessment: Any) -> None:
    form = starter.get("/assessments/new/").context["form"]
    assert form.initial["questionnaire"] == assessment.questionnaire.pk  # there is no other version
    other = InstrumentFactory(kind="survey", version=2, owner=AssessmentFactory(reference="ARM-2016"))
    InstrumentFactory(kind="survey", version=3, withdrawn_at=timezone.now())

    page = starter.get("/assessments/new/")
    refused = starter.post("/assessments/new/", typed() | {"questionnaire": ""})
    made = starter.post("/assessments/new/", typed() | {"questionnaire": other.pk}, follow=True)

    assert "questionnaire" not in page.context["form"].initial
    labels = [label for _, label in page.context["form"].fields["questionnaire"].choices]
    assert [label.partition(":")[0] for label in labels] == [
        "Choose a version",
        "ct-nat-2016, version 1 (Shared library)",
        "ct-nat-2016, version 2 (ARM-2016)",
    ]
    assert refused.context["form"].errors == {"questionnaire": ["Choose the version to use."]}
    assert Assessment.objects.get(country="GEO").questionnaire == other
    assert "Survey ct-nat-2016 version 2" in text(made)
    event = AuditEvent.objects.get(action="assessment.created")
    assert event.detail["tool"][1] == "Survey ct-nat-2016 version 2"


def test_assessment_new_shows_what_to_do_where_no_instrument_is_published(starter: Client) -> None:
    Instrument.objects.update(withdrawn_at=timezone.now())
    assert "Ask who runs this site to load the tool of 2016" in text(starter.get("/assessments/new/"))


def test_assessment_new_makes_study_assessment_and_lead(starter: Client, member: Any) -> None:
    response = starter.post("/assessments/new/", typed())
    made = Assessment.objects.get(country="GEO")
    assert (response.status_code, response.url) == (302, "/a/GEO-2026/")
    assert (made.languages, made.study.title) == (["en", "ka"], "Needs assessment")
    assert Membership.objects.get(assessment=made).user == member("lead")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"country": "XXX"}, "This country is not on the ISO 3166 list. Choose one from the list."),
        ({"country": "Azer\0baijan"}, "This country is not on the ISO 3166 list."),
        ({"ends_on": "2025-12-31"}, "The end is before the start. Give a date on or after the start."),
        ({"ends_on": "soon"}, "Enter a valid date."),
        ({"ends_on": "9" * 10**6}, "Enter a valid date."),
        ({"reference": "aze-2016"}, "An assessment with the reference aze-2016 already exists. Choose another"),
        ({"reference": "a b"}, "Use only letters, digits and hyphens"),
        ({"starts_on": "0026-01-01"}, "26 is not a likely year. Give one from 2000 to 2099."),
        ({"study_title": ""}, "Give the study a title"),
        ({"study_title": "x" * 201}, "at most 200 characters"),
        ({"study_title": "a\0b"}, "Null characters are not allowed."),
        ({"languages": "English, Klingonish"}, "“Klingonish” is not a known language."),
    ],
)
def test_assessment_new_shows_bad_input_again_with_a_message(
    starter: Client, change: dict[str, str], message: str
) -> None:
    response = starter.post("/assessments/new/", typed() | {"commissioner": "Typed office"} | change)
    assert response.status_code == 200
    assert message in response.context["form"].errors.as_text()
    assert 'value="Typed office"' in text(response)
    assert (Assessment.objects.count(), Study.objects.count()) == (1, 1)


def test_assessment_new_shows_one_message_about_a_wrong_reference(starter: Client, assessment: Any) -> None:
    assessment.reference = "GEO-2026"  # the one that would be made from country and year
    assessment.save()
    form = starter.post("/assessments/new/", typed() | {"reference": "a_b"}).context["form"]
    assert form.errors == {"reference": ["Use only letters, digits and hyphens, and begin with a letter or a digit."]}


def test_assessment_new_does_not_drop_what_was_typed_beside_a_chosen_study(starter: Client, assessment: Any) -> None:
    chosen = typed() | {"study": assessment.study.pk, "study_title": "", "commissioner": "Typed office"}
    assert "choose “New study”" in starter.post("/assessments/new/", chosen).context["form"].errors.as_text()
    assert starter.post("/assessments/new/", chosen | {"commissioner": ""}).status_code == 302
    assert (Study.objects.count(), assessment.study.assessments.count()) == (1, 2)


def test_assessment_new_takes_the_clocks_of_the_country(starter: Client) -> None:
    starter.post("/assessments/new/", typed() | {"country": "GEO"})
    assert Assessment.objects.get(country="GEO").time_zone == "Asia/Tbilisi"
    asked = starter.post("/assessments/new/", typed() | {"country": "RUS"})  # several: nothing is assumed
    assert asked.context["form"].errors["time_zone"] == ["The country has several time zones. Choose one."]
    starter.post("/assessments/new/", typed() | {"country": "RUS", "time_zone": "Asia/Omsk"})
    assert Assessment.objects.get(country="RUS").time_zone == "Asia/Omsk"


def test_assessment_new_is_for_editors(client_as: Any) -> None:
    assert client_as("consultant").get("/assessments/new/").status_code == 403
    assert client_as("lead").get("/assessments/new/").status_code == 200


def test_assessment_new_offers_the_studies_one_leads(starter: Client, outsider: Any) -> None:
    offered = starter.get("/assessments/new/").context["form"].fields["study"].queryset
    assert [study.assessments.get().reference for study in offered] == ["AZE-2016"]


def test_assessment_edit_saves_and_refuses(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    form = lead.get(HOME + "edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields |= {"languages": "English, Azerbaijani", "documents_reviewed": "100"}
    wrong = lead.post(HOME + "edit/", fields | {"ends_on": "2015-01-01", "office": "Typed"})
    assert "The end is before the start" in wrong.context["form"].errors.as_text()
    assert 'value="Typed"' in text(wrong)
    assert lead.post(HOME + "edit/", fields | {"office": "Baku"}).status_code == 302
    assessment.refresh_from_db()
    assert (assessment.office, assessment.documents_reviewed, assessment.languages) == ("Baku", 100, ["en", "az"])


def edited(client: Client) -> dict[str, Any]:
    """The contents of the details form, ready to be sent back."""
    form = client.get(HOME + "edit/").context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"languages": "English"}


def test_the_lead_names_the_country_as_the_report_shall(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    page = text(lead.get(HOME + "edit/"))
    assert 'value="Azerbaijan"' in page
    assert "Leave blank for “Azerbaijan”." in page
    form = edited(lead) | {"languages": "English, Georgian", "country_name_en": "the Republic of Azerbaijan"}
    assert lead.post(HOME + "edit/", form).status_code == 302
    assessment.refresh_from_db()
    assert assessment.country_names == {"en": "the Republic of Azerbaijan"}
    names = [assessment.country_in(language) for language in ("en", "ka")]
    assert names == ["the Republic of Azerbaijan", "აზერბაიჯანი"]
    assert assessment.placeholders_in("en")["country"] == "the Republic of Azerbaijan"
    form = edited(lead) | {"languages": "English, Georgian"}
    assert form["country_name_ka"] == "აზერბაიჯანი"  # each language of the assessment has a field, filled in
    assert lead.post(HOME + "edit/", form | {"country_name_en": " ", "country_name_ka": "ა" * 101}).status_code == 200
    assessment.country_names = {"en": "another"}
    assessment.save()
    page = text(lead.post(HOME + "edit/", form | {"country_name_en": ""}))  # opened before the name was changed
    assert "Changed by another member to: another" in page
    assert lead.post(HOME + "edit/", edited(lead) | {"country_name_en": " "}).status_code == 302
    assessment.refresh_from_db()
    assert assessment.country_names == {}


def test_assessment_edit_sets_the_clocks(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    offered = lead.get(HOME + "edit/").context["form"].fields["time_zone"].choices
    assert offered[:2] == [("Asia/Baku", "Asia/Baku"), ("UTC", "UTC")]
    assert ("America/New_York", "America/New York") in offered
    lead.post(HOME + "edit/", edited(lead) | {"time_zone": "Asia/Baku"})
    wrong = lead.post(HOME + "edit/", edited(lead) | {"time_zone": "Mars/Olympus"})
    assert list(wrong.context["form"].errors) == ["time_zone"]
    assessment.refresh_from_db()
    assert assessment.time_zone == "Asia/Baku"


def test_assessment_edit_changes_the_study_of_who_leads_all_of_it(
    client_as: Any, assessment: Any, outsider: Any
) -> None:
    lead, study = client_as("lead"), assessment.study
    fields = edited(lead) | {"study_title": "New title", "study_funder": "A fund"}
    assert lead.post(HOME + "edit/", fields | {"ends_on": "2015-01-01"}).status_code == 200
    study.refresh_from_db()
    assert study.title == "South Caucasus"  # the assessment was refused, and its study with it
    lead.post(HOME + "edit/", fields)
    study.refresh_from_db()
    assert (study.title, study.commissioner, study.funder) == ("New title", "Regional office", "A fund")
    event = AuditEvent.objects.get(action="study.changed")
    assert (event.assessment, event.detail) == (assessment, {"fields": ["funder", "title"]})

    outsider.memberships.get().assessment.study.assessments.update(study=study)  # a country that another person leads
    assert "study_title" not in lead.get(HOME + "edit/").context["form"].fields
    lead.post(HOME + "edit/", fields | {"study_title": "Once more", "office": "Baku"})
    study.refresh_from_db()
    assessment.refresh_from_db()
    assert (study.title, assessment.office) == ("New title", "Baku")


def test_assessment_tool_shows_the_version_of_each_instrument(client_as: Any, assessment: Any) -> None:
    rows = client_as("observer").get(HOME + "tool/").context["rows"]
    assert {row.used for row in rows} == {assessment.guide, assessment.questionnaire, assessment.matrix}


def test_assessment_tool_change_uses_another_version(client_as: Any, assessment: Any) -> None:
    newer = InstrumentFactory(kind="survey", version=2, definition=assessment.questionnaire.definition)
    client_as("lead").post(HOME + "tool/change/", {"field": "questionnaire", "instrument": newer.pk})
    assessment.refresh_from_db()
    assert assessment.questionnaire == newer


# Members -----------------------------------------------------------------------------------------------------------


def invited(client_as: Any, email: str = "new@example.org") -> str:
    """Invite, and give the path of the mailed link."""
    client_as("lead").post(HOME + "members/invite/", {"addresses": email, "role": "consultant"})
    return re.search(r"http://testserver(/invitation/\S+)", mail.outbox[-1].body)[1]  # type: ignore[index]


def test_invitation_accept_makes_an_account_and_signs_in(client_as: Any, client: Client, assessment: Any) -> None:
    path = invited(client_as)
    assert "You will sign in as <strong>new@example.org</strong>" in text(client.get(path))
    response = client.post(path, {"name": "New one", "password": "three old maps here"})
    assert (response.status_code, response.url) == (302, HOME)
    assert client.get(HOME).status_code == 200
    assert client.get(path).status_code == 410


def test_invitation_accept_shows_the_typed_name_again_beside_a_weak_password(
    client_as: Any, client: Client, assessment: Any
) -> None:
    response = client.post(invited(client_as), {"name": "New one", "password": "short"})
    assert 'value="New one"' in text(response)
    assert "at least 12 characters" in response.context["form"].errors.as_text()


def test_invitation_accept_says_above_the_form_that_the_invitation_was_used_meanwhile(
    client_as: Any, client: Client, assessment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, invitation = invited(client_as), MemberInvitation.objects.get()
    MemberInvitation.objects.update(revoked_at=timezone.now())
    monkeypatch.setattr("assessments.views.members.find_invitation", lambda token: invitation)
    response = client.post(path, {"name": "New one", "password": "three old maps here"})
    assert {name: list(texts) for name, texts in response.context["form"].errors.items()} == {
        "__all__": ["This invitation has been used or revoked in the meantime. Ask a lead for a new one."]
    }
    assert not User.objects.filter(email="new@example.org").exists()


def test_invitation_accept_sends_people_with_an_account_to_the_sign_in_page(client_as: Any, assessment: Any) -> None:
    path = invited(client_as, UserFactory(email="known@example.org").email)
    assert f"/accounts/login/?next={path}" in text(Client().get(path))
    assert Client().post(path, {"name": "x", "password": "three old maps here"}).status_code == 200
    other = client_as("observer")
    assert "and you are signed in as" in text(other.get(path))
    assert other.post(path).status_code == 302
    assert not Membership.objects.filter(user__email="known@example.org").exists()
    client = Client()
    client.force_login(User.objects.get(email="known@example.org"))
    assert client.post(path).url == HOME
    assert Membership.objects.get(user__email="known@example.org").role == "consultant"


@pytest.mark.parametrize("token", ["x", "x" * 5000, "-_-"])
def test_invitation_accept_distinguishes_a_dead_link_from_a_missing_page(client: Client, token: str) -> None:
    response = client.get(f"/invitation/{token}/")
    assert response.status_code == 410
    assert "ask the lead who invited you for a new invitation" in text(response)


def test_member_invite_refuses_a_role_given_twice_and_shows_the_address_again(client_as: Any, member: Any) -> None:
    member("observer")
    response = client_as("lead").post(
        HOME + "members/invite/", {"addresses": "observer@example.org", "role": "observer"}
    )
    assert "observer@example.org is already observer of AZE-2016" in text(response)
    assert response.context["form"]["addresses"].value() == "observer@example.org"
    assert MemberInvitation.objects.count() == 0


def test_member_list_shows_invitations_to_leads_only(client_as: Any, assessment: Any) -> None:
    invited(client_as)
    assert "new@example.org" in text(client_as("lead").get(HOME + "members/"))
    assert "new@example.org" not in text(client_as("observer").get(HOME + "members/"))


def test_invitation_resend_replaces_the_link(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    first = lead.post(HOME + "members/invite/", {"addresses": "new@example.org", "role": "consultant"})
    assert "The link was sent by e-mail." in text(first)
    link = first.context["sent"][0].link
    assert f'value="{link}"' in text(first)
    page = text(lead.get(HOME + "members/"))
    assert link not in page
    assert "Invited by" in page
    again = lead.post(f"{HOME}members/invitations/{MemberInvitation.objects.get().pk}/resend/")
    new = again.context["sent"][0].link
    assert new != link
    assert Client().get(link.removeprefix("http://testserver")).status_code == 410
    assert "invites you to the needs assessment" in text(Client().get(new))


def test_without_a_mail_server_no_page_announces_a_mail(client_as: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    lead = client_as("lead")
    assert "This site has no mail server" in text(lead.get(HOME + "members/invite/"))
    sent = lead.post(HOME + "members/invite/", {"addresses": "new@example.org", "role": "consultant"})
    assert "No mail was sent: this site has no mail server." in text(sent)
    assert "it cannot send you a link" in text(Client().get("/accounts/password/reset/"))


def test_invitation_revoke_kills_the_link(client_as: Any, assessment: Any) -> None:
    path = invited(client_as)
    client_as("lead").post(f"{HOME}members/invitations/{MemberInvitation.objects.get().pk}/revoke/")
    assert Client().get(path).status_code == 410


def test_member_remove_takes_the_role_and_the_view(client_as: Any, member: Any) -> None:
    observer = client_as("observer")
    pk = Membership.objects.get(user=member("observer")).pk
    client_as("lead").post(f"{HOME}members/{pk}/remove/")
    assert observer.get(HOME).status_code == 404


def test_member_remove_of_another_assessment_is_not_found(client_as: Any, assessment: Any, outsider: Any) -> None:
    pk = Membership.objects.get(user=outsider).pk
    assert client_as("lead").post(f"{HOME}members/{pk}/remove/").status_code == 404


# Organisations and documents ---------------------------------------------------------------------------------------


def test_organisation_list_shows_those_of_the_assessment(client_as: Any, assessment: Any) -> None:
    OrganisationFactory(assessment=assessment, name="Border service")
    OrganisationFactory(name="Elsewhere")
    page = text(client_as("observer").get(HOME + "organisations/"))
    assert ("Border service" in page, "Elsewhere" in page) == (True, False)


def test_organisation_new_refuses_a_name_on_the_list(client_as: Any, assessment: Any) -> None:
    focal = client_as("focal_point")
    fields = {"name": "Shelter", "sector": "ngo", "short_name": "", "entity_type": "shelter", "in_capital": "no"}
    assert focal.post(HOME + "organisations/new/", fields).status_code == 302
    double = focal.post(HOME + "organisations/new/", fields | {"entity_type": "typed"})
    assert "Shelter is already in the list." in text(double)
    assert 'value="typed"' in text(double)


def test_organisation_edit_stores_what_is_known_of_the_place(client_as: Any, assessment: Any) -> None:
    focal, made = client_as("focal_point"), OrganisationFactory(assessment=assessment, in_capital=None)
    fields = {"name": "Shelter", "sector": "ngo", "short_name": "", "entity_type": "shelter", "in_capital": "no"}
    focal.post(f"{HOME}organisations/{made.pk}/", fields | {"name": "Women’s shelter"})
    made.refresh_from_db()
    assert (made.name, made.in_capital) == ("Women’s shelter", False)
    assert "outside the capital" in text(focal.get(HOME + "organisations/"))
    focal.post(f"{HOME}organisations/{made.pk}/", fields | {"in_capital": ""})
    made.refresh_from_db()
    assert made.in_capital is None
    assert "location not recorded" in text(focal.get(HOME + "organisations/"))


def test_organisation_remove_takes_it_off_the_list(client_as: Any, assessment: Any, check_roles: Any) -> None:
    made = OrganisationFactory(assessment=assessment)
    check_roles(
        f"{HOME}organisations/{made.pk}/remove/", allowed="focal_point", denied="observer", method="post", ok=302
    )
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize("has_study", [True, False])
def test_assessment_new_requires_the_title_of_a_new_study(
    client: Any, has_study: bool, assessment: Any, member: Any
) -> None:
    client.force_login(member("lead") if has_study else UserFactory(is_staff=True))
    if not has_study:
        Assessment.objects.all().delete()
        Study.objects.all().delete()
    page = client.get("/assessments/new/")
    assert "Title of the new study" in text(page)
    assert "Title of the new study (optional)" not in text(page)
    assert page.context["form"].fields["study_title"].required is not has_study
    refused = client.post("/assessments/new/", {"country": "GEO"})
    assert "study_title" in refused.context["form"].errors


DOCUMENT = {"code": "Aze 16", "kind": "report", "title": "A report", "language": "en", "themes": "referral, referral"}


def test_document_new_registers_with_its_file(client_as: Any, assessment: Any) -> None:
    upload = SimpleUploadedFile("plan.pdf", PDF)
    client_as("lead").post(HOME + "documents/new/", DOCUMENT | {"upload": upload})
    document = Document.objects.get()
    assert (document.code, document.file_name, document.themes) == ("Aze 16", "plan.pdf", ["referral"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "Aze 1"}, "Aze 1 is already used for “The first”. Choose another code, such as Aze 2."),
        ({"code": "16"}, "Write a code such as “Aze 16” or “Gen 1”."),
        ({"code": "Aze 1\0"}, "Null characters are not allowed."),
        ({"year": "9" * 10**6}, "year"),
        ({"year": "-1"}, "Enter a year, such as 2016."),
        ({"in_force": "20016"}, "Enter a year, such as 2016."),
        ({"language": "englisch"}, "“englisch” is not a known language."),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"themes": "a b"}, "“a b” is not a theme code."),
        ({"upload": SimpleUploadedFile("plan.pdf", b"MZ")}, "does not match its extension “.pdf”"),
    ],
)
def test_document_new_shows_bad_input_again_with_a_message(
    client_as: Any, assessment: Any, change: dict[str, Any], message: str
) -> None:
    DocumentFactory(assessment=assessment, code="Aze 1", title="The first")
    response = client_as("lead").post(HOME + "documents/new/", DOCUMENT | {"authors": "Typed, A."} | change)
    assert response.status_code == 200
    assert message in response.context["form"].errors.as_text()
    assert 'value="Typed, A."' in text(response)
    assert Document.objects.count() == 1


def test_document_new_refuses_50_megabytes(client_as: Any, assessment: Any) -> None:
    upload = SimpleUploadedFile("plan.pdf", PDF + b"\0" * (50 * 1024 * 1024))
    response = client_as("lead").post(HOME + "documents/new/", DOCUMENT | {"upload": upload})
    assert "is 50 MB; the limit is 20 MB" in text(response)
    assert 'value="A report"' in text(response)
    assert Document.objects.count() == 0


def test_document_file_is_a_download_and_is_recorded(client_as: Any, assessment: Any) -> None:
    client_as("lead").post(HOME + "documents/new/", DOCUMENT | {"upload": SimpleUploadedFile("plan.pdf", PDF)})
    path = f"{HOME}documents/{Document.objects.get().pk}/file/"
    response = client_as("observer").get(path)
    assert (b"".join(response.streaming_content), response.headers["Content-Type"]) == (PDF, "application/octet-stream")
    assert response.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert AuditEvent.objects.filter(action="document.downloaded").count() == 1
    assert client_as("outsider").get(path).status_code == 404


def test_language_is_typed_by_name_or_code(client_as: Any, assessment: Any) -> None:
    lead = client_as("lead")
    lead.post(HOME + "documents/new/", DOCUMENT | {"language": "Georgian"})
    document = Document.objects.get()
    assert document.language == "ka"
    assert 'value="Georgian"' in text(lead.get(f"{HOME}documents/{document.pk}/"))


def test_document_edit_saves(client_as: Any, assessment: Any) -> None:
    document = DocumentFactory(assessment=assessment)
    client_as("lead").post(f"{HOME}documents/{document.pk}/", DOCUMENT | {"reviewed": "on"})
    document.refresh_from_db()
    assert (document.code, document.reviewed) == ("Aze 16", True)


def test_document_remove_takes_it_off_the_register(client_as: Any, assessment: Any) -> None:
    document = DocumentFactory(assessment=assessment)
    client_as("lead").post(f"{HOME}documents/{document.pk}/remove/")
    assert Document.objects.count() == 0


def test_document_list_finds_and_sorts_by_number(client_as: Any, assessment: Any) -> None:
    for code in ("Aze 10", "Aze 2", "Gen 1"):
        DocumentFactory(assessment=assessment, code=code, title=f"About {code}", reviewed=code == "Gen 1")
    lead = client_as("lead")

    def codes(query: str) -> list[str]:
        return [document.code for document in lead.get(f"{HOME}documents/?{query}").context["page"]]

    assert codes("") == ["Aze 2", "Aze 10", "Gen 1"]
    assert codes("q=about+gen") == ["Gen 1"]
    assert codes("show=unread") == ["Aze 2", "Aze 10"]
    assert codes("q=%25&show=nonsense") == []


def test_document_import_takes_a_file_or_pasted_text(client_as: Any, assessment: Any) -> None:
    lead, path = client_as("lead"), HOME + "documents/import/"
    for sent in (
        {"code_prefix": "aze", "text": "@book{a, title={Pasted}}"},
        {"code_prefix": "Gen", "file": SimpleUploadedFile("a.ris", b"TY  - BOOK\nTI  - Filed\nER  - \n")},
    ):
        shown = lead.post(path, sent)
        checked = {"code_prefix": shown.context["prefix"], "text": shown.context["text"], "store": "yes"}
        assert "Nothing has been imported yet" in text(shown)
        assert lead.post(path, checked).status_code == 302
    assert list(Document.objects.values_list("code", "title")) == [("Aze 1", "Pasted"), ("Gen 1", "Filed")]


def test_document_import_shows_first_what_it_would_do(client_as: Any, assessment: Any) -> None:
    DocumentFactory(assessment=assessment, code="Aze 30", title="Known")
    bibtex = "@book{a, title={Known}}\n@book{b, title={New}, language={Klingonese}}\n@book{bad, title={Open}\n"
    shown = client_as("lead").post(HOME + "documents/import/", {"code_prefix": "Aze", "text": bibtex})
    assert Document.objects.count() == 1
    page = text(shown)
    assert "1 could not be read and will be left out" in page
    assert "Line 3, entry “bad”</bdi>: a brace is missing" in page
    assert "1 to import as Aze 31" in page
    assert "“Klingonese” is not known" in page
    assert "1 already in the register" in page
    assert escape(bibtex.strip()) in shown.content.decode()


def test_document_import_stores_what_can_be_read(client_as: Any, assessment: Any) -> None:
    bibtex = "@book{a, title={One}}\n@book{bad, title={Open}\n@book{c, title={Three}}\n"
    sent = {"code_prefix": "Aze", "text": bibtex, "store": "yes"}
    page = client_as("lead").post(HOME + "documents/import/", sent, follow=True)
    assert "2 sources were added to the register, Aze 1 to Aze 2." in text(page)
    again = client_as("lead").post(HOME + "documents/import/", sent, follow=True)
    assert "Nothing was added: all sources are already in the register." in text(again)
    assert list(Document.objects.values_list("title", flat=True)) == ["One", "Three"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Choose a file or paste entries."),
        ({"text": "@book{bad, title={B}"}, "Line 1, entry “bad”: a brace is missing"),
        ({"text": "@comment{x}@a{b,}"}, "Line 1, entry “b”: it has no title"),
        ({"text": "@comment{x}"}, "The file contains no entries."),
        ({"file": SimpleUploadedFile("a.bib", b"M\xfcller")}, "“a.bib” is not encoded in UTF-8."),
        ({"file": SimpleUploadedFile("a.pdf", PDF)}, "is a type of file that cannot be uploaded"),
        ({"file": SimpleUploadedFile("a.bib", b"%" * 2_000_001)}, "The file is too large."),
        ({"text": "@book{a, title={A}}", "code_prefix": "A1"}, "Enter two to six letters"),
        (
            {"text": "@book{a, title={A}}", "file": SimpleUploadedFile("a.bib", b"@book{b, title={B}}")},
            "Choose a file or paste entries, not both",
        ),
    ],
)
def test_document_import_refuses_what_it_cannot_read_and_shows_it_again(
    client_as: Any, assessment: Any, sent: dict[str, Any], message: str
) -> None:
    response = client_as("lead").post(HOME + "documents/import/", {"code_prefix": "Aze", "store": "yes"} | sent)
    assert message in response.context["form"].errors.as_text()
    assert sent.get("text", "").replace('"', "&quot;") in response.content.decode()
    assert Document.objects.count() == 0


def test_document_trash_lists_what_was_removed(client_as: Any, assessment: Any) -> None:
    document = DocumentFactory(assessment=assessment, code="Aze 7", title="A plan")
    Mark.objects.create(assessment=assessment, criterion="1.1", cell="F1", evidence=["document:Aze 7"])
    lead = client_as("lead")
    lead.post(f"{HOME}documents/{document.pk}/remove/")
    assert lead.get(f"{HOME}documents/{document.pk}/").status_code == 404
    trash = lead.get(f"{HOME}documents/trash/")
    assert "A plan" in text(trash)
    assert "still used in 1 place" in text(trash)


def test_document_restore_brings_it_back_from_the_trash(client_as: Any, assessment: Any) -> None:
    document, other = DocumentFactory(assessment=assessment, code="Aze 7"), DocumentFactory(code="Aze 8")
    lead = client_as("lead")
    lead.post(f"{HOME}documents/{document.pk}/remove/")
    assert lead.post(f"{HOME}documents/{other.pk}/restore/").status_code == 404
    lead.post(f"{HOME}documents/{document.pk}/restore/")
    assert lead.get(f"{HOME}documents/{document.pk}/").status_code == 200
    assert "The trash is empty" in text(lead.get(f"{HOME}documents/trash/"))


def test_document_bibliography_prints_all_of_a_reference(client_as: Any, assessment: Any) -> None:
    full = {"published_in": "Journal", "volume": "12", "issue": "3", "pages": "4–9", "place": "Baku", "year": 2014}
    DocumentFactory(
        assessment=assessment,
        authors="Doe, J.",
        title="On referral",
        publisher="Press",
        doi="10.1000/182",
        in_bibliography=True,
        **full,
    )
    page = re.sub(r"<[^>]+>", "", text(client_as("observer").get(f"{HOME}documents/bibliography/")))
    assert "Doe, J. On referral. Journal 12(3): 4–9. Baku: Press, 2014. doi:10.1000/182." in page


# The audit log -----------------------------------------------------------------------------------------------------


def test_audit_list_shows_the_assessment_and_its_members_sign_ins(
    client_as: Any, member: Any, outsider: Any, assessment: Any
) -> None:
    OrganisationFactory(assessment=assessment)
    client_as("outsider")  # signs in elsewhere
    page = client_as("lead").get(HOME + "audit/?kind=user").context["page"]
    assert {event.actor for event in page} == {member("lead")}
    assert client_as("lead").get(HOME + "audit/?page=" + "9" * 5000).status_code == 200


def test_refused_edit_leaves_the_heading_and_shows_what_was_typed(client_as: Any, assessment: Any) -> None:
    organisation = OrganisationFactory(assessment=assessment, name="Ministry of Justice")
    OrganisationFactory(assessment=assessment, name="Taken")
    document = DocumentFactory(assessment=assessment, code="Aze 1", title="First")
    DocumentFactory(assessment=assessment, code="Aze 2", title="Second")
    lead = client_as("lead")

    refused = lead.post(f"{HOME}organisations/{organisation.pk}/", {"name": "Taken", "sector": "state"})
    assert "<h1>Ministry of Justice</h1>" in text(refused)
    assert refused.context["form"].errors == {"name": ["Taken is already in the list."]}
    assert refused.context["form"]["name"].value() == "Taken"

    sent = {"code": "Aze 2", "kind": "report", "title": "Changed", "language": "en"}
    refused = lead.post(f"{HOME}documents/{document.pk}/", sent)
    assert "<h1>Aze 1</h1>" in text(refused)
    assert refused.context["form"].errors["code"] == [
        "Aze 2 is already used for “Second”. Choose another code, such as Aze 3."
    ]
    assert refused.context["form"]["title"].value() == "Changed"
    document.refresh_from_db()
    assert (document.code, document.title) == ("Aze 1", "First")


def test_healthz_answers_without_a_session(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert client.post("/healthz").status_code == 405
