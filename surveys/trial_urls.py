"""The address at which a version of a questionnaire is tried, below the address of the instruments."""

from django.urls import path

from surveys.views import trials

app_name = "surveys_trial"
urlpatterns = [
    path("<int:pk>/try/", trials.version_trial, name="version_trial"),
    path("<int:pk>/try/link/", trials.trial_link_edit, name="trial_link_edit"),
]
