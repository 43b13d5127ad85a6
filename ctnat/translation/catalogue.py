"""Catalogues in `locale/<language>/<domain>.po`: read, update from the source, write, compile.

Two domains are filled from the program by `ctnat.translation.extract`: `django` (pages for members) and `djangojs`. The
domain `public` has the texts of respondents, phones, e-mails and reports. Its source is `locale/public.pot`, in which a
text has a key as its context ("reports.held"); a part of a sentence that changes with a number has the key of the
sentence and its own name ("reports.held/groups", for none at all "reports.held/groups=0").
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import generate_po, read_po

from ctnat.translation.placeholders import placeholder_fault
from ctnat.translation.plurals import forms, plural_header

EXTRACTED = ("django", "djangojs")
PUBLIC = "public"
SOURCE_LANGUAGE = "en"
KEPT_HEADERS = ("PO-Revision-Date", "Last-Translator", "Language-Team", "X-State")
HEADER_LINE = re.compile(r'^"([\w-]+): (.*?)\\n"$', re.M)

Key = tuple[str, str]
Texts = Mapping[str, Mapping[str, str]]  # key -> form -> text; a text without forms has the form ""


def catalogues(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """(language, domain, file) of every catalogue."""
    for file in sorted(folder.glob("*/*.po")):
        yield file.parent.name, file.stem, file


def ids(message: Message) -> tuple[str, ...]:
    """The English of a text: one, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    """The translations of a text, one for each plural form."""
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def is_translated(message: Message, language: str) -> bool:
    """Whether every plural form that the language needs is there."""
    given = strings(message)
    return all(given) and len(given) == (len(forms(language)) if message.pluralizable else 1)


def messages(catalog: Catalog) -> list[Message]:
    """The texts of a catalogue, without its header."""
    return [message for message in catalog if message.id]


def read(file: Path) -> Catalog:
    with file.open("rb") as content:
        return read_po(content, charset="utf-8")


# Updating ----------------------------------------------------------------------------------------------------------


def update(old: Catalog, source: Catalog, language: str, *, domain: str) -> Catalog:
    """A catalogue of the texts of `source` with the translations of `old`.

    A translation whose English changed is kept and marked as stale ("fuzzy"). One that is no longer used is kept at the
    end of the file. Texts of `public` are recognised by their key; in the other domains a new text takes over, as
    stale, the translation of a similar one that is no longer there.
    """
    new = Catalog(charset="utf-8")
    new.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", plural_header(language))]
    was = {_key(message, domain): message for message in [*old.obsolete.values(), *messages(old)]}
    found = {_key(message, domain): was.pop(_key(message, domain), None) for message in messages(source)}
    if domain != PUBLIC:
        _find_similar(found, messages(source), was, domain)
    count = len(forms(language))
    for entry in messages(source):
        message = _merged(entry, found[_key(entry, domain)], count)
        new[message.id] = message
    for key, message in was.items():
        if any(strings(message)) and key[1]:
            new.obsolete["\x04".join(key)] = message
    return new


def _key(message: Message, domain: str) -> Key:
    return (message.context or "", "" if domain == PUBLIC and message.context else ids(message)[0])


def _find_similar(
    found: dict[Key, Message | None], entries: Iterable[Message], was: dict[Key, Message], domain: str
) -> None:
    for entry in entries:
        context, text = _key(entry, domain)
        if found[context, text] is None and was:
            unused = [english for of, english in was if of == context]
            if similar := get_close_matches(text, unused, n=1, cutoff=0.75):
                found[context, text] = was.pop((context, similar[0]))


def _merged(entry: Message, old: Message | None, count: int) -> Message:
    """The entry of the source with the translation of `old`; `count` is the number of plural forms."""
    merged = Message(
        entry.id if isinstance(entry.id, str) else tuple(entry.id),
        locations=entry.locations,
        auto_comments=entry.auto_comments,
        context=entry.context,
    )
    texts = strings(old) if old else ()
    if merged.pluralizable:
        merged.string = (texts * count)[:count] if len(texts) == 1 else (*texts, *[""] * count)[:count]
    else:
        merged.string = texts[-1] if texts else ""
    if old is None:
        return merged
    merged.user_comments = old.user_comments
    if any(texts) and (old.fuzzy or ids(old) != ids(entry) or (merged.pluralizable and len(texts) != count)):
        merged.flags.add("fuzzy")
        merged.previous_id = old.previous_id if old.fuzzy and ids(old) == ids(entry) else list(ids(old))
    return merged


def render(catalog: Catalog, language: str, *, header: Mapping[str, str] | None = None, comment: str = "") -> str:
    """The text of a .po file. Without dates and line numbers, so that it changes only with the texts."""
    lines = {
        "Project-Id-Version": "CT-NAT",
        **{name: value for name, value in (header or {}).items() if name in KEPT_HEADERS},
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_header(language),
    }
    head = "".join(f'"{name}: {value}\\n"\n' for name, value in lines.items())
    about = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    body = generate_po(catalog, omit_header=True, include_lineno=False, include_previous=True, width=0)
    return f'{about}msgid ""\nmsgstr ""\n{head}\n' + "".join(body).rstrip("\n") + "\n"


def header_of(text: str) -> dict[str, str]:
    """The lines of the header of a .po file, as written there."""
    return dict(HEADER_LINE.findall(text.split("\n\n", 1)[0]))


def comment_of(text: str) -> str:
    """The comment at the top of a .po file."""
    return "\n".join(line[2:] for line in text.split("msgid", 1)[0].splitlines() if line.startswith("#"))


def updated_text(file: Path, source: Catalog, language: str, *, domain: str) -> str:
    """The text of the catalogue as it is with the texts of `source`; the file need not exist yet."""
    text = file.read_text("utf-8") if file.exists() else ""
    old = read_po(StringIO(text)) if text else Catalog()
    new = update(old, source, language, domain=domain)
    return render(new, language, header=header_of(text), comment=comment_of(text))


# Compiling ---------------------------------------------------------------------------------------------------------


def compile_stale(folder: Path, target: Path) -> list[Path]:
    """Compile the catalogues of `folder` that changed since they were compiled into `target`; returns their files.

    Beside a catalogue of pages its completeness is written, and its state: the line `X-State` of its header.

    A compiled file has the time of its source, whichever is newer, so that an earlier release is compiled again too.
    """
    made = []
    for source, compiled in _pairs(folder, target):
        time = source.stat().st_mtime_ns
        with suppress(FileNotFoundError):
            if compiled.stat().st_mtime_ns == time:
                continue
        language = SOURCE_LANGUAGE if source.suffix == ".pot" else source.parent.name
        catalog = read(source)
        if source.stem != PUBLIC:
            translated, every = completeness(catalog, language)
            state = header_of(source.read_text("utf-8")).get("X-State", "")
            counts = {"language": language, "translated": translated, "all": every, "state": state}
            _write(compiled.with_suffix(".json"), json.dumps(counts).encode(), time)
        _write(compiled, _compiled(catalog, language, source.stem), time)
        made.append(source)
    return made


def _pairs(folder: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    yield folder / f"{PUBLIC}.pot", target / SOURCE_LANGUAGE / f"{PUBLIC}.json"
    for language, domain, file in catalogues(folder):
        if domain == PUBLIC:
            yield file, target / language / f"{PUBLIC}.json"
        else:
            yield file, target / language.replace("-", "_") / "LC_MESSAGES" / f"{domain}.mo"


def _write(file: Path, content: bytes, time: int) -> None:
    """Replace the file at once: other processes may be reading it, or writing the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as written:
        written.write(content)
    os.utime(written.name, ns=(time, time))
    os.replace(written.name, file)


def _compiled(catalog: Catalog, language: str, domain: str) -> bytes:
    if domain == PUBLIC:
        return json.dumps(public_texts(catalog, language), ensure_ascii=False, separators=(",", ":")).encode()
    whole = Catalog(charset="utf-8")
    whole.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", plural_header(language))]
    for message in messages(catalog):
        if is_translated(message, language) and not message.fuzzy:
            whole[message.id] = message
    content = BytesIO()
    write_mo(content, whole)
    return content.getvalue()


def public_texts(catalog: Catalog, language: str) -> dict[str, dict[str, str]]:
    """Key -> form -> text. A stale translation is used as long as its placeholders still fit."""
    texts: dict[str, dict[str, str]] = {}
    for message in messages(catalog):
        of_source = language == SOURCE_LANGUAGE
        if not message.context or not (of_source or is_translated(message, language)):
            continue
        if message.fuzzy and placeholder_fault(message, language):
            continue
        key, _, number = message.context.partition("=")
        names: tuple[str, ...] = (f"={number}",) if number else ("",)
        if message.pluralizable:
            names = forms(language)
        texts.setdefault(key, {}).update(zip(names, ids(message) if of_source else strings(message), strict=True))
    return texts


def read_public(target: Path) -> dict[str, Texts]:
    """Language -> key -> form -> text, from the compiled files; English first."""
    files = sorted(target.glob(f"*/{PUBLIC}.json"), key=lambda file: (file.parent.name != SOURCE_LANGUAGE, file))
    return {file.parent.name: json.loads(file.read_bytes()) for file in files}


def completeness(catalog: Catalog, language: str) -> tuple[int, int]:
    """(translated and not stale, all) texts of a catalogue."""
    every = messages(catalog)
    return sum(is_translated(message, language) and not message.fuzzy for message in every), len(every)
