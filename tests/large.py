"""An assessment that grows: `begin` makes one, `grow` adds so many rows of each kind that a page lists.

Rows are written in bulk, not by the services: what counts is how many there are. Used by tests of lists and of query
plans, and by benchmarks.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice, product
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Max, Model
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from analysis.models import Comparison, Consent, OpenCoding
from assessments.audit import record
from assessments.models import (
    Assessment,
    AuditChain,
    AuditEvent,
    Contact,
    DataKey,
    DeletionCertificate,
    Device,
    Document,
    ErasureRequest,
    MemberInvitation,
    Membership,
    Organisation,
    Role,
    Sector,
    SignIn,
    Study,
    User,
)
from indicators.models import CellDecision, Mark, MarkChange, Recommendation, RecommendationChange
from instruments.models import Correction, Instrument, RemovedEntry
from interviews.importing.files import SentFile, packed
from interviews.models import (
    Answer,
    AnswerRevision,
    Coding,
    ConsentRecord,
    FollowUp,
    Interview,
    NotesImport,
    SetAside,
    Theme,
)
from reports.models import (
    Build,
    Edition,
    EditionFile,
    MemberComment,
    Mention,
    Report,
    ReturnedFile,
    Reviewer,
    ReviewItem,
    ReviewRound,
    Section,
    SectionRevision,
    ShareLink,
)
from reports.services.reports import create_report
from surveys.models import EntryDraft, ImportMapping, Invitation, Mailing, Response, Survey
from tests.factories import AssessmentFactory, MembershipFactory, OrganisationFactory, UserFactory, instruments_2016
from tests.surveys.factories import VALID, SurveyFactory
from workshops.models import Ballot, Comment, Group, Minutes, Verdict, Workshop

DAY = datetime(2016, 1, 18, 10, tzinfo=UTC)
NOTE = (
    "The police find most victims at the border, a hotline helps. Shelters are full in summer; there is one for women "
    "and none for men. Staff of the ministry were trained twice, and judges asked for more training. "
)
STATES = ("in_place", "potential_improvement")
SYLLABLES = ("ba", "do", "fe", "gi", "ku", "la", "mo", "ne", "ri", "su", "ta", "vo", "xa", "ze", "pi", "hu")


@dataclass
class Large:
    """What `grow` adds to. `made` is how many rows of each kind there are."""

    assessment: Assessment
    lead: User
    survey: Survey
    report: Report
    workshop: Workshop
    draft: Instrument  # a survey that is being edited
    notes: int = 4  # answers of each interview
    made: int = 0
    marks: list[Mark] = field(default_factory=list)


def begin(reference: str = "LAR-2016", *, notes: int = 4, email: str = "lead@example.org") -> Large:
    assessment = AssessmentFactory(reference=reference, languages=["en", "fr"], survey_contact="survey@example.org")
    lead = UserFactory(email=email, name="Lead", is_staff=True)
    for role in (Role.LEAD, Role.CONSULTANT):
        MembershipFactory(user=lead, assessment=assessment, role=role)
    OrganisationFactory(assessment=assessment, name="Ministry", sector="state")
    survey = SurveyFactory(assessment=assessment, open_slug=f"open{reference.lower()}"[:40], languages=["en", "fr"])
    report = create_report(assessment=assessment, by=lead)
    workshop = Workshop.objects.create(assessment=assessment, held_on=date(2016, 4, 25), place="Baku")
    draft = Instrument.objects.create(
        kind="survey", key=f"own-{reference.lower()}", definition=instruments_2016()["survey"], owner=assessment
    )
    large = Large(assessment, lead, survey, report, workshop, draft, notes)
    criteria = [criterion.name for criterion in assessment.matrix.document.criteria]
    large.marks = Mark.objects.bulk_create(
        Mark(assessment=assessment, criterion=code, cell=cell, state="in_place", rationale=NOTE, by=lead)
        for code, cell in islice(product(criteria, ("F1", "O1", "P1")), 40)
    )
    return large


def invented_name(n: int) -> str:
    """A name of two invented words, of which some people share one, as in a country."""
    numbers = n % 97 * 2_731, n % 1_009 * 1_499
    words = ([SYLLABLES[number // 16**place % 16] for place in range(3)] for number in numbers)
    return " ".join("".join(word).capitalize() for word in words)


@transaction.atomic
def grow(large: Large, n: int) -> None:
    """Add `n` rows of each kind."""
    new = range(large.made + 1, large.made + n + 1)
    for add in (
        _people,
        _sources,
        _interviews,
        _notes_import,
        _survey,
        _matrix,
        _workshops,
        _report,
        _instruments,
        _log,
    ):
        add(large, new)
    large.made = new.stop - 1


def _bulk(rows: Iterable[Model]) -> list[Any]:
    found = list(rows)
    return type(found[0])._base_manager.bulk_create(found, batch_size=500) if found else []


def _people(large: Large, new: range) -> None:
    assessment, lead = large.assessment, large.lead
    slug = assessment.reference.lower()
    users = _bulk(User(email=f"member{n}@{slug}.example", name=f"Member {n}", password="!") for n in new)
    roles = cycle(Role.values)
    _bulk(Membership(user=user, assessment=assessment, role=next(roles)) for user in users)
    _bulk(
        MemberInvitation(
            assessment=assessment, email=f"new{n}@{slug}.example", role="observer", token_hmac=f"{slug}{n:050}",
            invited_by=lead, expires_at=DAY + timedelta(days=9999),
        )
        for n in new
    )  # fmt: skip
    _bulk(SignIn(user=lead, session_key=f"{slug}{n}"[:40], device="Firefox on Linux") for n in new)
    _bulk(Device(user=lead, uuid=uuid4(), share="share", name="Firefox on Linux") for n in new)
    # Other assessments of the same lead, each with a study of its own.
    studies = _bulk(Study(title=f"Study {n}", commissioner="Regional office") for n in new)
    keys = _bulk(DataKey() for n in new)
    others = _bulk(
        Assessment(
            study=study, data_key=key, country="GEO", reference=f"{slug}-{n}", starts_on=date(2016, 1, 1),
            ends_on=date(2016, 6, 1), guide=assessment.guide, questionnaire=assessment.questionnaire,
            matrix=assessment.matrix,
        )
        for n, study, key in zip(new, studies, keys, strict=True)
    )  # fmt: skip
    _bulk(Membership(user=lead, assessment=other, role=Role.LEAD) for other in others)
    comparisons = _bulk(
        Comparison(proposed_for=assessment, references=[other.reference], created_by=lead) for other in others
    )
    _bulk(
        Consent(comparison=comparison, assessment=part, answer="agreed" if part == assessment else "waiting")
        for comparison, other in zip(comparisons, others, strict=True)
        for part in (assessment, other)
    )


def _sources(large: Large, new: range) -> None:
    assessment = large.assessment
    sectors = cycle(Sector.values)
    _bulk(Organisation(assessment=assessment, name=f"Organisation {n}", sector=next(sectors)) for n in new)
    _bulk(
        Document(
            assessment=assessment, code=f"{prefix} {n}", title=f"Report {n} on the protection of victims",
            authors="Doe, J.", year=2010, in_bibliography=True, reviewed=n % 2 == 0, removed_at=removed,
            publisher="Ministry",
        )
        for n in new
        for prefix, removed in (("Aze", None), ("Old", DAY))
    )  # fmt: skip
    _bulk(
        Contact(assessment=assessment, name=invented_name(n), email=f"person{n}@example.org", organisation="NGO")
        for n in new
    )
    _bulk(
        ErasureRequest(
            assessment=of, reference=assessment.reference, kind="contact", key=str(n), label=f"contact {n}",
            ground="person", asked_by=None, asked_at=DAY, erased_at=erased, parts=[["contacts", 1]],
        )
        for n in new
        for erased in (None, DAY)
        for of in (assessment, None)
    )  # fmt: skip
    _bulk(
        DeletionCertificate(
            assessment=assessment, reference=assessment.reference, kind="names", rule="After a year",
            parts=[["names", 2]], erased_at=DAY,
        )
        for n in new
    )  # fmt: skip


def _interviews(large: Large, new: range) -> None:
    assessment, lead, guide = large.assessment, large.lead, large.assessment.guide.document
    questions = [(section.name, question.name) for section in guide.sections for question in section.questions]
    asked = list(islice(questions, large.notes))
    sections = sorted({code for code, _ in asked})
    organisations = cycle(Organisation.objects.filter(assessment=assessment).order_by("pk")[:30])
    held = _bulk(
        Interview(
            assessment=assessment, number=3 * n + kind, code=f"AZEint{3 * n + kind}", held_at=DAY + timedelta(hours=n),
            organisation=next(organisations), interviewer="A consultant", women=1, sections=sections,
            respondent_name=invented_name(n), respondent_title="Head", guide_version=assessment.guide,
            planned=kind == 1, deleted_at=DAY if kind == 2 else None,
            completed_at=DAY if kind == 0 and n % 2 else None,
        )
        for n in new
        for kind in range(3)
    )  # fmt: skip
    with_notes = [interview for interview in held if not interview.planned and not interview.deleted_at]
    answers = _bulk(
        Answer(interview=interview, question=code, text=f"{NOTE}{interview.code} {code}", revision=1, updated_by=lead)
        for interview in with_notes
        for _, code in asked
    )
    _bulk(ConsentRecord(interview=one, to_interview="yes", to_quotes="yes", note_given=True) for one in with_notes)
    themes = _bulk(
        Theme(
            assessment=assessment, code=f"theme-{n}{'-old' if retired else ''}", label=f"Shelters {n}",
            definition="Places and staff", area=sections[n % len(sections)], retired_at=retired,
        )
        for n in new
        for retired in (None, DAY)
    )  # fmt: skip
    first = Theme.objects.filter(assessment=assessment).order_by("pk")[0]
    kinds = cycle(((True, False, None), (False, False, None), (False, True, None), (False, False, DAY)))
    _bulk(
        Coding(
            answer=answer, theme=theme, start=0, end=len(NOTE), quote=NOTE, length=len(NOTE), released=released,
            lost=lost, withdrawn_at=withdrawn, approved_quote=NOTE if released else "", coder=lead,
        )
        for answer, other in zip(answers[:: large.notes], themes[::2], strict=False)
        for theme, (released, lost, withdrawn) in ((first, next(kinds)), (other, next(kinds)))
    )  # fmt: skip
    _bulk(AnswerRevision(answer=answer, revision=10**6, text=NOTE) for answer in answers[:: large.notes])
    _bulk(SetAside(answer=answer, text=NOTE, settled_at=DAY) for answer in answers[:: large.notes])
    # The history of one note, and texts set aside beside it.
    one = Answer.objects.filter(interview__assessment=assessment).order_by("pk")[0]
    _bulk(AnswerRevision(answer=one, revision=n, text=f"{NOTE} {n}", by=lead) for n in new)
    _bulk(SetAside(answer=one, text=f"{NOTE} {n}", by=lead) for n in new)
    _bulk(ConsentRecord(interview=one.interview, to_quotes="yes", recorded_by=lead) for n in new)
    _bulk(
        FollowUp(
            interview=of, what=f"{NOTE} {n}", outcome=NOTE if done else "", due=due, assigned_to=lead, done_at=done,
        )
        for n in new
        for of in (one.interview, held[0])
        for due, done in ((DAY.date(), None), (date(2031, 1, 1), None), (None, DAY))
    )  # fmt: skip
    _bulk(FollowUp(interview=of, what=NOTE, due=DAY.date(), done_at=DAY) for of in held)
    _bulk(
        Contact(assessment=assessment, name=f"Colleague {n}", suggested_in=one.interview.code, organisation="NGO")
        for n in new
    )


def _notes_import(large: Large, new: range) -> None:
    """Of one import that is not finished: a table with a row for each."""
    rows = [[f"2016-02-01 10:{n % 60:02}", f"Organisation {n}", "ngo", "1", NOTE] for n in range(1, new.stop)]
    NotesImport.objects.filter(assessment=large.assessment).delete()
    NotesImport.objects.create(
        assessment=large.assessment,
        content=packed([SentFile("notes.csv", [["date", "organisation", "sector", "women", "3.1"], *rows])]),
        created_by=large.lead,
        expires_at=timezone.now() + timedelta(days=1),
    )


def _survey(large: Large, new: range) -> None:
    survey, lead, version = large.survey, large.lead, large.assessment.questionnaire
    reference = large.assessment.reference
    _bulk(
        Invitation(
            survey=survey, email=f"invited{n}@example.org", name=f"Invited {n}", sector="ngo", nonce=f"n{n}",
            token_hmac=f"{reference}{n:050}", delivery=delivery, sent_at=DAY,
        )
        for n, delivery in zip(new, cycle(Invitation.Delivery.values), strict=False)
    )  # fmt: skip
    kinds = ((False, None), (False, DAY), (True, None))  # counted, in the trash, a test
    responses = _bulk(
        Response(
            survey=survey, questionnaire=version, number=3 * n + kind, code=f"AZEsur{3 * n + kind}", answers=VALID,
            received_on=DAY.date(), is_test=is_test, deleted_at=deleted,
        )
        for n in new
        for kind, (is_test, deleted) in enumerate(kinds)
    )  # fmt: skip
    theme = Theme.objects.filter(assessment=large.assessment).order_by("pk")[0]
    _bulk(OpenCoding(response=response, item="2.6", theme=theme, coder=lead) for response in responses[::3])
    _bulk(Mailing(survey=survey, kind="invitation", total=9, done=9, started_at=DAY, finished_at=DAY) for n in new)
    _bulk(
        EntryDraft(
            survey=survey, typed_by=lead, uuid=uuid4(), questionnaire=version, page=uuid4(),
            typed={"fields": {}, "as_given": [], "source": "paper", "language": "en"},
            expires_at=DAY + timedelta(days=9999),
        )
        for n in new
    )  # fmt: skip
    _bulk(ImportMapping(survey=survey, name=f"program {n}", mode="names", changed_by=lead) for n in new)


def _matrix(large: Large, new: range) -> None:
    assessment, lead = large.assessment, large.lead
    _bulk(
        MarkChange(mark=mark, revision=n, state=STATES[n % 2], rationale=NOTE, by=lead)
        for n in new
        for mark in large.marks[:1]
    )
    first = large.marks[0]
    _bulk(
        CellDecision(
            assessment=assessment, criterion=first.criterion, cell=first.cell, source="workshop", before="in_place",
            after="in_place", proposed_state="in_place", proposed_rationale=NOTE, reason="Asked so", by=lead,
        )
        for n in new
    )  # fmt: skip
    categories = cycle(category.name for category in assessment.matrix.document.categories)
    recommendations = _bulk(
        Recommendation(
            assessment=assessment, category=next(categories), position=n, lead_in="So that victims are found",
            addressee="authorities", text=f"train inspectors, {n}", criteria=[first.criterion],
        )
        for n in new
    )  # fmt: skip
    one = Recommendation.objects.filter(assessment=assessment).order_by("pk")[0]
    _bulk(
        RecommendationChange(recommendation=which, revision=n, text=f"train {n}", status="draft", by=lead)
        for n, own in zip(new, recommendations, strict=True)
        for which in (one, own)
    )


def _workshops(large: Large, new: range) -> None:
    assessment, lead, workshop = large.assessment, large.lead, large.workshop
    others = _bulk(Workshop(assessment=assessment, held_on=date(2016, 5, 2), place=f"Room {n}") for n in new)
    _bulk(Group(workshop=other, name="Group 1", women=1) for other in others)
    _bulk(Minutes(workshop=other, number=1, made_by=lead) for other in others)
    groups = _bulk(Group(workshop=workshop, name=f"Group {n}", women=2, men=2, sector="mixed") for n in new)
    _bulk(Ballot(group=group, priorities=["A", "B", "C"]) for group in groups)
    first = large.marks[0]
    target = f"cell:{first.criterion}/{first.cell}"
    verdicts = _bulk(
        Verdict(group=group, target=target, choice="amend", words="Ask the ministry", words_language="en")
        for group in groups
    )
    _bulk(
        Comment(
            assessment=assessment, workshop=workshop, verdict=verdict, target=of, statement=f"We disagree ({of})",
            who="A ministry", finding="What was found",
        )
        for verdict in verdicts
        for of in (target, "")
    )  # fmt: skip
    _bulk(Minutes(workshop=workshop, number=n, made_by=lead) for n in new)


def _report(large: Large, new: range) -> None:
    report, lead = large.report, large.lead
    last = report.sections.aggregate(last=Max("position"))["last"] or 0
    _bulk(
        Section(report=report, key=f"own-{n}", title=f"Chapter {n}", body=NOTE, position=last + n, updated_by=lead)
        for n in new
        if n <= 20  # a report of more chapters is read by nobody
    )
    one = report.sections.order_by("pk")[0]
    _bulk(SectionRevision(section=one, revision=n + 100, title=one.title, body=NOTE, by=lead) for n in new)
    _bulk(Build(report=report, format="pdf", data_revision="x", status="done", finished_at=DAY) for n in new)
    items = _bulk(
        ReviewItem(
            report=report, number=n, kind="comment", section=one, section_key=one.key, section_title=one.title,
            of_revision=1, before=NOTE[:60], text=NOTE, made_by=lead, resolved=False, place=n,
        )
        for n in new
    )  # fmt: skip
    replies = _bulk(
        ReviewItem(
            report=report, number=10_000 + item.number, kind="reply", section=one, section_key=one.key, parent=item,
            text=NOTE, made_by=lead, place=item.place,
        )
        for item in items
    )  # fmt: skip
    _bulk(MemberComment(item=item, before="", after=NOTE[60:]) for item in [*items, *replies])
    _bulk(Mention(item=item, member=lead) for item in items)
    editions = _bulk(
        Edition(report=report, number=n, kind="draft", data_revision="x", paragraphs=[NOTE], made_by=lead) for n in new
    )
    _bulk(EditionFile(edition=edition, format=name, checksum="x") for edition in editions for name in ("html", "pdf"))
    rounds = _bulk(
        ReviewRound(
            report=report, edition=editions[0], number=n, until=DAY + timedelta(days=9999), file="x", checksum="x"
        )
        for n in new
    )  # fmt: skip
    first = report.review_rounds.order_by("number").first() or rounds[0]
    reviewers = _bulk(
        Reviewer(round=first, name=f"Office {n}", language="en", nonce=f"{n}", token_hmac=f"{report.pk}-{n}")
        for n in new
    )
    files = _bulk(ReturnedFile(round=first, reviewer=reviewers[0], checksum=f"{n}", status="done") for n in new)
    _bulk(
        ReviewItem(
            report=report, round=first, file=files[0], number=n, kind=kind, section=one, section_key=one.key,
            section_title=one.title, of_revision=1, before=NOTE[:60], after=NOTE[60:100], text=NOTE, place=n,
            paragraph=f"_ct{n:05}", start=0, end=60, author="Somebody",
        )
        for n, kind in zip(new, cycle(("change", "comment")))
    )  # fmt: skip
    _bulk(
        ShareLink(
            edition=edition, token_hmac=f"{report.pk}-{edition.pk}-{link}", expires_at=DAY + timedelta(days=9999),
            made_by=lead,
        )
        for edition in editions
        for link in (1, 2)
    )  # fmt: skip


def _instruments(large: Large, new: range) -> None:
    assessment, draft = large.assessment, large.draft
    tiny = {"title": {"en": "A"}, "sections": []}
    _bulk(
        Instrument(
            kind=kind, key=f"{draft.key}-{kind}", version=n, definition=tiny, owner=assessment,
            published_at=DAY if n % 2 else None, discarded_at=DAY if n % 4 == 0 else None,
        )
        for n in new
        for kind in Instrument.Kind.values
    )  # fmt: skip
    _bulk(
        RemovedEntry(instrument=draft, path="sections", position=0, entry={"code": f"x{n}", "title": {"en": "Gone"}})
        for n in new
    )
    before = Correction.objects.filter(instrument=assessment.questionnaire).count()  # also of other assessments
    _bulk(
        Correction(
            instrument=assessment.questionnaire, number=before + place, language="fr", key="title", was="",
            becomes=f"Titre {n}", is_source=False, by=large.lead,
        )
        for place, n in enumerate(new, start=1)
    )  # fmt: skip


def _log(large: Large, new: range) -> None:
    """Events below the first, which `record` made: their hashes are none, only their number counts."""
    assessment = large.assessment
    record("assessment.changed", by=large.lead, assessment=assessment)
    chain = AuditChain.objects.get(assessment=assessment)
    _bulk(
        AuditEvent(
            at=DAY + timedelta(minutes=n), actor=large.lead, assessment=assessment, action=action,
            object_type="assessments.document", object_id=str(n), object_label=f"Aze {n}",
            position=chain.length + number, hash="x",
        )
        for number, (n, action) in enumerate(product(new, ("document.changed", "interview.read")), start=1)
    )  # fmt: skip
    AuditChain.objects.filter(pk=chain.pk).update(length=F("length") + 2 * len(new))


def addresses(large: Large) -> dict[str, str]:
    """Name of each view -> its address in the assessment. Those of allauth are left out."""
    values = _values(large)
    found = {}
    for space, name, route in _routes():
        if f"{space}:{name}" in ELSEWHERE or space == "tool":  # the pages of `instruments` inside an assessment
            continue
        wanted = re.findall(r"<\w+:(\w+)>", route)
        given = values.get("", {}) | values.get(space, {}) | values.get(f"{space}:{name}", {})
        if missing := [one for one in wanted if one not in given]:
            raise LookupError(f"{space}:{name} needs {missing}: add them to `_values`")
        found[f"{space}:{name}"] = reverse(f"{space}:{name}", kwargs={one: given[one] for one in wanted})
    return found


ELSEWHERE = {  # addresses with a secret that the database does not keep
    "assessments:set_up",
    "assessments:invitation_accept",
    "surveys_public:trial_form",
    "surveys_public:mail_stop",
    "surveys_public:personal_form",
    "surveys_public:personal_resume",
    "surveys_public:personal_opened",
    "workshops_public:join_code",
    "reports_public:shared",
    "review_public:review",
    "review_public:review_download",
    "review_public:review_tracked_download",
}


def _routes() -> Iterator[tuple[str, str, str]]:
    """(namespace, name, route) of each address of the project but allauth's."""

    def walk(resolver: URLResolver, space: str, route: str) -> Iterator[tuple[str, str, str]]:
        for entry in resolver.url_patterns:
            here = route + str(entry.pattern)
            if isinstance(entry, URLResolver):
                if "accounts/" not in here:
                    yield from walk(entry, entry.namespace or space, here)
            elif entry.name:
                yield space, entry.name, here

    yield from walk(get_resolver(), "", "")


def _values(large: Large) -> dict[str, dict[str, Any]]:
    """Namespace, or name of a view -> the parameters of its address. "" has those that mean the same everywhere."""
    assessment, report, survey, workshop = large.assessment, large.report, large.survey, large.workshop
    one = Answer.objects.filter(interview__assessment=assessment).order_by("pk")[0]
    first = large.marks[0]

    def pk(model: Any, **fields: Any) -> int:
        return int(model._base_manager.filter(**fields).order_by("pk")[0].pk)

    def of(model: Any) -> dict[str, Any]:
        return {"pk": pk(model, assessment=assessment)}

    waiting = {"erased_at": None, "cancelled_at": None}
    asked = {"pk": pk(ErasureRequest, assessment=assessment, **waiting)}
    asked_site = {"pk": pk(ErasureRequest, assessment=None, **waiting)}
    theme = Theme.objects.filter(assessment=assessment).order_by("pk")[0]
    tiny = Instrument.objects.filter(owner=assessment).exclude(pk=large.draft.pk).order_by("pk")[0]
    published = {"pk": assessment.questionnaire_id, "other": assessment.questionnaire_id}
    invitation = {"pk": pk(Invitation, survey=survey)}
    mapping = {"pk": pk(ImportMapping, survey=survey)}
    entry = EntryDraft.objects.filter(survey=survey).order_by("pk")[0].uuid
    section = report.sections.order_by("pk")[0]
    return {
        "": {"reference": assessment.reference, "language": "fr", "format": "csv"},
        "assessments": {"pk": 0, "kind": "contact", "version": "x", "device": uuid4()},
        "assessments:member_device_list": {
            "pk": pk(Membership, assessment=assessment, user=Device.objects.order_by("pk")[0].user)
        },
        **dict.fromkeys(
            ("assessments:erasure_detail", "assessments:erasure_confirm", "assessments:erasure_cancel"), asked
        ),
        **dict.fromkeys(("assessments:site_erasure_detail", "assessments:site_erasure_confirm"), asked_site),
        "assessments:certificate_file": of(DeletionCertificate),
        **{f"assessments:organisation_{verb}": of(Organisation) for verb in ("edit", "remove")},
        **{f"assessments:contact_{verb}": of(Contact) for verb in ("edit", "erase")},
        **{f"assessments:document_{verb}": of(Document) for verb in ("edit", "file", "remove", "restore")},
        "interviews": {
            "code": one.interview.code,
            "question": one.question,
            "pk": pk(Coding, theme=theme),
            "form": "csv",
            "key": NotesImport.objects.get(assessment=assessment).pk,
            "day": "2031-01-01",
        },
        **{
            f"interviews:theme_{verb}": {"code": theme.code} for verb in ("detail", "edit", "merge", "retire", "return")
        },
        **{
            f"interviews:follow_up_{verb}": {"pk": pk(FollowUp, interview=one.interview)}
            for verb in ("edit", "done", "reopen", "remove")
        },
        "surveys": {"pk": 0, "code": "AZEsur3", "action": "trash", "key": uuid4(), "kind": "invitation"},
        "surveys:invitation_detail": invitation,
        "surveys:mailing_detail": {"pk": pk(Mailing, survey=survey)},
        "surveys:import_mapping_forget": mapping,
        **{f"surveys:entry_draft_{verb}": {"key": entry} for verb in ("edit", "discard")},
        "surveys_trial": {"pk": large.draft.pk},
        "instruments": {"pk": large.draft.pk, "other": assessment.questionnaire_id},
        **{
            f"instruments:{name}": published
            for name in (
                "instrument_detail",
                "instrument_compare_choice",
                "correction_list",
                "correction_choose",
                "correction_new",
                "instrument_files",
                "instrument_print",
                "translation_status",
            )
        },
        "instruments:instrument_compare": {"pk": assessment.questionnaire_id, "other": large.draft.pk},
        "instruments:instrument_restore": {"pk": tiny.pk},
        "indicators": {
            "pk": pk(Recommendation, assessment=assessment),
            "criterion": first.criterion,
            "cell": first.cell,
        },
        "workshops": {
            "pk": workshop.pk,
            "number": 1,
            "group": pk(Group, workshop=workshop),
        },
        **{
            f"workshops:comment{verb}": of(Comment)
            for verb in ("", "_edit", "_resolve", "_withdraw", "_restore", "_adopt")
        },
        "analysis": {
            "pk": pk(Comparison, proposed_for=assessment),
            "code": "2.1",
            "criterion": first.criterion,
            "key": "themes",
        },
        "analysis:theme": {"pk": theme.pk},
        "analysis:open_coding": {"code": "2.6"},
        "reports": {"key": section.key, "number": 1, "other": 1, "pk": 0},
        **{f"reports:{name}": {"pk": pk(Build, report=report)} for name in ("build", "build_file", "build_cancel")},
        "reports:edition_compare": {"number": 2, "other": 1},
        **{
            f"reports:comment{verb}": {"pk": pk(ReviewItem, report=report, round=None)}
            for verb in ("", "_reply", "_edit", "_withdraw", "_restore", "_resolve", "_read")
        },
        "reports:item": {"entry": 1},
        **{f"reports:item_{verb}": {"entry": 1} for verb in ("take_over", "answer", "undo", "assign")},
        **{f"reports:reviewer_{verb}": {"pk": pk(Reviewer, round__report=report)} for verb in ("revoke", "category")},
        **{f"reports:returned_{verb}": {"pk": pk(ReturnedFile, round__report=report)} for verb in ("file", "retry")},
        "reports:share_revoke": {"pk": pk(ShareLink, edition__report=report)},
        "life": {"pk": 0},
        "interview_documents": {"pk": 0},
        "surveys_public": {"slug": survey.open_slug},
    }
