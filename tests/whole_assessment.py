"""One assessment with data at every step, in which every typed text contains a name.

`plant` finds the fields by itself, so that a field added later is filled too. Texts not searched for names are
in `LEFT_OUT`, each with its reason.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from itertools import cycle
from typing import Any, cast

from django.apps import apps
from django.db import models

from analysis.models import OpenCoding
from assessments.fields import EncryptedTextField, ProtectedJSONField, ProtectedTextField
from assessments.models import Assessment, Contact
from indicators.models import Mark
from indicators.services.marks import decide_cell
from indicators.services.translations import save_translation
from indicators.translation_states import text_states
from interviews.models import Answer, ConsentRecord, FollowUp, Interview, Participant, Theme
from interviews.services.answers import save_answer
from interviews.services.codings import code_passage, release_passage
from reports.document.passages import Passage
from reports.models import Edition, ReturnedFile, Reviewer, ReviewItem, ReviewRound, Section
from reports.services.comments import add_comment as add_passage_comment
from reports.services.comments import reply_to_comment
from reports.services.editions import make_edition
from reports.services.reports import create_report
from reports.services.review_answers import answer_item
from reports.services.review_rounds import add_reviewer
from reports.services.sections import add_section, edit_section
from reports.services.templates import set_template
from reports.services.translations import add_language, translate_cover, translate_section
from surveys.models import Response, Survey
from tests.analysis.builders import release
from tests.factories import DocumentFactory, OrganisationFactory
from tests.indicators.factories import make_mark, make_recommendation
from tests.interviews.pictures import make_photograph
from tests.reports.word.test_template import template
from tests.surveys.factories import VALID, InvitationFactory, ResponseFactory, SurveyFactory
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Group, Workshop
from workshops.services.comments import add_comment, adopt_wording, resolve_comment
from workshops.services.verdicts import give_verdict
from workshops.services.workshops import close_workshop, reopen_workshop

PERSON = "Rashad Examplov"  # invented, like the agency
AGENCY, ACRONYM = "Committee of Specimens", "CoSp"
ON_PAPER = "Sheet-of-paper"  # what a photograph of notes shows
FORMS = (
    "Rashad Examplov",
    "EXAMPLOV Rashad",
    "R. Examplov",
    "Examplov",
    "Рашад Экзамплов",
    "Rəşad Examplovun",
    "Rashad\nExamplov",
    "Exam\u00adplov",
)
TRACES = re.compile(r"examplov|экзамплов")
AGENCY_TRACES = re.compile(r"committeeof(?:the)?specimens|CoSp")
APPS = ("assessments", "interviews", "indicators", "surveys", "workshops", "analysis", "reports")
SHORTEST = 40  # characters: shorter columns are codes and keys

LEFT_OUT = {
    # Fields that are not typed text: codes, addresses, keys, and what the application writes.
    "assessments.User", "assessments.SignIn", "assessments.RefusedSignIn", "assessments.MailFailure",
    "assessments.Device.name",  # of a browser, as it says itself
    "assessments.SiteDetails", "assessments.WorkerBeat", "assessments.MemberInvitation",
    "assessments.AuditChain", "assessments.AuditEvent",
    "assessments.RetiredCode", "assessments.ErasureRequest", "assessments.DeletionCertificate",
    "interviews.StruckPassage.question", "interviews.InformationNote",
     "assessments.Assessment.reference", "assessments.Assessment.time_zone",
    "assessments.Document.code", "assessments.Document.doi", "assessments.Document.url", "assessments.Document.file",
    "assessments.Document.language", "assessments.Contact.suggested_in", "interviews.Theme.code",
    "interviews.Theme.area", "interviews.Theme.criterion", "interviews.Answer.question", "indicators.Mark.criterion",
    "indicators.MarkChange.criterion", "indicators.CellRevision", "indicators.CellDecision.criterion",
    "indicators.Recommendation.category", "indicators.Translation.target", "workshops.Group.device_hmac",
    "workshops.Verdict.target",
    "workshops.Comment.target", "workshops.Comment.source", "workshops.Minutes", "reports.Build", "reports.EditionFile",
    "reports.AssessmentExport", "reports.InterviewDocument", "assessments.Assessment.copied_from",
    "reports.ReviewRound.token_hmac", "reports.ReviewRound.file", "reports.ReviewRound.checksum",
    "reports.ReviewRound.snapshot", "reports.ReviewRound.failure", "reports.Reviewer.nonce",
    "reports.ReviewRound.tracked_file",
    "reports.ReviewRound.tracked_by",  # the commissioner, as the cover prints it
    "reports.Reviewer.token_hmac", "reports.ReturnedFile.step", "reports.ReturnedFile.file",
    "reports.ReturnedFile.checksum", "reports.ReturnedFile.failure", "reports.ReviewItem.section_key",
    "reports.ReviewItem.why",
    "reports.WordTemplate",  # the name of its file, which only leads see
    "reports.ShareLink", "reports.NameDecision", "reports.Section.key", "reports.Section.kind",
    "reports.Edition.data_revision", "reports.Edition.failure", "surveys.Survey.open_slug", "surveys.Invitation.nonce",
    "surveys.TrialLink.nonce", "surveys.TrialLink.token_hmac",
    "surveys.Invitation.token_hmac", "surveys.Invitation.send_key", "surveys.Invitation.failure",
    "surveys.Response.receipt_hmac", "surveys.SealedAnswer", "surveys.Draft", "surveys.Mailing.error",
    "surveys.ImportMapping.name", "surveys.TableImport",  # of a program; shown to who imports it, for a day
    # Words of the program in a language, for readers; who translates them reads no names there.
    "assessments.LanguagePack.own_name", "assessments.PackText.key", "assessments.PackText.text",
    "interviews.Typing", "interviews.NotesImport",  # shown to who imports it, for a day
    "interviews.Interview.imported_from",  # the name of a file, which members see who see names
    "interviews.Photograph.file",
    "interviews.AnswerRevision.client", "interviews.SetAside.client", "interviews.Coding.approved_hash",
    # Follow the texts that they are made of.
    "analysis.OpenCoding.item", "interviews.Coding.quote", "interviews.Coding.approved_quote",
    # The contact for respondents: printed on purpose.
    "assessments.Assessment.office", "assessments.Assessment.interviewer_contact",
    "assessments.Assessment.research_contact", "assessments.Assessment.survey_contact",
    # An agency may have a person's name.
    "assessments.Organisation.name", "assessments.Organisation.short_name", "assessments.Organisation.entity_type",
    "assessments.Contact.organisation", "surveys.Invitation.organisation",
}  # fmt: skip


def typed_fields() -> Iterator[tuple[type[models.Model], Any]]:
    """(model, field) of each text that may have been typed."""
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.label in LEFT_OUT:
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or isinstance(
                field, EncryptedTextField | ProtectedJSONField
            ):
                continue
            if f"{model._meta.label}.{field.name}" in LEFT_OUT or field.choices or (field.max_length or 999) < SHORTEST:
                continue
            yield model, field


def plant() -> set[str]:
    """Put a name, spelled in turn in each way, at the beginning of every typed text; returns the fields."""
    forms = cycle(FORMS)
    planted = set()
    for model, field in typed_fields():
        for row in cast(Any, model).objects.all():
            text = getattr(row, field.name) or "words"
            told = f"As {next(forms)} said: {text}"[: field.max_length]
            if isinstance(field, ProtectedTextField):
                told = field.sealed(field.data_key_of(row), told)
            cast(Any, model).objects.filter(pk=row.pk).update(**{field.name: told})
            planted.add(f"{model._meta.label}.{field.name}")
    return planted


def traces(text: str, agencies: bool = False) -> list[str]:
    """Where the name remains in a text or in HTML, with its context."""
    bare = unescape(text)
    bare = re.sub(r"</?(?:a|b|bdi|em|i|mark|q|span|strong)\b[^>]*>", "", bare)
    bare = re.sub(r"[\s\u00ad\u200b]+", "", bare)
    found = [*TRACES.finditer(bare.casefold())]
    if agencies:
        found += [*re.finditer(AGENCY_TRACES, bare.replace("Committee", "committee").replace("Specimens", "specimens"))]
    return [bare[max(0, one.start() - 70) : one.end() + 20] for one in found]


def fill(assessment: Assessment, by: Any) -> dict[str, Any]:
    """Create data at every step, with the name in it; return what the crawl needs."""
    assessment.languages, assessment.survey_contact = ["en", "az"], "survey@example.org"
    assessment.save()
    agency = OrganisationFactory(assessment=assessment, name=AGENCY, short_name=ACRONYM, sector="state")
    Contact.objects.create(assessment=assessment, organisation="Union of Helpers", sector="ngo", name="Nigar Samplova")
    interview = Interview.objects.create(
        assessment=assessment, number=1, code="AZEint1", held_at=datetime(2016, 1, 13, tzinfo=UTC), organisation=agency,
        respondent_name=PERSON, respondent_title="Head", interviewer="A consultant", observations="Internal",
        sections=["1", "3", "7", "8"], sections_reason="Asked so", women=1,
        completed_at=datetime(2016, 1, 14, tzinfo=UTC),
    )  # fmt: skip
    ConsentRecord.objects.create(interview=interview, to_quotes="yes", reason="Asked so")
    Participant.objects.create(interview=interview, position=2, part="listened", title="Aide", name=PERSON)
    FollowUp.objects.create(
        interview=interview, what="Ask again", outcome="Answered", due=datetime(2016, 2, 1, tzinfo=UTC)
    )
    make_photograph(interview, by=by, description=ON_PAPER)
    words = f"Shelters are full, says the {AGENCY} ({ACRONYM})."
    for question in ("3.1", "1.1"):
        save_answer(interview=interview, question=question, text=words, by=by)
    Theme.objects.create(assessment=assessment, code="full", label=f"Full shelters of the {ACRONYM}", area="3")
    Theme.objects.create(assessment=assessment, code="law", label="Weak law", area="1")
    DocumentFactory(assessment=assessment, code="Aze 1", authors="Somebody", in_bibliography=True, reviewed=True)
    survey = SurveyFactory(assessment=assessment, open_slug="openlink", languages=["en", "az"])
    InvitationFactory(survey=survey, name="Nigar Samplova", email="n@example.org")
    forms = cycle(FORMS)
    for number in range(1, 7):
        answers = VALID | {"2.6": f"As {next(forms)} of {ACRONYM} said", "1.2_other": f"Aide of {next(forms)}"}
        ResponseFactory(survey=survey, number=number, answers=answers, language="en")
    Survey.objects.update(status="closed", last_response=6)
    make_mark(assessment, "1.1/F1", "potential_improvement", rationale=f"The {AGENCY} lacks staff.", by=by)
    make_mark(assessment, "1.1/F2", by=by)
    recommendation = make_recommendation(assessment, f"train the {ACRONYM}", addressee=f"the {AGENCY}")
    report = create_report(assessment=assessment, by=by)
    language = add_language(report=report, language="ru", by=by)
    translate_cover(
        row=language,
        title="Отчёт",
        subtitle="Оценка",
        of_title=report.title,
        of_subtitle=report.subtitle,
        by=by,
    )
    translate_section(
        section=report.sections.get(key="context"),
        language="ru",
        title="Обстановка",
        body=f"Из {ACRONYM}.",
        by=by,
        revision=0,
        of_revision=1,
    )
    _comment_on_the_report(report.sections.get(key="context"), by)
    planted = plant()
    assessment.refresh_from_db()
    assessment.study.refresh_from_db()
    return planted_later(assessment, by, recommendation) | {"planted": planted}


def _comment_on_the_report(section: Section, by: Any) -> None:
    """Of a member, with a reply, and of a reviewer in a round, with a change."""
    item = add_passage_comment(section=section, text="Who?", passage=Passage("words", "with ", " in it"), by=by)
    reply_to_comment(comment=item, text="One of them.", by=by)
    edition = Edition.objects.create(report=section.report, number=1, kind="draft", data_revision="x")
    until = datetime(2016, 5, 1, tzinfo=UTC)
    of_round = ReviewRound.objects.create(report=section.report, edition=edition, number=1, until=until)
    reviewer = Reviewer.objects.create(round=of_round, name=f"The {AGENCY}", language="en", nonce="1", token_hmac="1")
    file = ReturnedFile.objects.create(round=of_round, reviewer=reviewer, checksum="1")
    ReviewItem.objects.create(
        report=section.report, round=of_round, file=file, number=1, kind="change", section=section,
        section_key=section.key, section_title=section.title, before="Old words.", after="New words.",
        author="Head of it", response="Taken over.", disposition="accepted", changed="The words.",
    )  # fmt: skip


def translate_all(assessment: Assessment, by: Any) -> None:
    """A translation of every text, with the name in it."""
    for number, state in enumerate(text_states(assessment, "az")):
        told = f"{FORMS[number % len(FORMS)]} of {ACRONYM}, in the other language"
        save_translation(assessment=assessment, language="az", key=state.text.key, text=told, by=by)


def planted_later(assessment: Assessment, by: Any, recommendation: Any) -> dict[str, Any]:
    """Create what services make from the texts: passages, results, a workshop with its minutes, an edition."""
    theme = Theme.objects.get(code="full")
    for answer in Answer.objects.all():
        for name in ("full", "law"):
            code_passage(answer=answer, theme=Theme.objects.get(code=name), start=0, end=len(answer.text), by=by)
    release_passage(coding=theme.codings.all()[0], by=by)
    OpenCoding.objects.create(response=Response.objects.all()[0], item="2.6", theme=theme)
    release(assessment, k=5)
    translate_all(assessment, by)
    workshop = make_workshop(assessment, place=f"Baku, with {FORMS[0]}")
    group = make_group(workshop, f"Group of {FORMS[3]}, {ACRONYM}", women=2, sector="state")
    other = make_group(workshop, f"The {AGENCY}", ballot="ABC", men=1)
    Group.objects.filter(pk=group.pk).update(device_hmac="")
    from workshops.services.ballots import cast_ballot

    cast_ballot(group=group, priorities=["O", "A", "B"], other_text=f"Help for {FORMS[1]} of {ACRONYM}", source="paper")
    targets = (f"recommendation:{recommendation.pk}", "cell:1.1/F1")
    for target in targets:
        give_verdict(group=group, target=target, choice="disagree", words=f"{FORMS[2]} of the {ACRONYM} knows better")
        give_verdict(group=other, target=target, choice="amend", words=f"Ask {FORMS[4]} of the {AGENCY}")
    make_mark(
        assessment, "1.1/F1", "in_place", rationale=f"{FORMS[0]} of {ACRONYM} says so", source="workshop",
        reason=f"Told by {FORMS[3]}", by=by,
    )  # fmt: skip
    make_mark(assessment, "1.1/O1", "in_place", rationale=f"Also {FORMS[1]}", source="workshop", by=by)
    for target in ("", *targets, "section:3"):
        comment = add_comment(
            assessment=assessment, statement=f"{FORMS[5]} of {ACRONYM} disagrees with {target or 'all'}",
            who=f"{FORMS[0]}, {AGENCY}", finding=f"What {FORMS[3]} found", target=target, workshop=workshop, by=by,
        )  # fmt: skip
        if target == "section:3":
            resolve_comment(
                comment=comment, disposition="declined", reason=f"{FORMS[0]} is wrong", changed=f"Not {FORMS[3]}", by=by
            )
        if target == targets[0]:
            adopt_wording(comment=comment, by=by)
    close_workshop(workshop=workshop, by=by)
    reopen_workshop(workshop=workshop, by=by, reason=f"{FORMS[0]} came late")
    decide_cell(
        assessment=assessment,
        criterion="1.1",
        cell="F1",
        source="workshop",
        by=by,
        reason=f"Because {FORMS[1]} said so",
    )
    close_workshop(workshop=Workshop.objects.get(pk=workshop.pk), by=by)
    live = make_workshop(assessment, purpose="rehearsal")
    phone = make_group(live, f"Table of {FORMS[0]}", women=1)
    give_verdict(group=phone, target="cell:1.1/F2", choice="disagree", words=f"{FORMS[5]} told us")
    report = assessment.report
    add_section(report=report, title=f"More of {FORMS[0]}", body=f"As {FORMS[3]} of {ACRONYM} said.", by=by)
    quote = theme.codings.get(released=True)
    figures = f"[[themes]]\n\n[[chart themes | By {FORMS[0]}]]\n\n[[participants]]\n\n"
    table = f"| {FORMS[0]} | {ACRONYM} |\n|---|---|\n| Rashad | Examplov |\n\n"
    body = f"As Ra**shad** *Exam*plov said.[^1] | [[quote {quote.pk}]]\n\n{figures}{table}[^1]: {FORMS[2]}, {AGENCY}.\n"
    edit_section(section=report.sections.get(key="context"), title=f"What {FORMS[0]} said", body=body, by=by)
    report.refresh_from_db()
    edition = make_edition(report=report, kind="draft", what_changed=f"What {FORMS[0]} asked for", by=by)
    _reviewed(report, edition, by)
    assert Mark.objects.filter(source="workshop").exists()
    return {"workshop": workshop, "live": live, "phone": phone, "edition": edition, "theme": theme}


def _reviewed(report: Any, edition: Any, by: Any) -> None:
    """A review round with what a reviewer wrote in Word, and what was answered; as after the worker's work."""
    of_round = ReviewRound.objects.create(
        report=report, edition=edition, number=2, note=f"Ask {FORMS[2]}", until=datetime(2999, 1, 1, tzinfo=UTC),
        opened_by=by, file="x", snapshot="x", checksum="x",
    )  # fmt: skip
    by_mail = {"email": "o@example.org", "language": "en", "by": by}
    reviewer = add_reviewer(of_round=of_round, name=f"Office of {FORMS[0]}", **by_mail)
    unplaced = [{"kind": "note", "text": f"{FORMS[0]} drew something", "author": FORMS[2]}]
    file = ReturnedFile.objects.create(
        round=of_round, reviewer=reviewer, checksum="x", status="done", unplaced=unplaced
    )
    set_template(report=report, file=BytesIO(template()), name=f"Of {FORMS[3]}.dotx", by=by)
    section = report.sections.get(key="context")
    given = {"report": report, "round": of_round, "file": file, "section": section, "section_key": section.key}
    for number, kind in enumerate(("comment", "change"), 1):
        ReviewItem.objects.create(
            **given, number=number, kind=kind, section_title=f"What {FORMS[0]} said", paragraph="_ct00001", start=0,
            end=9, before=f"{FORMS[1]} of {ACRONYM}", after=f"{FORMS[3]} left", text=f"Ask {FORMS[4]}", place=1,
            author="A reviewer",
        )  # fmt: skip
    answer_item(
        item=ReviewItem.objects.get(report=report, round=of_round, number=2), disposition="declined",
        response=f"{FORMS[0]} is wrong", changed=f"Not {FORMS[3]}", by=by, revision=1,
    )  # fmt: skip
