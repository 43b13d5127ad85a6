"""Each action that removes something can be undone, or says before it is done that it cannot be."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

TEMPLATES = Path(settings.BASE_DIR) / "templates"
REMOVES = re.compile(
    r"(?:^|_)(?:archive|bounced|cancel|clear|close|delete|discard|drop|end|end_others|erase|forget|hide|leave|merge"
    r"|purge|reject|remove|reset|retire|revoke|shred|stop|trash|unpublish|withdraw)(?:_|$)"
)
# What undoes it: a view, which may be the same one.
UNDONE_BY = {
    "assessments:assessment_archive": "assessments:assessment_bring_back",
    "assessments:document_remove": "assessments:document_restore",
    "assessments:erasure_cancel": "assessments:erasure_new",
    "assessments:first_days_hide": "assessments:first_days_show",
    "assessments:invitation_revoke": "assessments:member_invite",
    "assessments:member_remove": "assessments:member_invite",
    "assessments:device_revoke": "assessments:device_allow",
    "assessments:member_device_revoke": "assessments:member_device_allow",
    "assessments:sign_in_end": "account_login",
    "assessments:sign_in_end_others": "account_login",
    "indicators:cell_withdraw": "indicators:cell",
    "instruments:entry_remove": "instruments:entry_restore",
    "instruments:instrument_discard": "instruments:instrument_restore",
    "interviews:coding_remove": "interviews:coding_add",
    "interviews:interview_trash": "interviews:interview_restore",
    "interviews:theme_retire": "interviews:theme_return",
    "mfa_remove_webauthn": "mfa_add_webauthn",
    "life:export_cancel": "life:export_request",
    "interview_documents:document_cancel": "interview_documents:document_request",
    "reports:build_cancel": "reports:build_request",
    "reports:comment_withdraw": "reports:comment_restore",
    "reports:review_close": "reports:review_change",
    "reports:reviewer_revoke": "reports:reviewer_revoke",
    "reports:language_remove": "reports:language_list",
    "reports:section_hide": "reports:section_hide",
    "reports:template_remove": "reports:template_upload",
    "surveys:invitation_bounced": "surveys:invitation_change",
    "surveys:invitation_revoke": "surveys:invitation_add",
    "surveys:mailing_cancel": "surveys:mailing_start",
    "surveys:response_trash": "surveys:response_trash",
    "surveys:survey_close": "surveys:survey_open",
    "surveys_public:mail_stop": "surveys_public:mail_stop",
    "workshops:comment_withdraw": "workshops:comment_restore",
    "workshops:group_verdict_withdraw": "workshops:group_verdict",
    "workshops:group_withdraw": "workshops:group_ballot",
    "workshops:workshop_close": "workshops:workshop_reopen",
    "workshops_public:group_leave": "workshops_public:join_code",
    "workshops_public:group_verdict_withdraw": "workshops_public:group_verdict",
    "workshops_public:group_withdraw": "workshops_public:group_ballot",
}
# What cannot be undone: the template with its form, and the words there that say so.
SAID_BEFORE = {
    "assessments:contact_erase": ("assessments/contact_erase.html", "second person"),
    "assessments:organisation_remove": ("assessments/organisation_edit.html", "cannot be undone"),
    "demonstration:demonstration_remove": ("reports/demonstration_remove.html", "This cannot be undone"),
    "instruments:instrument_withdraw": ("instruments/instrument_withdraw.html", "You can undo this"),
    "interviews:consent_withdraw": ("interviews/consent_withdraw.html", "Only a new record of consent undoes"),
    "interviews:follow_up_remove": ("interviews/follow_up_edit.html", "This cannot be undone"),
    "interviews:notes_import_discard": ("interviews/_notes_import.html", "cannot be undone"),
    "interviews:photograph_remove": ("interviews/photograph_detail.html", "cannot be undone"),
    "interviews:theme_merge": ("interviews/theme_merge.html", "Merging cannot be undone"),
    "reports:share_revoke": ("reports/edition_list.html", "cannot be undone"),
    "surveys:entry_draft_discard": ("surveys/_entry_drafts.html", "cannot be undone"),
    "surveys:import_mapping_forget": ("surveys/response_import.html", "You decide on them again"),
    "surveys:survey_erase": ("surveys/survey_detail.html", "This cannot be undone"),
    "surveys:table_import_discard": ("surveys/_table_import.html", "cannot be undone"),
    "surveys_public:form_remove": ("surveys/_respondent_remove.html", "words.remove_how"),
    "workshops:group_remove": ("workshops/_group_form.html", "cannot be undone"),
    "workshops:workshop_remove": ("workshops/workshop.html", "cannot be undone"),
}
NOTHING_IS_REMOVED = {"assessments:document_trash", "instruments:instrument_trash", "interviews:trash_list"}  # lists


def views() -> set[str]:
    def names(resolver: URLResolver, space: str) -> set[str]:
        found = set()
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                found |= names(entry, entry.namespace or space)
            elif isinstance(entry, URLPattern) and entry.name:
                name = f"{space}:{entry.name}" if space else entry.name
                # A page of the library, shown inside an assessment, is the same view as outside.
                found.add(getattr(entry.callback, "same_as", name))
        return found

    return names(get_resolver(), "")


def test_each_view_that_removes_something_is_listed_with_what_undoes_it() -> None:
    removing = {name for name in views() if REMOVES.search(name.partition(":")[2] or name)}
    removing = {name for name in removing if not name.startswith("account_reset_password")}
    assert removing - NOTHING_IS_REMOVED == {*UNDONE_BY, *SAID_BEFORE} & removing
    assert ({*UNDONE_BY, *SAID_BEFORE} | set(UNDONE_BY.values())) - views() == set(), (
        "the lists hold no view that is gone"
    )


@pytest.mark.parametrize("view", SAID_BEFORE)
def test_what_cannot_be_undone_is_said_before_it_is_done(view: str) -> None:
    template, words = SAID_BEFORE[view]
    assert words in " ".join((TEMPLATES / template).read_text().split())


@pytest.mark.parametrize("view", [name for name, (_, words) in SAID_BEFORE.items() if "undone" in words])
def test_each_form_of_it_asks_first(view: str) -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for form in re.findall(rf"<form\b[^>]*?{{% url '{view}'.*?>\s*(?:{{%|<)", text, re.DOTALL):
            assert "data-confirm" in form, path
