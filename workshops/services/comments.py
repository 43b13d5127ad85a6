"""The register of responses: statements on findings, their dispositions and the reasons. The finding itself stays."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.audit import record
from assessments.fields import sealed
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.names import language_name
from indicators.models import Recommendation
from indicators.services.checks import check_evidence, check_text
from indicators.services.recommendations import edit_recommendation
from indicators.services.translations import save_translation
from indicators.translated import Translated, wordings_mark
from indicators.translation_states import may_translate_into
from workshops.agenda import seen_line
from workshops.models import Comment, Verdict, Workshop
from workshops.targets import check_target, find_recommendation, stored_labels

TEXTS = {"finding": gettext_lazy("finding"), "statement": gettext_lazy("statement"), "who": gettext_lazy("who")}
DECIDED_ON = ("statement", "finding", "target", "kind")


@transaction.atomic
def add_comment(
    *,
    assessment: Assessment,
    statement: str,
    who: str = "",
    target: str = "",
    finding: str = "",
    source: str = "",
    kind: str = "note",
    stage: str = "validation",
    language: str = "",
    workshop: Workshop | None = None,
    by: User | None,
) -> Comment:
    """Add a statement on a finding, recommendation or cell, without a disposition yet. `who` is in general terms,
    `language` is that of the statement, empty where it is not known."""
    lock_assessment(assessment)
    comment = Comment(assessment=assessment, workshop=workshop, language=_check_language(language))
    _fill(comment, statement=statement, who=who, target=target, finding=finding, source=source, kind=kind, stage=stage)
    there = Comment.objects.for_assessment(assessment).filter(target=comment.target, stage=comment.stage)
    said = [getattr(comment, name) for name in TEXTS]
    if any(said == [getattr(row, name) for name in TEXTS] for row in there):  # sent twice on a slow line
        raise InputError(_("This response is already in the list. Nothing was added."))
    comment.save()
    record("response.added", by=by, assessment=assessment, target=comment, about=target, stage=stage)
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, by: User | None, revision: int | None = None, **fields: Any) -> Comment:
    """Correct a statement. A decision was made on the earlier words: where those that it rests on
    change, the response is open again, and its reason is kept for the lead to decide anew."""
    row = _current(comment, revision)
    known = (*TEXTS, "target", "source", "kind", "stage")
    before = [getattr(row, name) for name in DECIDED_ON]
    _fill(row, **{name: fields.get(name, getattr(row, name)) for name in known})
    row.language = _check_language(fields.get("language", row.language))
    is_open_again = bool(row.disposition) and before != [getattr(row, name) for name in DECIDED_ON]
    if is_open_again:
        row.disposition, row.decided_by, row.decided_at = "", None, None
    row.revision += 1
    row.save()
    record("response.changed", by=by, assessment=row.assessment, target=row, open_again=is_open_again)
    return row


@transaction.atomic
def resolve_comment(
    *,
    comment: Comment,
    disposition: str,
    reason: str,
    changed: str = "",
    by: User | None,
    revision: int | None = None,
    translations: str | None = None,
) -> Comment:
    """Accept, amend, note or decline, with the reason; `changed` is what is now different in the report.

    `translations` is the mark of the working translations of the statement that were on the page
    (`wordings_mark`), which are stored with the decision; where they are others by now, `ConflictError` is raised.
    """
    row = _current(comment, None)
    wanted = (disposition, reason.strip(), changed.strip())
    if revision is not None and row.revision == revision + 1 and wanted == (row.disposition, row.reason, row.changed):
        return row  # sent twice on a slow line
    _check_revision(row, revision)
    if disposition not in Comment.Disposition.values or not disposition:
        raise InputError({"disposition": _("Choose accepted, amended, noted or declined.")})
    reason = check_text(reason, _("reason"))
    if not reason:
        raise InputError({"reason": _("Give the reason in a sentence. It is printed next to the statement.")})
    row.decided_on = _translations_seen(row, translations)
    row.disposition, row.reason, row.changed = disposition, reason, check_text(changed, _("change"))
    row.decided_by, row.decided_at, row.revision = by, timezone.now(), row.revision + 1
    row.save()
    record("response.disposed", by=by, assessment=row.assessment, target=row, disposition=disposition)
    return row


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: User | None, revision: int | None = None) -> Comment:
    """Withdraw a statement for those who made it. It stays in the register, marked as withdrawn."""
    row = _current(comment, None)
    if row.is_withdrawn:  # pressed twice
        return row
    _check_revision(row, revision)
    row.withdrawn_at, row.revision = timezone.now(), row.revision + 1
    row.save()
    record("response.withdrawn", by=by, assessment=row.assessment, target=row)
    return row


@transaction.atomic
def restore_comment(*, comment: Comment, by: User | None, revision: int | None = None) -> Comment:
    """Undo `withdraw_comment`."""
    row = _current(comment, None)
    if row.is_withdrawn:
        _check_revision(row, revision)
        row.withdrawn_at, row.revision = None, row.revision + 1
        row.save()
        record("response.restored", by=by, assessment=row.assessment, target=row)
    return row


@transaction.atomic
def adopt_wording(
    *,
    comment: Comment,
    by: User | None,
    revision: int | None = None,
    wording_revision: int | None = None,
    translations: str | None = None,
    reason: str = "",
) -> Comment:
    """Make the statement the text of the recommendation that it is about, and record it as accepted.

    `revision` is that of the response and `wording_revision` that of the recommendation's words that the lead saw;
    where one is no longer the current one, `ConflictError` is raised and nothing changes. The edit is linked.

    Of a statement in another language than the report's, the working translation becomes the text, and the statement
    its translation. `translations` is as for `resolve_comment`.
    """
    row = _current(comment, None)
    if row.edit_id and revision is not None and row.revision == revision + 1 and row.disposition == "accepted":
        return row  # sent twice on a slow line
    _check_revision(row, revision)
    found = find_recommendation(row.assessment, row.target)
    if found is None:
        raise InputError(_("This response is not about a recommendation, so there is no wording to replace."))
    found = Recommendation.objects.select_for_update().get(pk=found.pk)
    if wording_revision is not None and found.wording_revision != wording_revision:
        raise ConflictError(
            row,
            _(
                "The recommendation has changed since you opened this page, so nothing was replaced. Compare the "
                "current wordings, then decide."
            ),
        )
    row.decided_on = _translations_seen(row, translations)
    text = wording_proposed(row, row.decided_on)
    if not text:
        raise InputError(
            _(
                "This wording is in {language}. Translate it into {written} first: the translation becomes the "
                "recommendation."
            ).format(language=language_name(row.language), written=language_name(row.assessment.report_language))
        )
    reason = check_text(reason, _("reason")) or f"Wording proposed by {row.who or 'a group'} at validation."
    edited = edit_recommendation(recommendation=found, text=text, reason=reason, by=by)
    if text != row.statement:
        key = f"recommendation:{edited.pk}/text"
        save_translation(assessment=row.assessment, language=row.language, key=key, text=row.statement, by=by)
    row.edit = found.changes.order_by("pk").last()
    row.disposition, row.reason = Comment.Disposition.ACCEPTED, reason
    row.decided_by, row.decided_at, row.revision = by, timezone.now(), row.revision + 1
    row.save()
    record("response.adopted", by=by, assessment=row.assessment, target=row, recommendation=found.pk)
    return row


def take_from_verdicts(*, workshop: Workshop, by: User | None) -> int:
    """Turn groups' own words into responses to decide on, each once. Returns how many are new.

    Where a group changed its words after a reopening, an undecided response follows. What it withdrew is marked
    as withdrawn, decided on or not. A response that was corrected by hand keeps its words.
    """
    verdicts = Verdict.objects.filter(group__workshop=workshop).select_related("group").prefetch_related("comments")
    texts = stored_labels(workshop.assessment, [verdict.target for verdict in verdicts])
    taken = 0
    for verdict in verdicts:
        earlier = [row for row in verdict.comments.all() if not row.is_withdrawn]
        if verdict.is_withdrawn or not verdict.words:
            for row in earlier:
                withdraw_comment(comment=row, by=by)
            continue
        judged = {
            "kind": _kind_of(verdict),
            "seen": verdict.seen,
            "language": verdict.words_language,
            "finding": seen_line(verdict.seen, workshop.assessment.report_language) or texts[verdict.target],
        }
        untouched = [row for row in earlier if not row.disposition and row.revision == 1]
        back = [row for row in verdict.comments.all() if row.is_withdrawn and row.statement == verdict.words]
        if untouched:
            kept = Comment.objects.filter(pk__in=[row.pk for row in untouched])
            key = workshop.assessment.data_key_id
            words = {"statement": verdict.words, "finding": judged["finding"]}
            encrypted = {name: sealed(Comment, name, key, value) for name, value in words.items()}
            kept.update(created_at=timezone.now(), **judged | encrypted)
        elif back:
            restore_comment(comment=back[0], by=by)
        elif not any(row.statement == verdict.words or row.created_at > verdict.updated_at for row in earlier):
            for row in earlier:  # changed since
                withdraw_comment(comment=row, by=by)
            Comment.objects.create(
                assessment=workshop.assessment,
                workshop=workshop,
                verdict=verdict,
                target=verdict.target,
                statement=verdict.words,
                who=verdict.group.name,
                **judged,
            )
            taken += 1
    return taken


def statement_translations(row: Comment, words: Translated | None = None) -> dict[str, str]:
    """{language: text} of the working translations made from the statement as it is now."""
    words = words or Translated.of(row.assessment)
    languages = sorted(words.languages - {row.language})
    found = words.in_all(f"comment:{row.pk}", "statement", row.statement, "", languages)
    return {language: text for language, text in found.items() if language}


def wording_proposed(row: Comment, translations: Mapping[str, str]) -> str:
    """The statement in the report's language; empty where it has to be translated first."""
    written = row.assessment.report_language
    return row.statement if row.language in ("", written) else translations.get(written, "")


def _translations_seen(row: Comment, seen: str | None) -> dict[str, str]:
    """Those of now. Raises `ConflictError` where others were on the page."""
    found = statement_translations(row)
    if seen is not None and seen != wordings_mark(found):
        raise ConflictError(
            row,
            _(
                "A translation of the statement has changed since you opened this page, so nothing was decided. "
                "Read it as it is now, then decide again."
            ),
        )
    return found


def _check_language(language: str) -> str:
    if language and not may_translate_into(language):
        raise InputError({"language": _("“{word}” is not a known language.").format(word=language[:40])})
    return language


def _kind_of(verdict: Verdict) -> str:
    return Comment.Kind.DISPUTED if verdict.choice == Verdict.Choice.DISAGREE else Comment.Kind.QUALIFIED


def _current(comment: Comment, seen: int | None) -> Comment:
    row: Comment = Comment.objects.select_for_update().get(pk=comment.pk)
    _check_revision(row, seen)
    return row


def _check_revision(row: Comment, seen: int | None) -> None:
    if seen is not None and row.revision != seen:
        raise ConflictError(
            row,
            _(
                "Another member changed this response while you were editing. Your entries are still here and have not "
                "been saved. Check the current response, then save again to replace it, or cancel."
            ),
        )


def _fill(row: Comment, *, target: str, source: str, kind: str, stage: str, **texts: str) -> None:
    for name, what in TEXTS.items():
        setattr(row, name, check_text(texts[name], str(what)))
    if not row.statement:
        raise InputError({"statement": _("Enter the statement.")})
    check_target(row.assessment, target)
    known = [row.source] if row.source else []
    row.source = (check_evidence(row.assessment, [source], known) or [""])[0]
    row.target, row.kind, row.stage = target, kind, stage
    row.full_clean(exclude=["assessment", "workshop", "verdict", "decided_by"])
