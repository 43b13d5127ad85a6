"""Addresses that need no sign-in: a code lets a device join a group, and its token identifies it after that."""

from django.urls import path

from workshops.views import device, join

app_name = "workshops_public"
urlpatterns = [
    path("", join.join, name="join"),
    path("group/", device.group, name="group"),
    path("group/ballot/", device.group_ballot, name="group_ballot"),
    path("group/verdict/", device.group_verdict, name="group_verdict"),
    path("group/ballot/withdraw/", device.group_withdraw, name="group_withdraw"),
    path("group/verdict/withdraw/", device.group_verdict_withdraw, name="group_verdict_withdraw"),
    path("group/agree/", device.group_agree, name="group_agree"),
    path("group/undo-agree/", device.group_undo_agree, name="group_undo_agree"),
    path("group/leave/", device.group_leave, name="group_leave"),
    path("group/state/", device.group_state, name="group_state"),
    path("<str:code>/", join.join_code, name="join_code"),
]
