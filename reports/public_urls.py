"""Addresses that need no sign-in: the secret in the link is the right."""

from django.urls import path

from reports.views import shares

app_name = "reports_public"
urlpatterns = [
    path("<str:token>/", shares.shared, name="shared"),
    path("<str:token>/<slug:language>/", shares.shared, name="shared"),
]
