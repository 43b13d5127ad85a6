"""Names of questions in the form from which a questionnaire was imported, where their codes are others now."""

from collections.abc import Iterator

from instruments.import_notes import LEFT_OUT, TAKEN
from instruments.models import Instrument
from surveys.importing.headings import Headings
from surveys.importing.targets import Target
from surveys.questionnaire.documents import document_of, version_key

_known: dict[tuple[object, ...], Headings] = {}


def headings_for(questionnaire: Instrument) -> Headings:
    """The names and labels of a questionnaire, with the names of its form. Collected once per version and process."""
    key = version_key(questionnaire)
    if key not in _known:
        if len(_known) > 8:
            _known.clear()
        _known[key] = Headings(document_of(questionnaire), form_names(questionnaire))
    return _known[key]


def form_names(questionnaire: Instrument) -> Iterator[tuple[str, Target]]:
    """(name in the form, what it is now). A text that became the words beside an option is a row after its item's."""
    by_name = document_of(questionnaire).by_name
    seen: set[str] = set()
    for note in questionnaire.import_notes or ():
        code, name = note.get("reason", ""), note.get("name", "")
        if note.get("kind") != TAKEN or note.get("sheet") != "survey" or code not in by_name or not name:
            continue
        is_later, item = code in seen, by_name[code]
        seen.add(code)
        if not is_later and name != code:
            yield name, Target("item", code)
        elif is_later and item.open_options:
            yield name, Target("other", code)


def names_left_out(questionnaire: Instrument) -> list[str]:
    """The names of questions that were not taken over."""
    notes = questionnaire.import_notes or ()
    return [str(note["name"]) for note in notes if note.get("kind") == LEFT_OUT and note.get("name")]
