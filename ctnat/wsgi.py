"""The WSGI application for a production server."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.settings")
application = get_wsgi_application()
import_string("assessments.at_start.warn_at_start")()
import_module(settings.ROOT_URLCONF)  # with every view: the first request does not wait for them
gc.collect()
gc.freeze()  # Python's collector of circles leaves out what stays until the end: searching it takes 0.2 s each time
