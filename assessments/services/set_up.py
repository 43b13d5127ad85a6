"""The first steps of a new site: its administrator, and whether it can send mail."""

from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.mail_backend import reason_of
from assessments.models import User
from assessments.services.accounts import create_account
from assessments.set_up import has_administrator
from assessments.this_site import this_site
from ctnat.ui.errors import InputError
from ctnat.ui.mail import is_mail_configured, written_in


@transaction.atomic
def create_administrator(*, name: str, email: str, password: str) -> User:
    """Raises `InputError` where the site has an administrator already, or something typed cannot be used."""
    if connection.vendor == "postgresql":  # two at once would both find none; SQLite lets only one in
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE assessments_user IN SHARE ROW EXCLUSIVE MODE")
    if has_administrator():
        raise InputError(_("This site has an administrator already. Sign in, or ask that person to invite you."))
    user = User(email=User.objects.normalize_email(email), name=name, is_staff=True, is_superuser=True)
    create_account(user=user, password=password)
    return user


def send_test_mail(*, by: User) -> None:
    """Send a mail to the administrator. Raises `InputError` with the server's code where it is refused."""
    if not is_mail_configured():
        raise InputError(_("No mail server is set, so nothing was sent. Set EMAIL_URL, and start the site again."))
    with written_in(by.language):
        subject = _("{site}: test mail").format(site=this_site().name)
        text = _("This site can send mail: this message was sent to test it.")
    try:
        send_mail(subject, text, None, [by.email])
    except OSError as error:  # smtplib's errors are among them
        raise InputError(
            _("The mail could not be sent ({reason}). Check EMAIL_URL and the mail server.").format(
                reason=reason_of(error)
            )
        ) from error
    record("site.mail_tested", by=by, label=by.email)
