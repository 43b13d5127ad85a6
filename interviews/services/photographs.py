"""Photographs of notes on paper: adding, describing and deleting them."""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.audit import record
from assessments.erasers import identity
from assessments.erasure_register import note_erasure
from assessments.models import Assessment, AuditEvent, User
from assessments.once import key_detail
from assessments.write_ahead_log import empty_log_after_commit
from ctnat.ui.errors import InputError
from ctnat.ui.seen import Marks, check_seen, values_of
from interviews.models import Interview, Photograph
from interviews.pictures import Picture
from interviews.querysets import PhotographQuerySet
from interviews.text import cleaned

MOST_PHOTOGRAPHS: Final = 40  # of one interview


@transaction.atomic
def add_photographs(
    *,
    interview: Interview,
    pictures: Sequence[Picture],
    by: User | None,
    kind: str = "",
    form_key: uuid.UUID | None = None,
) -> list[Photograph]:
    """Keep all the pictures, encrypted. Raises `InputError` where there is no room for all, and then keeps none.

    What the same form (`form_key`) sent before is kept once, however often it is sent.
    """
    if Interview.objects.select_for_update().filter(pk=interview.pk).first() is None:
        raise InputError(_("This interview was erased in the meantime. Nothing was stored."))
    there = _added_before(interview, form_key, by)
    made: list[Photograph] = []
    new: list[Picture] = []
    for picture in pictures:
        if (same := next((row for row in there if _is_same(row, picture)), None)) is not None:
            made.append(same)
        else:
            new.append(picture)
    _check_room(interview, len(new))
    for picture in new:
        photograph = Photograph.objects.create(
            interview=interview,
            kind=kind,
            preview=picture.preview,
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
            added_by=by,
        )
        record(
            "photograph.added",
            by=by,
            assessment=interview.assessment,
            target=photograph,
            label=_label(photograph),
            **key_detail(form_key),
        )
        made.append(photograph)
    _keep_files(made[-len(new) :] if new else [], new)
    return made


def _keep_files(photographs: Sequence[Photograph], pictures: Sequence[Picture]) -> None:
    """Last, because what is in the store does not go when the transaction is undone."""
    names: list[str] = []
    try:
        for photograph, picture in zip(photographs, pictures, strict=True):
            photograph.file.save(f"{uuid.uuid4().hex}.jpg", ContentFile(picture.content), save=False)
            names.append(str(photograph.file.name))
            photograph.save(update_fields=["file"])
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise


def _label(photograph: Photograph) -> str:
    return f"{photograph.interview.code}/{photograph}"


def _added_before(interview: Interview, form_key: uuid.UUID | None, by: User | None) -> list[Photograph]:
    """What this form added before. Raises `InputError` where one of them was deleted since."""
    if form_key is None or by is None:
        return []
    events = AuditEvent.objects.for_assessment(interview.assessment).filter(
        actor=by, action="photograph.added", detail__form=str(form_key)
    )
    keys = set(events.values_list("object_id", flat=True))
    found = list(interview.photographs.filter(pk__in=keys)) if keys else []
    if len(found) < len(keys):
        raise InputError(
            _(
                "This form was sent before, and what it added has been deleted since. Nothing was stored now. To add "
                "it again, open the page anew."
            )
        )
    return found


def _is_same(photograph: Photograph, picture: Picture) -> bool:
    return photograph.size == len(picture.content) and photograph.preview == picture.preview


def _check_room(interview: Interview, wanted: int) -> None:
    count = interview.photographs.count()
    room = max(MOST_PHOTOGRAPHS - count, 0)
    if wanted <= room:
        return
    if not room:
        raise InputError(
            _("{code} has {n} photographs, and no more can be kept. Delete one that is not needed any more.").format(
                code=interview.code, n=count
            )
        )
    text = ngettext(
        "{code} has {count} photographs, and there is room for {n} more. Nothing was stored. Choose fewer.",
        "{code} has {count} photographs, and there is room for {n} more. Nothing was stored. Choose fewer.",
        room,
    )
    raise InputError(text.format(code=interview.code, count=count, n=room))


@transaction.atomic
def describe_photograph(*, photograph: Photograph, by: User, seen: Marks | None = None, **fields: str) -> Photograph:
    """Change `kind` and `description`. Raises `ValidationError`: `SeenConflict` where they have changed since they
    were shown (`seen`)."""
    fields = cleaned(fields)
    now = _locked(photograph)
    check_seen(now, seen, fields)
    if values_of(now, fields) == fields:  # saved without a change, or sent twice on a slow line
        return now
    for name, value in fields.items():
        setattr(now, name, value)
    now.clean_fields(exclude={field.name for field in now._meta.fields} - fields.keys())
    now.save(update_fields=sorted(fields))
    record(
        "photograph.changed",
        by=by,
        assessment=now.interview.assessment,
        target=now,
        label=_label(now),
        fields=sorted(fields),
    )
    return now


@transaction.atomic
def remove_photograph(*, photograph: Photograph, by: User) -> None:
    """Delete it for good. It is deleted again where an earlier backup is restored."""
    now = _locked(photograph)
    record("photograph.removed", by=by, assessment=now.interview.assessment, target=now, label=_label(now))
    line = identity(now, born="added_at")
    drop_photographs(Photograph.objects.filter(pk=now.pk))
    note_erasure("photograph", [line])
    empty_log_after_commit()


def _locked(photograph: Photograph) -> Photograph:
    rows = Photograph.objects.select_for_update(of=("self",)).select_related("interview__assessment")
    found: Photograph | None = rows.filter(pk=photograph.pk).first()
    if found is None:
        raise InputError(_("This photograph was deleted in the meantime."))
    return found


def drop_photographs(rows: PhotographQuerySet) -> None:
    """Delete them with their files, which go when the caller's transaction is committed."""
    for name in rows.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name))
    rows.delete()


def drop_all_photographs(assessment: Assessment, kind: str = "") -> None:
    """Those of all interviews of an assessment, or those of one kind."""
    rows = Photograph.objects.for_assessment(assessment)
    drop_photographs(rows.filter(kind=kind) if kind else rows)
