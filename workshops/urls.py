"""Addresses of the validation workshop, below `a/<reference>/workshop/`."""

from django.urls import path

from workshops.views import comments, groups, presentation, workshops

app_name = "workshops"
urlpatterns = [
    path("", workshops.workshop_list, name="workshop_list"),
    path("new/", workshops.workshop_new, name="workshop_new"),
    path("<int:pk>/", workshops.workshop, name="workshop"),
    path("<int:pk>/edit/", workshops.workshop_edit, name="workshop_edit"),
    path("<int:pk>/remove/", workshops.workshop_remove, name="workshop_remove"),
    path("<int:pk>/groups/", workshops.workshop_groups, name="workshop_groups"),
    path("<int:pk>/open/", workshops.workshop_open, name="workshop_open"),
    path("<int:pk>/close/", workshops.workshop_close, name="workshop_close"),
    path("<int:pk>/reopen/", workshops.workshop_reopen, name="workshop_reopen"),
    path("<int:pk>/count/", workshops.workshop_count, name="workshop_count"),
    path("<int:pk>/empty/", workshops.workshop_empty, name="workshop_empty"),
    path("<int:pk>/agenda/", workshops.workshop_agenda, name="workshop_agenda"),
    path("<int:pk>/minutes/<int:number>/", workshops.minutes, name="minutes"),
    path("<int:pk>/minutes/new/", workshops.minutes_new, name="minutes_new"),
    path("<int:pk>/groups/new/", groups.group_new, name="group_new"),
    path("<int:pk>/groups/<int:group>/", groups.group_edit, name="group_edit"),
    path("<int:pk>/groups/<int:group>/remove/", groups.group_remove, name="group_remove"),
    path("<int:pk>/groups/<int:group>/release/", groups.group_release, name="group_release"),
    path("<int:pk>/groups/<int:group>/ballot/", groups.group_ballot, name="group_ballot"),
    path("<int:pk>/groups/<int:group>/verdict/", groups.group_verdict, name="group_verdict"),
    path("<int:pk>/groups/<int:group>/verdict/withdraw/", groups.group_verdict_withdraw, name="group_verdict_withdraw"),
    path("<int:pk>/groups/<int:group>/agree/", groups.group_agree, name="group_agree"),
    path("<int:pk>/groups/<int:group>/undo-agree/", groups.group_undo_agree, name="group_undo_agree"),
    path("<int:pk>/groups/<int:group>/withdraw/", groups.group_withdraw, name="group_withdraw"),
    path("<int:pk>/projector/", presentation.projector, name="projector"),
    path("<int:pk>/projector/counts/", presentation.projector_counts, name="projector_counts"),
    path("<int:pk>/handout/", presentation.handout, name="handout"),
    path("<int:pk>/slides/", presentation.slides, name="slides"),
    path("responses/", comments.comment_list, name="comment_list"),
    path("responses/new/", comments.comment_new, name="comment_new"),
    path("responses/<int:pk>/", comments.comment, name="comment"),
    path("responses/<int:pk>/edit/", comments.comment_edit, name="comment_edit"),
    path("responses/<int:pk>/resolve/", comments.comment_resolve, name="comment_resolve"),
    path("responses/<int:pk>/withdraw/", comments.comment_withdraw, name="comment_withdraw"),
    path("responses/<int:pk>/restore/", comments.comment_restore, name="comment_restore"),
    path("responses/<int:pk>/adopt/", comments.comment_adopt, name="comment_adopt"),
    path("verdicts/", comments.verdict_panel, name="verdict_panel"),
    path("changes/", comments.change_log, name="change_log"),
]
