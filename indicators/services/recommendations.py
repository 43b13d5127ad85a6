"""Recommendations: adding, changing, ordering. Dropped ones and earlier wordings are kept."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from ctnat.ui.errors import ConflictError, InputError
from indicators.matrix import matrix_of
from indicators.models import Recommendation, RecommendationChange
from indicators.services.checks import check_text
from indicators.translated import wordings_mark, wordings_of

HEAD = {  # what recommendations of one group share -> what messages call it
    "lead_in": gettext_lazy("lead-in"),
    "addressee": gettext_lazy("addressee"),
    "verb": gettext_lazy("verb"),
}


@transaction.atomic
def add_recommendation(
    *,
    assessment: Assessment,
    category: str,
    lead_in: str,
    addressee: str,
    text: str,
    criteria: Iterable[str] = (),
    by: User | None,
    verb: str = "invited",
) -> Recommendation:
    """Add a recommendation as the last of its group: those of `category` with the same lead-in, addressee and verb.

    Raises `ValidationError`.
    """
    recommendation = Recommendation(assessment=assessment, category=category)
    fields: dict[str, Any] = {
        "lead_in": lead_in,
        "addressee": addressee,
        "verb": verb,
        "text": text,
        "criteria": criteria,
    }
    _fill(recommendation, **fields)
    lock_assessment(assessment)  # a category without recommendations has no row to lock
    category_now = _locked(assessment, category)
    if any(_same(row, recommendation) for row in category_now):
        raise InputError(_("There is already such a recommendation under the same lead-in. Nothing was added."))
    recommendation.position = len(category_now) + 1
    recommendation.save()
    _number(_groups([*category_now, recommendation]))
    _remember(recommendation, reason="", by=by)
    record("recommendation.added", by=by, assessment=assessment, target=recommendation, category=category)
    return recommendation


@transaction.atomic
def edit_recommendation(
    *, recommendation: Recommendation, by: User | None, revision: int | None = None, reason: str = "", **fields: Any
) -> Recommendation:
    """Change any of category, lead_in, addressee, verb, text, criteria.

    `revision` is the one the writer saw; where it is no longer the current one, `ConflictError` is raised. What was
    validated is a wording: another one is a draft again, which knows the revision that was validated.
    """
    row: Recommendation = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    if revision is not None and row.revision != revision:
        if all(_plain(getattr(row, name)) == _plain(value) for name, value in fields.items()):
            return row  # sent twice on a slow line
        raise ConflictError(
            row,
            _(
                "Another member changed this recommendation while you were editing. Your entries are still here and "
                "have not been saved. Check the current wording, then save again to replace it, or cancel."
            ),
        )
    before = {name: getattr(row, name) for name in ("category", "text", "criteria", *HEAD)}
    was = _reading(row)
    _fill(row, **before | fields)
    changed = sorted(name for name, value in before.items() if getattr(row, name) != value)
    if not changed:
        return row
    row.revision += 1
    if (row.opening, row.text) != was[:2]:
        row.wording_revision += 1
        if row.status == Recommendation.Status.VALIDATED:
            row.status = Recommendation.Status.DRAFT
    row.save()
    for category in {before["category"], row.category}:
        _number(_groups(_locked(row.assessment, category)))
    _remember(row, before=was, reason=check_text(reason, _("reason")), by=by)
    record("recommendation.changed", by=by, assessment=row.assessment, target=row, fields=changed)
    return row


@transaction.atomic
def set_status(
    *,
    recommendation: Recommendation,
    status: str,
    by: User | None,
    reason: str = "",
    wording_revision: int | None = None,
    translations: str | None = None,
) -> Recommendation:
    """Draft, validated or dropped. A dropped recommendation leaves the report and its reason stays.

    `wording_revision` is that of the words that were on the page, and `translations` the mark of their translations
    (`wordings_mark`), which are stored with the decision; where one is no longer the current one, `ConflictError` is
    raised and nothing changes; None does not ask.
    """
    if status not in Recommendation.Status.values:
        raise InputError(_("Choose one of: {labels}.").format(labels=", ".join(map(str, Recommendation.Status.labels))))
    reason = check_text(reason, _("reason"))
    if status == Recommendation.Status.DROPPED and not reason:
        raise InputError(_("Give the reason for dropping it in a sentence. It is printed in the change log."))
    row: Recommendation = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    if wording_revision is not None and row.wording_revision != wording_revision:
        raise ConflictError(
            row,
            _(
                "The recommendation has changed since you opened this page, so its status was not changed. Read the "
                "current wording, then choose again."
            ),
        )
    if translations is not None and wordings_mark(wordings_of(row)) != translations:
        raise ConflictError(
            row,
            _(
                "A translation of the recommendation has changed since you opened this page, so its status was not "
                "changed. Read the translations as they are now, then choose again."
            ),
        )
    if row.status != status:
        was = _reading(row)
        row.status, row.revision = status, row.revision + 1
        if status == Recommendation.Status.VALIDATED:
            row.validated_wording = row.wording_revision
        elif was[2] == Recommendation.Status.VALIDATED:
            row.validated_wording = None  # withdrawn, not rewritten
        row.save(update_fields=["status", "revision", "validated_wording", "updated_at"])
        _remember(row, before=was, reason=reason, by=by)
        record("recommendation.status", by=by, assessment=row.assessment, target=row, status=status)
    return row


@transaction.atomic
def move_recommendation(*, recommendation: Recommendation, to: int, by: User | None) -> None:
    """Put it at place `to` (0 is first) among those under its lead-in; beyond the ends means the ends.

    Raises `ValidationError` where it is dropped.
    """
    groups, dropped = _standing(recommendation)
    group = _group_of(recommendation, groups)
    _put(group, next(row for row in group if row.pk == recommendation.pk), to)
    _number([*groups, dropped])
    assessment = recommendation.assessment
    record("recommendation.moved", by=by, assessment=assessment, target=recommendation, to=to)


@transaction.atomic
def move_group(*, recommendation: Recommendation, to: int, by: User | None) -> None:
    """Put the whole group of `recommendation` at place `to` (0 is first) among the groups of its category."""
    groups, dropped = _standing(recommendation)
    _put(groups, _group_of(recommendation, groups), to)
    _number([*groups, dropped])
    assessment = recommendation.assessment
    record("recommendation.group_moved", by=by, assessment=assessment, target=recommendation, to=to)


def _standing(recommendation: Recommendation) -> tuple[list[list[Recommendation]], list[Recommendation]]:
    """The groups of its category as pages show them, and the dropped ones, which have no place."""
    rows = _locked(recommendation.assessment, recommendation.category)
    dropped = [row for row in rows if row.status == Recommendation.Status.DROPPED]
    return _groups(row for row in rows if row not in dropped), dropped


def _group_of(recommendation: Recommendation, groups: list[list[Recommendation]]) -> list[Recommendation]:
    for group in groups:
        if any(row.pk == recommendation.pk for row in group):
            return group
    raise InputError(_("Not moved: this recommendation has been dropped. Return it to draft first."))


def _fill(row: Recommendation, *, text: str, criteria: Iterable[str], category: str = "", **head: str) -> None:
    matrix = matrix_of(row.assessment)
    row.category = category or row.category
    if row.category not in {category.name for category in matrix.categories}:
        raise InputError(
            {
                "category": _("The matrix has no category {category}. Choose a category from the list.").format(
                    category=row.category[:40]
                )
            }
        )
    row.text = check_text(text, _("recommendation"))
    if not row.text:
        raise InputError({"text": _("Enter the recommendation.")})
    row.criteria = list(dict.fromkeys(criteria))
    if unknown := [code for code in row.criteria if code not in matrix.by_name]:
        raise InputError(
            {
                "criteria": _(
                    "There is no criterion {unknown} in this assessment's matrix. Choose from the list."
                ).format(unknown=unknown[0][:40])
            }
        )
    for name, what in HEAD.items():
        setattr(row, name, check_text(head[name], str(what)))
    row.full_clean(exclude=["criteria"])


def _locked(assessment: Assessment, category: str) -> list[Recommendation]:
    rows = Recommendation.objects.for_assessment(assessment).for_category(category)
    return list(rows.select_for_update().order_by("position", "pk"))


def _groups(rows: Iterable[Recommendation]) -> list[list[Recommendation]]:
    """Rows under the same opening, as pages show them, openings in the order in which they first appear."""
    found: dict[str, list[Recommendation]] = {}
    for row in rows:
        found.setdefault(row.opening, []).append(row)
    return list(found.values())


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else list(value)


def _same(one: Recommendation, other: Recommendation) -> bool:
    """Sent twice on a slow line, or written twice."""
    return all(getattr(one, name) == getattr(other, name) for name in ("text", *HEAD))


def _put(places: list[Any], thing: Any, to: int) -> None:
    places.remove(thing)
    places.insert(max(0, min(to, len(places))), thing)


def _number(groups: list[list[Recommendation]]) -> None:
    """Number positions 1, 2, 3 ... through the groups; only rows that moved are saved."""
    for position, row in enumerate((row for group in groups for row in group), start=1):
        if row.position != position:
            Recommendation.objects.filter(pk=row.pk).update(position=position)
            row.position = position


def _reading(row: Recommendation) -> tuple[str, str, str]:
    """The current opening, text and status."""
    return row.opening, row.text, row.status


def _remember(
    row: Recommendation, *, before: tuple[str, str, str] = ("", "", ""), reason: str, by: User | None
) -> None:
    RecommendationChange.objects.create(
        recommendation=row,
        revision=row.revision,
        opening=row.opening,
        text=row.text,
        status=row.status,
        before_opening=before[0],
        before_text=before[1],
        before_status=before[2],
        translations=wordings_of(row),
        reason=reason,
        by=by,
    )
