"""The keys of browsers that keep what a member has not saved yet: given, taken away and, after some time, erased."""

import secrets
from base64 import b64encode
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import Assessment, Device, SignIn, User
from assessments.services.sign_ins import end_sign_in
from ctnat.ui.errors import InputError

SHARE_BYTES = 32
MOST_DEVICES = 100  # of one account: a private window makes a new one each time


@transaction.atomic
def add_device(*, uuid: UUID, name: str, by: User) -> Device:
    """The device with a new share, or the one that has this uuid already, whosever it is: two tabs may ask at once.

    `name` is the browser in words. Raises `InputError` where the account has too many devices.
    """
    if Device.objects.for_user(by).count() >= MOST_DEVICES and not Device.objects.filter(uuid=uuid).exists():
        raise InputError(_("This account has too many devices. Revoke those that you no longer use."))
    share = b64encode(secrets.token_bytes(SHARE_BYTES)).decode()
    device, is_new = Device.objects.get_or_create(uuid=uuid, defaults={"user": by, "share": share, "name": name[:60]})
    if is_new:
        record("user.device_added", by=by, target=by, label=by.email, device=device.name)
    return device


@transaction.atomic
def revoke_device(
    *, device: Device, by: User, current: int | None = None, assessment: Assessment | None = None
) -> None:
    """It gets no key any more, and its user is signed out everywhere but at the sign-in with the key `current`.

    Which sign-in is that of the device is not known. `assessment` is the one whose lead does it. Revoking a device
    twice changes nothing.
    """
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.revoked_at:
        return
    device.revoked_at, device.revoked_by = timezone.now(), by
    device.save(update_fields=["revoked_at", "revoked_by"])
    for row in SignIn.objects.for_user(device.user).exclude(pk=current):
        end_sign_in(sign_in=row, by=by)
    _record("user.device_revoked", device, by, assessment)


@transaction.atomic
def allow_device(*, device: Device, by: User, assessment: Assessment | None = None) -> None:
    """Undo a revocation. Raises `InputError` where the share is erased, or where a lead has revoked it and the user
    alone asks for it."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    if not device.revoked_at:
        return
    if not device.share:
        raise InputError(_("The key of this device has been erased. What it keeps can no longer be opened."))
    if by == device.user and device.revoked_by != by:
        raise InputError(_("A lead has revoked this device. Ask a lead to allow it again."))
    device.revoked_at = device.revoked_by = None
    device.seen_at = timezone.now()
    device.save(update_fields=["revoked_at", "revoked_by", "seen_at"])
    _record("user.device_allowed", device, by, assessment)


def note_contact(*, device: Device) -> None:
    """The device has got its key just now."""
    Device.objects.filter(pk=device.pk).update(seen_at=timezone.now())


@transaction.atomic
def erase_old_shares() -> int:
    """Erase the shares of devices that were revoked or not seen for a while. Returns how many."""
    due = list(Device.objects.for_erasing(timezone.now()).select_for_update(of=("self",)).select_related("user"))
    for device in due:
        device.share = ""
        device.save(update_fields=["share"])
        _record("user.device_key_erased", device, None, None)
    return len(due)


def _record(action: str, device: Device, by: User | None, assessment: Assessment | None) -> None:
    user = device.user
    record(action, by=by, assessment=assessment, target=user, label=user.email, device=device.name)
