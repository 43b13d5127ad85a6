"""Calendar files keep to RFC 5545: they are read back by its rules, whatever the texts contain."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ctnat.ui.calendars import Event, calendar_file

AT = datetime(2026, 12, 2, 9, 30, tzinfo=timezone(timedelta(hours=4)))
CHANGED = datetime(2026, 11, 30, 8, 0, 5, tzinfo=UTC)


def read(content: bytes) -> list[tuple[str, str]]:
    """(name, value) of the content lines: unfolded (3.1) and, for texts, unescaped (3.3.11)."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    raw = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in raw)
    for line in raw:
        line.decode()  # no character is cut by the fold
    found = []
    for line in content.decode().replace("\r\n ", "").splitlines():
        name, _, value = line.partition(":")
        found.append((name, value))
    return found


def unescaped(value: str) -> str:
    text, rest = "", iter(value)
    for character in rest:
        if character == "\\":
            following = next(rest)
            text += "\n" if following in "nN" else following
        else:
            assert character not in ";,"
            text += character
    return text


def test_a_file_has_what_the_standard_requires_and_times_in_utc() -> None:
    lines = read(calendar_file([Event("a@example.org", AT, CHANGED, "Talk", url="https://example.org/x")], name="M"))
    assert lines == [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//CT-NAT//Interviews//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("X-WR-CALNAME", "M"),
        ("BEGIN", "VEVENT"),
        ("UID", "a@example.org"),
        ("DTSTAMP", "20261130T080005Z"),
        ("LAST-MODIFIED", "20261130T080005Z"),
        ("DTSTART", "20261202T053000Z"),
        ("SUMMARY", "Talk"),
        ("URL", "https://example.org/x"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    with pytest.raises(ValueError, match="at least one"):
        calendar_file([], name="M")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Police; border, coast\\guard: west", "Police; border, coast\\guard: west"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("x\r\nEND:VEVENT\r\nBEGIN:VEVENT", "x\nEND:VEVENT\nBEGIN:VEVENT"),  # no component can be smuggled in
        ("nul\x00 bell\x07 tab\there", "nul bell tab\there"),
        ("Ədliyyə Nazirliyi " * 20, "Ədliyyə Nazirliyi " * 20),
        ("سلام " * 40, "سلام " * 40),
        ("🕊" * 60, "🕊" * 60),
        ("a" * 66 + "é", "a" * 66 + "é"),  # the character that passes the limit is two octets long
    ],
)
def test_texts_are_escaped_and_folded_and_read_back(typed: str, kept: str) -> None:
    content = calendar_file([Event("u", AT, CHANGED, typed, description=typed)], name=typed)
    values = read(content)
    assert [unescaped(value) for name, value in values if name in ("SUMMARY", "DESCRIPTION", "X-WR-CALNAME")] == [
        kept
    ] * 3
    assert [value for name, value in values if name == "BEGIN"] == ["VCALENDAR", "VEVENT"]
