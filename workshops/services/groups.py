"""The groups of a workshop, and the device of each."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from assessments.once import key_detail, made_before
from assessments.tokens import new_token, token_hmacs
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.seen import Marks, check_seen, values_of
from indicators.matrix import matrix_of
from indicators.services.checks import check_text
from workshops.models import Ballot, Group, Verdict, Workshop
from workshops.services.workshops import check_not_closed, lock_open_workshop, lock_workshop, touch_workshop
from workshops.words import GroupError

MOST_GROUPS = 40
GROUP_FIELDS = ("name", "categories", "women", "men", "other", "sector")
TOKEN_PURPOSE = "workshop-group"  # noqa: S105 - names what a token is for


@transaction.atomic
def add_group(
    *,
    workshop: Workshop,
    name: str,
    categories: Iterable[str] = (),
    women: int = 0,
    men: int = 0,
    other: int = 0,
    sector: str = "",
    by: User | None,
    form_key: UUID | None = None,
) -> Group:
    """`sector` is the kind of organisations of its members, empty where that is not recorded.

    `categories` are those of the matrix that it discusses; none is all of them. The same form (`form_key`) with
    the same entries makes one group.
    """
    row = lock_workshop(workshop)
    check_not_closed(row)
    new = Group(workshop=row, women=women, men=men, other=other, sector=sector)
    new.name, new.categories = check_text(name, _("name")), list(dict.fromkeys(categories))
    if same := made_before(
        "group.added", form_key, new=new, names=GROUP_FIELDS, rows=row.groups.all(), assessment=row.assessment, by=by
    ):
        return same
    if row.groups.count() >= MOST_GROUPS:
        raise InputError(
            _("A workshop can have at most {most_groups} groups. Remove a group first.").format(most_groups=MOST_GROUPS)
        )
    group = Group(workshop=row)
    _fill(group, name=name, categories=new.categories, women=women, men=men, other=other, sector=sector)
    group.save()
    touch_workshop(row)
    record("group.added", by=by, assessment=row.assessment, target=group, **key_detail(form_key))
    return group


@transaction.atomic
def edit_group(*, group: Group, by: User | None, seen: Marks | None = None, **fields: Any) -> Group:
    """Raises `InputError`: `SeenConflict` where another facilitator has changed it since it was shown (`seen`)."""
    row = lock_workshop(group.workshop)
    check_not_closed(row)
    now = find_group_now(group)
    check_seen(now, seen, fields)
    if values_of(now, fields) == fields:  # saved without a change, or sent twice on a slow line
        return now
    known = ("name", "categories", "women", "men", "other", "sector")
    _fill(group, **{name: fields.get(name, getattr(now, name)) for name in known})
    group.save(update_fields=known)
    touch_workshop(row)
    record("group.changed", by=by, assessment=row.assessment, target=group)
    return group


@transaction.atomic
def remove_group(*, group: Group, by: User | None) -> None:
    """Remove a group that has sent nothing yet."""
    row = lock_workshop(group.workshop)
    check_not_closed(row)
    find_group_now(group)
    if Ballot.objects.filter(group=group).exists() or Verdict.objects.filter(group=group).exists():
        raise InputError(
            _("{group} has voted and cannot be removed. If the ballot was a mistake, withdraw it first.").format(
                group=group
            )
        )
    record("group.removed", by=by, assessment=row.assessment, target=group)
    group.delete()
    touch_workshop(row)


@transaction.atomic
def join_group(*, group: Group) -> str:
    """Give the group's place to a device. Returns its token, of which only the HMAC is kept."""
    workshop = lock_open_workshop(group)
    row = Group.objects.select_for_update().get(pk=group.pk)
    if row.device_hmac:
        raise GroupError("taken", group=row)
    token = new_token()
    row.device_hmac = device_hmac(token)
    row.save(update_fields=["device_hmac"])
    touch_workshop(workshop)
    record("group.joined", by=None, assessment=workshop.assessment, target=row)
    return token


@transaction.atomic
def release_device(*, group: Group, by: User | None, device: str | None = None) -> Group:
    """Revoke the group's phone, so that another may join in its place. What it sent stays. Twice is once.

    `device` is the mark of the device that the page showed (`Group.device_mark`): where another has joined since,
    `ConflictError` is raised and it stays; None does not ask.
    """
    lock_workshop(group.workshop)
    now = find_group_now(group)
    if not now.device_hmac:
        return now
    if device is not None and device != now.device_mark:
        raise ConflictError(
            now,
            _("Another device has joined for {now} since you opened this page, and was not released.").format(now=now),
        )
    group.device_hmac = ""
    group.save(update_fields=["device_hmac"])
    touch_workshop(group.workshop)
    record("group.device_released", by=by, assessment=group.workshop.assessment, target=group)
    return group


def find_group_now(group: Group) -> Group:
    """The group as it is now. Raises `InputError` where another facilitator removed it; its workshop is locked."""
    now: Group | None = Group.objects.filter(pk=group.pk).first()
    if now is None:
        raise InputError(_("{name} was removed in the meantime. Nothing was changed.").format(name=group.name))
    return now


def device_hmac(token: str) -> str:
    return device_hmacs(token)[0]


def device_hmacs(token: str) -> list[str]:
    """What may be stored of a device's token, the present key's first."""
    return token_hmacs(token, purpose=TOKEN_PURPOSE)


def _fill(group: Group, *, name: str, categories: Iterable[str], women: int, men: int, other: int, sector: str) -> None:
    group.name, group.categories = check_text(name, _("name")), list(dict.fromkeys(categories))
    group.women, group.men, group.other, group.sector = women, men, other, sector
    known = {category.name for category in matrix_of(group.workshop.assessment).categories}
    if unknown := [code for code in group.categories if code not in known]:
        raise InputError(
            {
                "categories": _("The matrix has no category {unknown}. Choose from the list.").format(
                    unknown=unknown[0][:40]
                )
            }
        )
    if Group.objects.for_workshop(group.workshop).filter(name__iexact=group.name).exclude(pk=group.pk).exists():
        raise InputError({"name": _("There is already a group “{name}”. Choose another name.").format(name=group.name)})
    group.full_clean(exclude=["categories"])
