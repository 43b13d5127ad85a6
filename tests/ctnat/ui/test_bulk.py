"""Work on many rows at once."""

import gc

import pytest

from ctnat.ui.bulk import without_collecting


def test_the_collector_waits_and_goes_on_afterwards() -> None:
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="broken"), without_collecting():
        raise ValueError("broken")
    assert gc.isenabled()
