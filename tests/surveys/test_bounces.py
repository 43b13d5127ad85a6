"""Mails that came back: recognised in reports of several servers, read from a mailbox, marked once."""

import re
import socketserver
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from assessments.models import AuditEvent
from surveys.distribution.bounces import MailboxFault, read_mailbox, read_returned
from surveys.distribution.jobs import send_mailing_job
from surveys.distribution.links import message_id
from surveys.models import Invitation, Mailing, Survey
from tests.surveys.factories import InvitationFactory

pytestmark = pytest.mark.django_db

REPORT = """From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: returns@example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered to <p@example.org>.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; p@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code} {status} said by the server

--b
Content-Type: {kind}

Message-ID: {id}
Subject: Survey
To: p@example.org

--b--
"""
PLAIN = """From: postmaster@old.example.org
Subject: failure notice

Hi. I was not able to deliver your message:
<p@example.org>: 550 no such user here

--- Below this line is a copy of the message.
Message-ID: {id}
"""
ANSWER = """From: Person <p@example.org>
In-Reply-To: {id}
References: {id}
Subject: Re: Survey
Content-Type: text/plain

I am away until Monday. 550 5.1.1 is the number of my office.
"""


def report(name: str, status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    action = "delayed" if status[0] == "4" else "failed"
    return REPORT.format(id=name, status=status, kind=kind, action=action, code=f"{status[0]}50").encode()


@pytest.fixture
def sent(survey: Survey) -> tuple[Mailing, Invitation]:
    mailing = Mailing.objects.create(survey=survey, kind="invitation", total=2, done=2)
    return mailing, InvitationFactory(survey=survey, delivery="sent", send_key=f"m{mailing.pk}")


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(("status", "final"), [("5.1.1", True), ("5.7.26", True), ("4.4.1", False), ("2.0.0", False)])
def test_a_report_names_the_mail_and_the_reason(sent: Any, kind: str, status: str, final: bool) -> None:
    found = read_returned(report(message_id(*sent), status, kind))
    assert found is not None
    assert (found.messages, found.status, found.is_final) == ({(sent[0].pk, sent[1].pk)}, status, final)


def test_a_report_in_plain_words_is_read_by_its_sender(sent: Any) -> None:
    found = read_returned(PLAIN.format(id=message_id(*sent)).encode())
    assert found is not None
    assert (found.status, found.is_final) == ("5.0.0", True)


def test_an_answer_is_no_report(sent: Any) -> None:
    assert read_returned(ANSWER.format(id=message_id(*sent)).encode()) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: MAILER-DAEMON\nContent-Type: multipart/report; boundary=x\n\n--x\n",
        b"Content-Type: multipart/report; report-type=disposition-notification\n\n5.1.1",
        report("<ctnat.1.1.forgedforgedforgedforged@example.org>"),
        b"From: MAILER-DAEMON\nContent-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: base64\n\n@@@",
    ],
)
def test_other_mails_are_no_reports(content: bytes) -> None:
    assert read_returned(content) is None


# The mailbox --------------------------------------------------------------------------------------------------------


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of an IMAP server as reading needs. `mails`: content; flags are stored beside them."""

    allow_reuse_address = daemon_threads = True
    mails: ClassVar[list[bytes]] = []

    def __init__(self, mails: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.stored = dict(enumerate(mails, start=1))
        self.seen: set[int] = set()
        self.deleted: set[int] = set()
        self.commands: list[str] = []

    @property
    def address(self) -> str:
        return f"imap://returns:p%40ss@127.0.0.1:{self.server_address[1]}/Returned%20mails"


class Session(socketserver.StreamRequestHandler):
    server: Mailbox

    def send(self, *lines: bytes) -> None:
        for line in lines:
            self.wfile.write(line + b"\r\n")

    def handle(self) -> None:
        self.send(b"* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command = line.split(" ", 1)
            self.server.commands.append(command)
            done = self.answer(command)
            self.send(f"{tag} {done}".encode())
            if command == "LOGOUT":
                return

    def answer(self, command: str) -> str:
        box = self.server
        if command.startswith("CAPABILITY"):
            self.send(b"* CAPABILITY IMAP4rev1")
        elif command.startswith("LOGIN"):
            return "OK signed in" if command == 'LOGIN returns "p@ss"' else "NO wrong password"
        elif command.startswith("SELECT"):
            self.send(f"* {len(box.stored)} EXISTS".encode())
        elif command.startswith("UID SEARCH"):
            limit = int(command.split()[-1])
            found = [n for n, mail in box.stored.items() if n not in box.seen and len(mail) < limit]
            self.send(f"* SEARCH {' '.join(map(str, found))}".encode())
        elif found := re.match(r"UID FETCH (\d+)", command):
            number = int(found[1])
            box.seen.add(number)
            mail = box.stored[number]
            self.send(f"* {number} FETCH (UID {number} BODY[] {{{len(mail)}}}".encode(), mail + b")")
        elif found := re.match(r"UID STORE (\d+)", command):
            box.deleted.add(int(found[1]))
        elif command == "EXPUNGE":
            for number in box.deleted:
                box.stored.pop(number, None)
        return "OK done"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Any]:
    boxes: list[Mailbox] = []

    def open_box(*mails: bytes) -> Mailbox:
        box = Mailbox(list(mails))
        threading.Thread(target=box.serve_forever, daemon=True).start()
        settings.BOUNCE_MAILBOX = box.address
        boxes.append(box)
        return box

    yield open_box
    for box in boxes:
        box.shutdown()
        box.server_close()


def test_a_returned_mail_marks_its_invitation_and_leaves_the_mailbox(sent: Any, mailbox: Any) -> None:
    mailing, invitation = sent
    name = message_id(mailing, invitation)
    box = mailbox(report(name), ANSWER.format(id=name).encode(), report(name, "4.4.1"), b"x" * 2_000_000)
    assert read_mailbox() == {"returned": 1, "delayed": 1, "other": 1}
    assert sorted(box.stored) == [2, 4]
    assert 'SELECT "Returned mails"' in box.commands
    invitation.refresh_from_db()
    mailing.refresh_from_db()
    assert (invitation.delivery, invitation.failure) == ("returned", "returned with status 5.1.1")
    assert (mailing.done, mailing.returned) == (2, 1)
    event = AuditEvent.objects.get(action="invitation.returned")
    assert "example.org" not in str(vars(event))
    assert list(Invitation.objects.for_inviting(invitation.survey)) == []  # until a member allows it
    assert list(Invitation.objects.for_reminding(invitation.survey)) == []


def test_the_same_report_counts_once(sent: Any, mailbox: Any) -> None:
    name = message_id(*sent)
    mailbox(report(name), report(name))
    assert read_mailbox()["returned"] == 1
    sent[0].refresh_from_db()
    assert sent[0].returned == 1


def test_a_report_of_an_invitation_that_is_gone_changes_nothing(sent: Any, mailbox: Any) -> None:
    name = message_id(*sent)
    sent[1].delete()
    box = mailbox(report(name))
    assert read_mailbox()["returned"] == 0
    assert box.stored == {}


def test_a_mailbox_that_cannot_be_read_is_named_without_its_password(sent: Any, mailbox: Any, settings: Any) -> None:
    box = mailbox(report(message_id(*sent)))
    settings.BOUNCE_MAILBOX = box.address.replace("p%40ss", "wrong")
    with pytest.raises(MailboxFault, match="Check BOUNCE_MAILBOX") as fault:
        read_mailbox()
    assert "wrong" not in str(fault.value)
    settings.BOUNCE_MAILBOX = "imap://returns:p@127.0.0.1:9/"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_bounces")
    settings.BOUNCE_MAILBOX = ""
    with pytest.raises(CommandError, match="Set BOUNCE_MAILBOX"):
        call_command("read_bounces")


def test_the_command_reports_what_it_did(sent: Any, mailbox: Any, capsys: Any) -> None:
    mailbox(report(message_id(*sent)))
    call_command("read_bounces")
    assert capsys.readouterr().out.startswith("1 invitations were marked as returned.")


def test_the_mailbox_is_read_some_times_after_a_round(sent: Any, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    send_mailing_job.call(sent[0].pk)
    assert DBTaskResult.objects.count() == 0
    settings.BOUNCE_MAILBOX = "imaps://x"
    Mailing.objects.update(finished_at=None)
    send_mailing_job.call(sent[0].pk)
    paths = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert (paths, DBTaskResult.objects.count()) == ({"surveys.distribution.jobs.read_mailbox_job"}, 4)
