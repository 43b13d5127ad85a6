"""Addresses of the report, under `a/<reference>/report/`."""

from django.urls import path

from reports import views, views_builds

app_name = "reports"
urlpatterns = [
    path("", views.report, name="report"),
    path("create/", views.report_create, name="report_create"),
    path("settings/", views.report_settings, name="report_settings"),
    path("read/", views.report_read, name="report_read"),
    path("check/", views.report_check, name="report_check"),
    path("palette/", views.palette_search, name="palette_search"),
    path("sections/add/", views.section_add, name="section_add"),
    path("sections/<slug:key>/", views.section_edit, name="section_edit"),
    path("sections/<slug:key>/preview/", views.section_preview, name="section_preview"),
    path("sections/<slug:key>/history/", views.section_history, name="section_history"),
    path("sections/<slug:key>/move/", views.section_move, name="section_move"),
    path("sections/<slug:key>/hide/", views.section_hide, name="section_hide"),
    path("builds/", views_builds.build_list, name="build_list"),
    path("builds/request/", views_builds.build_request, name="build_request"),
    path("builds/<int:pk>/", views_builds.build, name="build"),
    path("builds/<int:pk>/cancel/", views_builds.build_cancel, name="build_cancel"),
    path("builds/<int:pk>/file/", views_builds.build_file, name="build_file"),
    path("editions/", views_builds.edition_list, name="edition_list"),
    path("editions/<int:number>/retry/", views_builds.edition_retry, name="edition_retry"),
    path("editions/<int:number>/share/", views_builds.share_create, name="share_create"),
    path("editions/<int:number>/compare/<int:other>/", views_builds.edition_compare, name="edition_compare"),
    path("editions/<int:number>/<slug:format>/", views_builds.edition_file, name="edition_file"),
    path("shares/<int:pk>/revoke/", views_builds.share_revoke, name="share_revoke"),
]
