"""A release is made once, from the responses stored at one moment, and an observer sees nothing beyond its results."""

import json
import re
from collections import Counter
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from analysis import gallery
from analysis.exports import worksheet
from analysis.models import BreakdownPlan, DataRelease
from analysis.releases.plans import Characteristic
from analysis.results import for_assessment
from analysis.results.comparison import side_by_side
from analysis.services.breakdown_plans import (
    LOT_IS_SETTLED,
    ONLY_COARSER,
    change_plan,
    name_participants,
    pool_participants,
)
from analysis.services.releases import release_results
from analysis.statistics import breakdowns, certainty
from assessments.models import Assessment, AuditEvent
from reports.document.builder import build
from reports.document.open_points import find_open_points
from reports.output.html import render
from reports.services.reports import create_report
from reports.services.sections import edit_section
from surveys.models import Survey
from surveys.services.responses import set_counted
from surveys.services.surveys import close_survey, open_survey
from tests.analysis.builders import make_survey, release, respond

pytestmark = pytest.mark.django_db
RATINGS = ("adequate", "neither", "inadequate")


def url(name: str, *args: Any) -> str:
    return reverse(f"analysis:{name}", args=["AZE-2016", *args])


def fill(assessment: Assessment, answers: list[dict[str, Any]], **fields: Any) -> Survey:
    survey = make_survey(assessment, **fields)
    for number, one in enumerate(answers, start=1):
        respond(survey, number, one)
    return survey


def mixed(responses: int) -> list[dict[str, Any]]:
    return [
        {"1.6": ("female", "male")[n % 2], "1.5": ("age_18_34", "age_35_50")[n // 2 % 2], "3.1.5": RATINGS[n % 3]}
        for n in range(responses)
    ]


def exits(client: Client, assessment: Assessment, codes: tuple[str, ...] = ("3.1.5", "2.2.1", "1.6", "8.1")) -> str:
    """Everything an observer can get about the survey, as one text."""
    pages = [url(name) for name in ("overview", "participants", "survey", "priorities", "release", "coverage")]
    pages += [url("survey_item", code) for code in codes]
    pages += [f"{url('evidence_source')}?key=survey:{codes[0]}", url("criterion", "1.1"), url("disagreements")]
    keys = [*gallery.keys(for_assessment(assessment)), f"breakdown-{codes[0]}~sex", f"breakdown-{codes[0]}~age"]
    files = [
        url("chart_file", key, "csv") for key in keys if key.startswith(("survey", "profile", "breakdown", "prio"))
    ]
    found = [client.get(page).content.decode() for page in [*pages, *files]]
    out = StringIO()
    call_command("analyse", assessment.reference, stdout=out)
    return "\n".join([*found, out.getvalue()])


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"(?s)<[^>]+>", " ", markup)))


# When there are results ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("responses", [1, 4])
def test_fewer_than_the_threshold_give_nothing_but_their_number(
    assessment: Assessment, client_as: Any, responses: int
) -> None:
    answers = [{"1.6": "female", "3.1.5": "adequate", "8.1": ["J", "A", "B"], "8.3": "My words"}] * responses
    survey = fill(assessment, answers)
    with pytest.raises(ValidationError, match="at least 5"):
        release_results(survey=survey, by=None)
    everything = exits(client_as("observer"), assessment)
    words = f"{responses} response{'s' * (responses > 1)} so far. Results appear when there are at least 5."
    assert words in plain(everything)
    assert "My words" not in everything
    found = for_assessment(assessment)
    assert found.survey.items["3.1.5"].counts.asked == 0
    assert found.priorities.survey.base.asked == 0
    assert gallery.chart(found, "survey-3.1.5").is_empty
    assert gallery.chart(found, "profile-sex").alt == words
    lead = client_as("lead").get(url("survey_item", "3.1.5")).content.decode()
    assert "You see single answers because of your role." in plain(lead)
    assert "AZEsur1" in lead


def test_while_a_survey_is_open_only_the_number_of_responses_is_shown(assessment: Assessment, client_as: Any) -> None:
    survey = fill(assessment, mixed(12), status="open")
    with pytest.raises(ValidationError, match="The survey is open"):
        release_results(survey=survey, by=None)
    everything = plain(exits(client_as("observer"), assessment))
    assert "12 responses so far. Results appear when the survey is closed." in everything
    assert for_assessment(assessment).survey.items["3.1.5"].counts.asked == 0


def test_closing_releases_the_results(assessment: Assessment, client_as: Any, member: Any) -> None:
    survey = fill(assessment, mixed(12), status="open")
    close_survey(survey=survey, by=member("lead"))
    made = DataRelease.objects.get()
    assert (made.number, len(made.members), made.k, made.one_in) == (1, 12, 5, 20)
    assert for_assessment(assessment).survey.items["3.1.5"].counts.answered == 12
    assert AuditEvent.objects.filter(action__in=["results.released", "results.worked_out"]).count() == 2


@pytest.mark.parametrize(("responses", "groups"), [(5, 0), (9, 0), (10, 2)])
def test_break_downs_begin_with_two_groups_of_five(
    assessment: Assessment, client_as: Any, responses: int, groups: int
) -> None:
    fill(assessment, mixed(responses))
    release(assessment, one_in=0)
    page = plain(client_as("observer").get(url("survey_item", "3.1.5")).content.decode())
    words = f"With {responses} responses there are no groups large enough to be compared."
    assert (words in page) is not bool(groups)
    assert len(dict(for_assessment(assessment).survey.groups).get("sex", ())) == groups


def overview_of(client: Client) -> str:
    return plain(client.get(url("overview")).content.decode())


def test_overview_explains_what_is_not_shown_of_a_survey_without_priorities(
    assessment: Assessment, client_as: Any
) -> None:
    """Below the threshold, while it is open, without groups, and with tables that are left out."""
    observer = client_as("observer")
    assert "so far" not in overview_of(observer)
    survey = fill(assessment, mixed(4))
    assert "Survey: 4 responses so far. Results appear when there are at least 5." in overview_of(observer)
    assert "No priorities yet" not in overview_of(observer)
    for number in (5, 6, 7):
        respond(survey, number, mixed(number)[-1])
    Survey.objects.update(status="open")
    assert "Survey: 7 responses so far. Results appear when the survey is closed." in overview_of(observer)
    Survey.objects.update(status="closed")
    release(assessment, one_in=0)
    words = "With 7 responses there are no groups large enough to be compared."
    assert f"{words} Results are given for all respondents together." in overview_of(observer)
    assert "No priorities yet" in overview_of(observer)


def test_overview_counts_the_tables_by_group(assessment: Assessment, client_as: Any) -> None:
    """Shown: what the pages of the questions show; on 3.1.6 all women agree."""
    rows = mixed(12)
    fill(assessment, [row | {"3.1.6": "absent" if row["1.6"] == "female" else row["3.1.5"]} for row in rows])
    release(assessment, one_in=0)
    found = for_assessment(assessment).survey
    broken_down = [code for code in found.items if found.can_be_broken_down(code)]
    shown = [found.breakdown(code, by).counts is not None for code in broken_down for by in found.groups]
    page = overview_of(client_as("observer"))
    assert "all respondents together and by sex, age, in groups of at least 5" in page
    assert f"Of {len(shown)} tables by group, {sum(shown)} are shown" in page
    assert 0 < sum(shown) < len(shown) == 2 * len(broken_down)


@pytest.mark.parametrize("one_in", [0, 20])
def test_lots_are_named_only_where_they_are_drawn(assessment: Assessment, client_as: Any, one_in: int) -> None:
    rows = mixed(12)
    fill(assessment, [row | {"3.1.6": "absent" if row["1.6"] == "female" else row["3.1.5"]} for row in rows])
    release(assessment, one_in=one_in)
    item = plain(client_as("observer").get(url("survey_item", "3.1.6")).content.decode())
    file = BytesIO()
    worksheet.save(for_assessment(assessment), file)
    cells = [str(row[3]) for row in load_workbook(file)["Break-downs"].iter_rows(values_only=True)]
    for words in (item, overview_of(client_as("observer")), " ".join(cells)):
        assert "could tell what one person answered" in words
        assert ("left out by lot" in words) is bool(one_in)


def test_a_release_does_not_change_with_the_responses(assessment: Assessment) -> None:
    survey = fill(assessment, mixed(12))
    release(assessment, one_in=0)

    def seen() -> str:
        found = for_assessment(assessment)
        charts = [gallery.chart(found, f"breakdown-3.1.5~{profile}") for profile in found.survey.groups]
        return repr((json.dumps(found.as_json(by="sex")), charts))

    before = seen()
    added = respond(survey, 13, {"1.6": "female", "3.1.5": "absent"})
    assert seen() == before
    set_counted(response=added, counted=False, by=None)
    set_counted(response=survey.responses.get(number=1), counted=False, by=None)
    assert seen() == before
    set_counted(response=survey.responses.get(number=1), counted=True, by=None)
    survey.responses.filter(number=2).delete()
    assert seen() == before


def test_a_later_release_warns_by_how_many_it_differs(assessment: Assessment, client_as: Any) -> None:
    survey = fill(assessment, mixed(12))
    release(assessment)
    with pytest.raises(ValidationError, match="Nothing has changed"):
        release_results(survey=survey, by=None)
    respond(survey, 13, {"1.6": "female", "3.1.5": "absent"})
    set_counted(response=survey.responses.get(number=1), counted=False, by=None)
    lead, words = client_as("lead"), "Whoever has both can work out what these 2 answered."
    assert words in plain(lead.get(url("release")).content.decode())
    page = lead.post(url("release_make"), follow=True)
    assert words in plain(page.content.decode())
    assert DataRelease.objects.count() == 1
    lead.post(url("release_make"), {"confirmed": "yes"})
    assert DataRelease.objects.count() == 2
    assert for_assessment(assessment).survey.items["3.1.5"].counts.counts["absent"] == 1
    assert AuditEvent.objects.filter(action="results.released").latest("pk").detail == {"responses": 12, "differs": 2}


def test_the_release_of_a_survey_closed_again_is_shown_until_the_lead_makes_another(
    assessment: Assessment, member: Any
) -> None:
    survey = fill(assessment, mixed(12), status="open")
    close_survey(survey=survey, by=None)
    survey.refresh_from_db()
    open_survey(survey=survey, by=None)
    respond(survey, 13, {"3.1.5": "absent"})
    assert for_assessment(assessment).survey.responses == 12
    close_survey(survey=survey, by=None)
    assert DataRelease.objects.count() == 1
    assert for_assessment(assessment).survey.responses == 12


@pytest.mark.parametrize(("given", "shown"), [("aaaaa", False), ("aabbc", True)])
def test_those_taken_out_between_two_releases_do_not_follow_from_the_two(
    assessment: Assessment, given: str, shown: bool
) -> None:
    """The later release also protects the five who are only in the earlier one: on 3.1.5 they agreed, or did not."""
    answers = dict(zip("abc", RATINGS, strict=True))
    rows = [{"1.6": ("female", "male")[n % 2], "3.1.5": RATINGS[n % 3]} for n in range(18)]
    rows += [{"1.6": ("female", "male")[n % 2], "3.1.5": answers[one]} for n, one in enumerate(given)]
    survey = fill(assessment, rows)
    release(assessment, one_in=0)
    for response in survey.responses.filter(number__gt=18):
        set_counted(response=response, counted=False, by=None)
    later = release(assessment)
    assert (later.number, later.results["responses"]) == (2, 18)
    assert bool(later.results["items"]["3.1.5"]["by"]) is shown


def test_a_large_release_is_worked_out_in_the_background(
    assessment: Assessment, django_capture_on_commit_callbacks: Any, client_as: Any
) -> None:
    survey = fill(assessment, mixed(40))
    with django_capture_on_commit_callbacks() as callbacks:
        made = release_results(survey=survey, by=None)
    assert (len(callbacks), made.made_at) == (1, None)
    words = "The results of 40 responses are being calculated."
    assert words in plain(client_as("observer").get(url("survey")).content.decode())
    release(assessment)  # requested again: the same release is computed
    assert DataRelease.objects.get().made_at
    assert words not in plain(client_as("observer").get(url("survey")).content.decode())


def test_pages_only_look_up(
    assessment: Assessment, client_as: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    fill(assessment, mixed(24))
    release(assessment)

    def never(*args: Any, **more: Any) -> None:
        raise AssertionError("a page worked out what a release has stored")

    for module, name in ((certainty, "milp"), (breakdowns, "margin"), (breakdowns, "certain")):
        monkeypatch.setattr(module, name, never)
    client = client_as("observer")
    client.get(url("survey"))  # what finds names is kept in the process from the first page on
    for page in (url("survey"), url("survey_item", "3.1.5"), url("participants")):
        with django_assert_max_num_queries(6):  # one of them reads whether names have changed
            assert client.get(page).status_code == 200


def test_files_and_report_state_that_results_are_not_released(assessment: Assessment) -> None:
    """Worksheet, comparison, facts, tables and charts of the report, and its open points, of a survey of four."""
    survey = fill(assessment, [{"1.6": "female", "3.1.5": "adequate", "8.1": ["J", "A", "B"]}] * 4)
    words = "4 responses so far. Results appear when there are at least 5."
    target = BytesIO()
    worksheet.save(for_assessment(assessment), target)
    book = load_workbook(target)
    for title in ("Survey frequencies", "Numbers and dates", "Likert tables", "Break-downs"):
        assert book[title].max_row == 1
    assert (words,) in {row[1:] for row in book["Read me"].iter_rows(values_only=True)}
    assert {row[2] for row in book["Priorities"].iter_rows(min_row=2, values_only=True)} == {None}
    assert {line.cells for line in side_by_side([for_assessment(assessment)]).items} == {("not released yet",)}

    report = create_report(assessment=assessment, by=None)
    body = "{{ survey.3.1.5.sentence }} {{ survey.3.1.5.adequate }} {{ priorities.survey.J }}"
    blocks = ["[[chart survey 3.1.5]]", "[[survey 3.1.5]]", "[[priorities]]", "[[chart profile sex]]"]
    edit_section(section=report.sections.get(key="context"), body="\n\n".join([body, *blocks]), by=None)
    data = build(report)
    page = plain(render(data, "html"))
    assert page.count(words) >= 4
    assert page.count("(not released yet)") == 2
    assert "4 chose" not in page
    [point] = [point for point in find_open_points(report, [data]) if point.kind == "results"]
    assert point.items == ("The results of the survey are not released",)

    respond(survey, 5, {"3.1.5": "inadequate"})
    release(assessment)
    assert "results" not in {point.kind for point in find_open_points(report, [build(report)])}
    respond(survey, 6, {"3.1.5": "inadequate"})
    [point] = [point for point in find_open_points(report, [build(report)]) if point.kind == "results"]
    assert point.items == ("1 response was added or taken out since the results were released",)


def test_release_results_is_a_command(assessment: Assessment) -> None:
    survey = fill(assessment, mixed(4))
    with pytest.raises(CommandError, match="at least 5"):
        call_command("release_results", "AZE-2016")
    with pytest.raises(CommandError, match="There is no survey"):
        call_command("release_results", "XXX-1")
    respond(survey, 5, {})
    out = StringIO()
    call_command("release_results", "AZE-2016", stdout=out)
    assert out.getvalue() == "Released the results of 5 responses.\n"
    respond(survey, 6, {})
    with pytest.raises(CommandError, match="would differ from the last by 1 response"):
        call_command("release_results", "AZE-2016")
    call_command("release_results", "AZE-2016", "--confirm", stdout=out)
    assert DataRelease.objects.count() == 2


# What the release page does ------------------------------------------------------------------------------------------


def test_release_allows_the_right_roles(assessment: Assessment, check_roles: Any) -> None:
    fill(assessment, mixed(12))
    check_roles(url("release"), allowed="observer", wrong="post")


def test_breakdown_plan_allows_the_right_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("breakdown_plan"), allowed="lead", denied="consultant", method="post", wrong="get")


def test_release_make_allows_the_right_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("release_make"), allowed="lead", denied="consultant", method="post", wrong="get", ok=302)


def test_participants_named_allows_the_right_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("participants_named"), allowed="lead", denied="consultant", method="post", wrong="get")


def plan_data(**more: str) -> dict[str, str]:
    return {"first": "sex", "second": "role", "third": "age", "one_in": "20"} | more


def test_characteristics_are_chosen_before_the_survey_opens(assessment: Assessment, client_as: Any) -> None:
    make_survey(assessment)
    lead = client_as("lead")
    data = plan_data(third="") | {"role:igo_un": "A", "role:igo_iom": "A", "role:expert": "B"}
    assert lead.post(url("breakdown_plan"), data).status_code == 302
    plan = BreakdownPlan.objects.get()
    assert plan.characteristics == [
        {"profile": "sex", "groups": []},
        {"profile": "role", "groups": [["igo_un", "igo_iom"]]},
    ]
    page = lead.post(url("breakdown_plan"), plan_data(second="sex", one_in="1"))
    assert "Choose each characteristic only once." in plain(page.content.decode())
    assert 'value="1"' in page.content.decode()
    page = lead.post(url("breakdown_plan"), plan_data(one_in="1"))
    assert "Write a number from 2 to 1000, or 0 for no lot." in plain(page.content.decode())
    assert plan.characteristics == BreakdownPlan.objects.get().characteristics


def test_afterwards_groups_can_only_be_made_coarser(assessment: Assessment, client_as: Any, member: Any) -> None:
    fill(assessment, mixed(12))
    lead = client_as("lead")
    page = lead.post(url("breakdown_plan"), plan_data(second="country"))
    assert plain(str(ONLY_COARSER)) in plain(page.content.decode())
    joined = {"age:age_18_34": "A", "age:age_35_50": "A"}
    default = {f"role:{role}": letter for letter, roles in FAMILIES.items() for role in roles}
    assert lead.post(url("breakdown_plan"), plan_data() | default | joined).status_code == 302
    assert {"profile": "age", "groups": [["age_18_34", "age_35_50"]]} in BreakdownPlan.objects.get().characteristics
    assert plain(str(ONLY_COARSER)) in plain(lead.post(url("breakdown_plan"), plan_data() | default).content.decode())
    with pytest.raises(ValidationError, match=re.escape(str(LOT_IS_SETTLED))):
        change_plan(assessment=assessment, characteristics=[Characteristic("sex")], one_in=0, by=member("lead"))


FAMILIES = {
    "A": ("law_official", "law_police", "law_border", "law_migration"),
    "B": ("justice_judge", "justice_prosecutor", "justice_other"),
    "C": ("gov_victim_support", "gov_social", "gov_labour", "gov_other"),
    "D": ("ngo_victim_support", "ngo_local", "ngo_international"),
    "E": ("igo_un", "igo_iom", "igo_ida"),
    "F": ("expert", "academic", "other"),
}


def test_small_groups_of_those_who_took_part_are_named_by_the_lead_alone(
    assessment: Assessment, client_as: Any, member: Any
) -> None:
    answers = mixed(12)
    for one in answers:
        one["1.6"] = "male"
    answers[0]["1.6"] = "female"
    fill(assessment, answers)
    release(assessment)
    observer = client_as("observer")
    assert "Female" not in observer.get(url("participants")).content.decode()
    assert for_assessment(assessment).survey.items["1.6"].counts.counts == {}
    words = "Not shown: there are no two groups of at least 5 respondents."
    assert gallery.chart(for_assessment(assessment), "profile-sex").alt == words
    page = client_as("lead").post(url("participants_named"), {"reason": " "})
    assert "reason" in plain(page.content.decode()).lower()
    name_participants(assessment=assessment, reason="They agreed to be listed.", by=member("lead"))
    assert AuditEvent.objects.filter(action="participants.named").get().detail["reason"] == "They agreed to be listed."
    release(assessment)
    assert for_assessment(assessment).survey.items["1.6"].counts.given == {"female": 1, "male": 11}
    pool_participants(assessment=assessment, by=member("lead"))
    release(assessment)
    assert for_assessment(assessment).survey.items["1.6"].counts.counts == {}


def test_a_lost_key_is_reported_and_nothing_is_lost(assessment: Assessment, settings: Any, client_as: Any) -> None:
    survey = fill(assessment, mixed(12), status="open")
    release_key = BreakdownPlan.objects.create(assessment=assessment, characteristics=[]).lot_key
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["0" * 43 + "="]
    close_survey(survey=survey, by=None)
    assert not DataRelease.objects.exists()
    page = client_as("lead").post(url("release_make"), follow=True)
    assert "its key is missing from FIELD_KEYS" in plain(page.content.decode())
    settings.FIELD_KEYS = keys
    assert BreakdownPlan.objects.get().lot_key == release_key
    release(assessment)
    assert BreakdownPlan.objects.get().lot_key == release_key


# Attacks -------------------------------------------------------------------------------------------------------------


def test_women_alike_look_like_a_table_withheld_by_lot(
    assessment: Assessment, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six women, 13 men, totals 7, 4, 3, 3, 2: all women agree, or they differ and the table is withheld by lot."""
    ratings = ("adequate", "somewhat_adequate", "neither", "somewhat_inadequate", "inadequate")
    alike = [rating for rating, count in zip(ratings, (7, 4, 3, 3, 2), strict=True) for _ in range(count)]
    varied = [*ratings, "adequate"]
    left = list((Counter(alike) - Counter(varied)).elements())
    survey = make_survey(assessment)
    client, pages = client_as("observer"), []
    for answers, one_in in ((alike, 0), ([*varied, *left], 20)):
        DataRelease.objects.all().delete()
        survey.responses.all().delete()
        for number, answer in enumerate(answers, start=1):
            respond(survey, number, {"1.6": "female" if number <= 6 else "male", "3.1.5": answer})
        if one_in:
            monkeypatch.setattr(breakdowns, "withheld_by_lot", lambda key, item, name, of: (item, name) == DRAWN)
        else:
            monkeypatch.setattr(breakdowns, "withheld_by_lot", lambda key, item, name, of: False)
        release(assessment)
        addresses = [url("survey_item", "3.1.5"), url("survey"), url("chart_file", "breakdown-3.1.5~sex", "csv")]
        addresses += [url("chart_file", "breakdown-3.1.5~sex", "svg")]
        pages.append([TOKEN.sub(b"", client.get(a).content) for a in addresses])
    assert pages[0] == pages[1]
    assert b"Not shown for this question." in pages[0][0]


DRAWN = ("3.1.5", "sex")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|data-left="\d+"')


def test_the_only_georgian_of_an_age_is_in_no_exit(assessment: Assessment, client_as: Any) -> None:
    """Country by age of 18: AZE 4, 0, 1; ARM 2, 0, 0; GEO 5, 1, 5. Two break-downs together gave Georgia, 35 to 50."""
    cells = {"AZE": (4, 0, 1), "ARM": (2, 0, 0), "GEO": (5, 1, 5)}
    ages = ("age_18_34", "age_35_50", "age_51_65")
    people = [(c, a) for c, row in cells.items() for a, count in zip(ages, row, strict=True) for _ in range(count)]
    fill(assessment, [{"1.1": c, "1.5": a, "3.1.5": RATINGS[n % 3]} for n, (c, a) in enumerate(people)])
    release(assessment)
    client = client_as("observer")
    for key in ("breakdown-1.1~age", "breakdown-1.5~country", "breakdown-3.1.5~country"):
        assert client.get(url("chart_file", key, "csv")).status_code == 404
    out = StringIO()
    call_command("analyse", "AZE-2016", "--by", "age", stdout=out)
    found = json.loads(out.getvalue())
    assert not {"1.1", "1.5"} & set(found["breakdown"]["items"])
    assert min(found["breakdown"]["groups"].values()) >= 5
    assert found["survey"]["items"]["1.1"]["counts"] == {"GEO": 11, "pooled": 7}
    everything = exits(client, assessment, ("3.1.5", "1.1", "1.5"))
    assert "Armenia, Azerbaijan or not stated" in everything  # seven together
    assert not re.search(r"Armenia \(|>Armenia<", everything)


def test_a_dependent_item_does_not_disclose_which_group_skipped_its_parent(
    assessment: Assessment, client_as: Any
) -> None:
    answers = mixed(12)
    for one in answers[:7]:
        one |= {"2.2": ["forced_labour", "forced_marriage", "prostitution"], "2.2.1": "forced_labour"}
    fill(assessment, answers)
    release(assessment)
    assert client_as("observer").get(url("chart_file", "breakdown-2.2.1~sex", "csv")).status_code == 404
    assert "By group of respondents" not in client_as("observer").get(url("survey_item", "2.2.1")).content.decode()
    assert not for_assessment(assessment).survey.can_be_broken_down("2.2.1")


def test_quotes_have_no_code_and_no_rare_language(assessment: Assessment, client_as: Any) -> None:
    survey = make_survey(assessment)
    for number, language in enumerate(["ka", *["ru"] * 5, *["en"] * 6], start=1):
        respond(survey, number, {"8.3": f"Words {number}"}, language=language)
    release(assessment)
    page = client_as("lead").get(url("survey_item", "8.3")).content.decode()
    quotes = re.findall(r"(?s)<blockquote.*?</blockquote>", page)
    assert len(quotes) == 12
    assert not any("AZEsur" in quote for quote in quotes)
    assert 'lang="ka"' not in "".join(quotes)
    assert sum('<blockquote class="quote" lang="en"' in quote for quote in quotes) == 6
    assert plain(client_as("observer").get(url("participants")).content.decode()).count("Georgian") == 0


def test_no_quotes_below_the_threshold(assessment: Assessment, client_as: Any) -> None:
    fill(assessment, [{"8.3": "Words"}] * 4)
    assert "<blockquote" not in client_as("lead").get(url("survey_item", "8.3")).content.decode()
