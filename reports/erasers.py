"""Where the report contains words of what is erased: editions and review rounds, whose text and files can be erased,
and sections. Who the reviewers are is erased with the names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from assessments.audit import record
from assessments.erasers import AssessmentRows, Copies, Copy, Part, cites, expires, holds_rows, keeps_copies, retains
from assessments.models import Assessment, User
from assessments.personal_data import Person, Place, Table, matches
from assessments.uses import Use
from ctnat.ui.languages import english_name
from reports.document.parser import cited_codes
from reports.models import (
    AssessmentExport,
    Build,
    Edition,
    EditionFile,
    EditionTranslation,
    InterviewDocument,
    MemberComment,
    Report,
    ReturnedFile,
    Reviewer,
    ReviewItem,
    ReviewRound,
    Section,
    ShareLink,
    WordTemplate,
)
from reports.uses import texts_of

PREFIX, ROUND, COMMENT = "edition:", "round:", "comment:"
WORDS_OF_ITEM = ("before", "after", "text", "patched", "response", "changed")


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
        return found + [
            Copy(f"{ROUND}{each.pk}", _("Report: {title}").format(title=each), f"report/review/{each.number}/")
            for each in ReviewRound.objects.for_assessment(assessment)
            .filter(erased_at=None)
            .prefetch_related("items", "returned")
            if _has_words(" ".join(_texts_of_round(each)), words)
        ]

    @transaction.atomic
    def withdraw(self, assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
        """Erase text and files of editions, with those of their review rounds, and of review rounds; disable their
        links. The record that an edition or a round existed is kept, and how each comment was decided."""
        keys = list(keys)
        pks = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
        editions = Edition.objects.for_assessment(assessment).filter(pk__in=pks, erased_at=None)
        of_rounds = [int(key.removeprefix(ROUND)) for key in keys if key.startswith(ROUND)]
        rounds = ReviewRound.objects.for_assessment(assessment).filter(erased_at=None)
        rounds = rounds.filter(Q(pk__in=of_rounds) | Q(edition__in=[edition.pk for edition in editions]))
        alone = sum(each.edition_id not in {edition.pk for edition in editions} for each in rounds)
        for each in rounds:
            _erase_words(each)
            record("report.review_erased", by=by, assessment=assessment, target=each)
        for edition in editions:
            erase_files(EditionFile.objects.filter(edition=edition))
            edition.translations.all().delete()
            ShareLink.objects.filter(edition=edition, revoked_at=None).update(revoked_at=timezone.now())
            edition.captured, edition.paragraphs, edition.what_changed = None, [], ""
            edition.open_points, edition.failure, edition.erased_at = [], "", timezone.now()
            edition.save()
            record("report.edition_erased", by=by, assessment=assessment, target=edition)
        return len(editions) + alone

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
        documents = InterviewDocument.objects.for_assessment(assessment)
        documents.filter(status__in=(Build.Status.WAITING, Build.Status.RUNNING)).update(cancel_requested=True)
        erase_files(documents.exclude(file=""))


@keeps_copies("reports: comments of members")
class CommentsOfMembers(Copies):
    def find(self, assessment: Assessment, words: Sequence[str]) -> list[Copy]:
        """Comments and replies of members that contain one of the words, or are about a passage that does."""
        rows = ReviewItem.objects.for_assessment(assessment).filter(round=None).select_related("member_comment")
        return [
            Copy(
                f"{COMMENT}{row.pk}",
                _("Report: {title}").format(title=row),
                f"report/comments/{row.parent_id or row.pk}/",
            )
            for row in rows.order_by("number")
            if _has_words("\n".join([row.before, row.text, *_around(row)]), words)
        ]

    @transaction.atomic
    def withdraw(self, assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
        """Erase the words of comments. That they were written, by whom and when, is kept."""
        pks = [int(key.removeprefix(COMMENT)) for key in keys if key.startswith(COMMENT)]
        rows = ReviewItem.objects.for_assessment(assessment).filter(round=None, pk__in=pks)
        for row in rows:
            row.before, row.text = "", ""
            row.save(update_fields=["before", "text"])
            for around in MemberComment.objects.filter(item=row):
                around.before, around.after = "", ""
                around.save(update_fields=["before", "after"])
            record("report.comment_erased", by=by, assessment=assessment, target=row)
        return len(rows)

    def forget_drafts(self, assessment: Assessment) -> None:
        """There are none."""


def _around(row: ReviewItem) -> list[str]:
    return [row.member_comment.before, row.member_comment.after] if hasattr(row, "member_comment") else []


def _texts_of_round(of_round: ReviewRound) -> Iterator[str]:
    yield of_round.note
    for item in of_round.items.all():
        yield from (getattr(item, name) for name in WORDS_OF_ITEM)
    for file in of_round.returned.all():
        yield from _strings(file.unplaced)


def _erase_words(of_round: ReviewRound) -> None:
    """What was sent out in a round and what came back. Files are deleted on commit."""
    _delete_stored([of_round.file.name, of_round.snapshot.name, of_round.tracked_file.name])
    _forget_returned(ReturnedFile.objects.filter(round=of_round))
    for item in of_round.items.all():
        for name in WORDS_OF_ITEM:
            setattr(item, name, "")
        item.about = []
        item.save()
    of_round.file, of_round.snapshot, of_round.tracked_file, of_round.note = "", "", "", ""
    of_round.tracked_by = ""
    of_round.erased_at = timezone.now()
    of_round.save()


def _forget_returned(rows: Any) -> None:
    """The content of returned files; that they came, and when, is kept."""
    _delete_stored(rows.values_list("file", flat=True))
    for row in rows:
        row.file, row.unplaced = "", []
        row.save(update_fields=["file", "unplaced"])


@expires
def expired_exports() -> int:
    """Exports are kept for a week; the rows go with their files."""
    return erase_files(AssessmentExport.objects.expired())


@expires
def expired_interview_documents() -> int:
    return erase_files(InterviewDocument.objects.expired())


def erase_files(rows: Any) -> int:
    """Delete the rows; their files are deleted on commit. Returns how many rows."""
    names = list(rows.values_list("file", flat=True))
    rows.delete()
    _delete_stored(names)
    return len(names)


def _delete_stored(names: Iterable[str | None]) -> None:
    for name in list(names):
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
        "reports.InterviewDocument": "likewise",
        "reports.Edition": "as for builds",
        "reports.EditionFile": "as for builds",
        "reports.ShareLink": "links to an edition; who made one is in the table of work",
        "reports.MemberComment": "words round those that a comment is about; who resolved it is in the table of work",
        "reports.Mention": "whom of the team a comment tells; who wrote it is in the table of work",
        "reports.WordTemplate": "the look of the report's Word files; who uploaded it is in the table of work",
        "reports.ReviewRound": "an edition given to reviewers; who opened one is in the table of work",
    }
    exported: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "reports.Reviewer": ("reviewers",),
        "reports.ReturnedFile": ("files_returned",),
        "reports.ReviewItem": ("review_comments",),
    }

    def find_person(self, assessment: Assessment, words: str) -> list[Place]:
        return [
            Place(
                "reviewer",
                row.pk,
                _("Reviewer of the report"),
                row.name,
                row.email,
                model="reports.reviewer",
                path=f"report/review/{row.round.number}/",
            )
            for row in Reviewer.objects.for_assessment(assessment).select_related("round__report__assessment")
            if matches(words, row.name, row.email) or _writes_as(row, words)
        ]

    def tables_of(self, assessment: Assessment, person: Person) -> list[Table]:
        own = Reviewer.objects.for_assessment(assessment).filter(pk__in=person.keys("reviewer")).order_by("pk")
        files = ReturnedFile.objects.filter(reviewer__in=own).order_by("pk")
        items = ReviewItem.objects.filter(file__in=files).select_related("round").for_list().order_by("pk")
        return [
            Table.of(
                "reviewers",
                "Reviews of the report",
                "name address language category round invited reminded downloaded returned link_revoked",
                (
                    (
                        row.name,
                        row.email,
                        english_name(row.language),
                        row.category,
                        row.round.number,
                        row.invited_at,
                        row.reminded_at,
                        row.downloaded_at,
                        row.returned_at,
                        row.revoked_at,
                    )
                    for row in own.select_related("round")
                ),
            ),
            Table.of(
                "files_returned",
                "Files returned in reviews of the report",
                "received status checksum",
                ((row.created_at, row.get_status_display(), row.checksum) for row in files),
            ),
            Table.of(
                "review_comments",
                "Comments on the report, and changes proposed to it",
                "round number kind section author written before after comment disposition response",
                (
                    (
                        row.round.number if row.round else "",
                        row.number,
                        row.get_kind_display(),
                        row.section_title,
                        row.author,
                        row.at,
                        *map(person.clear, (row.before, row.after, row.text)),
                        row.get_disposition_display(),
                        person.clear(row.response),
                    )
                    for row in items
                ),
            ),
        ]

    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("sections of the report"), Section.objects.for_assessment(assessment).count()),
            Part(N_("editions"), Edition.objects.for_assessment(assessment).count()),
            Part(N_("comments on the report"), ReviewItem.objects.for_assessment(assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        erase_files(EditionFile.objects.filter(edition__report__assessment=assessment))
        erase_files(Build.objects.for_assessment(assessment))
        erase_files(AssessmentExport.objects.for_assessment(assessment))
        erase_files(InterviewDocument.objects.for_assessment(assessment))
        erase_files(ReturnedFile.objects.for_assessment(assessment))
        rounds = ReviewRound.objects.for_assessment(assessment)
        for column in ("snapshot", "tracked_file"):
            _delete_stored(rounds.values_list(column, flat=True))
        erase_files(rounds)
        Edition.objects.for_assessment(assessment).delete()
        erase_files(WordTemplate.objects.filter(report__assessment=assessment))
        Report.objects.for_assessment(assessment).delete()


def _writes_as(reviewer: Reviewer, words: str) -> bool:
    """Whether a comment in a file of theirs was written under a name that has the words."""
    rows = ReviewItem.objects.filter(file__reviewer=reviewer).only("author", "report__assessment")
    return any(matches(words, author) for author in {row.author for row in rows} if author)


@retains("names")
class Reviewers(AssessmentRows):
    """Addresses of reviewers, names as written in their files, and the files, which contain such names."""

    def parts(self, assessment: Assessment) -> list[Part]:
        rows = Reviewer.objects.for_assessment(assessment)
        return [
            Part(N_("addresses of reviewers"), rows.exclude(email="").count()),
            Part(N_("files of reviewers"), ReturnedFile.objects.for_assessment(assessment).exclude(file="").count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        """What they commented, and how it was answered, is kept, by the office that the reviewer stands for."""
        rows = Reviewer.objects.for_assessment(assessment)
        rows.filter(revoked_at=None).update(revoked_at=timezone.now())
        rows.update(email="")
        _forget_returned(ReturnedFile.objects.for_assessment(assessment))
        ReviewItem.objects.for_assessment(assessment).update(author="")
