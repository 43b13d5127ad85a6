"""Addresses of the copy and of the export of an assessment, under `a/<reference>/`."""

from django.urls import path

from reports.views import copies, exports

app_name = "life"
urlpatterns = [
    path("copy/", copies.assessment_copy, name="assessment_copy"),
    path("export/", exports.export_list, name="export_list"),
    path("export/request/", exports.export_request, name="export_request"),
    path("export/<int:pk>/", exports.export, name="export"),
    path("export/<int:pk>/cancel/", exports.export_cancel, name="export_cancel"),
    path("export/<int:pk>/file/", exports.export_file, name="export_file"),
]
