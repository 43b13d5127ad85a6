"""Addresses of reviewers, who need no sign-in: the secret in the link is the right."""

from django.urls import path

from reports.views import review_public

app_name = "review_public"
urlpatterns = [
    path("<str:token>/", review_public.review, name="review"),
    path("<str:token>/file/", review_public.review_download, name="review_download"),
    path("<str:token>/tracked/", review_public.review_tracked_download, name="review_tracked_download"),
]
