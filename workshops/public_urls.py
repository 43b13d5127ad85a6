"""Addresses that need no sign-in: the code on the wall lets a group in, its device's token lets it speak."""

from django.urls import path

from workshops import views_join, views_public

app_name = "workshops_public"
urlpatterns = [
    path("", views_join.join, name="join"),
    path("group/", views_public.group, name="group"),
    path("group/ballot/", views_public.group_ballot, name="group_ballot"),
    path("group/verdict/", views_public.group_verdict, name="group_verdict"),
    path("group/agree/", views_public.group_agree, name="group_agree"),
    path("group/take-back/", views_public.group_take_back, name="group_take_back"),
    path("group/leave/", views_public.group_leave, name="group_leave"),
    path("group/state/", views_public.group_state, name="group_state"),
    path("<str:code>/", views_join.join_code, name="join_code"),
]
