"""Addresses that need no sign-in: the code on the wall lets a group in, its device's token lets it speak."""

from django.urls import path

from workshops import views_public as views

app_name = "workshops_public"
urlpatterns = [
    path("", views.join, name="join"),
    path("group/", views.group, name="group"),
    path("group/ballot/", views.group_ballot, name="group_ballot"),
    path("group/verdict/", views.group_verdict, name="group_verdict"),
    path("group/state/", views.group_state, name="group_state"),
    path("<str:code>/", views.join_code, name="join_code"),
]
