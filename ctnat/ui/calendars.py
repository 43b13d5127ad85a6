"""Calendar files (iCalendar, RFC 5545) of events with a beginning, or of a whole day: escaped, folded, times in UTC.

Times in UTC need no description of a time zone, which calendars read differently.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8"
LINE = 75  # octets, without the line end (RFC 5545, 3.1)
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # CONTROL (3.1), which no value may contain; a tab may stay


@dataclass(frozen=True)
class Event:
    """`uid` identifies the event for ever, so that a later file of it replaces the earlier one."""

    uid: str
    starts_at: datetime | date  # aware; a date: the whole day
    changed_at: datetime  # aware
    summary: str
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = field(default=())


def calendar_file(events: Iterable[Event], *, name: str, product: str = "-//CT-NAT//Interviews//EN") -> bytes:
    """The file of these events. A calendar must have at least one component (3.6): raises `ValueError` for none."""
    found = list(events)
    if not found:
        raise ValueError("A calendar needs at least one event.")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{product}", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}"]
    for event in found:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(event.changed_at)}"
    yield f"LAST-MODIFIED:{_moment(event.changed_at)}"
    if isinstance(event.starts_at, datetime):
        yield f"DTSTART:{_moment(event.starts_at)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.starts_at:%Y%m%d}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.url:
        yield f"URL:{_UNSAFE.sub('', event.url)}"
    if event.categories:
        yield f"CATEGORIES:{','.join(map(_text, event.categories))}"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of the type TEXT (3.3.11)."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _UNSAFE.sub("", value)


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, which never cut a character; those after the first begin with a space."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
