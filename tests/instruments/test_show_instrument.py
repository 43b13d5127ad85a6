"""manage.py show_instrument"""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from instruments.services.entries import remove_entry
from instruments.services.versions import adapt, publish
from tests.factories import InstrumentFactory, UserFactory, instruments_2016

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["survey", "interview_guide", "indicators"])
def test_show_instrument_prints_the_definition(kind: str, capsys: Any) -> None:
    InstrumentFactory(kind=kind)
    call_command("show_instrument", kind)
    assert json.loads(capsys.readouterr().out) == instruments_2016()[kind]


def test_show_instrument_takes_the_newest_published_or_the_version_asked_for(capsys: Any) -> None:
    user = UserFactory()
    draft = adapt(instrument=InstrumentFactory(kind="survey"), owner=None, by=user)
    remove_entry(draft=draft, path="sections/8/items/8.3", by=user)

    def last_item(*arguments: str) -> str:
        call_command("show_instrument", "survey", *arguments)
        name: str = json.loads(capsys.readouterr().out)["sections"][-1]["items"][-1]["name"]
        return name

    assert (last_item(), last_item("--version", "2")) == ("8.3", "8.2")
    publish(draft=draft, by=user)
    assert (last_item(), last_item("--version", "1")) == ("8.2", "8.3")


def test_show_instrument_lists_what_is_stored() -> None:
    InstrumentFactory(kind="survey")
    with pytest.raises(CommandError) as caught:
        call_command("show_instrument", "survey", "--version", "9" * 30)
    assert (str(caught.value), caught.value.returncode) == ("No such survey. Stored: ct-nat-2016 1.", 2)
    with pytest.raises(CommandError):
        call_command("show_instrument", "poem")
