"""Addresses of the analysis, under `a/<reference>/analysis/`."""

from django.urls import path

from analysis.views import comparison, evidence, exports, files, open_answers, topics

app_name = "analysis"
urlpatterns = [
    path("", topics.overview, name="overview"),
    path("participants/", topics.participants, name="participants"),
    path("survey/", topics.survey, name="survey"),
    path("survey/<str:code>/", topics.survey_item, name="survey_item"),
    path("survey/<str:code>/themes/", open_answers.open_coding, name="open_coding"),
    path("priorities/", topics.priorities, name="priorities"),
    path("themes/", topics.themes, name="themes"),
    path("themes/<int:pk>/", topics.theme, name="theme"),
    path("coverage/", topics.coverage, name="coverage"),
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
