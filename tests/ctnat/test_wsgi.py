"""What a web server starts with."""

import gc
import sys
from importlib import import_module

import pytest


@pytest.mark.django_db
def test_wsgi_leaves_what_was_loaded_to_no_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ctnat.wsgi", raising=False)
    gc.unfreeze()
    import_module("ctnat.wsgi")
    assert gc.get_freeze_count() > 100_000  # with all views there are several hundred thousand objects
