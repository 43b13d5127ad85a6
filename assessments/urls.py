"""Addresses of assessments, members, organisations, site, contacts and documents."""

from django.urls import include, path

from assessments.views import account, assessments, contacts, documents, erasures, help, members, organisations, site

app_name = "assessments"

within = [
    path("", assessments.assessment_home, name="assessment_home"),
    path("edit/", assessments.assessment_edit, name="assessment_edit"),
    path("audit/", assessments.audit_list, name="audit_list"),
    path("audit/verify/", assessments.audit_verify, name="audit_verify"),
    path("erasures/", erasures.erasure_list, name="erasure_list"),
    path("erasures/new/<slug:kind>/", erasures.erasure_new, name="erasure_new"),
    path("erasures/<int:pk>/", erasures.erasure_detail, name="erasure_detail"),
    path("erasures/<int:pk>/confirm/", erasures.erasure_confirm, name="erasure_confirm"),
    path("erasures/<int:pk>/cancel/", erasures.erasure_cancel, name="erasure_cancel"),
    path("tool/", assessments.assessment_tool, name="assessment_tool"),
    path("tool/change/", assessments.assessment_tool_change, name="assessment_tool_change"),
    path("members/", members.member_list, name="member_list"),
    path("members/invite/", members.member_invite, name="member_invite"),
    path("members/second-factor/", members.second_factor_edit, name="second_factor_edit"),
    path("members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("members/invitations/<int:pk>/resend/", members.invitation_resend, name="invitation_resend"),
    path("members/invitations/<int:pk>/revoke/", members.invitation_revoke, name="invitation_revoke"),
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("organisations/<int:pk>/", organisations.organisation_edit, name="organisation_edit"),
    path("organisations/<int:pk>/remove/", organisations.organisation_remove, name="organisation_remove"),
    path("contacts/", contacts.contact_list, name="contact_list"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/erase/", contacts.contact_erase, name="contact_erase"),
    path("documents/", documents.document_list, name="document_list"),
    path("documents/new/", documents.document_new, name="document_new"),
    path("documents/import/", documents.document_import, name="document_import"),
    path("documents/trash/", documents.document_trash, name="document_trash"),
    path("documents/bibliography/", documents.document_bibliography, name="document_bibliography"),
    path("documents/<int:pk>/", documents.document_edit, name="document_edit"),
    path("documents/<int:pk>/file/", documents.document_file, name="document_file"),
    path("documents/<int:pk>/remove/", documents.document_remove, name="document_remove"),
    path("documents/<int:pk>/restore/", documents.document_restore, name="document_restore"),
]

urlpatterns = [
    path("", assessments.assessment_list, name="assessment_list"),
    path("help/", help.help_page, name="help_page"),
    path("healthz", site.healthz, name="healthz"),
    path("site/", site.site_status, name="site_status"),
    path("site/erasures/", erasures.site_erasure_list, name="site_erasure_list"),
    path("site/erasures/new/", erasures.site_erasure_new, name="site_erasure_new"),
    path("site/erasures/<int:pk>/", erasures.site_erasure_detail, name="site_erasure_detail"),
    path("site/erasures/<int:pk>/confirm/", erasures.site_erasure_confirm, name="site_erasure_confirm"),
    path("assessments/new/", assessments.assessment_new, name="assessment_new"),
    path("account/sign-ins/", account.sign_in_list, name="sign_in_list"),
    path("account/sign-ins/state/", account.sign_in_state, name="sign_in_state"),
    path("account/sign-ins/others/end/", account.sign_in_end_others, name="sign_in_end_others"),
    path("account/sign-ins/<int:pk>/end/", account.sign_in_end, name="sign_in_end"),
    path("invitation/<slug:token>/", members.invitation_accept, name="invitation_accept"),
    path("a/<slug:reference>/", include(within)),
]
