"""End the sign-ins of an account."""

from django.db import transaction

from assessments.audit import record
from assessments.models import SignIn, User
from assessments.sessions import end


@transaction.atomic
def end_sign_in(*, sign_in: SignIn, by: User) -> None:
    record("user.sign_in_ended", by=by, target=sign_in.user, label=sign_in.user.email, device=sign_in.device)
    end(sign_in)


@transaction.atomic
def end_other_sign_ins(*, current: int | None, by: User) -> int:
    """End all sign-ins of `by` except the one with the key `current`. Returns how many there were."""
    others = list(SignIn.objects.for_user(by).exclude(pk=current))
    for row in others:
        end_sign_in(sign_in=row, by=by)
    return len(others)
