"""A questionnaire is corrected while it is answered: what respondents see, and what is stored with their answers."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from instruments.models import Instrument
from instruments.services.corrections import correct
from surveys.models import Response, SealedAnswer, Survey
from surveys.questionnaire.page import correction_of
from surveys.sealed.boxes import unseal
from surveys.services.responses import enter_response, import_responses
from surveys.services.sealed_answers import open_responses, seal_response
from tests.factories import UserFactory
from tests.surveys.factories import VALID

pytestmark = pytest.mark.django_db
ITEM = "sections/2/items/2.2/text"


def corrected(survey: Survey, becomes: str, language: str = "az") -> None:
    version = Instrument.objects.get(pk=survey.questionnaire_id)
    was = version.shown_definition["sections"][1]["items"][1]["text"].get(language, "")
    more = {"reason": "a slip", "means_same": True} if language == "en" else {}
    correct(instrument=version, key=ITEM, language=language, was=was, becomes=becomes, by=UserFactory(), **more)


def sealed(survey: Survey) -> list[dict[str, Any]]:
    return [unseal(survey.pk, answer.box) for answer in SealedAnswer.objects.filter(survey=survey)]


def test_the_next_page_shows_the_correction_and_what_was_answered_stays(survey: Survey, client: Client) -> None:
    before = client.get("/s/open/?lang=az").content.decode()
    kept = seal_response(survey=survey, answers=VALID, language="az", uuid=uuid4(), correction=0)
    corrected(survey, "Düzəldilmiş sual?")

    after = client.get("/s/open/?lang=az").content.decode()

    version = survey.questionnaire
    assert "Düzəldilmiş sual?" not in before
    assert "Düzəldilmiş sual?" in after
    assert f">{version.key} · {version.version}<" in before
    assert f">{version.key} · {version.version}.1<" in after
    assert f'name="_version" value="{version.pk}.0"' in before
    assert f'name="_version" value="{version.pk}.1"' in after
    assert kept
    assert [(form["questionnaire"], form["correction"]) for form in sealed(survey)] == [(version.pk, 0)]


def test_a_form_is_stored_with_the_correction_that_its_page_showed(survey: Survey, client: Client) -> None:
    corrected(survey, "Bir")
    corrected(survey, "İki")
    pk = survey.questionnaire_id
    for shown in (f"{pk}.1", f"{pk}.2", "", f"{pk}.3", f"{pk}.x", "9" * 5000):
        answer = client.post("/s/open/", {"_uuid": str(uuid4()), "_version": shown, "2.6": shown[:9] or "none"})
        assert answer.status_code == 200
    found = {form["answers"]["2.6"]: form["correction"] for form in sealed(survey)}
    assert list(found.values()).count(None) == 4
    assert (found[f"{pk}.1"], found[f"{pk}.2"]) == (1, 2)


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ([0] * 5 + [1] * 5, [0] * 5 + [1] * 5),
        ([0] * 5 + [1] * 4, [None] * 9),
        ([0] * 6 + [1] * 5 + [2] * 2, [0] * 6 + [None] * 7),
        ([1] * 4, [None] * 4),
    ],
)
def test_of_forms_opened_together_enough_have_to_share_a_correction(
    survey: Survey, shown: list[int], kept: list[int | None]
) -> None:
    survey.assessment.disclosure_threshold = 5
    survey.assessment.save()
    corrected(survey, "Bir")
    corrected(survey, "İki")
    for number in shown:
        survey.refresh_from_db()
        seal_response(survey=survey, answers={"2.6": str(number)}, language="az", uuid=uuid4(), correction=number)
    survey.status = "closed"
    survey.save()

    open_responses(survey=survey, by=UserFactory(), few=True)

    found = sorted(Response.objects.values_list("answers", "correction"), key=lambda row: row[0]["2.6"])
    assert [correction for _, correction in found] == kept


def test_a_form_sealed_before_there_were_corrections_showed_none(survey: Survey, monkeypatch: Any) -> None:
    from surveys.services import sealed_answers

    seal = sealed_answers.seal
    monkeypatch.setattr(
        sealed_answers, "seal", lambda pk, form: seal(pk, {key: form[key] for key in form if key != "correction"})
    )
    for _ in range(survey.threshold):
        seal_response(survey=survey, answers=VALID, language="en", uuid=uuid4())
    open_responses(survey=survey, by=None)
    assert set(Response.objects.values_list("correction", flat=True)) == {0}


@pytest.mark.parametrize(
    ("made", "given", "stored"), [(0, None, 0), (0, 7, 0), (1, None, None), (1, 1, 1), (1, 2, None)]
)
def test_paper_forms_and_imports_state_no_correction_that_is_not_known(
    survey: Survey, made: int, given: int | None, stored: int | None
) -> None:
    for number in range(made):
        corrected(survey, f"Sual {number}")
    survey = Survey.objects.select_related("questionnaire", "assessment").get(pk=survey.pk)
    typed: dict[str, Any] = {"answers": {"2.6": "x"}, "language": "en", "source": "paper"}
    entered = enter_response(survey=survey, uuid=uuid4(), by=None, correction=given, **typed)
    imported = import_responses(survey=survey, rows=[{**typed, "uuid": uuid4()}], by=None)
    assert entered.correction == stored
    assert imported[0].correction == (None if made else 0)


def test_a_test_answer_has_the_correction_of_the_preview(
    survey: Survey, client_as: Callable[[str], Client], assessment: Any
) -> None:
    corrected(survey, "Bir")
    address = f"/a/{assessment.reference}/survey/preview/"
    page = client_as("lead").get(address).content.decode()
    shown = page.split('name="_version" value="')[1].split('"')[0]
    client_as("lead").post(address, {"_version": shown, "2.6": "x"})
    assert Response.objects.get(is_test=True).correction == 1


def test_what_a_page_posts_of_its_version() -> None:
    version = Instrument(pk=12)
    assert correction_of({"_version": "12.3"}, version) == 3
    assert correction_of({"_version": "12.٣"}, version) is None
    assert correction_of({"_version": "1.3"}, version) is None
    assert correction_of({"_version": "12"}, version) is None
    assert correction_of({}, version) is None


def test_response_detail_reads_as_the_form_did(survey: Survey, client_as: Any) -> None:
    version, key = survey.questionnaire, "sections/2/items/2.2/short"
    was = version.shown_definition["sections"][1]["items"][1]["short"]["en"]
    given: dict[str, Any] = {"answers": VALID, "language": "en", "source": "paper", "by": None}
    before = enter_response(survey=survey, uuid=uuid4(), correction=0, **given)
    lead = client_as("lead")
    address = "/a/AZE-2016/survey/responses/{}/".format
    assert "as they read in the form" not in lead.get(address(before.code)).content.decode()
    why = {"reason": "clearer", "means_same": True, "by": UserFactory()}
    correct(instrument=version, key=key, language="en", was=was, becomes="In clearer words", **why)
    now = Survey.objects.select_related("assessment", "questionnaire").get()
    after = enter_response(survey=now, uuid=uuid4(), correction=1, **given)
    unknown = enter_response(survey=now, uuid=uuid4(), **given)
    for response, words, other, printed in (
        (before, was, "In clearer words", f"read in the form: {version.key} · {version.version}</p>"),
        (after, "In clearer words", was, f"read in the form: {version.key} · {version.version}.1</p>"),
        (unknown, "In clearer words", was, "as they read now. Which correction the form showed is not known."),
    ):
        page = " ".join(lead.get(address(response.code)).content.decode().split())
        assert (words in page, other in page) == (True, False)
        assert printed in page
