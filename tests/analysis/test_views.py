import re

import pytest
from django.urls import reverse

from analysis.models import DataRelease
from analysis.views import survey as survey_views
from analysis.words import translate
from assessments.models import AuditEvent
from interviews.models import Theme
from surveys.models import Survey
from tests.analysis.builders import code as code_passage
from tests.analysis.builders import make_interview, make_survey, make_theme, mark, release, respond
from tests.factories import AssessmentFactory
from tests.surveys.factories import ResponseFactory

pytestmark = pytest.mark.django_db

PAGES = ["overview", "participants", "survey", "priorities", "themes", "coverage", "evidence_search", "disagreements"]


def url(name, *args, reference="AZE-2016"):
    return reverse(f"analysis:{name}", args=[reference, *args])


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_an_empty_assessment_teach(assessment, client_as, name):
    response = client_as("observer").get(url(name))
    assert response.status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_pages_allow_the_right_roles(filled, check_roles, name):
    check_roles(url(name), allowed="observer", wrong="post" if name != "evidence_search" else "put")


@pytest.mark.parametrize("name", PAGES)
def test_pages_need_no_more_queries_for_more_rows(assessment, client_as, name, django_assert_max_num_queries):
    def fill(number):
        theme = make_theme(assessment, f"theme-{number}", area="2")
        interview = make_interview(assessment, number, {"2.1": "text"}, sector="state", women=1, sections=["2"])
        code_passage(interview, "2.1", theme)
        respond(survey, number, {"3.1.5": "adequate", "8.1": ["J"]})

    survey = make_survey(assessment)
    client = client_as("lead")
    fill(1)
    client.get(url(name))
    with django_assert_max_num_queries(100) as one:
        client.get(url(name))
    fill(2)
    fill(3)
    with django_assert_max_num_queries(len(one)):
        assert client.get(url(name)).status_code == 200


PLACES = {"survey_item": "8.3", "theme": "weak-law"}


@pytest.mark.parametrize("name", [*PAGES, *PLACES])
def test_pages_cost_at_most_six_queries(filled, client_as, name, django_assert_max_num_queries):
    """The session, its user, the assessment with their roles, the six steps, the numbers, and one for the page.

    Pages with single answers, for those who may see them, read the responses in one more; that of an item reads the
    answers of a part of them only, for which it needs to know which there are, as that of a theme for its passages.
    """
    more = {"survey_item": 2, "theme": 2}.get(name, 0)
    place = [Theme.objects.get(code=PLACES[name]).pk if name == "theme" else PLACES[name]] if name in PLACES else []
    client = client_as("lead")
    with django_assert_max_num_queries(6 + more):
        assert client.get(url(name, *place)).status_code == 200


def test_overview_counts_and_leads_to_rows(filled, client_as):
    html = client_as("observer").get(url("overview")).content.decode()
    for number, target in [("3", "participants"), ("6", "participants"), ("4", "survey"), ("2", "priorities")]:
        assert f'<a href="{url(target)}">{number}</a>' in html


def test_participants_shows_interviews_only_to_those_who_may_see_them(filled, client_as):
    assert "AZEint2" in client_as("consultant").get(url("participants")).content.decode()
    assert "AZEint2" not in client_as("focal_point").get(url("participants")).content.decode()


def test_survey_leads_to_each_item(filled, client_as):
    html = client_as("observer").get(url("survey") + "?section=all").content.decode()
    for code in ("3.1.5", "8.1"):
        assert f'href="{url("survey_item", code)}' in html


def test_survey_shows_a_section_at_a_time(filled, client_as):
    client = client_as("observer")
    page = client.get(url("survey") + "?section=3").content.decode()
    assert re.findall(r'<section class="section" id="section-([^"]+)"', page) == ["3"]
    assert '<a href="?section=3" aria-current="true">' in page
    assert ['rel="prev" href="?section=2"' in page, 'rel="next" href="?section=4"' in page] == [True, True]
    first = client.get(url("survey")).content.decode()
    assert re.findall(r'<section class="section" id="section-([^"]+)"', first) == ["1"]
    item = client.get(url("survey_item", "3.1.5")).content.decode()
    assert f'href="{url("survey")}?section=3#section-3"' in item


def test_coverage_counts_interviews_by_section_and_names_what_has_no_evidence(filled, client_as):
    context = client_as("observer").get(url("coverage")).context
    assert [part.asked for _, part in context["sections"] if part.section == "2"] == [2]
    assert "1.1" not in [code for code, _ in context["missing"]]
    assert len(context["missing"]) == len(set(context["missing"])) > 0


def test_survey_item_allows_the_right_roles(filled, check_roles):
    check_roles(url("survey_item", "3.1.5"), allowed="observer", wrong="post")


def test_survey_item_shows_answers_to_those_who_may_see_rows(filled, client_as):
    assert "AZEsur1" in client_as("lead").get(url("survey_item", "3.1.5")).content.decode()
    observer = client_as("observer")
    assert "AZEsur1" not in observer.get(url("survey_item", "3.1.5")).content.decode()
    assert "Train the judges" not in observer.get(url("survey_item", "8.3")).content.decode()
    assert "Train the judges" in client_as("consultant").get(url("survey_item", "8.3")).content.decode()


def test_survey_item_shows_single_answers_a_few_at_a_time(filled, client_as, monkeypatch):
    monkeypatch.setattr(survey_views, "PAGE", 3)
    lead, address = client_as("lead"), url("survey_item", "8.3")
    found = {}
    for page in (1, 2, 9):
        html = lead.get(f"{address}?page={page}").content.decode()
        found[page] = [code for code in ("AZEsur1", "AZEsur2", "AZEsur3", "AZEsur4") if f">{code}<" in html]
    assert found == {1: ["AZEsur1", "AZEsur2", "AZEsur3"], 2: ["AZEsur4"], 9: ["AZEsur4"]}
    opened = ['class="fold" open' in lead.get(f"{address}?page={page}").content.decode() for page in (1, 2)]
    assert opened == [False, True]
    assert 'class="pager"' not in client_as("observer").get(address).content.decode()


@pytest.mark.parametrize("code", ["9.9", "x" * 300, "3.1", "ქ"])
def test_survey_item_of_an_unknown_code_is_not_found(assessment, client_as, code):
    assert client_as("lead").get(f"/a/AZE-2016/analysis/survey/{code}/").status_code == 404


def test_theme_allows_the_right_roles_and_shows_passages_to_readers_of_notes(filled, check_roles, client_as):
    theme = filled.themes.get(code="weak-law")
    check_roles(url("theme", theme.pk), allowed="focal_point", wrong="post")
    assert "Weak" in client_as("observer").get(url("theme", theme.pk)).content.decode()
    assert "<blockquote" not in client_as("focal_point").get(url("theme", theme.pk)).content.decode()


def test_theme_of_another_assessment_is_not_found(assessment, client_as):
    theme = make_theme(AssessmentFactory(reference="GEO-2016", country="GEO"), "other")
    assert client_as("lead").get(url("theme", theme.pk)).status_code == 404
    assert client_as("lead").get(url("theme", 10**18)).status_code == 404


def test_themes_show_how_far_two_coders_agree(assessment, client_as, member):
    interview = make_interview(assessment, 1, {"1.1": "Weak law", "1.2": "Nothing"})
    used, other = (make_theme(assessment, code, label=code.title()) for code in ("used", "other"))
    make_theme(assessment, "unused", label="Unused")
    for coder in (member("lead"), member("consultant")):
        code_passage(interview, "1.1", used, coder=coder)
    code_passage(interview, "1.2", other, coder=member("lead"))
    response = client_as("lead").get(url("themes"))
    [(pair, kappa, rows)] = response.context["agreement"]
    assert pair.coders == ("consultant@example.org", "lead@example.org")
    found = pair.overall
    assert (found.both, found.first, found.second, found.neither, kappa) == (1, 0, 1, 2, "0.50")
    assert [(label, kappa) for label, _, kappa in rows] == [("Used", "1.00"), ("Other", "0.00")]
    assert "Only themes that at least one of the two used are counted" in " ".join(response.content.decode().split())


def test_a_theme_marked_by_two_coders_is_counted_and_shown_once(assessment, client_as, member):
    interview = make_interview(assessment, 1, {"1.1": "Weak law"})
    theme = make_theme(assessment, "weak")
    for coder in (member("lead"), member("consultant")):
        code_passage(interview, "1.1", theme, 0, 8, coder=coder)
    response = client_as("lead").get(url("theme", theme.pk))
    assert (response.context["theme"].mentions, response.content.decode().count("<blockquote")) == (1, 1)


def test_two_themes_with_the_same_label_stay_two(assessment, client_as):
    interview = make_interview(assessment, 1, {"1.1": "text"})
    for code in ("one", "two"):
        code_passage(interview, "1.1", make_theme(assessment, code, label="Same words"))
    html = client_as("lead").get(url("themes")).content.decode()
    assert html.count(">Same words</a>") == 2


def test_chart_file_allows_the_right_roles(filled, check_roles):
    check_roles(url("chart_file", "participants-sex", "csv"), allowed="observer", wrong="post")


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"\xef\xbb\xbf")])
def test_chart_file_is_a_download(filled, client_as, format, start):
    response = client_as("observer").get(url("chart_file", "survey-3.1", format))
    assert response.content.startswith(start)
    assert response["Content-Disposition"] == f'attachment; filename="AZE-2016-survey-3.1.{format}"'


@pytest.mark.parametrize(("key", "format"), [("nonsense", "png"), ("survey-3.1", "exe"), ("breakdown-3.1.5~x", "csv")])
def test_chart_file_of_nothing_is_not_found(filled, client_as, key, format):
    assert client_as("lead").get(url("chart_file", key, format)).status_code == 404


def test_chart_allows_the_right_roles(filled, check_roles):
    check_roles(url("chart", "participants-sex"), allowed="observer", wrong="post")


def test_a_chart_is_shown_and_downloaded_in_the_languages_of_the_assessment(filled, client_as):
    client = client_as("observer")
    participants = client.get(url("participants")).content.decode()
    assert "Other languages" not in participants  # the assessment has only English
    filled.languages = ["en", "ar", "el"]
    filled.save()
    assert url("chart", "participants-sex") in client.get(url("participants")).content.decode()
    html = client.get(url("chart", "participants-sex"), {"language": "ar"}).content.decode()
    assert '<div lang="ar" dir="rtl">' in html
    women = translate("women", "ar")
    assert women in html
    assert f'{url("chart_file", "participants-sex", "png")}?language=ar"' in html
    file = client.get(url("chart_file", "participants-sex", "csv"), {"language": "ar"})
    assert women in file.content.decode("utf-8-sig")
    assert 'filename="AZE-2016-participants-sex.ar.csv"' in file["Content-Disposition"]
    assert client.get(url("chart_file", "participants-sex", "png"), {"language": "ar"}).content[:4] == b"\x89PNG"
    assert client.get(url("chart", "participants-sex"), {"language": "ru"}).status_code == 200  # of members' pages
    assert client.get(url("chart", "participants-sex"), {"language": "el"}).status_code == 200  # with English words
    for language in ("pt", "", "x" * 99):
        assert client.get(url("chart", "participants-sex"), {"language": language}).status_code == 404


def test_evidence_search_offers_keys_as_page_and_as_part(filled, client_as):
    client = client_as("lead")
    page = client.post(url("evidence_search"), {"q": "weak"}, follow=True).content.decode()
    part = client.post(url("evidence_search"), {"q": "weak"}, headers={"HX-Request": "true"}).content.decode()
    assert 'data-evidence-key="interview:AZEint1/2.1"' in page
    assert part.count("data-evidence-key") == page.count("data-evidence-key")
    assert "<html" not in part


def test_evidence_search_shows_no_notes_to_focal_points(filled, client_as):
    html = client_as("focal_point").post(url("evidence_search"), {"q": "weak"}, follow=True).content.decode()
    assert "data-evidence-key" not in html


@pytest.mark.parametrize("key", ["document:Aze 1#7", "interview:AZEint1/2.1", "survey:3.1.5", "survey:8.3"])
def test_evidence_source_allows_the_right_roles(filled, check_roles, key):
    check_roles(f"{url('evidence_source')}?key={key.replace('#', '%23')}", allowed="observer", wrong="post")


def test_evidence_source_shows_where_it_is_used(filled, client_as):
    html = client_as("lead").get(url("evidence_source"), {"key": "survey:3.1.5"}).content.decode()
    assert '<span class="code">1.1/F1</span>' in html


def test_evidence_source_of_an_interview_is_for_readers_of_notes(filled, client_as):
    response = client_as("focal_point").get(url("evidence_source"), {"key": "interview:AZEint1/2.1"})
    assert response.status_code == 403


def test_evidence_source_distinguishes_not_asked_from_not_answered(filled, client_as):
    def words(key):
        return client_as("lead").get(url("evidence_source"), {"key": key}).content.decode()

    assert "This was not asked in this interview." in words("interview:AZEint2/2.1")
    assert "This was asked, but no answer was recorded." in words("interview:AZEint1/7.1")


@pytest.mark.parametrize(
    "key", ["", "nonsense", "document:Aze 99", "interview:AZEint99/2.1", "survey:9.9", "comment:999999999"]
)
def test_evidence_source_of_a_broken_key_is_not_found(filled, client_as, key):
    assert client_as("lead").get(url("evidence_source"), {"key": key}).status_code == 404


def test_criterion_allows_the_right_roles(filled, check_roles):
    check_roles(url("criterion", "1.1"), allowed="focal_point", wrong="post")


def test_criterion_shows_sources_separately(filled, client_as):
    html = client_as("lead").get(url("criterion", "1.1"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert [
        html.count(words) for words in ("An action plan", "The law is weak", "1 of 2 interviews asked, unprompted in 1")
    ] == [
        1,
        1,
        1,
    ]


def test_criterion_that_the_matrix_lacks_is_not_found(filled, client_as):
    assert client_as("lead").get(url("criterion", "9.9")).status_code == 404


def test_disagreements_lists_what_contradicts_a_mark(filled, client_as):
    html = client_as("lead").get(url("disagreements")).content.decode()
    assert (
        "F1 in place, yet a gap was named: “The law is weak” was mentioned in 1 of 2 interviews asked and in 1" in html
    )


def test_disagreements_never_claim_that_a_theme_was_mentioned_in_none(assessment, client_as):
    interview = make_interview(assessment, 1, {"1.1": "Weak law"})
    make_interview(assessment, 2, {}, sections=["5"])
    code_passage(interview, "1.1", make_theme(assessment, "far", label="Far away", area="5", criterion="1.1"))
    mark(assessment, "1.1", "F1", "in_place")
    html = client_as("lead").get(url("disagreements")).content.decode()
    assert "“Far away” was mentioned in no interview asked, but in 1 that was not asked." in html


def _note(assessment, code, words):
    survey = Survey.objects.get(assessment=assessment)
    survey.texts["item_notes"] = survey.texts.get("item_notes", {}) | {code: words}
    survey.save()


def test_disagreements_show_what_is_known_of_the_item(filled, client_as):
    respond(Survey.objects.get(assessment=filled), 6, {"3.2.1": "never"})
    release(filled)
    mark(filled, "1.2", "F1", "in_place")
    _note(filled, "3.2.1", "Its labels were lost.")
    found = [
        entry
        for entry in client_as("lead").get(url("disagreements")).context["found"]
        if entry.keys == ("survey:3.2.1",)
    ]
    assert [(entry.criterion, entry.note) for entry in found] == [("1.2", "Its labels were lost.")]


def test_priorities_show_what_is_known_of_the_item(filled, client_as):
    assert "notice-info" not in client_as("lead").get(url("priorities")).content.decode()
    _note(filled, "8.1", "Only J is certain.")
    assert "Only J is certain." in client_as("lead").get(url("priorities")).content.decode()


def test_exports_allow_the_right_roles(filled, check_roles):
    check_roles(url("exports"), allowed="lead", denied="consultant", wrong="post")


@pytest.mark.parametrize("format", ["xlsx", "csv", "sav"])
def test_export_file_is_for_leads_and_logged(filled, check_roles, member, format):
    check_roles(url("export_file", format), allowed="lead", denied="consultant", method="post", wrong="get")
    event = AuditEvent.objects.get(action__endswith=".exported")
    assert (event.actor, event.assessment, event.detail["format"]) == (member("lead"), filled, format)


def test_export_file_of_another_kind_is_not_found(filled, client_as):
    assert client_as("lead").post(url("export_file", "exe")).status_code == 404
    assert not AuditEvent.objects.filter(action__endswith=".exported").exists()


def test_release_shows_how_many_of_its_responses_were_erased_since(assessment, client_as):
    survey = ResponseFactory(survey__assessment=assessment).survey
    gone = ResponseFactory(survey=survey)
    members = list(survey.responses.values_list("pk", flat=True))
    DataRelease.objects.create(survey=survey, number=1, members=members, k=5, one_in=20)
    page = " ".join(client_as("lead").get("/a/AZE-2016/analysis/release/").content.decode().split())
    assert "Release 1: 2 responses " in page
    gone.delete()
    page = " ".join(client_as("lead").get("/a/AZE-2016/analysis/release/").content.decode().split())
    assert "Release 1: 2 responses, of which 1 was erased since" in page
