"""Addresses of this room."""

from django.urls import path

from instruments.views import editing, files, imports, pages, translating

app_name = "instruments"
urlpatterns = [
    path("", pages.instrument_list, name="instrument_list"),
    path("<int:pk>/", pages.instrument_detail, name="instrument_detail"),
    path("<int:pk>/compare/", pages.instrument_compare_choice, name="instrument_compare_choice"),
    path("<int:pk>/compare/<int:other>/", pages.instrument_compare, name="instrument_compare"),
    path("<int:pk>/definition.json", pages.instrument_json, name="instrument_json"),
    path("<int:pk>/adapt/", pages.instrument_adapt, name="instrument_adapt"),
    path("<int:pk>/publish/", pages.instrument_publish, name="instrument_publish"),
    path("<int:pk>/discard/", pages.instrument_discard, name="instrument_discard"),
    path("<int:pk>/edit/", editing.instrument_edit, name="instrument_edit"),
    path("<int:pk>/edit/entry/", editing.entry_edit, name="entry_edit"),
    path("<int:pk>/edit/check/", editing.entry_check, name="entry_check"),
    path("<int:pk>/edit/add/", editing.entry_add, name="entry_add"),
    path("<int:pk>/edit/move/", editing.entry_move, name="entry_move"),
    path("<int:pk>/edit/remove/", editing.entry_remove, name="entry_remove"),
    path("<int:pk>/translations/", translating.translation_status, name="translation_status"),
    path("<int:pk>/translations/<slug:language>/", translating.translation_edit, name="translation_edit"),
    path("<int:pk>/translations/<slug:language>/save/", translating.translation_save, name="translation_save"),
    path("<int:pk>/translations/<slug:language>/review/", translating.translation_review, name="translation_review"),
    path("<int:pk>/translations/<slug:language>/sheet/", translating.translation_sheet, name="translation_sheet"),
    path("<int:pk>/translations/<slug:language>/import/", translating.translation_import, name="translation_import"),
    path("<int:pk>/files/", files.instrument_files, name="instrument_files"),
    path("<int:pk>/xlsform/", files.instrument_xlsform, name="instrument_xlsform"),
    path("<int:pk>/print/", files.instrument_print, name="instrument_print"),
    path("import/", files.instrument_import, name="instrument_import"),
    path("<int:pk>/imported/", imports.import_review, name="import_review"),
]
