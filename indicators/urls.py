"""Addresses of this room."""

from django.urls import path

from indicators import views, views_recommendations

app_name = "indicators"
urlpatterns = [
    path("", views.matrix, name="matrix"),
    path("recommendations/", views_recommendations.recommendation_list, name="recommendation_list"),
    path("recommendations/new/", views_recommendations.recommendation_new, name="recommendation_new"),
    path("recommendations/<int:pk>/", views_recommendations.recommendation_edit, name="recommendation_edit"),
    path("recommendations/<int:pk>/move/", views_recommendations.recommendation_move, name="recommendation_move"),
    path("recommendations/<int:pk>/status/", views_recommendations.recommendation_status, name="recommendation_status"),
    path("<str:criterion>/<str:cell>/", views.cell, name="cell"),
    path("<str:criterion>/<str:cell>/mark/", views.cell_mark, name="cell_mark"),
    path("<str:criterion>/<str:cell>/propose/", views.cell_propose, name="cell_propose"),
    path("<str:criterion>/<str:cell>/decide/", views.cell_decide, name="cell_decide"),
]
