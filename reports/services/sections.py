"""Edit, add, move and hide the sections of a report. Every earlier text is kept."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.known_names import without_names
from assessments.models import User
from assessments.once import key_detail, made_before
from reports.models import Report, Section, SectionRevision, SectionTranslation

MAX_BODY = 1_000_000  # characters of one section; a narrative of 200 pages has about half of that
MAX_DEPTH = 3  # chapter, section, part


class EditConflict(Exception):
    """Another person saved `section` meanwhile. Nothing was changed; `section` holds the saved text."""

    def __init__(self, section: Section | SectionTranslation):
        self.section = section
        super().__init__(_("“{title}” was saved by another member in the meantime.").format(title=section.title))


def store_revision(section: Section, by: User | None) -> None:
    """Store the section's current text among its revisions."""
    SectionRevision.objects.create(
        section=section, revision=section.revision, title=section.title, body=section.body, by=by
    )


def raise_revision(report: Report) -> None:
    """Count a change of the report's text."""
    Report.objects.filter(pk=report.pk).update(revision=F("revision") + 1)


def check_text(title: str, body: str) -> None:
    if "\x00" in title or "\x00" in body:
        raise ValidationError(
            _("The text contains a null character, which cannot be stored. Delete it and save again.")
        )
    if not title.strip():
        raise ValidationError({"title": _("Enter a title for the section.")})
    if len(title) > 300:
        raise ValidationError({"title": _("The title has {n} characters. Shorten it to 300.").format(n=len(title))})
    if len(body) > MAX_BODY:
        raise ValidationError(
            {
                "body": _(
                    "The section has {n:,} characters; the limit is {max_body:,}. Split it into two sections."
                ).format(n=len(body), max_body=MAX_BODY)
            }
        )


@transaction.atomic
def edit_section(
    *, section: Section, body: str, by: User | None, revision: int | None = None, title: str | None = None
) -> Section:
    """Save a section's text. `revision` is the one the editor started from; None overwrites whatever is there.

    Raises `EditConflict` where the stored text is newer and different, `ValidationError` for a text that cannot be
    kept.
    """
    section = Section.objects.select_for_update(of=("self",)).select_related("report__assessment").get(pk=section.pk)
    title = section.title if title is None else title
    body = body.replace("\r\n", "\n")
    check_text(title, body)
    if (title, body) == (section.title, section.body):
        return section
    if revision is not None and revision != section.revision:
        raise EditConflict(section)
    section.title, section.body, section.updated_by = title, body, by
    section.revision += 1
    section.save(update_fields=["title", "body", "revision", "updated_by", "updated_at"])
    store_revision(section, by)
    raise_revision(section.report)
    record(
        "report.section_edited",
        by=by,
        assessment=section.report.assessment,
        target=section,
        key=section.key,
        revision=section.revision,
    )
    return section


@transaction.atomic
def restore_section(*, section: Section, number: int, by: User | None, revision: int) -> Section:
    """Make an earlier text the current one; the text it replaces stays among the earlier ones.

    `number` is the earlier text's revision, `revision` the current one that the user saw. Raises
    `SectionRevision.DoesNotExist`, and `EditConflict` where the section was saved in the meantime.
    """
    earlier = section.revisions.for_language("").get(revision=number)
    return edit_section(section=section, title=earlier.title, body=earlier.body, by=by, revision=revision)


def _depth(section: Section | None) -> int:
    depth = 0
    while section is not None:
        depth, section = depth + 1, section.parent
    return depth


def _height(section: Section) -> int:
    return 1 + max((_height(child) for child in section.children.all()), default=0)


def _free_key(report: Report, title: str) -> str:
    """A slug of the title, without names: it is part of addresses and of the audit log."""
    base = slugify(without_names(report.assessment, title))[:50] or "section"
    taken = set(report.sections.values_list("key", flat=True))
    return next(key for key in [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))] if key not in taken)


@transaction.atomic
def add_section(
    *,
    report: Report,
    title: str,
    by: User | None,
    parent: Section | None = None,
    body: str = "",
    kind: str = "",
    position: int | None = None,
    form_key: UUID | None = None,
) -> Section:
    """A new section at `position` among its siblings (the last if None). Raises `ValidationError`.

    The same form (`form_key`) with the same title and place makes one section.
    """
    check_text(title, body)
    _lock_outline(report)
    if same := made_before(
        "report.section_added",
        form_key,
        new=Section(report=report, title=title, parent=parent),
        names=("title", "parent"),
        rows=report.sections.all(),
        assessment=report.assessment,
        by=by,
    ):
        return same
    if parent is not None and (parent.report_id != report.pk or _depth(parent) >= MAX_DEPTH):
        raise ValidationError(_("Choose a chapter or section of this report as its parent."))
    section = Section.objects.create(
        report=report,
        key=_free_key(report, title),
        parent=parent,
        kind=kind,
        title=title,
        body=body,
        position=Section.objects.filter(report=report, parent=parent).count(),
        updated_by=by,
    )
    store_revision(section, by)
    if position is not None:
        _place(section, parent, position)
    raise_revision(report)
    detail = {"key": section.key, **key_detail(form_key)}
    record("report.section_added", by=by, assessment=report.assessment, target=section, **detail)
    return section


def _lock_outline(report: Report) -> None:
    """Keys and positions of sections change one at a time."""
    Report.objects.select_for_update(no_key=True).only("pk").get(pk=report.pk)


def _place(section: Section, parent: Section | None, position: int) -> None:
    """Put `section` at `position` under `parent` and number its siblings anew."""
    siblings = list(Section.objects.filter(report=section.report_id, parent=parent).exclude(pk=section.pk))
    siblings.insert(max(0, min(position, len(siblings))), section)
    section.parent = parent
    for place, sibling in enumerate(siblings):
        sibling.position = place
    Section.objects.bulk_update(siblings, ["position", "parent"])


@transaction.atomic
def move_section(*, section: Section, position: int, by: User | None, parent: Section | str | None = "same") -> Section:
    """Put a section at `position` (from 0) among the children of `parent`; "same" keeps its parent, None is top level.

    Raises `ValidationError` for a place inside itself, in another report, or deeper than three levels.
    """
    _lock_outline(section.report)
    section = Section.objects.select_related("report__assessment", "parent").get(pk=section.pk)
    target = section.parent if isinstance(parent, str) else parent
    above = target
    while above is not None:
        if above.pk == section.pk or above.report_id != section.report_id:
            raise ValidationError(_("A section cannot be moved into itself. Choose another place."))
        above = above.parent
    if _depth(target) + _height(section) > MAX_DEPTH:
        raise ValidationError(_("Reports have three levels: chapter, section and part. Choose a place higher up."))
    _place(section, target, position)
    raise_revision(section.report)
    record("report.section_moved", by=by, assessment=section.report.assessment, target=section, key=section.key)
    return section


@transaction.atomic
def hide_section(*, section: Section, by: User | None, hidden: bool = True) -> Section:
    """Leave a section and what is under it out of the document, or bring it back. Its text is kept."""
    if section.hidden != hidden:
        section.hidden = hidden
        section.save(update_fields=["hidden"])
        raise_revision(section.report)
        record(
            "report.section_hidden" if hidden else "report.section_shown",
            by=by,
            assessment=section.report.assessment,
            target=section,
            key=section.key,
        )
    return section
