"""Addresses of the survey of an assessment, for its members."""

from django.urls import path

from surveys.views import invitations, mailings, paper_entry, responses, sealed, surveys, table_imports

app_name = "surveys"
urlpatterns = [
    path("", surveys.survey_detail, name="survey_detail"),
    path("settings/", surveys.survey_edit, name="survey_edit"),
    path("open/", surveys.survey_open, name="survey_open"),
    path("close/", surveys.survey_close, name="survey_close"),
    path("version/", surveys.survey_version, name="survey_version"),
    path("erase/", surveys.survey_erase, name="survey_erase"),
    path("sealed/", sealed.responses_open, name="responses_open"),
    path("disclosure/", sealed.survey_disclosure, name="survey_disclosure"),
    path("link/", surveys.open_link_detail, name="open_link_detail"),
    path("messages/", surveys.message_first, name="message_first"),
    path("messages/<slug:language>/", surveys.message_edit, name="message_edit"),
    path("preview/", surveys.survey_preview, name="survey_preview"),
    path("invitations/", invitations.invitation_list, name="invitation_list"),
    path("invitations/links.csv", invitations.invitation_links, name="invitation_links"),
    path("invitations/add/", invitations.invitation_add, name="invitation_add"),
    path("invitations/add/paste/", invitations.invitation_paste, name="invitation_paste"),
    path("invitations/add/table/", invitations.invitation_import, name="invitation_import"),
    path("invitations/add/contacts/", invitations.invitation_contacts, name="invitation_contacts"),
    path("invitations/<int:pk>/", invitations.invitation_detail, name="invitation_detail"),
    path("invitations/<int:pk>/bounced/", invitations.invitation_bounced, name="invitation_bounced"),
    path("invitations/<int:pk>/revoke/", invitations.invitation_revoke, name="invitation_revoke"),
    path("invitations/<int:pk>/<slug:action>/", invitations.invitation_change, name="invitation_change"),
    path("mailings/start/<slug:kind>/", mailings.mailing_start, name="mailing_start"),
    path("mailings/<int:pk>/", mailings.mailing_detail, name="mailing_detail"),
    path("mailings/<int:pk>/resume/", mailings.mailing_resume, name="mailing_resume"),
    path("mailings/<int:pk>/cancel/", mailings.mailing_cancel, name="mailing_cancel"),
    path("enter/", paper_entry.response_enter, name="response_enter"),
    path("enter/keep/", paper_entry.entry_draft_keep, name="entry_draft_keep"),
    path("enter/<uuid:key>/", paper_entry.entry_draft_edit, name="entry_draft_edit"),
    path("enter/<uuid:key>/discard/", paper_entry.entry_draft_discard, name="entry_draft_discard"),
    path("import/", table_imports.response_import, name="response_import"),
    path("import/mappings/<int:pk>/forget/", table_imports.import_mapping_forget, name="import_mapping_forget"),
    path("import/<uuid:key>/sheet/", table_imports.table_import_sheet, name="table_import_sheet"),
    path("import/<uuid:key>/columns/", table_imports.table_import_columns, name="table_import_columns"),
    path("import/<uuid:key>/values/", table_imports.table_import_values, name="table_import_values"),
    path("import/<uuid:key>/preview/", table_imports.table_import_preview, name="table_import_preview"),
    path("import/<uuid:key>/discard/", table_imports.table_import_discard, name="table_import_discard"),
    path("responses/", responses.response_list, name="response_list"),
    path("responses/<slug:code>/", responses.response_detail, name="response_detail"),
    path("responses/<slug:code>/<slug:action>/", responses.response_trash, name="response_trash"),
]
