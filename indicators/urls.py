"""Addresses of the matrix and of recommendations, below `a/<reference>/indicators/`."""

from django.urls import path

from indicators.views import matrix, recommendations, translations

app_name = "indicators"
urlpatterns = [
    path("", matrix.matrix, name="matrix"),
    path("recommendations/", recommendations.recommendation_list, name="recommendation_list"),
    path("recommendations/new/", recommendations.recommendation_new, name="recommendation_new"),
    path("recommendations/<int:pk>/", recommendations.recommendation_edit, name="recommendation_edit"),
    path("recommendations/<int:pk>/move/", recommendations.recommendation_move, name="recommendation_move"),
    path("recommendations/<int:pk>/status/", recommendations.recommendation_status, name="recommendation_status"),
    path("translations/", translations.translation_list, name="translation_list"),
    path("translations/<slug:language>/", translations.translation_edit, name="translation_edit"),
    path("translations/<slug:language>/save/", translations.translation_save, name="translation_save"),
    path("translations/<slug:language>/review/", translations.translation_review, name="translation_review"),
    path("translations/<slug:language>/sheet/", translations.translation_sheet, name="translation_sheet"),
    path("translations/<slug:language>/import/", translations.translation_import, name="translation_import"),
    path("<str:criterion>/<str:cell>/", matrix.cell, name="cell"),
    path("<str:criterion>/<str:cell>/mark/", matrix.cell_mark, name="cell_mark"),
    path("<str:criterion>/<str:cell>/propose/", matrix.cell_propose, name="cell_propose"),
    path("<str:criterion>/<str:cell>/withdraw/", matrix.cell_withdraw, name="cell_withdraw"),
    path("<str:criterion>/<str:cell>/decide/", matrix.cell_decide, name="cell_decide"),
]
