"""Versions: adapted, imported, published, withdrawn, discarded, restored."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from instruments.decision_texts import open_faults
from instruments.import_notes import Decision, Note
from instruments.models import Instrument, Translation
from instruments.schema import DefinitionError, parse
from instruments.services.drafts import ConflictError, lock_draft, record_change


def _next_version(kind: str, key: str) -> int:
    """The number after the last. The versions stay locked, so that two users never get the same number."""
    found = Instrument.objects.for_kind(kind).filter(key=key)
    list(found.select_for_update().order_by("pk").values("pk"))
    # A second query: the one that waited for the lock does not see what was added while it waited.
    return max(found.values_list("version", flat=True), default=0) + 1


def _untouched(new: Instrument) -> Instrument | None:
    """A draft like `new` that was made before and not edited since: the same button or form was sent twice.

    Called after `_next_version`, which waits for who makes one at the same moment.
    """
    drafts = Instrument.objects.filter(
        kind=new.kind, key=new.key, parent=new.parent, owner=new.owner, revision=0, published_at=None, discarded_at=None
    )
    wanted = (new.definition, new.import_notes, new.import_decisions)
    return next((one for one in drafts if (one.definition, one.import_notes, one.import_decisions) == wanted), None)


@transaction.atomic
def adapt(*, instrument: Instrument, owner: Any, by: Any) -> Instrument:
    """A draft copy of `instrument` as corrected, with the states of its translations. `owner`: an assessment or None.

    Where the owner has such a draft that was not edited yet, it is that one: the button was pressed twice.
    """
    number = _next_version(instrument.kind, instrument.key)
    instrument = Instrument.objects.get(pk=instrument.pk)  # with what was corrected until now
    draft = Instrument(
        kind=instrument.kind,
        key=instrument.key,
        version=number,
        definition=instrument.shown_definition,
        parent=instrument,
        owner=owner,
    )
    if not instrument.is_published:  # what is open there is open here
        draft.import_notes, draft.import_decisions = instrument.import_notes, instrument.import_decisions
    if same := _untouched(draft):
        return same
    draft.save()
    Translation.objects.bulk_create(
        Translation(
            instrument=draft,
            language=known.language,
            key=known.key,
            status=known.status,
            source_mark=known.source_mark,
            reviewed_at=known.reviewed_at,
        )
        for known in instrument.translations.all()
    )
    record_change("adapted", by=by, target=draft, parent=str(instrument))
    return draft


@transaction.atomic
def import_definition(
    *,
    kind: str,
    key: str,
    definition: Any,
    owner: Any,
    by: Any,
    parent: Instrument | None = None,
    notes: Iterable[Note] = (),
    decisions: Iterable[Decision] = (),
) -> Instrument:
    """A new draft of `owner` (an assessment or None) from a whole document; `notes` list what of the file was taken
    and what not, `decisions` what it leaves to a person.

    The same file imported twice is one draft, until it is edited. Raises `DefinitionError` with every fault,
    `ValidationError` for a bad key.
    """
    parse(kind, definition)
    draft = Instrument(
        kind=kind,
        key=key,
        version=_next_version(kind, key),
        definition=definition,
        parent=parent,
        owner=owner,
        import_notes=[note.to_json() for note in notes],
        import_decisions=[decision.to_json() for decision in decisions],
    )
    draft.full_clean(validate_unique=False, validate_constraints=False)  # the number is given above
    if same := _untouched(draft):
        return same
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:  # the first version of a key, of which there was none to lock
        if same := _untouched(draft):
            return same
        raise ValidationError(
            {"key": _("Another member imported an instrument with this key at the same moment. Import yours again.")}
        ) from None
    record_change("imported", by=by, target=draft)
    return draft


@transaction.atomic
def publish(*, draft: Instrument, by: Any, revision: int | None = None, name: str = "") -> Instrument:
    """Publish a draft: it can no longer change, and assessments may use it. Raises `DefinitionError`.

    `revision` is that of the draft as it was read: where it has changed since, `ConflictError` is raised.
    """
    locked = lock_draft(draft)
    if revision is not None and locked.revision != revision:
        raise ConflictError(locked)
    if open_decisions := locked.open_decisions:
        raise DefinitionError(open_faults(open_decisions))
    parse(locked.kind, locked.definition)
    locked.published_at, locked.name = timezone.now(), name.strip() or locked.name
    locked.save(update_fields=["published_at", "name"])
    locked.removed_entries.all().delete()  # a published version cannot change: there is nothing left to undo
    record_change("published", by=by, target=locked)
    return locked


@transaction.atomic
def withdraw(*, instrument: Instrument, reason: str, by: Any) -> Instrument:
    """Stop offering a published version; assessments that use it keep it. Raises `ValidationError`."""
    locked: Instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    if not locked.is_published:
        raise ValidationError(_("Only a published version can be withdrawn. Discard the draft instead."))
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason, so that colleagues know which version to use instead.")})
    if locked.withdrawn_at:  # pressed twice: the first reason stays
        return locked
    locked.withdrawn_at, locked.withdrawn_reason, locked.withdrawn_by = timezone.now(), reason.strip(), by
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_by"])
    record_change("withdrawn", by=by, target=locked)
    return locked


@transaction.atomic
def reinstate(*, instrument: Instrument, by: Any) -> Instrument:
    """Offer a withdrawn version again."""
    locked: Instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    if locked.withdrawn_at is not None:
        locked.withdrawn_at, locked.withdrawn_reason, locked.withdrawn_by = None, "", None
        locked.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_by"])
        record_change("reinstated", by=by, target=locked)
    return locked


@transaction.atomic
def discard(*, draft: Instrument, by: Any) -> Instrument:
    """Put a draft into the trash. Raises `PublishedVersionError`, `DiscardedDraftError`, or `ValidationError` where
    something that is not in the trash was made from it."""
    locked = lock_draft(draft)
    if locked.children.filter(discarded_at=None).exists():
        raise ValidationError(_("Another version was adapted from this draft. Discard that one first."))
    locked.discarded_at = timezone.now()
    locked.save(update_fields=["discarded_at"])
    record_change("discarded", by=by, target=locked)
    return locked


@transaction.atomic
def restore(*, draft: Instrument, by: Any) -> Instrument:
    """Take a draft out of the trash; one that is no longer there stays as it is."""
    locked: Instrument = Instrument.objects.select_for_update().get(pk=draft.pk)
    if locked.is_discarded:
        locked.discarded_at = None
        locked.save(update_fields=["discarded_at"])
        record_change("restored", by=by, target=locked)
    return locked
