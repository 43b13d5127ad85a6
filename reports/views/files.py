"""Files of the report as downloads."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from reports.output.formats import FORMATS


def download(name: str, format: str, title: str) -> FileResponse:
    """A file of the storage as a download. Raises `Http404` where it is gone."""
    if not name or not default_storage.exists(name):
        raise Http404(_("The file no longer exists. Create the document again."))
    response = FileResponse(default_storage.open(name), as_attachment=True, filename=f"{title}.{format}")
    response["Content-Type"] = FORMATS[format].content_type
    response["X-Content-Type-Options"] = "nosniff"
    return response
