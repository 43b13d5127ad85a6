"""Addresses of all interviews as one document, under `a/<reference>/interviews/documents/`."""

from django.urls import path

from reports.views import interview_documents as views

app_name = "interview_documents"
urlpatterns = [
    path("", views.document_list, name="document_list"),
    path("request/", views.document_request, name="document_request"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/cancel/", views.document_cancel, name="document_cancel"),
    path("<int:pk>/file/", views.document_file, name="document_file"),
]
