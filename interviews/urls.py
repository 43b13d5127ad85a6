"""Addresses of the interviews."""

from django.urls import path

from interviews.views import codebook, codings, interviews, notes, search, themes

app_name = "interviews"
urlpatterns = [
    path("", interviews.interview_list, name="interview_list"),
    path("new/", interviews.interview_new, name="interview_new"),
    path("import/", interviews.interview_import, name="interview_import"),
    path("trash/", interviews.trash_list, name="trash_list"),
    path("coverage/", interviews.coverage, name="coverage"),
    path("note/", interviews.information_note, name="information_note"),
    path("search/", search.search, name="search"),
    path("themes/", themes.theme_list, name="theme_list"),
    path("themes/new/", themes.theme_new, name="theme_new"),
    path("themes/seed/", codebook.codebook_seed, name="codebook_seed"),
    path("themes/import/", codebook.codebook_import, name="codebook_import"),
    path("themes/export/<slug:form>/", codebook.codebook_export, name="codebook_export"),
    path("themes/t/<slug:code>/", themes.theme_detail, name="theme_detail"),
    path("themes/t/<slug:code>/edit/", themes.theme_edit, name="theme_edit"),
    path("themes/t/<slug:code>/merge/", themes.theme_merge, name="theme_merge"),
    path("themes/t/<slug:code>/retire/", themes.theme_retire, name="theme_retire"),
    path("themes/t/<slug:code>/return/", themes.theme_return, name="theme_return"),
    path("passages/<int:pk>/release/", codings.coding_release, name="coding_release"),
    path("worker.js", notes.notes_worker, name="notes_worker"),
    path("<str:code>/", interviews.interview_detail, name="interview_detail"),
    path("<str:code>/head/", interviews.interview_edit, name="interview_edit"),
    path("<str:code>/plan/", interviews.interview_plan, name="interview_plan"),
    path("<str:code>/notes/", notes.interview_type, name="interview_type"),
    path("<str:code>/notes/<str:question>/", notes.answer_save, name="answer_save"),
    path("<str:code>/state/", notes.notes_state, name="notes_state"),
    path("<str:code>/note/", notes.note_record, name="note_record"),
    path("<str:code>/history/<str:question>/", notes.answer_history, name="answer_history"),
    path("<str:code>/restore-text/<int:pk>/", notes.revision_restore, name="revision_restore"),
    path("<str:code>/settle/<int:pk>/", notes.aside_settle, name="aside_settle"),
    path("<str:code>/contact/", interviews.contact_suggest, name="contact_suggest"),
    path("<str:code>/coding/", codings.interview_code, name="interview_code"),
    path("<str:code>/coding/add/", codings.coding_add, name="coding_add"),
    path("<str:code>/coding/<int:pk>/remove/", codings.coding_remove, name="coding_remove"),
    path("<str:code>/start/", interviews.interview_start, name="interview_start"),
    path("<str:code>/complete/", interviews.interview_complete, name="interview_complete"),
    path("<str:code>/reopen/", interviews.interview_reopen, name="interview_reopen"),
    path("<str:code>/trash/", interviews.interview_trash, name="interview_trash"),
    path("<str:code>/restore/", interviews.interview_restore, name="interview_restore"),
]
