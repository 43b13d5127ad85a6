"""Addresses of the instruments: versions, entries of drafts, translations, files."""

from django.urls import path

from instruments.views import conditions, corrections, entries, files, imports, translations, versions

app_name = "instruments"
urlpatterns = [
    path("", versions.instrument_list, name="instrument_list"),
    path("<int:pk>/", versions.instrument_detail, name="instrument_detail"),
    path("<int:pk>/compare/", versions.instrument_compare_choice, name="instrument_compare_choice"),
    path("<int:pk>/compare/<int:other>/", versions.instrument_compare, name="instrument_compare"),
    path("<int:pk>/definition.json", versions.instrument_json, name="instrument_json"),
    path("<int:pk>/adapt/", versions.instrument_adapt, name="instrument_adapt"),
    path("<int:pk>/publish/", versions.instrument_publish, name="instrument_publish"),
    path("<int:pk>/withdraw/", versions.instrument_withdraw, name="instrument_withdraw"),
    path("<int:pk>/reinstate/", versions.instrument_reinstate, name="instrument_reinstate"),
    path("<int:pk>/discard/", versions.instrument_discard, name="instrument_discard"),
    path("<int:pk>/restore/", versions.instrument_restore, name="instrument_restore"),
    path("trash/", versions.instrument_trash, name="instrument_trash"),
    path("<int:pk>/edit/", entries.instrument_edit, name="instrument_edit"),
    path("<int:pk>/edit/entry/", entries.entry_edit, name="entry_edit"),
    path("<int:pk>/edit/condition/", conditions.entry_condition, name="entry_condition"),
    path("<int:pk>/edit/constraint/", conditions.entry_constraint, name="entry_constraint"),
    path("<int:pk>/edit/check/", entries.entry_check, name="entry_check"),
    path("<int:pk>/edit/add/", entries.entry_add, name="entry_add"),
    path("<int:pk>/edit/move/", entries.entry_move, name="entry_move"),
    path("<int:pk>/edit/remove/", entries.entry_remove, name="entry_remove"),
    path("<int:pk>/edit/restore/", entries.entry_restore, name="entry_restore"),
    path("<int:pk>/translations/", translations.translation_status, name="translation_status"),
    path("<int:pk>/translations/<slug:language>/", translations.translation_edit, name="translation_edit"),
    path("<int:pk>/translations/<slug:language>/save/", translations.translation_save, name="translation_save"),
    path("<int:pk>/translations/<slug:language>/review/", translations.translation_review, name="translation_review"),
    path("<int:pk>/translations/<slug:language>/sheet/", translations.translation_sheet, name="translation_sheet"),
    path("<int:pk>/translations/<slug:language>/import/", translations.translation_import, name="translation_import"),
    path("<int:pk>/corrections/", corrections.correction_list, name="correction_list"),
    path("<int:pk>/corrections/texts/", corrections.correction_choose, name="correction_choose"),
    path("<int:pk>/corrections/new/", corrections.correction_new, name="correction_new"),
    path("<int:pk>/files/", files.instrument_files, name="instrument_files"),
    path("<int:pk>/xlsform/", files.instrument_xlsform, name="instrument_xlsform"),
    path("<int:pk>/print/", files.instrument_print, name="instrument_print"),
    path("import/", imports.instrument_import, name="instrument_import"),
    path("<int:pk>/imported/", imports.import_review, name="import_review"),
    path("<int:pk>/decisions/", imports.import_decisions, name="import_decisions"),
]
