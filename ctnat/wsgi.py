"""The WSGI application for a production server."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.settings")
application = get_wsgi_application()
import_string("assessments.at_start.warn_at_start")()
