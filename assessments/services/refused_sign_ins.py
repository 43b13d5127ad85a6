"""Store refused sign-ins, for the user and for the site's administrators."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from assessments.models import RefusedSignIn, User
from assessments.sessions import device_in_words

KEPT = timedelta(days=90)
MOST = 2000  # rows kept; a flood of attempts must not fill the disk


def record_refused_sign_in(*, request: HttpRequest, email: str, reason: str) -> None:
    """Neither the typed address nor the network is stored; for an unknown address only the time."""
    user = User.objects.filter(email__iexact=email[:254]).first() if email and "\0" not in email else None
    device = device_in_words(request.META.get("HTTP_USER_AGENT", ""))
    row = RefusedSignIn.objects.create(user=user, device=device, reason=reason)
    RefusedSignIn.objects.filter(at__lt=timezone.now() - KEPT).delete()
    if oldest_kept := RefusedSignIn.objects.order_by("-pk").values_list("pk", flat=True)[MOST : MOST + 1].first():
        RefusedSignIn.objects.filter(pk__lte=oldest_kept, pk__lt=row.pk).delete()


def tell_refused_sign_ins(*, user: User) -> int:
    """How many there were since the person was last told. Tells them once."""
    return RefusedSignIn.objects.filter(user=user, told_at=None).update(told_at=timezone.now())
