"""Country codes in stored answers as ISO 3166 writes them: an import could bring in `mar` beside `MAR`."""

from typing import Any

import pycountry
from django.db import migrations


def country_items(definition: Any) -> set[str]:
    """Codes of all items whose options are the countries."""
    if isinstance(definition, dict):
        found = {str(definition["name"])} if definition.get("source") == "countries" and "name" in definition else set()
        return found.union(*map(country_items, definition.values()))
    return set().union(*map(country_items, definition)) if isinstance(definition, list) else set()


def as_listed(answer: Any) -> Any:
    """`mar` -> `MAR`; the same country twice in a list is one."""
    if isinstance(answer, list):
        return list(dict.fromkeys(as_listed(code) for code in answer))
    country = pycountry.countries.get(alpha_3=answer) if isinstance(answer, str) else None
    return country.alpha_3 if country else answer


def use_listed_codes(apps: Any, schema_editor: Any) -> None:
    for instrument in apps.get_model("instruments", "Instrument").objects.filter(kind="survey").iterator():
        items = country_items(instrument.definition)
        responses = apps.get_model("surveys", "Response").objects.filter(questionnaire_id=instrument.pk)
        for response in responses.iterator() if items else ():
            listed = {key: as_listed(value) if key in items else value for key, value in response.answers.items()}
            if listed != response.answers:
                response.answers = listed
                response.save(update_fields=["answers"])


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_queued_mailings")]
    operations = [migrations.RunPython(use_listed_codes, migrations.RunPython.noop)]
