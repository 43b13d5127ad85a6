"""Addresses that need no sign-in: the secret in the link is the right."""

from django.urls import path

from surveys.views import respondent, trials

app_name = "surveys_public"
urlpatterns = [
    path("remove/", respondent.form_remove, name="form_remove"),  # no clash with an open link: these have ten letters
    path("try/<slug:token>/", trials.trial_form, name="trial_form"),
    path("stop/<str:key>/", respondent.mail_stop, name="mail_stop"),
    path("<slug:slug>/", respondent.open_form, name="open_form"),
    path("<slug:slug>/continue/", respondent.open_resume, name="open_resume"),
    path("i/<slug:token>/", respondent.personal_form, name="personal_form"),
    path("i/<slug:token>/continue/", respondent.personal_resume, name="personal_resume"),
    path("i/<slug:token>/opened/", respondent.personal_opened, name="personal_opened"),
]
