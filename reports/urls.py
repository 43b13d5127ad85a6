"""Addresses of the report, under `a/<reference>/report/`."""

from django.urls import path

from reports.views import builds, comments, editions, names, report, sections, shares, translations

app_name = "reports"
urlpatterns = [
    path("", report.report, name="report"),
    path("create/", report.report_create, name="report_create"),
    path("settings/", report.report_settings, name="report_settings"),
    path("read/", report.report_read, name="report_read"),
    path("check/", report.report_check, name="report_check"),
    path("names/", names.name_list, name="name_list"),
    path("palette/", sections.palette_search, name="palette_search"),
    path("sections/add/", sections.section_add, name="section_add"),
    path("sections/<slug:key>/", sections.section_edit, name="section_edit"),
    path("sections/<slug:key>/preview/", sections.section_preview, name="section_preview"),
    path("sections/<slug:key>/history/", sections.section_history, name="section_history"),
    path("sections/<slug:key>/history/<int:number>/restore/", sections.section_restore, name="section_restore"),
    path("sections/<slug:key>/move/", sections.section_move, name="section_move"),
    path("sections/<slug:key>/hide/", sections.section_hide, name="section_hide"),
    path("sections/<slug:key>/comments/", comments.section_comments, name="section_comments"),
    path("comments/", comments.comment_list, name="comment_list"),
    path("comments/<int:pk>/", comments.comment, name="comment"),
    path("comments/<int:pk>/reply/", comments.comment_reply, name="comment_reply"),
    path("comments/<int:pk>/edit/", comments.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/withdraw/", comments.comment_withdraw, name="comment_withdraw"),
    path("comments/<int:pk>/restore/", comments.comment_restore, name="comment_restore"),
    path("comments/<int:pk>/resolve/", comments.comment_resolve, name="comment_resolve"),
    path("comments/<int:pk>/read/", comments.comment_read, name="comment_read"),
    path("languages/", translations.language_list, name="language_list"),
    path("languages/<slug:language>/", translations.language_detail, name="language_detail"),
    path("languages/<slug:language>/remove/", translations.language_remove, name="language_remove"),
    path("languages/<slug:language>/sections/<slug:key>/", translations.section_translate, name="section_translate"),
    path(
        "languages/<slug:language>/sections/<slug:key>/preview/",
        translations.translation_preview,
        name="translation_preview",
    ),
    path(
        "languages/<slug:language>/sections/<slug:key>/history/",
        translations.translation_history,
        name="translation_history",
    ),
    path(
        "languages/<slug:language>/sections/<slug:key>/history/<int:number>/restore/",
        translations.translation_restore,
        name="translation_restore",
    ),
    path("builds/", builds.build_list, name="build_list"),
    path("builds/request/", builds.build_request, name="build_request"),
    path("builds/<int:pk>/", builds.build, name="build"),
    path("builds/<int:pk>/cancel/", builds.build_cancel, name="build_cancel"),
    path("builds/<int:pk>/file/", builds.build_file, name="build_file"),
    path("editions/", editions.edition_list, name="edition_list"),
    path("editions/final/", editions.edition_final, name="edition_final"),
    path("editions/<int:number>/retry/", editions.edition_retry, name="edition_retry"),
    path("editions/<int:number>/share/", shares.share_create, name="share_create"),
    path("editions/<int:number>/compare/<int:other>/", editions.edition_compare, name="edition_compare"),
    path("editions/<int:number>/<slug:language>/<slug:format>/", editions.edition_file, name="edition_file"),
    path("editions/<int:number>/<slug:format>/", editions.edition_file, name="edition_file"),
    path("shares/<int:pk>/revoke/", shares.share_revoke, name="share_revoke"),
]
