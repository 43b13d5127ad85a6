"""People to invite, read from a pasted list or a table."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from assessments.models import Contact, Sector
from ctnat.ui.languages import find_code
from ctnat.ui.tables import Table, TableError, read_table
from surveys.models import Survey
from surveys.questionnaire.values import clean_text

COLUMNS = ("email", "name", "organisation", "sector", "language")
ENTRY = re.compile(r"""(?:"[^"]*"|<[^>]*>|[^;,"<])+|["<]""")  # parts between commas that are not in quotes
NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")


@dataclass(frozen=True)
class Person:
    """A person to invite. Without an e-mail address, the link is handed over in another way."""

    email: str = ""
    name: str = ""
    organisation: str = ""
    sector: str = ""
    language: str = ""
    contact: Contact | None = None


def read_pasted(text: str, *, language: str) -> tuple[list[Person], list[str]]:
    """People from lines such as `someone@example.org` or `Name <someone@example.org>`, and the errors by line."""
    people, errors = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        for piece in ENTRY.findall(clean_text(line)):
            if not (entry := piece.strip()):
                continue
            named = NAMED.fullmatch(entry)
            name, email = (named["name"].strip(' "'), named["email"].strip()) if named else ("", entry)
            if error := _email_error(email):
                errors.append(_("line {number}: {error}").format(number=number, error=error))
            people.append(Person(email=email, name=name[:200], language=language))
    return people, errors


def read_people(content: bytes, name: str, survey: Survey) -> tuple[list[Person], list[str]]:
    """People from a table with the columns email, name, organisation, sector, language; errors by row and column."""
    try:
        table = read_table(content, name)
    except TableError as error:
        return [], [str(error)]
    header = {column.lower(): column for column in table.header}
    if "email" not in header and "name" not in header:
        return [], [_("row 1: The first row must name a column email or a column name.")]
    return _people_in(table, header, survey)


def _people_in(table: Table, header: dict[str, str], survey: Survey) -> tuple[list[Person], list[str]]:
    people, errors = [], []
    sectors = {word.lower(): value for value, label in Sector.choices for word in (value, label)}
    for number, cells in table.rows:
        given = {column: clean_text(cells.get(header.get(column, ""), "")) for column in COLUMNS}
        sector, language = given["sector"].lower(), _language(given["language"], survey)
        if given["email"] and (error := _email_error(given["email"])):
            errors.append(_("row {number}, column email: {error}").format(number=number, error=error))
        if sector and sector not in sectors:
            errors.append(
                _("row {number}, column sector: Write one of {values}.").format(
                    number=number, values=", ".join(Sector.values)
                )
            )
        if language is None:
            offered = ", ".join(survey.languages)
            errors.append(
                _(
                    "row {number}, column language: The survey is not available in this language. Write one of "
                    "{offered}."
                ).format(number=number, offered=offered)
            )
        people.append(
            Person(
                given["email"],
                given["name"][:200],
                given["organisation"][:200],
                sectors.get(sector, ""),
                language or survey.languages[0],
            )
        )
    return people, errors


def _language(word: str, survey: Survey) -> str | None:
    """The survey's language that a cell names or gives the code of; blank where it is blank, None for another one."""
    codes = (word, word.lower(), find_code(word))
    return next((code for code in survey.languages if code in codes), None) if word else ""


def _email_error(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return _("“{email}” is not an e-mail address. Correct it.").format(email=email[:80])
    return ""
