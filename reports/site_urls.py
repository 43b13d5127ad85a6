"""Addresses of the demonstration, for administrators of the site, under `site/demonstration/`."""

from django.urls import path

from reports.views import demonstration

app_name = "demonstration"
urlpatterns = [
    path("load/", demonstration.demonstration_load, name="demonstration_load"),
    path("remove/", demonstration.demonstration_remove, name="demonstration_remove"),
]
