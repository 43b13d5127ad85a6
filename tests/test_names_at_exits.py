"""The name of a respondent is planted into every text of an assessment, and appears in no output.

Two kinds of outputs: pages of members without the right to see names, which are all crawled, and what is made for the
report's readers, which contains no name regardless of who requests it.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from io import BytesIO, StringIO
from tempfile import NamedTemporaryFile
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import openpyxl
import pikepdf
import pyreadstat
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from lxml import etree

from analysis import gallery
from analysis.results import for_assessment
from assessments.models import Assessment, AuditEvent, PackText, Role, User
from assessments.personal_data import _path_to_assessment
from assessments.services.packs import add_pack
from interviews.middleware import SHOW_THE_INVITED
from interviews.models import Theme
from reports.models import Edition, Reviewer, ReviewRound, Section
from reports.output import editions, formats
from reports.output.editions import make_edition_files
from reports.output.export_tables import Exported
from reports.output.exports import files_of
from reports.output.formats import FORMATS
from reports.output.pdf import make_pdf
from reports.output.review_files import make_review_file
from reports.output.review_mails import compose, link_of
from reports.services.copies import PARTS, copy_assessment
from reports.services.editions import make_edition
from reports.services.reports import update_report
from reports.services.shares import share_edition
from surveys.models import Survey
from tests.conftest import rows_of_module
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory
from tests.whole_assessment import APPS, FORMS, ON_PAPER, fill, traces, typed_fields
from workshops.models import Workshop
from workshops.services.workshops import close_workshop, reopen_workshop

# Many pages and three PDFs. One process runs all tests, so that the assessment is filled once.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
HOME = "/a/AZE-2016/"
LINK = re.compile(r'(?:href|hx-get|src|action)="(/a/AZE-2016/[^"#]*)"')


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """What `fill` returns, from an assessment that is filled once for all tests of the module."""
    found: dict[str, Any] = {}

    def load() -> None:
        with transaction.atomic():
            assessment = AssessmentFactory(reference="AZE-2016")
            lead = UserFactory(email="lead@example.org", name=str(Role.LEAD.label))
            MembershipFactory(user=lead, assessment=assessment, role=Role.LEAD)
            found.update(fill(assessment, lead))
            connection.run_on_commit.clear()  # the files of the edition: each test makes those that it reads

    with rows_of_module(django_db_blocker, load):
        yield found


@pytest.fixture
def assessment(filled: dict[str, Any], db: None) -> Assessment:
    return Assessment.objects.get(reference="AZE-2016")


@pytest.fixture
def whole(filled: dict[str, Any], db: None) -> dict[str, Any]:
    """`filled`, with its rows as they are in the database of this test."""
    return {
        name: type(value)._base_manager.get(pk=value.pk) if isinstance(value, Model) else value
        for name, value in filled.items()
    }


@pytest.fixture
def member(assessment: Assessment, member: Callable[[str], Any]) -> Callable[[str], Any]:
    """The lead is the one who filled the assessment."""

    def get(role: str) -> Any:
        return User.objects.get(email="lead@example.org") if role == "lead" else member(role)

    return get


def walk(client: Client, start: str = HOME) -> dict[str, tuple[str, Any]]:
    """address -> (view, response) of every page and file that links lead to, with a few addresses for each view."""
    waiting, found, seen = [start], {}, {}
    while waiting:
        address = waiting.pop(0)
        match = resolve(address.partition("?")[0])
        if address in found or seen.setdefault(match.view_name, 0) > 5:
            continue
        seen[match.view_name] += 1
        response = client.get(address)
        found[address] = (match.view_name, response)
        if response.status_code == 200 and "html" in response.headers.get("Content-Type", ""):
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(response.content.decode())]
    return found


def text_of(response: Any) -> str:
    """Everything that a response contains, including its headers."""
    kind = response.headers.get("Content-Type", "")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    if "pdf" in kind:
        return f"{head}\n{pdf_text(content)}"
    if "wordprocessingml" in kind:
        return f"{head}\n{docx_text(content)}"
    return f"{head}\n{content.decode('utf-8', 'replace')}"


def docx_text(content: bytes) -> str:
    """What each paragraph says, however it is cut into runs, and every part as it is stored."""
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels"))}
    said = []
    for part in parts.values():
        for paragraph in etree.fromstring(part).iter("{*}p"):
            said.append("".join(text.text or "" for text in paragraph.iter("{*}t")))
    return "\n".join([*said, *(part.decode() for part in parts.values())])


def pdf_text(content: bytes) -> str:
    """What describes the file, and the words on its pages."""
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
        described = [*(str(value) for value in pdf.docinfo.values()), str(metadata)]
    return "\n".join([*described, printed_words(content)])


def printed_words(content: bytes) -> str:
    """Nothing where poppler-utils are missing: then the file is known by its description alone."""
    if not shutil.which("pdftotext"):
        return ""
    command = ["pdftotext", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()  # noqa: S603


def test_members_without_the_right_to_see_names_meet_none(whole: dict[str, Any], client_as: Any, member: Any) -> None:
    """Each page is requested by a member with all roles that lack the right. Contacts and invitations are theirs."""
    user = member("observer")
    for role in ("facilitator", "focal_point"):
        user.memberships.create(assessment=whole["workshop"].assessment, role=role)
    pages = walk(client_as("observer"))
    assert len(pages) > 80
    assert [address for address, (_, reply) in pages.items() if reply.status_code >= 500] == []
    shown = {address: reply for address, (_, reply) in pages.items() if not shows_the_invited(address)}
    leaks = {address: traces(without_fields(text_of(reply))) for address, reply in shown.items()}
    assert {address: found[:3] for address, found in leaks.items() if found} == {}
    views = {view.partition(":")[2] for view, _ in pages.values()}
    assert views >= {"cell", "theme", "evidence_source", "criterion", "report_read", "change_log", "comment", "search"}


def shows_the_invited(address: str) -> bool:
    return resolve(address.partition("?")[0]).func.access in SHOW_THE_INVITED


def without_fields(html: str) -> str:
    """The page without the contents of form fields, which their writer gets back as typed."""
    return re.sub(r' value="[^"]*"', "", re.sub(r"(<textarea[^>]*>).*?</textarea>", r"\1", html, flags=re.S))


def readers_exits(whole: dict[str, Any], lead: Client, *, printed: bool = False) -> Iterator[tuple[str, str]]:
    """(name, content) of all that is made for people outside the team, requested by a member who may see names."""
    assessment, workshop = whole["workshop"].assessment, f"{HOME}workshop/{whole['workshop'].pk}/"
    shown = ("handout/", "slides/", "projector/", "projector/?show=verdicts", "projector/counts/?show=verdicts")
    for name in (*shown, "handout/?lang=az", "slides/?lang=az", "projector/?show=verdicts&lang=az"):
        yield name, text_of(lead.get(workshop + name))
    for minutes in whole["workshop"].minutes.all():
        yield f"minutes {minutes.number}", minutes.html
    if printed:
        yield "minutes.pdf", text_of(lead.get(f"{workshop}minutes/1/"))
    every = gallery.keys(for_assessment(assessment))
    keys = [key for key in every if not key.startswith(("survey-", "profile-", "themes-"))]  # the instrument's
    for key in (*keys, "themes-3", "survey-2.2"):
        for kind in ("svg", "csv", "png") if key in ("themes", "co-occurrence") else ("svg",):
            yield f"{key}.{kind}", text_of(lead.get(f"{HOME}analysis/charts/{key}/{kind}/"))
    for kind in ("csv", "sav", "xlsx"):
        reply = lead.post(f"{HOME}analysis/exports/{kind}/")
        yield f"responses.{kind}", text_of(reply) if kind == "csv" else cells_of(reply, kind)
    out = StringIO()
    call_command("analyse", "AZE-2016", stdout=out)
    yield "analyse", out.getvalue()
    edition = make_edition(report=assessment.report, kind="draft", by=None)  # with the present setting
    printed_html: list[str] = []

    def make_first_page(html: str, *arguments: Any, **options: Any) -> bytes:
        """Of the PDF the tests read what describes it, from the head of its HTML; the words are read in the HTML."""
        printed_html.append(html)
        head, body, _ = html.partition("<body")
        return make_pdf(f"{head}{body}><h1>Report</h1></body></html>", *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editions, "FORMATS", FORMATS if printed else {"html": FORMATS["html"]})
        patch.setattr(formats, "make_pdf", make_first_page)
        make_edition_files(edition.pk)
    assert len(printed_html) == (2 if printed else 0)
    for number, html in enumerate(printed_html):
        yield f"printed {number}", html
    edition = Edition.objects.get(pk=edition.pk)
    captured = {name: part for name, part in edition.captured.items() if name != "problems"}  # shown to the authors
    yield "edition", f"{captured} {edition.paragraphs}"
    russian = edition.translations.get()
    kept = {name: part for name, part in russian.captured.items() if name != "problems"}
    yield "edition in Russian", f"{kept} {russian.paragraphs}"
    for kind in ("html", "pdf", "docx") if printed else ("html",):
        yield f"edition.{kind}", text_of(lead.get(f"{HOME}report/editions/{edition.number}/{kind}/"))
        yield f"edition-ru.{kind}", text_of(lead.get(f"{HOME}report/editions/{edition.number}/ru/{kind}/"))
    _, token = share_edition(edition=edition, days=1, by=None)
    yield "shared", text_of(Client().get(f"/r/{token}/"))
    reviewer = Reviewer.objects.select_related("round__report__assessment").get(round__number=2)
    for kind in ("invitation", "reminder"):
        yield f"mail to reviewers: {kind}", "\n".join(compose(reviewer, kind))
    yield "page of reviewers", text_of(Client().get(urlsplit(link_of(reviewer)).path))
    yield "file for reviewers", _for_review(edition)


def _for_review(edition: Edition) -> str:
    """What the Word file of a review round says."""
    report = edition.report
    of_round = ReviewRound.objects.create(report=report, edition=edition, number=99, until=timezone.now())
    make_review_file(of_round.pk)
    of_round.refresh_from_db()
    assert of_round.failure == ""
    with of_round.file.open() as file, ZipFile(BytesIO(file.read())) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))


def cells_of(reply: Any, kind: str) -> str:
    if kind == "sav":
        with NamedTemporaryFile(suffix=".sav") as file:
            file.write(reply.content)
            file.flush()
            frame, meta = pyreadstat.read_sav(file.name)
        return f"{reply.headers}{meta.column_names_to_labels}{meta.variable_value_labels}{frame.to_csv()}"
    book = openpyxl.load_workbook(BytesIO(reply.content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    return "\n".join([str(reply.headers), str(vars(book.properties)), *book.sheetnames, *cells])


def phone_pages(whole: dict[str, Any]) -> str:
    phone, code = Client(), whole["live"].join_code
    joining = phone.get(f"/w/{code}/").content.decode()
    phone.post(f"/w/{code}/", {"group": whole["phone"].pk})
    return joining + phone.get("/w/group/").content.decode()


def test_nothing_for_readers_names_a_respondent(whole: dict[str, Any], client_as: Any) -> None:
    exits = dict(readers_exits(whole, client_as("lead"), printed=True))
    leaks = {name: traces(text)[:3] for name, text in exits.items()}
    assert {name: found for name, found in leaks.items() if found} == {}
    assert traces(without_fields(phone_pages(whole))) == []
    assert [name for name, text in exits.items() if ON_PAPER in text] == [], "a photograph of notes"


def test_the_response_matrix_names_no_respondent(whole: dict[str, Any], client_as: Any) -> None:
    """Reviewers are named in it by their offices: it is for the work on the report."""
    for source, planted in (("", "The Committee of Specimens"), ("members", "Lead")):
        text = cells_of(client_as("lead").get(f"{HOME}report/matrix/xlsx/?from={source}"), "xlsx")
        assert traces(text) == []
        assert planted in text
        assert "█████" in text


def test_nothing_for_readers_names_an_agency_where_none_may_be(whole: dict[str, Any], client_as: Any) -> None:
    update_report(report=whole["workshop"].assessment.report, name_agencies=False, by=None)
    workshop = Workshop.objects.get(pk=whole["workshop"].pk)
    reopen_workshop(workshop=workshop, by=None, reason="To close it with the setting of now")
    close_workshop(workshop=workshop, by=None)
    workshop.minutes.exclude(number=workshop.minutes.count()).delete()  # those were made while agencies could be named
    whole["workshop"] = Workshop.objects.select_related("assessment__report").get(pk=workshop.pk)
    leaks = {name: traces(text, agencies=True)[:3] for name, text in readers_exits(whole, client_as("lead"))}
    assert {name: found for name, found in leaks.items() if found} == {}


def test_an_export_without_names_has_none(whole: dict[str, Any]) -> None:
    """Of all its files: tables, pages, JSON, worksheet, SPSS; editions and minutes are among the exits for readers."""
    assessment = Assessment.objects.get(pk=whole["workshop"].assessment.pk)
    leaks, seen = {}, 0
    for name, pieces in files_of(Exported(assessment, with_names=False), lambda *_: None):
        content = b"".join(pieces)
        kind = name.rpartition(".")[2]
        if kind in ("sav", "xlsx"):
            reply = SimpleNamespace(content=content, headers="")
            shown = cells_of(reply, kind)
        else:
            read = {"pdf": pdf_text, "docx": docx_text}.get(kind, bytes.decode)
            shown = read(content)
        seen += "█████" in shown
        if found := traces(f"{name} {shown}"):
            leaks[name] = found[:3]
    assert leaks == {}
    assert seen > 10  # the names were there, and are withheld


def test_a_copy_has_no_name_of_anybody(whole: dict[str, Any], member: Any) -> None:
    """Every typed text of the source has a name: what has one is left out, and what has none arrives."""
    source, lead = Assessment.objects.get(pk=whole["workshop"].assessment.pk), member("lead")
    Theme.objects.create(assessment=source, code="prevention", label="Prevention", definition="What is done before")
    Section.objects.filter(report=source.report, key="context").update(title="What is known")
    pack = add_pack(assessment=source, language="sw", own_name="Kiswahili", by=lead)
    for key, words in (("surveys.skip", "Ruka"), ("surveys.next", f"Kama {FORMS[0]} alivyosema")):
        PackText.objects.create(pack=pack, key=key, text=words, source_mark="x")
    copied = copy_assessment(
        source=source,
        parts=list(PARTS),
        by=lead,
        study_title="Another",
        commissioner="",
        country="GEO",
        reference="GEO-2026",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 5, 1),
        languages=["en"],
        time_zone="Asia/Tbilisi",
        guide=source.guide,
        questionnaire=source.questionnaire,
        matrix=source.matrix,
    )
    made = copied.assessment
    rows = [f"{model._meta.label} {row}" for model, row in rows_of(made)]
    assert {row: traces(row, agencies=True)[:2] for row in rows if traces(row, agencies=True)} == {}
    assert list(Theme.objects.filter(assessment=made).values_list("code", flat=True)) == ["prevention"]
    assert made.report.sections.get(key="context").title == "What is known"
    assert list(PackText.objects.filter(pack__assessment=made).values_list("text", flat=True)) == ["Ruka"]
    assert copied.left_out["codebook"] > 0
    assert copied.left_out["outline"] > 0
    assert copied.left_out["packs"] == 1
    people = {"Contact", "Interview", "Answer", "Invitation", "Response", "Document", "Comment", "Mark", "Group"}
    assert people & {row.split(" ")[0].partition(".")[2] for row in rows} == set()
    assert [(row.user, row.role) for row in made.memberships.all()] == [(lead, "lead")]
    assert (made.copied_from, made.office, made.survey_contact, made.notice) == ("AZE-2016", "", "", "")


def rows_of(assessment: Assessment) -> Iterator[tuple[type[Model], dict[str, Any]]]:
    """Every row that belongs to the assessment, of any app, with all its values."""
    yield Assessment, vars(Assessment.objects.get(pk=assessment.pk))
    for model in apps.get_models():
        path = _path_to_assessment(model)
        if path and model._meta.app_label in APPS:
            for row in model._base_manager.filter(**{path: assessment}):
                yield model, {field.name: field.value_from_object(row) for field in model._meta.concrete_fields}


def test_the_audit_log_contains_no_name(whole: dict[str, Any]) -> None:
    """It is never erased, so it must not contain what may have to be."""
    events = AuditEvent.objects.values_list("action", "object_label", "detail")
    assert [event for event in events if traces(f"{event[1]} {event[2]}".replace("-", " "))] == []
    assert ("report.section_edited", "What █████ said") in {event[:2] for event in events}


def test_no_mail_to_those_invited_names_a_respondent(whole: dict[str, Any], client_as: Any, member: Any) -> None:
    lead = client_as("lead")
    body = "Please answer: {link}\n\nAs Rashad Examplov asked you."
    sent = {f"{kind}_{part}": body if part == "body" else "Survey" for kind in ("invitation", "reminder")
            for part in ("subject", "body")}  # fmt: skip
    refused = lead.post(f"{HOME}survey/messages/en/", sent)
    html = unescape(refused.content.decode())
    assert refused.status_code == 422
    assert "The text names “Rashad Examplov”, who was interviewed or is on the contact list." in html
    assert "As Rashad Examplov asked you." in html
    assert "As Rashad" not in str(Survey.objects.get().texts)
    member("focal_point")
    User.objects.filter(email="focal_point@example.org").update(name="Rashad Examplov")  # the sender of the mail
    assert lead.post(f"{HOME}survey/messages/en/", sent).status_code == 302


def test_every_text_that_is_typed_is_planted(whole: dict[str, Any]) -> None:
    """A text of a new field is filled as well, or is in `LEFT_OUT` with a reason."""
    fields = {f"{model._meta.label}.{field.name}" for model, field in typed_fields()}
    later = {"Group.", "Ballot.", "Verdict.", "Comment.", "Workshop.", "Edition.", "CellDecision.", "Mailing.", "Mark",
             "SetAside.", "BreakdownPlan.", "RecommendationChange.", "Translation."}  # fmt: skip
    empty = {name for name in fields - whole["planted"] if not any(part in name for part in later)}
    assert empty == set(), "make a row of it in tests/whole_assessment.py, or add it to LEFT_OUT"
