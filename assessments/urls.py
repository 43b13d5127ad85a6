"""Addresses of the house."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("", views.assessment_list, name="assessment_list"),
    path("healthz", views.healthz, name="healthz"),
    path("a/<slug:reference>/", views.assessment_home, name="assessment_home"),
]
