"""What groups write in their language keeps its words and gets a working translation: register, minutes, report."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from indicators.models import Recommendation, Translation
from indicators.services.translations import save_translation
from indicators.translated import wordings_mark
from indicators.translation_states import text_states
from reports.document.builder import build
from reports.output.html import render
from reports.output.revision import data_revision
from reports.services.reports import create_report
from tests.indicators.factories import make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.changes import statements_of
from workshops.models import Comment, Verdict, Workshop
from workshops.results import WorkshopResults
from workshops.services.ballots import cast_ballot
from workshops.services.comments import (
    add_comment,
    adopt_wording,
    edit_comment,
    resolve_comment,
    statement_translations,
)
from workshops.services.verdicts import give_verdict
from workshops.services.workshops import close_workshop, count_workshop, empty_rehearsal

KA, EN = "მოამზადონ ყველა ინსპექტორი", "train all inspectors"


@pytest.fixture
def workshop(assessment: Assessment) -> Workshop:
    """A group that reads Georgian amends a recommendation in Georgian and votes for a priority of its own."""
    assessment.languages = ["en", "ka"]
    assessment.save()
    row = make_recommendation(assessment)
    workshop = make_workshop(assessment, language="ka")
    group = make_group(workshop, women=3)
    give_verdict(group=group, target=f"recommendation:{row.pk}", choice="amend", words=KA, language="ka")
    cast_ballot(group=group, priorities=["O", "A", "B"], other_text="მეტი თავშესაფარი", language="ka")
    return workshop


def translate(assessment: Assessment, key: str, text: str = EN, language: str = "en") -> None:
    save_translation(assessment=assessment, language=language, key=key, text=text, by=None)


def closed(workshop: Workshop) -> Comment:
    close_workshop(workshop=workshop, by=None)
    return Comment.objects.get()


def page(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def keys(assessment: Assessment) -> dict[str, str]:
    return {row.text.key: row.state for row in text_states(assessment, "en")}


def test_words_of_groups_are_translated_before_the_workshop_is_closed_and_after(workshop: Workshop) -> None:
    assessment, verdict, ballot = workshop.assessment, Verdict.objects.get(), workshop.groups.get().ballot
    words = f"verdict:{verdict.pk}/words"
    assert keys(assessment) == {words: "missing", f"ballot:{ballot.pk}/other_text": "missing"}
    translate(assessment, words)
    row = closed(workshop)
    # The statement has the same words, and with them the translation.
    assert keys(assessment) == {f"ballot:{ballot.pk}/other_text": "missing", f"comment:{row.pk}/statement": "draft"}
    assert (row.language, statement_translations(row)) == ("ka", {"en": EN})
    words_frozen = WorkshopResults.of_workshop(Workshop.objects.get()).verdicts[0].words[0]
    assert (words_frozen.words, words_frozen.language, words_frozen.translation) == (KA, "ka", EN)
    edit_comment(comment=row, statement="სხვა სიტყვები", by=None)
    assert keys(assessment)[f"comment:{row.pk}/statement"] == "missing"


def test_words_on_paper_have_no_recorded_language_and_do_not_count_as_missing(workshop: Workshop) -> None:
    target = f"recommendation:{Recommendation.objects.get().pk}"
    paper = {"source": "paper", "language": "ka"}
    give_verdict(group=make_group(workshop, "Two"), target=target, choice="disagree", words="არა", **paper)
    state = next(row for row in text_states(workshop.assessment, "en") if row.text.words == "არა")
    assert (state.text.language, state.counts) == ("", False)


def test_words_of_a_rehearsal_are_not_offered_and_their_translations_go_with_them(assessment: Assessment) -> None:
    row = make_recommendation(assessment)
    rehearsal = make_workshop(assessment, purpose="rehearsal")
    give_verdict(
        group=make_group(rehearsal), target=f"recommendation:{row.pk}", choice="amend", words=KA, language="ka"
    )
    assert keys(assessment) == {}
    verdict = Verdict.objects.get()
    Translation.objects.create(assessment=assessment, target=f"verdict:{verdict.pk}", field="words", language="en",
                               text=EN, source_mark="x")  # fmt: skip
    empty_rehearsal(workshop=rehearsal, by=None)
    assert Translation.objects.count() == 0


def test_register_shows_original_and_working_translation(workshop: Workshop, client_as: Any) -> None:
    row = closed(workshop)
    translate(workshop.assessment, f"comment:{row.pk}/statement")
    client = client_as("lead")
    shown = page(client.get(reverse("workshops:comment", args=["AZE-2016", row.pk])))
    assert f'<p lang="ka" dir="ltr">{KA}</p>' in shown
    assert f'<p lang="en" dir="ltr">{EN}</p>' in shown
    assert shown.index(KA) < shown.index(EN)
    listed = page(client.get(reverse("workshops:comment_list", args=["AZE-2016"])))
    assert (f'<span dir="auto" lang="ka">{KA}</span>' in listed, EN in listed) == (True, True)
    count_workshop(workshop=workshop, counted=True, by=None)
    log = page(client.get(reverse("workshops:change_log", args=["AZE-2016"])))
    assert f"(Working translation: {EN})" in log
    table = page(client.get(reverse("workshops:workshop", args=["AZE-2016", workshop.pk])))
    assert (KA in table, f'(Working translation: <span lang="en" dir="ltr">{EN}</span>)' in table) == (True, True)


def test_language_of_a_statement_can_be_corrected(workshop: Workshop, client_as: Any) -> None:
    row = closed(workshop)
    client, address = client_as("lead"), reverse("workshops:comment_edit", args=["AZE-2016", row.pk])
    data = {"target": row.target, "statement": row.statement, "kind": row.kind, "stage": row.stage, "revision": "1"}
    assert client.post(address, data | {"language": "qqq"}).status_code == 422
    assert client.post(address, data | {"language": "ru"}).status_code == 302
    assert Comment.objects.get().language == "ru"
    with pytest.raises(InputError, match="not a known language"):
        add_comment(assessment=workshop.assessment, statement="Words", language="qqq", by=None)


def test_a_decision_stores_the_translation_that_was_on_the_page(workshop: Workshop, client_as: Any) -> None:
    row = closed(workshop)
    key = f"comment:{row.pk}/statement"
    translate(workshop.assessment, key)
    seen = wordings_mark(statement_translations(row))
    decide: dict[str, Any] = {"comment": row, "disposition": "noted", "reason": "Heard.", "by": None}
    translate(workshop.assessment, key, "train every inspector")
    with pytest.raises(ConflictError, match="translation of the statement has changed"):
        resolve_comment(**decide, translations=seen)
    address = reverse("workshops:comment_resolve", args=["AZE-2016", row.pk])
    sent = {"disposition": "noted", "reason": "Heard.", "changed": "", "revision": "1", "translations": seen}
    refused = client_as("lead").post(address, sent)
    assert (refused.status_code, "Heard.</textarea>" in page(refused)) == (409, True)
    resolve_comment(**decide)
    translate(workshop.assessment, key, "train some inspectors")
    assert Comment.objects.get().decided_on == {"en": "train every inspector"}
    shown = page(client_as("lead").get(reverse("workshops:comment", args=["AZE-2016", row.pk])))
    assert "A translation of the statement has changed since the decision" in shown
    assert ("train every inspector" in shown, "train some inspectors" in shown) == (True, True)


def test_an_amendment_in_another_language_is_adopted_by_its_translation(workshop: Workshop, client_as: Any) -> None:
    row = closed(workshop)
    with pytest.raises(InputError, match=r"This wording is in Georgian\. Translate it into English first"):
        adopt_wording(comment=row, by=None)
    assert "Translate it to use it" in page(client_as("lead").get(f"/a/AZE-2016/workshop/responses/{row.pk}/"))
    translate(workshop.assessment, f"comment:{row.pk}/statement")
    adopt_wording(comment=row, by=None)
    adopted = Recommendation.objects.get()
    assert adopted.text == EN
    assert {state.text.key: state.target for state in text_states(workshop.assessment, "ka")}[
        f"recommendation:{adopted.pk}/text"
    ] == KA  # the group's words are its translation
    assert Comment.objects.get().decided_on == {"en": EN}


def test_minutes_print_both_and_are_made_again_with_later_translations(workshop: Workshop, client_as: Any) -> None:
    row = closed(workshop)
    first = workshop.minutes.get()
    assert (KA in first.html, EN in first.html) == (True, False)
    translate(workshop.assessment, f"comment:{row.pk}/statement")
    translate(workshop.assessment, f"ballot:{workshop.groups.get().ballot.pk}/other_text", "more shelters")
    address = reverse("workshops:minutes_new", args=["AZE-2016", workshop.pk])
    for _ in range(2):  # sent twice
        assert client_as("facilitator").post(address, {"number": "1"}).status_code == 302
    again = workshop.minutes.get(number=2)
    translation = f'(Working translation: <span lang="en" dir="ltr">{EN}</span>)'
    both = f'<span lang="ka" dir="ltr">{KA}</span> <span class="muted">{translation}</span>'
    assert again.html.count(both) == 2  # among the verdicts, and as a statement
    assert "more shelters" in again.html
    assert workshop.minutes.get(number=1).html == first.html
    assert AuditEvent.objects.filter(action="minutes.renewed").count() == 1


def test_minutes_new_roles(workshop: Workshop, check_roles: Any) -> None:
    address = reverse("workshops:minutes_new", args=["AZE-2016", workshop.pk])
    check_roles(address, allowed="facilitator", denied="consultant", method="post", ok=302)


def test_minutes_of_a_workshop_that_is_open_are_not_made(workshop: Workshop, client_as: Any) -> None:
    address = reverse("workshops:minutes_new", args=["AZE-2016", workshop.pk])
    assert "Close the workshop first" in page(client_as("lead").post(address, {"number": "0"}, follow=True))
    assert workshop.minutes.count() == 0


def test_report_prints_the_original_first_and_then_the_translation(workshop: Workshop) -> None:
    row, assessment = closed(workshop), workshop.assessment
    count_workshop(workshop=workshop, counted=True, by=None)
    report = create_report(assessment=assessment, by=None)
    before = data_revision(report)
    translate(assessment, f"comment:{row.pk}/statement")
    assert data_revision(report) != before
    assert [(one.statement, one.language, one.translation) for one in statements_of(assessment)] == [(KA, "ka", EN)]
    html = " ".join(render(build(report)).split())
    both = f'<span lang="ka" dir="ltr">{KA}</span> <span class="working-translation">[working translation: {EN}]</span>'
    assert html.count(both) == 2  # beside the recommendation, and in the annex


def test_report_in_another_language_prints_translated_recommendations(workshop: Workshop) -> None:
    assessment, row = workshop.assessment, Recommendation.objects.get()
    translate(assessment, f"recommendation:{row.pk}/text", "მოამზადონ", "ka")
    report = create_report(assessment=assessment, by=None)
    report.language = "ka"
    report.save()
    html = " ".join(render(build(report)).split())
    assert "<li>მოამზადონ" in html
    assert f'<p class="lead-in" lang="en" dir="auto">{row.opening}:</p>' in html


def test_a_name_from_right_to_left_is_isolated_in_a_sentence(workshop: Workshop, client_as: Any) -> None:
    group = workshop.groups.get()
    group.name = "مجموعة (NGO) 1"
    group.save()
    places = [row.text.place for row in text_states(workshop.assessment, "en")]
    assert [place.startswith(f"\u2068{group.name}\u2069, ") for place in places] == [True, True]
    row = closed(workshop)
    assert f"Response of <bdi>{group.name}</bdi>" in page(
        client_as("lead").get(f"/a/AZE-2016/workshop/responses/{row.pk}/")
    )
    assert f"<bdi>{group.name}</bdi> (amend):" in workshop.minutes.get().html
