"""Addresses that need no sign-in: the secret in the link is the right."""

from django.urls import path

from surveys.views import respond

app_name = "surveys_public"
urlpatterns = [
    path("<slug:slug>/", respond.open_form, name="open_form"),
    path("<slug:slug>/continue/", respond.open_continue, name="open_continue"),
    path("i/<slug:token>/", respond.personal_form, name="personal_form"),
    path("i/<slug:token>/continue/", respond.personal_continue, name="personal_continue"),
    path("i/<slug:token>/opened/", respond.personal_opened, name="personal_opened"),
]
