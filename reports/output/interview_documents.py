"""All interviews as one document, PDF or DOCX: by day, by sector, or the answers of all of them under each question.

What is in it is what the page of an interview prints: not the interviewer's observations. Without names it has neither
the organisation, the title and the name of the interviewee nor the interviewer; of the table of who took part it has
only how many spoke and listened. Names are withheld in what was typed. It is written part by part, so that looking for
names takes time only once for each text.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.utils.translation import override

from assessments.demonstration import band
from assessments.file_encryption import protected_file
from assessments.models import Assessment, Sector
from assessments.packs import words_for
from ctnat.ui.formats import page_day
from ctnat.ui.stored import stored_text
from ctnat.ui.word_files import word_file
from interviews.consent import Consent, consents_of
from interviews.guides import guides_in, sections_in
from interviews.models import Answer, Interview
from interviews.names import finder_for, may_name_agencies, withhold_in_html
from interviews.notes import QuestionNotes, SectionNotes, dropped_of, sections_of
from interviews.participants import Listed, by_part, participants_in
from reports.document.builder import Progress
from reports.models import InterviewDocument, Job
from reports.output.errors import FormatUnavailable
from reports.output.jobs import STORING, Cancelled, claim, finish, progress_of
from reports.output.pdf import make_pdf

LOGGER = logging.getLogger(__name__)
WRITING = stored_text(N_("Writing {name}"))
LAYING_OUT = stored_text(N_("Laying out page {number}"))
FAILED = stored_text(
    N_(
        "The document could not be created. Try again. If it fails again, give the administrator of this site the "
        "build number: {number}."
    )
)
WRITTEN, LAID_OUT = 50, 95  # per cent of the work


@dataclass(frozen=True)
class Told:
    """An interview as it is printed."""

    interview: Interview
    consent: Consent
    participants: list[tuple[str, list[Listed]]]  # (label, people) by the part that they took; empty: no table
    sections: list[SectionNotes]
    dropped: list[QuestionNotes]
    waiting: tuple[str, ...]  # questions with a second text for which no choice was made

    @property
    def sector(self) -> str:
        return self.interview.organisation.sector if self.interview.organisation else ""

    @property
    def sector_label(self) -> str:
        return str(Sector(self.sector).label) if self.sector in Sector.values else _("Not recorded")


def run_document(pk: int) -> None:
    """Do the work of one document. Called twice or beside another worker it does nothing the second time."""
    rows = InterviewDocument.objects.select_related("assessment__study", "assessment__guide")
    job = claim(rows, pk)
    if job is None:
        return
    progress = progress_of(job)
    try:
        with words_for(job.assessment), timezone.override(job.assessment.zone), override(job.language):
            content = _content(job, progress)
        progress(99, STORING)
        field = protected_file(InterviewDocument)
        name = f"interviews/{timezone.now():%Y}/{job.assessment.reference}-{job.pk}.{job.format}"
        stored = field.store(name, content, field.data_key_of(job))
        finish(job, Job.Status.DONE, file=stored, checksum=hashlib.sha256(content).hexdigest())
    except Cancelled:
        finish(job, Job.Status.CANCELLED)
    except FormatUnavailable as missing:
        finish(job, Job.Status.FAILED, failure=str(missing)[:500])
    except Exception:
        LOGGER.exception("Document %s of interviews failed", pk)
        finish(job, Job.Status.FAILED, failure=FAILED.format(number=pk))


def _content(job: InterviewDocument, progress: Progress) -> bytes:
    html = html_of(job.assessment, job.order, with_names=job.with_names, language=job.language, progress=progress)
    if job.format == InterviewDocument.Format.DOCX:
        return word_file(html)

    def on_page(number: int) -> None:
        progress(min(LAID_OUT, WRITTEN + number // 4), LAYING_OUT.format(number=number))

    return make_pdf(html, on_page=on_page)


def html_of(assessment: Assessment, order: str, *, with_names: bool, language: str, progress: Progress) -> str:
    """The whole document, in the language of labels that is active. `progress(per cent, step)` may raise to stop."""
    clear = _keep if with_names else _clearing(assessment)
    told = list(_told(assessment, progress))
    if order == InterviewDocument.Order.SECTION:
        parts = _by_section(assessment, told, with_names)
    else:
        parts = _by_interview(assessment, told, order, with_names)
    context = {
        "assessment": assessment,
        "demonstration": band(assessment, language),
        "language": language,
        "with_names": with_names,
        "order": InterviewDocument.Order(order).label,
        "held": len(told),
        "today": timezone.localdate(),
        "parts": [clear(part) for part in parts],
    }
    page: str = render_to_string("reports/interviews/_document.html", context)
    return page


def _keep(html: str) -> str:
    return html


def _clearing(assessment: Assessment) -> Callable[[str], str]:
    finder, agencies = finder_for(assessment), not may_name_agencies(assessment)
    return lambda html: withhold_in_html(html, finder, agencies)


def _told(assessment: Assessment, progress: Progress) -> Iterator[Told]:
    """The interviews that count, the earliest first, one at a time with its answers."""
    rows = Interview.objects.for_assessment(assessment).for_counting().with_organisation().order_by("held_at", "number")
    found = list(rows)
    consents, participants = consents_of(found), participants_in(found)
    language = assessment.report_language
    for number, interview in enumerate(found, start=1):
        progress(number * WRITTEN // len(found), WRITING.format(name=interview.code))
        interview.assessment = assessment  # its guide is parsed already
        answers = list(Answer.objects.filter(interview=interview).order_by("pk"))
        yield Told(
            interview,
            consents[interview.pk],
            by_part(participants[interview.pk]),
            sections_of(interview, answers, language=language),
            dropped_of(interview, answers, language=language),
            _waiting(interview),
        )


def _waiting(interview: Interview) -> tuple[str, ...]:
    found = Answer.objects.filter(interview=interview, set_asides__isnull=False, set_asides__settled_at=None)
    return tuple(found.order_by("pk").values_list("question", flat=True).distinct())


def _by_interview(assessment: Assessment, told: list[Told], order: str, with_names: bool) -> Iterator[str]:
    """A heading for each day or sector, with its interviews."""
    if order == InterviewDocument.Order.SECTOR:
        places = [*Sector.values, ""]
        told = sorted(told, key=lambda one: places.index(one.sector))  # stable: by time within each

    def group_of(one: Told) -> str:
        if order == InterviewDocument.Order.SECTOR:
            return one.sector_label
        return page_day(one.interview.held_at)

    for heading, group in groupby(told, key=group_of):
        yield _part("_group", heading=heading)
        for one in group:
            yield _part("_interview", assessment=assessment, told=one, with_names=with_names)


@dataclass(frozen=True)
class AnswerOf:
    told: Told
    notes: str


def _by_section(assessment: Assessment, told: list[Told], with_names: bool) -> Iterator[str]:
    """Each question of the guides that were used, with the answers of all interviews."""
    if not told:
        return
    language = assessment.report_language
    values = assessment.placeholders_in(language)
    guides = guides_in(assessment, {one.interview.guide_version_id for one in told})
    answers: dict[str, list[AnswerOf]] = {}
    for one in told:
        questions = [question for section in one.sections for question in section.questions]
        for noted in [*questions, *one.dropped]:
            if noted.notes:
                answers.setdefault(noted.name, []).append(AnswerOf(one, noted.notes))
    yield _part("_list", told=told, with_names=with_names)
    shown: set[str] = set()
    for code, section in sections_in(guides.values()).items():
        asked = [one for one in told if code in one.interview.sections]
        missed = [one.interview.code for one in told if code in one.interview.not_reached]
        title = section.title.translate(language, **values)
        yield _part("_section", code=code, title=title, asked=len(asked), held=len(told), missed=missed)
        for question in section.questions:
            shown.add(question.name)
            text = question.text.translate(language, **values)
            yield _answers(question.name, text, answers.get(question.name, []), with_names)
    earlier = {row.name: row.text for one in told for row in one.dropped if row.name not in shown}
    if earlier:
        yield _part("_section", title=_("Questions of an earlier guide"))
        for name, text in earlier.items():
            yield _answers(name, text, answers.get(name, []), with_names)


def _answers(name: str, text: str, found: Iterable[AnswerOf], with_names: bool) -> str:
    return _part("_answers", name=name, text=text, answers=list(found), with_names=with_names)


def _part(template: str, **context: Any) -> str:
    html: str = render_to_string(f"reports/interviews/{template}.html", context)
    return html
