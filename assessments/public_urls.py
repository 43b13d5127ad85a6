"""Addresses that need no sign-in: they are a way to sign in."""

from django.urls import path

from assessments.views import single_sign_on

app_name = "assessments_public"
urlpatterns = [
    path("", single_sign_on.single_sign_on, name="single_sign_on"),
    path("callback/", single_sign_on.single_sign_on_callback, name="single_sign_on_callback"),
]
