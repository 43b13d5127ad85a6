"""What a request to erase goes through, with a kind of object that is made for these tests."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments import erasers
from assessments.erasers import (
    AssessmentRows,
    Copies,
    Copy,
    Eraser,
    Line,
    Part,
    assessment_rows,
    cites,
    copies_with,
    eraser_of,
    erases,
    find_known,
    forget_drafts,
    holds_rows,
    identity,
    keeps_copies,
    retained_rows,
    retains,
    rows_of_assessment,
    to_number,
    uses_in_all,
    withdraw_copies,
)
from assessments.erasure_register import read_register
from assessments.models import Assessment, AuditEvent, Contact, ErasureRequest, Role, User
from assessments.services import erasure
from assessments.services.erasure import Preview, ask_erasure, cancel_erasure, confirm_erasure, preview
from assessments.uses import Use
from ctnat.ui.errors import InputError
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory

calls: list[Any] = []


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Empty registries, into which these tests register, and a register of what they erase."""
    settings.ERASURE_REGISTER = tmp_path / "erasures.jsonl"
    for name in ("_erasers", "_copies", "_cites", "_rows", "_retained"):
        monkeypatch.setattr(erasers, name, {})
    calls.clear()
    yield
    calls.clear()


class Stone(Eraser):
    kind = "stone"
    label = "A stone"
    help = "It is gone."
    count = 2

    def read(self, assessment: Assessment, typed: Mapping[str, Any], by: User) -> tuple[str, dict[str, Any]]:
        calls.append(("read", assessment, dict(typed), by))
        return f"key {typed.get('which')}", {"side": typed.get("side", "left")}

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Any:
        assert isinstance(assessment, Assessment)
        if key == "key gone":
            raise InputError("There is no such stone.")
        return ("stone", assessment, key, dict(place))

    def name(self, target: Any) -> str:
        return f"Stone {target[2]}"

    def parts(self, target: Any) -> list[Part]:
        return [Part("stones", self.count), Part("cracks", 0)]

    def words(self, target: Any) -> list[str]:
        return ["granite", "  ab ", "abc", "granite"]

    def cited_as(self, target: Any) -> str:
        return "stone:1"

    def uses(self, target: Any) -> list[Use]:
        return [Use("In a wall", "wall/")]

    def lines(self, target: Any) -> list[Line]:
        return [{"id": target[2]}]

    def erase(self, target: Any, *, by: User | None) -> None:
        calls.append(("erase", target, by))

    def again(self, line: Line) -> bool:
        return False


class Pebble(Stone):
    kind = "pebble"
    order = 10
    by_site = True


class Prints(Copies):
    def find(self, assessment: Assessment, words: Sequence[str]) -> list[Copy]:
        calls.append(("copies", assessment, list(words)))
        return [Copy("print:1", "Print 1"), Copy("print:2", "Print 2", "prints/2/", "It cannot be read any more.")]

    def withdraw(self, assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
        calls.append(("withdraw", assessment, list(keys), by))
        return len(list(keys))

    def forget_drafts(self, assessment: Assessment) -> None:
        calls.append(("forget", assessment))


# The registries ------------------------------------------------------------------------------------------------------


def test_erasers_are_listed_by_their_order_and_found_by_their_kind() -> None:
    assert erases(Stone) is Stone
    assert erases(Pebble) is Pebble
    assert [eraser.kind for eraser in erasers.erasers()] == ["pebble", "stone"]
    assert isinstance(eraser_of("stone"), Stone)
    with pytest.raises(InputError, match="Choose what is to be erased from the list"):
        eraser_of("rock")


def test_defaults_of_an_eraser() -> None:
    class Plain(Stone):
        read, seen, words, cited_as, uses = Eraser.read, Eraser.seen, Eraser.words, Eraser.cited_as, Eraser.uses

    plain: Any = Plain()
    assert plain.read(None, {"which": " 7 "}, None) == ("7", {})
    assert plain.read(None, {}, None) == ("", {})
    assert (plain.words(None), plain.cited_as(None), plain.uses(None)) == ([], "", [])
    assert (plain.choices(None), plain.in_trash(None, datetime.now(UTC))) == (None, [])
    assert (plain.order, plain.offered, plain.by_site) == (50, True, False)
    assert plain.seen(None) == "[('stones', 2), ('cracks', 0)]"
    assert (Copy("a", "A").path, Copy("a", "A").note) == ("", "")


def test_what_apps_store_is_erased_from_the_highest_layer_down_and_counted_from_the_lowest_up() -> None:
    def rows(name: str) -> type[AssessmentRows]:
        class Rows(AssessmentRows):
            def parts(self, assessment: Assessment) -> list[Part]:
                return [Part(f"{name} of {assessment}", 1)]

            def erase(self, assessment: Assessment) -> None: ...

        return Rows

    for layer, name in ((1, "first"), (3, "third"), (2, "second"), (1, "beside")):
        made = rows(name)
        assert holds_rows(layer)(made) is made
    study: Any = "a"
    assert [rows.parts(study)[0].name for rows in assessment_rows()] == [
        "third of a",
        "second of a",
        "first of a",
        "beside of a",
    ]
    assert [part.name for part in rows_of_assessment(study)] == [
        "beside of a",
        "first of a",
        "second of a",
        "third of a",
    ]
    one, two = rows("one"), rows("two")
    nobody: Any = None
    assert (one().find_person(study, nobody), one().tables_of(study, nobody)) == ([], [])
    assert (retains("names")(one), retains("names")(two)) == (one, two)
    assert [type(found) for found in retained_rows("names")] == [one, two]
    assert retained_rows("notes") == []


def test_uses_are_those_of_the_eraser_and_of_each_app_in_order() -> None:
    def reports(assessment: Any, key: str, words: Sequence[str]) -> list[Use]:
        return [Use(f"{assessment} {key} {list(words)}", "")]

    assert cites("reports")(reports) is reports
    cites("indicators")(lambda assessment, key, words: [Use("Indicators", "")])
    found: Any = uses_in_all(AnyAssessment, Stone(), None)
    assert [use.label for use in found] == ["In a wall", "Indicators", "study stone:1 ['granite', 'abc']"]


AnyAssessment: Any = type("Study", (), {"__str__": lambda self: "study"})()


def test_copies_are_found_by_words_of_three_characters_and_withdrawn_by_their_keys() -> None:
    assert keeps_copies("reports")(Prints) is Prints
    keeps_copies("minutes")(Prints)
    assert len(copies_with(AnyAssessment, ["granite", " ab ", "abc", "granite"])) == 4
    assert calls == [("copies", AnyAssessment, ["granite", "abc"])] * 2
    assert copies_with(AnyAssessment, ["ab", ""]) == []
    calls.clear()
    by: Any = "lead"
    assert withdraw_copies(AnyAssessment, (key for key in ("print:1", "print:2")), by=by) == 4
    assert calls == [("withdraw", AnyAssessment, ["print:1", "print:2"], by)] * 2
    calls.clear()
    forget_drafts(AnyAssessment)
    assert calls == [("forget", AnyAssessment)] * 2


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("9" * 17, 99_999_999_999_999_999),
        ("9" * 18, 0),
        ("-7", 0),
        ("7x", 0),
        ("", 0),
        ("٧", 0),
        ("²", 0),
    ],
)
def test_only_plain_digits_are_the_number_of_a_row(typed: str, number: int) -> None:
    assert to_number(typed) == number


@pytest.mark.django_db
def test_a_row_is_known_again_by_its_number_and_when_it_was_made(assessment: Assessment) -> None:
    contact, other = (Contact.objects.create(assessment=assessment, name=name) for name in "ab")
    line = identity(contact)
    words = f"assessments.contact:{contact.pk}:{contact.created_at.timestamp():.6f}"
    mark = hashlib.sha256(words.encode()).hexdigest()[:32]
    assert line == {"model": "assessments.contact", "id": str(contact.pk), "mark": mark}
    assert find_known(Contact.objects.all(), line) == contact
    assert find_known(Contact.objects.all(), line | {"id": str(other.pk)}) is None
    assert find_known(Contact.objects.all(), {"id": line["id"]}) is None
    assert find_known(Contact.objects.exclude(pk=contact.pk), line) is None
    named = identity(contact, born="sector")
    assert named["mark"] == hashlib.sha256(f"assessments.contact:{contact.pk}:".encode()).hexdigest()[:32]
    assert find_known(Contact.objects.all(), named) is None
    assert find_known(Contact.objects.all(), named, born="sector") == contact


# A request from its beginning to its end -----------------------------------------------------------------------------


@pytest.fixture
def lead(member: Any) -> User:
    found: User = member("lead")
    return found


@pytest.fixture
def other(assessment: Assessment) -> User:
    found: User = MembershipFactory(assessment=assessment, role=Role.LEAD).user
    return found


@pytest.fixture
def stone() -> type[Stone]:
    keeps_copies("reports")(Prints)
    cites("reports")(lambda assessment, key, words: [Use("In a report", "report/")])
    erases(Pebble)
    return erases(Stone)


def ask(assessment: Assessment, by: User, which: str = "7", **more: Any) -> ErasureRequest:
    return ask_erasure(
        **{"assessment": assessment, "kind": "stone", "by": by, "ground": "person", "which": which} | more
    )


def test_a_request_stores_what_who_why_and_how_many(assessment: Assessment, lead: User, stone: Any) -> None:
    request = ask(assessment, lead, ground="consent", note="Please.", side="right")
    assert calls == [("read", assessment, {"which": "7", "side": "right", "note": "Please."}, lead)]
    stored = ErasureRequest.objects.get(pk=request.pk)
    assert (stored.assessment, stored.reference, stored.kind, stored.key) == (assessment, "AZE-2016", "stone", "key 7")
    assert (stored.place, stored.label, stored.ground, stored.note) == (
        {"side": "right"},
        "Stone key 7",
        "consent",
        "Please.",
    )
    assert (stored.parts, stored.asked_by, stored.is_waiting) == ([["stones", 2]], lead, True)
    event = assessment.audit_events.get(action="erasure.requested")
    assert (event.actor, event.object_id, event.object_label) == (lead, str(request.pk), "Stone key 7")
    assert event.detail == {"kind": "stone", "ground": "consent"}
    assert ask(assessment, lead, which="8").note == ""


def test_the_same_is_requested_once(assessment: Assessment, lead: User, stone: Any) -> None:
    waiting = ask(assessment, lead)
    with pytest.raises(ValidationError, match="requested already"):
        ask(assessment, lead, ground="consent")
    ask(assessment, lead, side="right")
    ask(assessment, lead, which="8")
    ask(assessment, lead, kind="pebble")
    ask(AssessmentFactory(reference="GEO-2016", country="GEO"), lead)
    cancel_erasure(request=waiting, by=lead)
    ask(assessment, lead)


def test_not_more_than_two_hundred_wait(assessment: Assessment, lead: User, stone: Any) -> None:
    assert erasure.MOST_WAITING == 200
    ErasureRequest.objects.bulk_create(
        ErasureRequest(assessment=assessment, kind="stone", key=f"key {number}", label="x")
        for number in range(1000, 1199)
    )
    ask(assessment, lead, which="1")
    with pytest.raises(ValidationError, match="200 requests are waiting"):
        ask(assessment, lead, which="2")
    assert ErasureRequest.objects.count() == 200


def test_what_does_not_exist_cannot_be_requested(assessment: Assessment, lead: User, stone: Any) -> None:
    with pytest.raises(ValidationError, match="no such stone"):
        ask(assessment, lead, which="gone")
    with pytest.raises(ValidationError, match="from the list"):
        ask(assessment, lead, kind="rock")
    assert not ErasureRequest.objects.exists()


def test_a_preview_shows_parts_uses_and_copies_and_names_what_was_seen(
    assessment: Assessment, lead: User, stone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(assessment, lead)
    shown = preview(request)
    uses = [Use("In a wall", "wall/"), Use("In a report", "report/")]
    assert shown == Preview([Part("stones", 2), Part("cracks", 0)], uses, Prints().find(assessment, []), shown.seen)
    seen = ["[('stones', 2), ('cracks', 0)]", "In a wall", "In a report", "print:1", "print:2"]
    assert shown.seen == hashlib.sha256(repr(seen).encode()).hexdigest()
    assert ("copies", assessment, ["granite", "abc"]) in calls
    request.assessment = None
    with pytest.raises(ValidationError, match="whole assessment was erased"):
        preview(request)


def test_a_confirmed_request_is_carried_out_noted_and_forgets_its_note(
    assessment: Assessment,
    lead: User,
    other: User,
    stone: Any,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.ERASURE_REGISTER = tmp_path / "erasures.jsonl"
    emptied: list[bool] = []
    monkeypatch.setattr(erasure, "empty_log_after_commit", lambda: emptied.append(True))
    request = ask(assessment, lead, ground="mistake", note="Please.", side="right")
    seen = preview(request).seen
    calls.clear()
    done = confirm_erasure(request=request, by=other, seen=seen, copies=["print:2", "print:9"])
    target = ("stone", assessment, "key 7", {"side": "right"})
    assert calls == [
        ("copies", assessment, ["granite", "abc"]),
        ("withdraw", assessment, ["print:2"], other),
        ("forget", assessment),
        ("erase", target, other),
    ]
    stored = ErasureRequest.objects.get(pk=request.pk)
    assert done == stored
    assert (stored.confirmed_by, stored.erased_at is not None, stored.note) == (other, True, "")
    assert (stored.label, stored.parts, stored.copies_withdrawn) == ("Stone key 7", [["stones", 2]], 1)
    assert [(line["kind"], line["id"]) for line in read_register()] == [("stone", "key 7")]
    assert emptied == [True]
    event = assessment.audit_events.get(action="erasure.done")
    assert (event.actor, event.object_id, event.object_label) == (other, str(request.pk), "Stone key 7")
    assert event.detail == {
        "kind": "stone",
        "ground": "mistake",
        "asked_by": lead.pk,
        "confirmed_by": other.pk,
        "erased": {"stones": 2},
        "copies_erased": 1,
        "copies_kept": 1,
    }


def test_what_concerns_the_site_is_noted_in_the_log_of_the_site(
    assessment: Assessment, lead: User, other: User, stone: Any
) -> None:
    request = ask(assessment, lead, kind="pebble")
    confirm_erasure(request=request, by=other, seen=preview(request).seen)
    assert AuditEvent.objects.get(action="erasure.done").assessment is None
    assert assessment.audit_events.filter(action="erasure.requested").exists()


def test_nothing_is_erased_of_what_has_changed_since_it_was_shown(
    assessment: Assessment, lead: User, other: User, stone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(assessment, lead)
    seen = preview(request).seen
    monkeypatch.setattr(Stone, "count", 3)
    calls.clear()
    with pytest.raises(ValidationError, match="nothing was erased"):
        confirm_erasure(request=request, by=other, seen=seen)
    assert [name for name, *_ in calls] == ["copies"]
    assert ErasureRequest.objects.get().is_waiting
    confirm_erasure(request=request, by=other, seen=preview(request).seen)
    assert ErasureRequest.objects.get().parts == [["stones", 3]]


def test_who_asked_does_not_confirm(assessment: Assessment, lead: User, stone: Any) -> None:
    request = ask(assessment, lead)
    with pytest.raises(ValidationError, match="You asked for this yourself"):
        confirm_erasure(request=request, by=lead, seen=preview(request).seen)
    assert ErasureRequest.objects.get().is_waiting


def test_a_cancelled_request_shows_who_cancelled_it_and_loses_its_note(
    assessment: Assessment, lead: User, other: User, stone: Any
) -> None:
    request, beside = ask(assessment, lead, note="Please."), ask(assessment, lead, which="8")
    seen = preview(request).seen
    cancel_erasure(request=request, by=other)
    stored = ErasureRequest.objects.get(pk=request.pk)
    assert (stored.cancelled_by, stored.cancelled_at is not None, stored.note) == (other, True, "")
    event = assessment.audit_events.get(action="erasure.cancelled")
    assert (event.actor, event.object_id, event.detail) == (other, str(request.pk), {"kind": "stone"})
    for again in (
        lambda: cancel_erasure(request=request, by=lead),
        lambda: confirm_erasure(request=request, by=other, seen=seen),
    ):
        with pytest.raises(ValidationError, match="cancelled in the meantime"):
            again()
    confirm_erasure(request=beside, by=other, seen=preview(beside).seen)
    with pytest.raises(ValidationError, match=r"erased already, on \d+ \w+ 20\d\d, \d\d:\d\d"):
        cancel_erasure(request=beside, by=lead)


def mailed(assessment: Assessment, by: User, capture: Any, mailoutbox: list[Any]) -> tuple[ErasureRequest, list[Any]]:
    mailoutbox.clear()
    with capture(execute=True):
        request = ask(assessment, by, note="Please.")
    return request, [mail for mail in mailoutbox if mail.subject == "Request to erase data of AZE-2016"]


def test_those_who_can_confirm_a_request_are_mailed_its_code_and_its_page(
    assessment: Assessment,
    lead: User,
    other: User,
    stone: Any,
    settings: Any,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.SITE_URL = "https://example.org"
    MembershipFactory(assessment=assessment, role=Role.CONSULTANT)
    MembershipFactory(assessment=assessment, role=Role.LEAD, user__is_active=False)
    MembershipFactory(role=Role.LEAD, assessment__reference="GEO-2016", assessment__country="GEO")
    staff = [UserFactory(is_staff=True, is_active=active) for active in (True, False)]

    request, [mail] = mailed(assessment, lead, django_capture_on_commit_callbacks, mailoutbox)
    assert mail.to == [other.email]
    assert "Lead has requested that the following is erased for good from the needs assessment AZE-2016" in mail.body
    assert "\nStone key 7\nReason: The person concerned asked for it\n" in mail.body
    assert f"https://example.org/a/AZE-2016/erasures/{request.pk}/" in mail.body
    assert "Please." not in mail.body

    cancel_erasure(request=request, by=lead)
    other.is_active, lead.is_staff = False, True
    other.save()
    lead.save()
    request, [mail] = mailed(assessment, lead, django_capture_on_commit_callbacks, mailoutbox)
    assert mail.to == [staff[0].email]
    assert f"https://example.org{reverse('assessments:site_erasure_detail', args=[request.pk])}" in mail.body
