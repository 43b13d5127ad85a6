"""Mails that came back: read from the mailbox BOUNCE_MAILBOX, recognised by the Message-ID that we gave them.

A report of delivery (RFC 3464) names the mail and the reason by a status: 5.x.x is final, 4.x.x is a delay and of no
consequence. Of the mailbox's other mails nothing is read but their size and head, and they stay as they are.
"""

import imaplib
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings

from surveys.distribution.links import find_messages
from surveys.services.invitations import mark_returned

LOGGER = logging.getLogger(__name__)
SIZE_LIMIT: Final = 1024 * 1024  # bytes; a report repeats at most the mail, which has some 10 kB
AT_ONCE: Final = 500  # mails
TIMEOUT: Final = 20  # seconds
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
REPLY = re.compile(r"\b([45])\d\d[ -]")
SENDERS = re.compile(r"mailer-daemon|postmaster", re.IGNORECASE)


class MailboxFault(Exception):
    """The mailbox cannot be read; the text says why and what to do, without its password."""


@dataclass(frozen=True)
class Returned:
    """`messages`: (mailing, invitation). `status` is such as "5.1.1"; empty where the report gives none."""

    messages: frozenset[tuple[int, int]]
    status: str

    @property
    def is_final(self) -> bool:
        return not self.status.startswith(("2", "4"))


def read_returned(content: bytes) -> Returned | None:
    """What a mail says about mails of ours that came back; None if it is something else, such as an answer."""
    message = message_from_bytes(content)
    is_report = message.get_content_type() == "multipart/report" and message.get_param("report-type") in (
        "delivery-status",
        None,
    )
    if not is_report and not SENDERS.search(str(message.get("From", ""))):
        return None
    text = "\n".join(_texts(message))
    found = find_messages(text)
    return Returned(frozenset(found), _status(message, text)) if found else None


def _texts(message: Message) -> Iterator[str]:
    """The parts, with the heads of enclosed mails; without the mail's own head, whose references an answer has too."""
    for part in message.walk():
        if part is not message and part.get_content_maintype() != "multipart":
            yield "\n".join(f"{name}: {value}" for name, value in part.items())
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content.decode("utf-8", "replace")


def _status(message: Message, text: str) -> str:
    for part in message.walk():
        for name, value in part.items():
            if name.lower() == "status" and (found := STATUS.search(str(value))):
                return found[0]
    if found := STATUS.search(text):
        return found[0]
    return f"{found[1]}.0.0" if (found := REPLY.search(text)) else ""


def read_mailbox() -> Counter[str]:
    """Mark the invitations whose mails came back, and delete those reports. Counts "returned", "delayed", "other".

    A fault of the mailbox is logged; the next run reads it again.
    """
    counts: Counter[str] = Counter()
    try:
        with _mailbox() as box:
            for number in _numbers(box):
                returned = read_returned(_content(box, number))
                if returned is None:
                    counts["other"] += 1
                    continue
                if returned.is_final:
                    counts["returned"] += sum(
                        mark_returned(mailing=mailing, invitation=invitation, status=returned.status)
                        for mailing, invitation in sorted(returned.messages)
                    )
                else:
                    counts["delayed"] += 1
                box.uid("STORE", number, "+FLAGS", r"(\Deleted)")
            box.expunge()
    except (OSError, imaplib.IMAP4.error) as error:
        LOGGER.error("The mailbox for returned mails cannot be read: %s", type(error).__name__)
        raise MailboxFault(
            f"The mailbox cannot be read ({type(error).__name__}). Check BOUNCE_MAILBOX; the mails stay there."
        ) from None
    return counts


def _numbers(box: imaplib.IMAP4) -> list[str]:
    """UIDs of the mails that were not looked at before and are not too large."""
    _, found = box.uid("SEARCH", "UNSEEN", "SMALLER", str(SIZE_LIMIT))
    return found[0].decode().split()[:AT_ONCE] if found and found[0] else []


def _content(box: imaplib.IMAP4, number: str) -> bytes:
    """Reading marks the mail as seen, so that one which is no report is read once."""
    _, parts = box.uid("FETCH", number, "(BODY[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    """Opens imaps://user:password@host:port/folder, or imap:// on the same machine."""
    place = urlsplit(settings.BOUNCE_MAILBOX)
    host, user, password = place.hostname or "", unquote(place.username or ""), unquote(place.password or "")
    if place.scheme == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, place.port or 993, timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(host, place.port or 143, timeout=TIMEOUT)
    try:
        box.login(user, password)
        folder = unquote(place.path.lstrip("/")) or "INBOX"
        if box.select(f'"{folder}"')[0] != "OK":
            raise imaplib.IMAP4.error("no such folder")
        yield box
    finally:
        box.logout()
