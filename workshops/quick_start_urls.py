"""Addresses of the quick starts, below `a/<reference>/quick-start/`."""

from django.urls import path

from workshops.views import quick_start

app_name = "quick_start"
urlpatterns = [
    path("survey/", quick_start.quick_start_survey, name="quick_start_survey"),
    path("workshop/", quick_start.quick_start_workshop, name="quick_start_workshop"),
]
