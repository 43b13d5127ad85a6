"""Addresses of the analysis, under `a/<reference>/analysis/`."""

from django.urls import path

from analysis.views import (
    comparison,
    coverage,
    evidence,
    exports,
    files,
    open_answers,
    overview,
    participants,
    priorities,
    releases,
    survey,
    themes,
)

app_name = "analysis"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("participants/", participants.participants, name="participants"),
    path("release/", releases.release, name="release"),
    path("release/plan/", releases.breakdown_plan, name="breakdown_plan"),
    path("release/new/", releases.release_make, name="release_make"),
    path("release/participants/", releases.participants_named, name="participants_named"),
    path("survey/", survey.survey, name="survey"),
    path("survey/<str:code>/", survey.survey_item, name="survey_item"),
    path("survey/<str:code>/themes/", open_answers.open_coding, name="open_coding"),
    path("priorities/", priorities.priorities, name="priorities"),
    path("themes/", themes.themes, name="themes"),
    path("themes/<int:pk>/", themes.theme, name="theme"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("charts/<str:key>/", files.chart, name="chart"),
    path("charts/<str:key>/<slug:format>/", files.chart_file, name="chart_file"),
    path("evidence/", evidence.evidence_search, name="evidence_search"),
    path("evidence/source/", evidence.evidence_source, name="evidence_source"),
    path("criteria/<str:criterion>/", evidence.criterion, name="criterion"),
    path("disagreements/", evidence.disagreements, name="disagreements"),
    path("comparisons/", comparison.comparison_list, name="comparison_list"),
    path("comparisons/<int:pk>/", comparison.comparison, name="comparison"),
    path("comparisons/<int:pk>/answer/", comparison.comparison_answer, name="comparison_answer"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<slug:format>/", exports.export_file, name="export_file"),
]
