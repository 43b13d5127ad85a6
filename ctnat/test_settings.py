"""Settings of the test run: quick passwords, jobs at once, mail kept in memory, files in a folder of their own."""

import tempfile
from pathlib import Path

from ctnat.settings import *  # noqa: F403
from ctnat.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="ctnat-test-"))
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ERASURE_REGISTER = Path(tempfile.mkdtemp(prefix="ctnat-test-keys-")) / "erasures.jsonl"
WHITENOISE_AUTOREFRESH = True  # find a file when it is asked for: each test client would list them all
