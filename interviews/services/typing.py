"""Who is typing in which answer at the moment. It is no event of the audit log: it holds for some seconds."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import User
from ctnat.ui.formats import format_list
from interviews.models import Interview, Typing

HOLDS = timedelta(seconds=45)  # three times as long as a page waits before it says so again
SHOWN = 3  # names


def tell_typing(*, interview: Interview, by: User, client: str, question: str) -> None:
    """The page `client` is in the answer to `question`; blank: in none. What is out of date is removed."""
    rows = Typing.objects.filter(interview=interview)
    rows.filter(seen_at__lt=timezone.now() - HOLDS).delete()
    if not client:
        return
    if not question:
        rows.filter(client=client).delete()
        return
    said = {"user": by, "question": question, "seen_at": timezone.now()}
    try:
        with transaction.atomic():
            rows.update_or_create(client=client, defaults=said, create_defaults={**said, "interview": interview})
    except IntegrityError:  # two requests of one page at once: the other one has said it
        pass


def others_typing(interview: Interview, client: str, user: User) -> dict[str, str]:
    """Question -> who else is in its answer, as a sentence in the language of the page."""
    since = timezone.now() - HOLDS
    rows = Typing.objects.filter(interview=interview, seen_at__gte=since).exclude(client=client)
    found: dict[str, dict[int, str]] = {}
    for row in rows.select_related("user").order_by("pk"):
        found.setdefault(row.question, {})[row.user_id] = str(row.user)
    return {question: _sentence(people, user) for question, people in found.items()}


def _sentence(people: dict[int, str], user: User) -> str:
    colleagues = [name for pk, name in people.items() if pk != user.pk]
    if not colleagues:
        return _("You have this answer open on another page as well.")
    names = format_list(colleagues[:SHOWN], get_language() or "en")
    return _("Also in this answer: {names}").format(names=names)


def forget_typing() -> int:
    """Remove what is out of date, in all interviews. Returns how many rows."""
    return Typing.objects.filter(seen_at__lt=timezone.now() - HOLDS).delete()[0]
