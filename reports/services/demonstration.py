"""Loading the demonstration on a site, and removing it completely."""

from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.demonstration import demonstration_refused
from assessments.erasers import Line, eraser_of, identity
from assessments.erasure_register import note_erasure
from assessments.models import User
from assessments.own_erasers import Leaving
from assessments.services.accounts import check_new_password, erase_account, leads_alone
from assessments.services.whole_assessments import erase_assessment
from ctnat.ui.errors import InputError
from reports.demo.assessments import load_users
from reports.demo.files import read
from reports.demo.load import demonstration_accounts, demonstration_assessments, other_with_its_reference
from reports.demo.tasks import build_demonstration

SIGN_INS = "demo-sign-ins.txt"  # which `dev.py start` writes and prints


@transaction.atomic
def start_demonstration(*, password: str, by: User) -> None:
    """Make the demonstration's accounts, all with this password, and let a worker build its assessments.

    Raises `InputError` where the password is too weak, or an assessment of the site's own has a reference of the
    demonstration.
    """
    refuse_in_production()
    check_new_password(password)
    if other := other_with_its_reference():
        text = _("{assessment} is an assessment of your own with a reference of the demonstration. Nothing was loaded.")
        raise InputError(text.format(assessment=other.reference))
    load_users(read("study.yaml")["users"], password=password)
    record("demonstration.loaded", by=by)
    transaction.on_commit(build_demonstration.enqueue)


def refuse_in_production() -> None:
    """Raises `InputError` on a site for others that was not told to show the demonstration."""
    if demonstration_refused():
        raise InputError(
            _(
                "This is a site in production, and everyone who knows the program knows the addresses of the accounts. "
                "To show the demonstration here, set CTNAT_DEMONSTRATION=1 and start the site again. Nothing was "
                "loaded."
            )
        )


@transaction.atomic
def remove_demonstration(*, by: User | None) -> None:
    """Erase the demonstration's assessments, with all in them, and its accounts. The instruments of 2016 stay.

    Raises `InputError` where one of its accounts is the only lead of another assessment.
    """
    noted: list[tuple[str, Line]] = []
    for assessment in demonstration_assessments():
        noted.append(("assessment", identity(assessment)))
        erase_assessment(assessment=assessment, by=by)
    for user in demonstration_accounts():
        noted += [("account", line) for line in eraser_of("account").lines(Leaving(user, None))]
        if led := leads_alone(user):
            text = _("{email} is the only lead of {assessment}. Add another lead there first. Nothing was removed.")
            raise InputError(text.format(email=user.email, assessment=led[0].reference))
        erase_account(user=user, successor=None, by=by)
    record("demonstration.removed", by=by)
    for kind, line in noted:  # so that no earlier backup brings it back
        note_erasure(kind, [line])
    transaction.on_commit(partial((Path(settings.VAR_DIR) / SIGN_INS).unlink, missing_ok=True))
