"""Loading the demonstration on a site, and removing it completely."""

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from assessments.services.accounts import check_new_password, erase_account, leads_alone
from assessments.services.whole_assessments import erase_assessment
from ctnat.ui.errors import InputError
from reports.demo.assessments import load_users
from reports.demo.files import read
from reports.demo.load import demonstration_accounts, demonstration_assessments, other_with_its_reference
from reports.demo.tasks import build_demonstration


@transaction.atomic
def start_demonstration(*, password: str, by: User) -> None:
    """Make the demonstration's accounts, all with this password, and let a worker build its assessments.

    Raises `InputError` where the password is too weak, or an assessment of the site's own has a reference of the
    demonstration.
    """
    check_new_password(password)
    if other := other_with_its_reference():
        text = _("{assessment} is an assessment of your own with a reference of the demonstration. Nothing was loaded.")
        raise InputError(text.format(assessment=other.reference))
    load_users(read("study.yaml")["users"], password=password)
    record("demonstration.loaded", by=by)
    transaction.on_commit(build_demonstration.enqueue)


@transaction.atomic
def remove_demonstration(*, by: User | None) -> None:
    """Erase the demonstration's assessments, with all in them, and its accounts. The instruments of 2016 stay.

    Raises `InputError` where one of its accounts is the only lead of another assessment.
    """
    for assessment in demonstration_assessments():
        erase_assessment(assessment=assessment, by=by)
    for user in demonstration_accounts():
        if led := leads_alone(user):
            text = _("{email} is the only lead of {assessment}. Add another lead there first. Nothing was removed.")
            raise InputError(text.format(email=user.email, assessment=led[0].reference))
        erase_account(user=user, successor=None, by=by)
    record("demonstration.removed", by=by)
