"""The cells of an XLSForm's sheets: rows by heading, texts in the languages that the headings name."""

import re
from collections.abc import Mapping
from typing import Any

import pycountry

from instruments.schema import SOURCE_LANGUAGE
from instruments.texts import is_language

Tables = Mapping[str, list[list[str]]]
Entry = dict[str, Any]


class Cells:
    """Reads rows and texts, and collects a line in `faults` for whatever cannot be taken."""

    def __init__(self, tables: Tables):
        self.tables, self.faults = tables, list[str]()
        self.choices: dict[str, list[Entry]] = {}
        settings = self._table("settings", required=False)
        self.settings = settings[0][1] if settings else {}
        self.default = self._language(self.settings.get("default_language", ""), "sheet settings") or SOURCE_LANGUAGE

    def _table(self, sheet: str, *, required: bool = True) -> list[tuple[int, dict[str, str]]]:
        rows = self.tables.get(sheet)
        if not rows:
            if required:
                self.faults.append(f"sheet {sheet}: is missing. An XLSForm has the sheets survey and choices.")
            return []
        header = [name.strip() for name in rows[0]]
        return [
            (number, {name: cell for name, cell in zip(header, row, strict=False) if name and cell})
            for number, row in enumerate(rows[1:], 2)
            if any(row)
        ]

    def _language(self, said: str, where: str) -> str:
        """The code in `Georgian (ka)`, or of a language's English name; "" if none is said."""
        if not said:
            return ""
        code = re.search(r"\(([A-Za-z-]{2,20})\)\s*$", said)
        if code and is_language(code[1]):
            return code[1]
        found = pycountry.languages.get(name=said.strip())
        if found:
            return str(getattr(found, "alpha_2", found.alpha_3))
        if is_language(said.strip()):
            return said.strip()
        fault = f"{where}: the language {said!r} is unknown. Write it with its code, such as “label::Georgian (ka)”."
        if fault not in self.faults:
            self.faults.append(fault)
        return ""

    def _text(self, row: Mapping[str, str], column: str, where: str) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for heading, said in row.items():
            name, _, language = heading.partition("::")
            if name.strip() == column:
                code = self._language(language.strip(), where) if language else self.default
                if code:
                    found[code] = said
        if found and SOURCE_LANGUAGE not in found:
            self.faults.append(f"{where}: has no {column} in English. Add a column “{column}::English (en)”.")
            return None
        ordered = {SOURCE_LANGUAGE: found.pop(SOURCE_LANGUAGE), **found} if found else None
        return ordered

    def _choice(self, row: Mapping[str, str], where: str) -> None:
        name, code = row.get("list_name") or row.get("list name", ""), row.get("name") or row.get("value", "")
        if not name or not code:
            self.faults.append(f"{where}: needs list_name and name.")
            return
        text = self._text(row, "label", where)
        if text is None:
            if not any(key.partition("::")[0].strip() == "label" for key in row):
                self.faults.append(f"{where}: has no label.")
            return
        self.choices.setdefault(name, []).append({"name": code, "text": text})

    def _label(self, row: Mapping[str, str], where: str) -> dict[str, str]:
        text = self._text(row, "label", where)
        if text is None and not any(key.partition("::")[0].strip() == "label" for key in row):
            self.faults.append(f"{where}: has no label.")
        return text or {SOURCE_LANGUAGE: "?"}
