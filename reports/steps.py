"""The state of analysis and report, and the tasks and tabs of the report."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from assessments.archiving import closed_before_archiving
from assessments.models import Assessment
from assessments.navigation import Tab, tabs_of
from assessments.next_steps import Situation, Task, tasks_of
from assessments.snapshot import Rows
from assessments.steps import StepState, state_of
from assessments.uses import Use
from ctnat.ui.names import language_name
from reports.models import (
    Build,
    Edition,
    Mention,
    Report,
    ReportLanguage,
    ReturnedFile,
    ReviewItem,
    ReviewRound,
    Section,
    SectionTranslation,
    ShareLink,
)

PAGES = ("check", "languages", "settings", "builds", "editions", "review", "comments", "matrix")
NOT_WITHOUT_A_REPORT = tuple(f"report/{page}/" for page in PAGES)


@closed_before_archiving
def review_is_open(assessment: Assessment) -> list[Use]:
    rounds = ReviewRound.objects.for_assessment(assessment).for_returning().order_by("number")
    return [Use(str(row), f"report/review/{row.number}/") for row in rounds]


def newest_edition(assessment: Assessment) -> QuerySet[Report, Any]:
    """The report with its newest edition, without a number where there is none; no row where there is no report."""
    newest = Edition.objects.filter(report__assessment=assessment).order_by("-number").values("pk")[:1]
    this = Q(editions=None) | Q(editions=Subquery(newest))
    found = Report.objects.for_assessment(assessment).filter(this).order_by("pk")
    return found.values("revision", "editions__number", "editions__kind")


@state_of("report", newest_edition)
def report(assessment: Assessment, rows: Rows) -> StepState:
    if not rows:
        return StepState(hidden=NOT_WITHOUT_A_REPORT)
    revision, number, kind = rows[-1].values()
    if number is None:
        return (
            StepState("current", _("Report in draft")) if revision > 1 else StepState()
        )  # written in since it was made
    note = _("Edition {number}: {label}").format(number=number, label=Edition.Kind(kind).label.lower())
    return StepState("done" if kind == Edition.Kind.FINAL else "current", note)


@tasks_of(
    "reports",
    report=newest_edition,
    empty=lambda assessment: (
        Section.objects.for_assessment(assessment).filter(kind="", body="", hidden=False, children=None).values("key")
    ),
    builds=lambda assessment: (
        Build.objects.for_assessment(assessment).order_by("pk").values("pk", "format", "language", "status")
    ),
    files=lambda assessment: (
        Edition.objects.for_assessment(assessment)
        .exclude(failure="")
        .filter(erased_at=None)
        .order_by("number")
        .values("number")
    ),
    stale=lambda assessment: (
        SectionTranslation.objects.filter(section__report__assessment=assessment, section__hidden=False)
        .filter(Exists(ReportLanguage.objects.for_printing().filter(_same_language())))
        .exclude(of_revision=F("section__revision"))
        .order_by("language")
        .values("language")
    ),
    mentions=lambda assessment: (
        Mention.objects.for_assessment(assessment).waiting().order_by("pk").values("member", "item", "item__parent")
    ),
    entries=lambda assessment: (
        ReviewItem.objects.for_assessment(assessment)
        .filter(disposition="", round__isnull=False)
        .exclude(kind=ReviewItem.Kind.REPLY)
        .order_by("round__number")
        .values("round__number")
    ),
    unread=lambda assessment: (
        ReturnedFile.objects.for_assessment(assessment)
        .filter(status=ReturnedFile.Status.FAILED)
        .order_by("pk")
        .values("round__number")
    ),
    links=lambda assessment: (
        ShareLink.objects.for_assessment(assessment).filter(revoked_at=None).order_by().values("expires_at")
    ),
)
def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]:
    if not rows["report"]:
        yield Task("report", _("Create the report"), "report/", "report.edit", missing=True)
        return
    threads = {row["item__parent"] or row["item"] for row in rows["mentions"] if row["member"] == seen.user}
    if threads:
        path = f"report/comments/{min(threads)}/" if len(threads) == 1 else "report/comments/"
        text = ngettext("Read {n} comment that mentions you", "Read {n} comments that mention you", len(threads))
        text = text.format(n=len(threads))
        yield Task("report", text, path, "report.comment", urgent=True, remains=True)
    newest = {(row["format"], row["language"]): row for row in rows["builds"]}
    for row in newest.values():
        if row["status"] == Build.Status.FAILED:
            text = _("Try again: a file of the report could not be made")
            yield Task("report", text, f"report/builds/{row['pk']}/", "report.build", urgent=True)
    for row in rows["files"]:
        text = _("Try again: a file of edition {number} could not be made").format(number=row["number"])
        yield Task("report", text, "report/editions/", "report.publish", urgent=True, remains=True)
    for number in dict.fromkeys(row["round__number"] for row in rows["unread"]):
        text = _("Look at a file that could not be read: review round {number}").format(number=number)
        yield Task("report", text, f"report/review/{number}/", "report.edit", remains=True)
    for number, n in Counter(row["round__number"] for row in rows["entries"]).items():
        text = ngettext(
            "Answer {n} comment of reviewers: round {number}", "Answer {n} comments of reviewers: round {number}", n
        ).format(n=n, number=number)
        yield Task("report", text, f"report/review/{number}/entries/?state=open", "report.edit", remains=True)
    if empty := len(rows["empty"]):
        text = ngettext("Write {n} section that is still empty", "Write {n} sections that are still empty", empty)
        yield Task("report", text.format(n=empty), "report/", "report.edit", missing=True)
    for language, stale in Counter(row["language"] for row in rows["stale"]).items():
        text = ngettext(
            "Update the translation of {n} section: {language}",
            "Update the translation of {n} sections: {language}",
            stale,
        ).format(n=stale, language=language_name(language))
        yield Task("report", text, f"report/languages/{language}/", "report.edit", missing=True)
    if rows["report"][-1]["editions__number"] is None:
        text = _("Check the report and create an edition")
        yield Task("report", text, "report/check/", "report.edit", missing=True)
    elif not seen.is_final:
        yield Task("report", _("Make the final edition"), "report/editions/", "report.publish", missing=True)
    elif all(row["expires_at"] <= seen.now for row in rows["links"]):
        text = _("Share the final edition with a link")
        yield Task("report", text, "report/editions/", "report.share", remains=True)


def _same_language() -> Q:
    return Q(report=OuterRef("section__report"), language=OuterRef("language"))


tabs_of(
    "report",
    Tab("report/", gettext_lazy("Outline")),
    Tab("report/check/", gettext_lazy("Check")),
    Tab("report/languages/", gettext_lazy("Languages")),
    Tab("report/settings/", gettext_lazy("Settings")),
    Tab("report/builds/", gettext_lazy("Download")),
    Tab("report/editions/", gettext_lazy("Editions"), also=("report/shares/",)),
)

tabs_of(
    "review",
    Tab("report/review/", gettext_lazy("Review rounds")),
    Tab("report/comments/", pgettext_lazy("report", "Comments")),
    Tab("report/matrix/", gettext_lazy("Response matrix")),
)
