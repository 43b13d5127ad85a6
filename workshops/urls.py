"""Addresses of this room."""

from django.urls import path

from workshops import views, views_comments, views_groups, views_show

app_name = "workshops"
urlpatterns = [
    path("", views.workshop_list, name="workshop_list"),
    path("new/", views.workshop_new, name="workshop_new"),
    path("<int:pk>/", views.workshop, name="workshop"),
    path("<int:pk>/edit/", views.workshop_edit, name="workshop_edit"),
    path("<int:pk>/remove/", views.workshop_remove, name="workshop_remove"),
    path("<int:pk>/groups/", views.workshop_groups, name="workshop_groups"),
    path("<int:pk>/open/", views.workshop_open, name="workshop_open"),
    path("<int:pk>/close/", views.workshop_close, name="workshop_close"),
    path("<int:pk>/reopen/", views.workshop_reopen, name="workshop_reopen"),
    path("<int:pk>/groups/new/", views_groups.group_new, name="group_new"),
    path("<int:pk>/groups/<int:group>/", views_groups.group_edit, name="group_edit"),
    path("<int:pk>/groups/<int:group>/remove/", views_groups.group_remove, name="group_remove"),
    path("<int:pk>/groups/<int:group>/release/", views_groups.group_release, name="group_release"),
    path("<int:pk>/groups/<int:group>/ballot/", views_groups.group_ballot, name="group_ballot"),
    path("<int:pk>/groups/<int:group>/verdict/", views_groups.group_verdict, name="group_verdict"),
    path("<int:pk>/groups/<int:group>/agree/", views_groups.group_agree, name="group_agree"),
    path("<int:pk>/groups/<int:group>/take-back/", views_groups.group_take_back, name="group_take_back"),
    path("<int:pk>/groups/<int:group>/withdraw/", views_groups.group_withdraw, name="group_withdraw"),
    path("<int:pk>/projector/", views_show.projector, name="projector"),
    path("<int:pk>/projector/tally/", views_show.projector_tally, name="projector_tally"),
    path("<int:pk>/handout/", views_show.handout, name="handout"),
    path("<int:pk>/slides/", views_show.slides, name="slides"),
    path("responses/", views_comments.comment_list, name="comment_list"),
    path("responses/new/", views_comments.comment_new, name="comment_new"),
    path("responses/<int:pk>/", views_comments.comment, name="comment"),
    path("responses/<int:pk>/edit/", views_comments.comment_edit, name="comment_edit"),
    path("responses/<int:pk>/dispose/", views_comments.comment_dispose, name="comment_dispose"),
    path("changes/", views_comments.change_log, name="change_log"),
]
