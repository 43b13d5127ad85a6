"""A draft belongs to an assessment: its members read it, its leads change it, others see published versions only."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from assessments.audit import record
from assessments.models import Assessment, AuditEvent, Membership, Role
from instruments.models import Instrument
from instruments.querysets import DiscardedDraftError
from instruments.services.translations import save_translation
from instruments.services.versions import adapt, discard, publish, restore
from tests.factories import AssessmentFactory, InstrumentFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
ITEM = "sections/2/items/2.2"
TEXT = f"{ITEM}/text"


@pytest.fixture
def draft(assessment: Assessment) -> Instrument:
    return adapt(instrument=InstrumentFactory(kind="survey"), owner=assessment, by=UserFactory())


def url(name: str, *args: Any, **query: str) -> str:
    return reverse(f"instruments:{name}", args=args, query=query or None)


def reading(pk: int) -> list[str]:
    names = ("instrument_detail", "instrument_json", "instrument_files", "instrument_print", "instrument_xlsform")
    return [
        *(url(name, pk) for name in names),
        url("translation_status", pk),
        url("translation_edit", pk, "ka"),
        url("translation_sheet", pk, "ka"),
    ]


def changing(pk: int) -> list[str]:
    return [
        *(url(name, pk) for name in ("instrument_publish", "instrument_discard", "instrument_restore")),
        *(url(name, pk) for name in ("entry_move", "entry_remove", "entry_restore", "import_decisions")),
        *(url(name, pk, path=ITEM) for name in ("entry_edit", "entry_check")),
        url("entry_add", pk, list="sections"),
    ]


def translating(pk: int) -> list[str]:
    return [url(f"translation_{name}", pk, "ka") for name in ("save", "review", "import")]


def test_a_draft_is_read_by_members_of_its_assessment_only(client_as: Any, draft: Instrument) -> None:
    for address in reading(draft.pk):
        assert [client_as(who).get(address).status_code for who in ("lead", "observer", "outsider")] == [200, 200, 404]
    compared = url("instrument_compare", draft.parent.pk, draft.pk)
    assert [client_as(who).get(compared).status_code for who in ("observer", "outsider")] == [200, 404]
    listed = [client_as(who).get(url("instrument_list")).content.decode() for who in ("observer", "outsider")]
    assert [f"/instruments/{draft.pk}/" in page for page in listed] == [True, False]


def test_a_draft_is_changed_by_leads_of_its_assessment_only(client_as: Any, draft: Instrument) -> None:
    """The outsider leads another assessment, whose members never change this draft, nor learn that it exists."""
    before = Instrument.objects.values().get(pk=draft.pk)
    consultant_of_both = MembershipFactory(assessment=draft.owner, role=Role.CONSULTANT).user
    MembershipFactory(user=consultant_of_both, role=Role.LEAD)
    client = Client()
    client.force_login(consultant_of_both)
    for address in changing(draft.pk) + translating(draft.pk):
        assert client_as("anonymous").post(address).status_code == 302
        assert client_as("outsider").post(address).status_code == 404
        assert client_as("observer").post(address).status_code == 403
    for address in changing(draft.pk):
        assert client_as("focal_point").post(address).status_code == 403
        assert client.post(address).status_code == 403
    assert Instrument.objects.values().get(pk=draft.pk) == before
    log = AuditEvent.objects.filter(action__startswith="instrument.")
    assert list(log.values_list("action", flat=True)) == ["instrument.adapted"]


@pytest.mark.parametrize("role", ["consultant", "focal_point"])
def test_a_focal_point_and_a_consultant_translate_and_review(client_as: Any, draft: Instrument, role: str) -> None:
    client = client_as(role)
    page = client.get(url("translation_edit", draft.pk, "ka"))
    assert (page.context["may_edit"], page.context["may_review"]) == (True, True)
    client.post(url("translation_save", draft.pk, "ka"), {"key": TEXT, "text": "ტექსტი", "was": ""})
    client.post(url("translation_review", draft.pk, "ka"), {"key": TEXT})
    row = draft.translations.get(language="ka", key=TEXT)
    assert (row.status, row.reviewed_at is not None) == ("reviewed", True)
    events = AuditEvent.objects.filter(assessment=draft.owner, action__startswith="instrument.").order_by("pk")
    assert {event.actor.email for event in events if event.action != "instrument.adapted"} == {f"{role}@example.org"}
    assert client.get(url("translation_import", draft.pk, "ka")).status_code == 200
    for who in ("facilitator", "observer"):
        page = client_as(who).get(url("translation_edit", draft.pk, "ka"))
        assert (page.context["may_edit"], page.context["may_review"]) == (False, False)
    discard(draft=draft, by=UserFactory())
    typed = {"key": TEXT, "text": "Typed too", "was": "ტექსტი"}
    assert "Typed too" in client.post(url("translation_save", draft.pk, "ka"), typed).content.decode()


@pytest.mark.parametrize("name", ["instrument_withdraw", "instrument_reinstate"])
def test_a_published_version_is_withdrawn_by_its_owner_only(client_as: Any, draft: Instrument, name: str) -> None:
    publish(draft=draft, by=UserFactory())
    assert client_as("outsider").get(url("instrument_detail", draft.pk)).status_code == 200
    assert client_as("outsider").post(url(name, draft.pk), {"reason": "x"}).status_code == 403
    assert client_as("lead").post(url(name, draft.pk), {"reason": "x"}).status_code == 302


def test_published_versions_are_listed_with_title_and_owner(client_as: Any, draft: Instrument) -> None:
    publish(draft=draft, by=UserFactory())
    page = client_as("outsider").get(url("instrument_list")).content.decode()
    assert f"· {draft.owner.reference}</span>" in page
    assert "· Shared library</span>" in page
    assert "Owner: AZE-2016." in client_as("outsider").get(url("instrument_detail", draft.pk)).content.decode()


def test_the_shared_library_is_changed_by_staff_only(client_as: Any) -> None:
    draft = adapt(instrument=InstrumentFactory(kind="survey"), owner=None, by=UserFactory())
    staff = Client()
    staff.force_login(UserFactory(is_staff=True))
    assert client_as("lead").get(url("instrument_detail", draft.pk)).status_code == 404
    assert client_as("lead").post(url("instrument_discard", draft.pk)).status_code == 404
    assert client_as("lead").post(url("instrument_withdraw", draft.parent.pk), {"reason": "x"}).status_code == 403
    assert staff.get(url("instrument_detail", draft.pk)).status_code == 200
    assert staff.post(url("instrument_publish", draft.pk)).status_code == 302
    assert Instrument.objects.get(pk=draft.pk).is_published


def test_instrument_adapt_requires_the_choice_of_an_assessment(
    client_as: Any, member: Any, assessment: Assessment
) -> None:
    survey = assessment.questionnaire
    lead, address = client_as("lead"), url("instrument_adapt", survey.pk)
    assert "Adapt for AZE-2016" in lead.get(url("instrument_detail", survey.pk)).content.decode()
    lead.post(address)
    other = MembershipFactory(user=member("lead"), role=Role.LEAD, assessment__reference="ARM-2016").assessment
    MembershipFactory(user=member("lead"), role=Role.CONSULTANT, assessment__reference="GEO-2016")

    refused = lead.post(address, follow=True).content.decode()
    foreign = Assessment.objects.get(reference="GEO-2016")
    for wrong in ("", "shared", "x", "9" * 5000, "a\0", str(foreign.pk)):
        lead.post(address, {"owner": wrong})
    lead.post(address, {"owner": other.pk})

    assert "No draft was created. Choose the assessment that the new draft is for." in refused
    drafts = Instrument.objects.filter(published_at=None, discarded_at=None).order_by("pk")
    assert [draft.owner.reference for draft in drafts] == ["AZE-2016", "ARM-2016"]
    page = lead.get(f"/a/ARM-2016/tool/versions/{survey.pk}/").content.decode()
    assert f'<option value="{other.pk}" selected>ARM-2016</option>' in page


def test_every_act_is_in_the_log_of_the_owner(client_as: Any, draft: Instrument) -> None:
    lead = client_as("lead")
    lead.post(
        url("translation_save", draft.pk, "ka"),
        {"key": TEXT, "text": "სამი", "was": draft.document.by_name["2.2"].text.translate("ka")},
    )
    lead.post(url("translation_review", draft.pk, "ka"), {"key": TEXT})
    lead.post(url("entry_move", draft.pk), {"path": ITEM, "direction": "up"})
    lead.post(url("instrument_discard", draft.pk))
    lead.post(url("instrument_restore", draft.pk))
    lead.post(url("instrument_publish", draft.pk))
    lead.post(url("instrument_withdraw", draft.pk), {"reason": "x"})
    lead.post(url("instrument_reinstate", draft.pk))
    events = AuditEvent.objects.filter(action__startswith="instrument.").order_by("pk")
    assert {event.assessment for event in events} == {draft.owner}
    assert [event.action.split(".")[1] for event in events] == [
        "adapted",
        "changed",
        "translation_reviewed",
        "changed",
        "discarded",
        "restored",
        "published",
        "withdrawn",
        "reinstated",
    ]
    page = lead.get("/a/AZE-2016/audit/?kind=instrument").content.decode()
    assert "instrument discarded" in page


def test_instrument_trash_is_for_those_who_make_drafts(client_as: Any, assessment: Assessment) -> None:
    address = url("instrument_trash")
    assert [client_as(who).get(address).status_code for who in ("anonymous", "observer", "lead")] == [302, 403, 200]
    assert client_as("lead").post(address).status_code == 405
    assert "The trash is empty" in client_as("lead").get(address).content.decode()


def test_instrument_restore_undoes_a_discard(client_as: Any, draft: Instrument) -> None:
    lead, definition = client_as("lead"), draft.definition
    page = lead.post(url("instrument_discard", draft.pk), follow=True).content.decode()
    assert url("instrument_restore", draft.pk) in page
    assert (
        url("instrument_restore", draft.pk) not in client_as("outsider").get(url("instrument_trash")).content.decode()
    )
    assert "Trash (1)" in lead.get(url("instrument_list")).content.decode()
    seen = [client_as(who).get(url("instrument_detail", draft.pk)).status_code for who in ("lead", "observer")]
    assert seen == [200, 404]
    assert lead.get(url("instrument_restore", draft.pk)).status_code == 405
    assert client_as("outsider").post(url("instrument_restore", draft.pk)).status_code == 404
    assert Instrument.objects.get(pk=draft.pk).is_discarded

    lead.post(url("instrument_restore", draft.pk))

    restored = Instrument.objects.get(pk=draft.pk)
    assert (restored.is_draft, restored.definition) == (True, definition)
    again = lead.post(url("instrument_restore", draft.pk), follow=True).content.decode()
    assert "was restored" in again  # pressed twice: the requested state is reached already
    assert AuditEvent.objects.filter(action="instrument.restored").count() == 1


def test_instrument_edit_of_a_discarded_draft_shows_a_message_and_what_was_typed(
    client_as: Any, draft: Instrument
) -> None:
    """Two leads: one has the page of an entry open while the other discards the draft."""
    lead = client_as("lead")
    discard(draft=draft, by=UserFactory())
    entry = lead.post(url("entry_edit", draft.pk, path=ITEM), {"was": "x", "text": "Long <b>typed</b> text"})
    row = lead.post(url("translation_save", draft.pk, "ka"), {"key": TEXT, "text": "Typed too", "was": ""})
    assert entry.status_code == 409
    assert "Another member has discarded this draft, so nothing was changed." in entry.content.decode()
    assert "Long &lt;b&gt;typed&lt;/b&gt; text" in entry.content.decode()
    assert "was discarded. Restore it from the trash" in row.content.decode()
    assert "Typed too" in row.content.decode()
    for name in ("instrument_publish", "instrument_discard", "entry_move", "entry_remove"):
        assert lead.post(url(name, draft.pk), {"path": ITEM}).status_code == 409
    assert lead.get(url("instrument_edit", draft.pk), follow=True).status_code == 200
    with pytest.raises(DiscardedDraftError):
        publish(draft=draft, by=UserFactory())
    with pytest.raises(DiscardedDraftError):
        save_translation(draft=draft, language="ka", key=TEXT, text="x", was="", by=UserFactory())
    assert Instrument.objects.get(pk=draft.pk).definition == draft.definition


def test_a_translation_typed_in_an_open_page_is_shown_once_the_draft_is_published(
    client_as: Any, draft: Instrument
) -> None:
    publish(draft=draft, by=UserFactory())
    send = {"key": TEXT, "text": "Typed too", "was": ""}
    row = client_as("lead").post(url("translation_save", draft.pk, "ka"), send, headers={"HX-Request": "true"})
    assert "Typed too" in row.content.decode()
    assert "is published and cannot change" in row.content.decode()


def test_a_removed_lead_changes_nothing_any_more(client_as: Any, draft: Instrument) -> None:
    lead = client_as("lead")
    Membership.objects.filter(role=Role.LEAD, assessment=draft.owner).delete()
    for address in changing(draft.pk) + translating(draft.pk):
        assert lead.post(address, {"path": ITEM}).status_code in (403, 404)
    MembershipFactory(user_id=lead.session["_auth_user_id"], role=Role.LEAD)  # of another assessment
    for address in changing(draft.pk) + translating(draft.pk):
        assert lead.post(address, {"path": ITEM}).status_code == 404
    assert Instrument.objects.get(pk=draft.pk).is_draft


def test_restore_of_a_draft_that_is_not_in_the_trash_changes_nothing(draft: Instrument) -> None:
    restore(draft=draft, by=UserFactory())
    assert AuditEvent.objects.filter(action="instrument.restored").count() == 0


def test_versions_made_before_owners_were_kept_get_the_one_that_is_known() -> None:
    """By the only assessment that the maker leads, else by the only one that uses it; what came with the product stays
    in the shared library."""
    loaded = InstrumentFactory(kind="survey")
    aze, geo = AssessmentFactory(questionnaire=loaded), AssessmentFactory()
    of_one = MembershipFactory(assessment=aze, role=Role.LEAD).user
    of_two = MembershipFactory(assessment=aze, role=Role.LEAD).user
    MembershipFactory(assessment=geo, role=Role.LEAD, user=of_two)

    def made(version: int, by: Any, **fields: Any) -> Instrument:
        version_made = InstrumentFactory(kind="survey", version=version, **fields)
        record("instrument.adapted", by=by, target=version_made)
        return version_made

    by_lead = made(2, of_one, parent=loaded, published_at=None)
    used = made(3, of_two, parent=loaded)
    draft_of_used = made(4, None, published_at=None)
    made_of_draft = made(5, None, parent=draft_of_used)
    unknown = made(6, of_two, parent=loaded, published_at=None)
    imported = made(7, None)
    geo.questionnaire = used
    geo.save()
    aze.questionnaire = made_of_draft
    aze.save()

    import_module("instruments.migrations.0005_known_owners").find_owners(apps, None)

    owners = dict(Instrument.objects.filter(kind="survey").values_list("version", "owner"))
    expected = {1: None, 2: aze.pk, 3: geo.pk, 4: aze.pk, 5: aze.pk, 6: None, 7: None}
    assert owners == expected, (by_lead, unknown, imported)
