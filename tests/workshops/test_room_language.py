"""Phones, handout, slides and projector in the language of the room, and what is kept of the words that groups read."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment
from assessments.services.packs import save_pack_text
from indicators.models import Recommendation
from indicators.services.recommendations import edit_recommendation
from indicators.services.translations import save_translation
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.agenda import agendas_of, entry_of, translations_changed, wording_of
from workshops.models import Group, Verdict, Workshop
from workshops.results import results_of
from workshops.services.verdicts import agree_remaining, give_verdict
from workshops.services.workshops import close_workshop, edit_workshop
from workshops.views.voting import Judged
from workshops.words import VerdictConflict

KA, OPENING, REASON = "მოამზადონ ინსპექტორები", "რათა მსხვერპლი გამოვლინდეს", "წესები დამტკიცდა."


@pytest.fixture
def room(assessment: Assessment) -> Workshop:
    """A workshop in Georgian, with one recommendation and one cell that are translated into it."""
    assessment.languages = ["en", "ka", "ar"]
    assessment.save()
    row, mark = make_recommendation(assessment), make_mark(assessment, "1.1/F1")
    for key, text in {
        f"recommendation:{row.pk}/text": KA,
        f"recommendation:{row.pk}/opening": OPENING,
        f"mark:{mark.pk}/rationale": REASON,
    }.items():
        save_translation(assessment=assessment, language="ka", key=key, text=text, by=None)
    return make_workshop(assessment, language="ka")


def target() -> str:
    return f"recommendation:{Recommendation.objects.get().pk}"


def retranslate(assessment: Assessment, text: str = "სხვა სიტყვები") -> None:
    save_translation(assessment=assessment, language="ka", key=f"{target()}/text", text=text, by=None)


def page(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def address(name: str, room: Workshop, *more: int) -> str:
    return reverse(f"workshops:{name}", args=["AZE-2016", room.pk, *more])


def phone(group: Group, language: str = "ka") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.post(f"/w/{group.workshop.join_code}/", {"group": group.pk})
    return client


def test_handout_and_slides_are_in_the_language_of_the_room(room: Workshop, client_as: Any) -> None:
    client = client_as("observer")
    handout = page(client.get(address("handout", room)))
    assert f'<span lang="ka" dir="ltr">{KA}</span>' in handout
    assert (OPENING in handout, REASON in handout, "ბიულეტენი" in handout) == (True, True, True)
    assert "ჯერ არ არის თარგმნილი." not in handout
    assert "თარგმანის პროექტი" in handout  # the translations were not reviewed
    slides = client.get(address("slides", room))
    assert (slides.headers["Content-Language"], OPENING in page(slides)) == ("ka", True)
    assert '<html lang="ka" dir="ltr">' in page(slides)


def test_what_is_not_translated_is_shown_in_the_original_with_a_note(room: Workshop, client_as: Any) -> None:
    handout = page(client_as("observer").get(address("handout", room) + "?lang=ar"))
    assert '<div lang="ar" dir="rtl" data-parts>' in handout
    assert '<span lang="en" dir="ltr">train inspectors</span>' in handout
    assert handout.count("لم يُترجم بعد.") == 3  # the recommendation, its lead-in, and the reason
    edit_recommendation(recommendation=Recommendation.objects.get(), text="train the police", by=None)
    handout = page(client_as("observer").get(address("handout", room)))
    assert (KA in handout, "train the police" in handout) == (False, True)  # the translation is out of date


def test_projector_is_in_the_language_of_the_room_or_the_one_asked_for(room: Workshop, client_as: Any) -> None:
    give_verdict(group=make_group(room), target=target(), choice="agree", language="ka")
    client = client_as("observer")
    shown = page(client.get(address("projector", room) + "?show=verdicts"))
    assert (KA in shown, "ხმა მისცა ჯგუფებმა: 0 / 1" in shown) == (True, True)
    assert '<html lang="ar" dir="rtl">' in page(client.get(address("projector", room) + "?lang=ar"))
    counts = page(client.get(address("projector_counts", room) + "?show=verdicts&lang=en"))
    assert ("train inspectors" in counts, "0 of 1 group voted" in counts) == (True, True)


def test_language_of_the_room_is_any_by_its_name(room: Workshop, client_as: Any) -> None:
    client = client_as("facilitator")
    data = {"held_on": "2016-04-25", "place": "Baku"}
    refused = client.post(address("workshop_edit", room), data | {"language": "Elvish"})
    assert (refused.status_code, "“Elvish” is not a known language" in page(refused)) == (422, True)
    assert client.post(address("workshop_edit", room), data | {"language": "Amharic"}).status_code == 302
    assert Workshop.objects.get().language == "am"
    edit_workshop(workshop=room, held_on=room.held_on, place="Ganja", by=None)
    assert Workshop.objects.get().languages == [*room.assessment.languages, "am"]
    room.assessment.languages = ["en"]  # what is no longer a language of the assessment stays the room's
    room.assessment.save()
    assert (Workshop.objects.get().room_language, Workshop.objects.get().languages) == ("am", ["en", "am"])


def test_a_phone_shows_and_sends_the_translation(room: Workshop) -> None:
    group = make_group(room)
    client = phone(group)
    shown = page(client.get("/w/group/"))
    assert f'<span lang="ka" dir="ltr">{KA}</span>' in shown
    assert (OPENING in shown, REASON in shown) == (True, True)
    form = re.search(rf'<form[^>]*id="{target()}".*?</form>', shown)
    assert form
    sent = dict(re.findall(r'name="(target|revision|given|wording)" value="([^"]*)"', form[0]))
    retranslate(room.assessment)
    refused = client.post("/w/group/verdict/", sent | {"choice": "agree"})
    assert (refused.status_code, "სხვა სიტყვები" in page(refused)) == (409, True)
    assert Verdict.objects.count() == 0
    again = sent | {"choice": "amend", "words": "დავამატოთ პოლიცია", "wording": entry_of(group, target(), "ka").wording}
    assert client.post("/w/group/verdict/", again).status_code == 302
    verdict = Verdict.objects.get()
    assert verdict.words_language == "ka"
    assert verdict.seen["text"] == {"en": "train inspectors", "ka": "სხვა სიტყვები"}
    assert (verdict.seen["heading"]["ka"], verdict.seen["language"], verdict.seen["written"]) == (OPENING, "ka", "en")


def test_a_phone_begins_in_the_language_of_the_room_where_its_own_is_not_offered(room: Workshop) -> None:
    group = make_group(room)
    assert '<html lang="ka" dir="ltr">' in page(phone(group, "sw").get("/w/group/"))
    assert '<html lang="ar" dir="rtl">' in page(phone(group, "ar").get("/w/group/"))


def test_phones_and_handout_have_the_words_of_the_assessment(room: Workshop, client_as: Any) -> None:
    """A phone that polls sees that something changed."""
    client = phone(make_group(room), "ka")
    state = client.get("/w/group/state/")
    assert client.get(f"/w/group/state/?revision={state['X-Revision']}").status_code == 204
    for key, text in {"workshops.leave": "ჩვენი გასვლა", "workshops.handout_title": "ჩვენი {country}"}.items():
        save_pack_text(assessment=room.assessment, language="ka", key=key, text=text, by=None)
    assert "ჩვენი გასვლა" in page(client.get("/w/group/"))
    assert client.get(f"/w/group/state/?revision={state['X-Revision']}").status_code == 200
    assert f"ჩვენი {room.assessment.country_in('ka')}" in page(client_as("observer").get(address("handout", room)))


def test_a_verdict_stores_the_translation_that_was_read(room: Workshop, client_as: Any) -> None:
    group = make_group(room)
    give_verdict(group=group, target=target(), choice="agree", language="ka")
    before = results_of(room).verdicts
    retranslate(room.assessment)
    verdict = Verdict.objects.get()
    assert verdict.seen["text"]["ka"] == KA
    assert results_of(room).verdicts == before
    judged = Judged(entry_of(group, target(), "ka"), verdict, "ka", "ka")
    assert (judged.is_retranslated, judged.standing, judged.is_earlier) == (True, verdict, False)
    assert not Judged(entry_of(group, target(), "en"), verdict, "en", "en").is_retranslated
    listed = page(client_as("facilitator").get(address("workshop", room)))
    assert "Translated anew: train inspectors (Georgian)." in listed
    give_verdict(group=group, target=target(), choice="agree", language="ka")  # knowingly, on the new words
    verdict.refresh_from_db()
    assert (verdict.seen["text"]["ka"], verdict.revision) == ("სხვა სიტყვები", 2)
    close_workshop(workshop=room, by=None)
    retranslate(room.assessment, "მესამე")
    frozen = results_of(Workshop.objects.get()).verdicts[0]
    assert (frozen.texts["ka"], frozen.text) == ("სხვა სიტყვები", "train inspectors")


def test_agreement_with_the_remaining_cells_is_on_the_words_that_were_read(room: Workshop) -> None:
    group, cell = make_group(room), "cell:1.1/F1"
    shown = entry_of(group, cell, "ka")
    read = {cell: shown.wording}
    key = f"mark:{room.assessment.marks.get().pk}/rationale"
    save_translation(assessment=room.assessment, language="ka", key=key, text="წესები არ არის.", by=None)
    agree: dict[str, Any] = {"group": group, "category": "1", "targets": {cell: shown.revision}, "language": "ka"}
    with pytest.raises(VerdictConflict):
        agree_remaining(**agree, wordings=read)
    assert agree_remaining(**agree, wordings={cell: entry_of(group, cell, "ka").wording}) == 1
    assert Verdict.objects.get().seen["notes"]["ka"] == "წესები არ არის."


def test_paper_is_read_in_the_language_of_the_room(room: Workshop, client_as: Any) -> None:
    group, client = make_group(room), client_as("facilitator")
    shown = page(client.get(address("group_ballot", room, group.pk)))
    assert (KA in shown, "> Agree</label>" in shown) == (True, True)  # its labels are the facilitator's
    sent = {"target": target(), "choice": "disagree", "words": "არა", "revision": "1", "given": "0"}
    assert client.post(address("group_verdict", room, group.pk), sent).status_code == 302
    verdict = Verdict.objects.get()
    assert (verdict.seen["language"], verdict.words_language, verdict.source) == ("ka", "", "paper")


def test_wordings_of_entries_and_of_what_was_read_agree(room: Workshop) -> None:
    """Also in a language without translations, in one without words of the instrument, and as JSON sorts keys."""
    group = make_group(room)
    seen = {entry["target"]: dict(sorted(entry.items())) for entry in room.agenda}
    for language in ("ka", "en", "ar", "hy"):
        for agenda in agendas_of(group, language):
            for name, entry in agenda.targets.items():
                kept = seen[name] | {part: dict(sorted(seen[name][part].items())) for part in ("heading", "text")}
                assert wording_of(kept, language) == entry.wording, (name, language)
    assert translations_changed(room.agenda, room.agenda) == {}
