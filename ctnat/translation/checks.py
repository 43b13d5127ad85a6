"""What is wrong with the catalogues, in words that name the file and the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message

from ctnat.translation.catalogue import (
    EXTRACTED,
    PUBLIC,
    SOURCE_LANGUAGE,
    catalogues,
    completeness,
    ids,
    is_translated,
    messages,
    read,
    strings,
    updated_text,
)
from ctnat.translation.extract import marked_texts
from ctnat.translation.placeholders import placeholder_fault, placeholders
from ctnat.translation.plurals import forms, numbers_of


@dataclass(frozen=True)
class Fault:
    """`kind` is "outdated" (run update_words), "placeholders", "missing" or "stale"; `where` names file and text."""

    kind: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def source_of(root: Path, folder: Path, domain: str) -> Catalog:
    """The texts that a domain should have: those marked in the program, or those of `public.pot`."""
    return read(folder / f"{PUBLIC}.pot") if domain == PUBLIC else marked_texts(root, domain)


def outdated(root: Path, folder: Path) -> Iterator[Fault]:
    """Catalogues that `update_words` would change, with the texts that are new or no longer used."""
    for domain in (*EXTRACTED, PUBLIC):
        source = source_of(root, folder, domain)
        for language, of, file in catalogues(folder):
            if of != domain or updated_text(file, source, language, domain=domain) == file.read_text("utf-8"):
                continue
            now, wanted = _texts(read(file)), _texts(source)
            changes = [f"new: “{text}”" for text in wanted - now] + [
                f"no longer used: “{text}”" for text in now - wanted
            ]
            yield Fault(
                "outdated", f"{language}/{file.name}", "; ".join(sorted(changes)[:5]) or "not as update_words writes it"
            )


def _texts(catalog: Catalog) -> set[str]:
    return {ids(message)[0] for message in messages(catalog)}


def faults(folder: Path) -> Iterator[Fault]:
    """Translations with wrong placeholders, tags or numbers of plural forms, in every catalogue."""
    for language, _, file in catalogues(folder):
        for message in messages(read(file)):
            if not message.fuzzy and (fault := placeholder_fault(message, language)):
                yield Fault("placeholders", _where(language, file, message), fault)
    yield from _faults_of_source(folder / f"{PUBLIC}.pot")


def _faults_of_source(file: Path) -> Iterator[Fault]:
    """Parts without a place in their sentence, and English forms that leave out the number that they stand for."""
    catalog = read(file)
    sentences = {message.context: ids(message)[-1] for message in messages(catalog)}
    for message in messages(catalog):
        key, _, part = (message.context or "").partition("/")
        name = part.partition("=")[0]
        if part and f"{{{name}}}" not in sentences.get(key, ""):
            yield Fault("placeholders", _where(SOURCE_LANGUAGE, file, message), f"its sentence has no {{{name}}}")
        if message.pluralizable:
            for form, text in zip(forms(SOURCE_LANGUAGE), ids(message), strict=True):
                if "{n}" not in placeholders(text) and len(numbers_of(SOURCE_LANGUAGE, form)) > 1:
                    yield Fault("placeholders", _where(SOURCE_LANGUAGE, file, message), f"form “{form}” has no {{n}}")


def unfinished(folder: Path) -> Iterator[Fault]:
    """Texts without a translation, and stale ones."""
    for language, _, file in catalogues(folder):
        for message in messages(read(file)):
            if message.fuzzy:
                yield Fault("stale", _where(language, file, message), "the English text changed")
            elif not is_translated(message, language):
                lacking = [form for form, text in zip(forms(language), strings(message), strict=False) if not text]
                what = f"form {', '.join(lacking)} is missing" if message.pluralizable else "not translated"
                yield Fault("missing", _where(language, file, message), what)


def progress(folder: Path) -> Iterator[tuple[str, str, int, int]]:
    """(language, domain, translated, all) of every catalogue."""
    for language, domain, file in catalogues(folder):
        yield (language, domain, *completeness(read(file), language))


def _where(language: str, file: Path, message: Message) -> str:
    return f"{language}/{file.name} “{message.context or ids(message)[0]}”"
