"""Files of the report as downloads."""

from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from assessments.file_encryption import send_file
from reports.output.formats import FORMATS


def download(file: Any, format: str, title: str) -> FileResponse:
    """The file of a build or an edition as a download. Raises `Http404` where it is gone or cannot be decrypted."""
    try:
        response = send_file(file.open(), f"{title}.{format}")
    except (OSError, ValueError):  # `ValueError`: there is no name
        raise Http404(_("The file no longer exists. Create the document again.")) from None
    response["Content-Type"] = FORMATS[format].content_type
    response["X-Content-Type-Options"] = "nosniff"
    return response
