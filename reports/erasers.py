"""Where the report contains words of what is erased: editions, whose text and files can be erased, and sections."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from assessments.audit import record
from assessments.erasers import AssessmentRows, Copies, Copy, Part, cites, expires, holds_rows, keeps_copies
from assessments.models import Assessment, User
from assessments.uses import Use
from reports.document.parser import cited_codes
from reports.models import AssessmentExport, Build, Edition, EditionFile, EditionTranslation, Report, Section, ShareLink
from reports.uses import texts_of

PREFIX = "edition:"


@keeps_copies("reports")
class Editions(Copies):
    def find(self, assessment: Assessment, words: Sequence[str]) -> list[Copy]:
        """Editions with one of the words in their paragraphs or in the captured document. Those that were made before
        documents were captured are offered too: the contents of their files are not known."""
        found = []
        editions = Edition.objects.for_assessment(assessment).filter(erased_at=None).prefetch_related("translations")
        for edition in editions.order_by("number"):
            unknown = edition.captured is None and not edition.paragraphs
            held: list[Edition | EditionTranslation] = [edition, *edition.translations.all()]
            texts = [_text_of(one.captured) for one in held]
            texts += [" ".join(row[2] for row in one.paragraphs) for one in held]
            if unknown or any(word in text for text in map(_plain, texts) for word in map(_plain, words)):
                note = _("It may contain the words: its text was not stored.") if unknown else ""
                found.append(
                    Copy(f"{PREFIX}{edition.pk}", _("Report: {title}").format(title=edition), "report/editions/", note)
                )
        return found

    @transaction.atomic
    def withdraw(self, assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
        """Erase text and files of editions, and disable their links. The record that an edition existed is kept."""
        pks = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
        editions = Edition.objects.for_assessment(assessment).filter(pk__in=pks, erased_at=None)
        for edition in editions:
            erase_files(EditionFile.objects.filter(edition=edition))
            edition.translations.all().delete()
            ShareLink.objects.filter(edition=edition, revoked_at=None).update(revoked_at=timezone.now())
            edition.captured, edition.paragraphs, edition.what_changed = None, [], ""
            edition.open_points, edition.failure, edition.erased_at = [], "", timezone.now()
            edition.save()
            record("report.edition_erased", by=by, assessment=assessment, target=edition)
        return len(editions)

    def forget_drafts(self, assessment: Assessment) -> None:
        """The files of finished builds: they can be made again from the report. Running builds are cancelled."""
        running = Build.objects.for_assessment(assessment).filter(
            status__in=(Build.Status.WAITING, Build.Status.RUNNING)
        )
        running.update(cancel_requested=True)
        erase_files(Build.objects.for_assessment(assessment).exclude(file=""))
        exports = AssessmentExport.objects.for_assessment(assessment)
        exports.filter(status__in=(Build.Status.WAITING, Build.Status.RUNNING)).update(cancel_requested=True)
        erase_files(exports.exclude(file=""))


@expires
def expired_exports() -> int:
    """Exports are kept for a week; the rows go with their files."""
    found = AssessmentExport.objects.expired()
    count = found.count()
    erase_files(found)
    return count


def erase_files(rows: Any) -> None:
    """Delete the rows; their files are deleted on commit."""
    names = list(rows.values_list("file", flat=True))
    rows.delete()
    for name in names:
        if name:
            transaction.on_commit(partial(default_storage.delete, name))


def _text_of(captured: Any) -> str:
    return " ".join(_strings(captured))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


_FOLDED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " "})


def _plain(text: str) -> str:
    """The text without what the report's typography changes: quotation marks and white space do not count."""
    for entity, sign in (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        text = text.replace(entity, sign)
    return " ".join(text.translate(_FOLDED).split())


def _has_words(text: str, words: Sequence[str]) -> bool:
    plain = _plain(text) if words else ""
    return any(_plain(word) in plain for word in words)


@cites("reports")
def sections(assessment: Assessment, key: str, words: Sequence[str]) -> list[Use]:
    """Texts of sections, in any language, that cite a source or contain one of the words."""
    code = key.removeprefix("document:") if key.startswith("document:") else ""
    found: list[Use] = []
    rows = Section.objects.for_assessment(assessment).prefetch_related("revisions", "translations")
    for section in rows.order_by("position", "pk"):
        uses = []
        for text in texts_of(section):
            cited = bool(code) and code in cited_codes(text.body)
            if cited or _has_words(text.body, words):
                label = text.label if cited else _("{place}, where the same words are typed").format(place=text.label)
                uses.append(Use(label, text.path))
        found += uses
        if not uses and any(_has_words(row.body, words) for row in section.revisions.all()):
            label = _("Report: {title}, where the same words were typed in an earlier text")
            label = label.format(title=section.title)
            found.append(Use(label, f"report/sections/{section.key}/history/"))
    return found


@holds_rows(6)
class ReportRows(AssessmentRows):
    impersonal: ClassVar[Mapping[str, str]] = {
        "reports.Report": "about the report",
        "reports.Section": "texts of the report, in which names are withheld; who changed one is in the table of work",
        "reports.SectionRevision": "as for sections",
        "reports.ReportLanguage": "settings",
        "reports.SectionTranslation": "as for sections",
        "reports.EditionTranslation": "as for builds",
        "reports.NameDecision": "about a word of the report, under a fingerprint; who decided is in the table of work",
        "reports.Build": "files of the report; who requested one is in the table of work",
        "reports.AssessmentExport": "as for builds; its file is made anew from what is stored, and expires",
        "reports.Edition": "as for builds",
        "reports.EditionFile": "as for builds",
        "reports.ShareLink": "links to an edition; who made one is in the table of work",
    }

    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("sections of the report"), Section.objects.for_assessment(assessment).count()),
            Part(N_("editions"), Edition.objects.for_assessment(assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        erase_files(EditionFile.objects.filter(edition__report__assessment=assessment))
        erase_files(Build.objects.for_assessment(assessment))
        erase_files(AssessmentExport.objects.for_assessment(assessment))
        Edition.objects.for_assessment(assessment).delete()
        Report.objects.for_assessment(assessment).delete()
