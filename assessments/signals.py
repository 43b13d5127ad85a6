"""Log sign-ins and changes to accounts and instruments.

What was typed at a failed sign-in is never logged.
"""

from functools import partial
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import password_changed, password_reset
from allauth.account.signals import user_logged_in as signed_in_with_allauth
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete, pre_save
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.data_keys import forget, remember
from assessments.models import Assessment, DataKey, SignIn, User
from assessments.second_factor import AT_PROVIDER
from assessments.services.refused_sign_ins import tell_refused_sign_ins
from assessments.services.single_sign_on import link_account
from assessments.sessions import ROW, begin
from assessments.single_sign_on import PROVIDER_ID
from instruments.signals import instrument_changed


def _came_from_the_provider(request: HttpRequest) -> bool:
    ways = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return any(way.get("method") == "socialaccount" for way in ways)


@receiver(user_logged_in)
def _signed_in(user: User, request: HttpRequest, **kwargs: Any) -> None:
    through: dict[str, Any] = {"through": PROVIDER_ID} if _came_from_the_provider(request) else {}
    record("user.signed_in", by=user, target=user, label=user.email, **through)
    begin(request, user)
    if refused := tell_refused_sign_ins(user=user):
        times = "once" if refused == 1 else f"{refused} times"
        messages.warning(
            request,
            f"Someone tried to sign in to your account {times} and was refused. If that was not you, choose a new "
            "password; “Where you are signed in” shows when it was.",
            fail_silently=True,
        )


@receiver(signed_in_with_allauth)
def _signed_in_at_the_provider(request: HttpRequest, user: User, sociallogin: Any = None, **kwargs: Any) -> None:
    """Only now, after a second factor that is asked for here: half a sign-in links nothing."""
    if sociallogin is None:
        return
    second_factor = bool(sociallogin.account.extra_data.get("second_factor"))
    link_account(user=user, uid=sociallogin.account.uid, second_factor=second_factor)
    if second_factor:
        request.session[AT_PROVIDER] = user.pk


@receiver(user_logged_out)
def _signed_out(user: User | None, request: HttpRequest, **kwargs: Any) -> None:
    if user:
        SignIn.objects.filter(user=user, pk=request.session.get(ROW, 0)).delete()
        record("user.signed_out", by=user, target=user, label=user.email)
        if _came_from_the_provider(request):
            text = _("You are signed out here, but perhaps not at {label}. On a shared computer, sign out there too.")
            messages.info(request, text.format(label=settings.OIDC_LABEL), fail_silently=True)


@receiver(user_login_failed)
def _refused(**kwargs: Any) -> None:
    record("user.sign_in_refused", by=None)


def _log(signal: Signal, action: str) -> None:
    def write(user: User, **kwargs: Any) -> None:
        record(action, by=user, target=user, label=user.email)

    signal.connect(write, weak=False, dispatch_uid=action)


@receiver(password_reset)
def _browser_is_known(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever opened the mailed link may sign in on this device, however often others typed wrong passwords."""
    request.known_for = user  # type: ignore[attr-defined]


_log(password_changed, "user.password_changed")
_log(password_reset, "user.password_reset")
_log(authenticator_added, "user.second_factor_added")
_log(authenticator_removed, "user.second_factor_removed")
_log(authenticator_reset, "user.recovery_codes_renewed")


@receiver(instrument_changed)
def _instrument_changed(action: str, by: User, target: Any, detail: dict[str, Any], **kwargs: Any) -> None:
    """Instruments cannot import this app, so they send a signal inside the transaction."""
    record(action, by=by, assessment=target.owner, target=target, **detail)


@receiver(pre_save, sender=Assessment)
def _give_data_key(instance: Assessment, **kwargs: Any) -> None:
    """Each assessment has its key from the first moment. A signal, because a restored one passes `save()` by."""
    if instance.data_key_id is None:
        instance.data_key = DataKey.objects.create()
        remember(instance.data_key.pk, instance.data_key.secret)


@receiver(post_delete, sender=Assessment)
def _delete_data_key(instance: Assessment, **kwargs: Any) -> None:
    """Nothing of an erased assessment can be read in a copy of its tables that was overlooked."""
    DataKey.objects.filter(pk=instance.data_key_id).delete()
    transaction.on_commit(partial(forget, instance.data_key_id))
