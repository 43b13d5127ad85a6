"""Addresses that need no sign-in: the secret in the link is the right."""

from django.urls import path

from reports import views_builds

app_name = "reports_public"
urlpatterns = [path("<str:token>/", views_builds.shared, name="shared")]
