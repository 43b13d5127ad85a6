"""Who is typing in which answer at the moment. It is no event of the audit log: it holds for some seconds."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import User
from ctnat.ui.formats import format_list
from interviews.models import Interview, Typing

HOLDS = timedelta(seconds=45)  # three times as long as a page waits before it says so again
RENEWED = timedelta(seconds=10)  # after which it is stored anew: a page that types sends much more often
SHOWN = 3  # names


def tell_typing(*, interview: Interview, by: User, client: str, question: str) -> dict[str, str]:
    """The page `client` is in the answer to `question`; blank: in none. Gives question -> who else is in its answer, as
    a sentence in the language of the page.

    It is called with each save: mostly it only reads, and it removes what is out of date.
    """
    now = timezone.now()
    rows = list(Typing.objects.filter(interview=interview).select_related("user").order_by("pk"))
    if past := [row.pk for row in rows if row.seen_at < now - HOLDS]:
        Typing.objects.filter(pk__in=past).delete()
    present = [row for row in rows if row.pk not in past]
    if client:
        _store(interview, by, client, question, next((row for row in present if row.client == client), None))
    found: dict[str, dict[int, str]] = {}
    for row in present:
        if row.client != client:
            found.setdefault(row.question, {})[row.user_id] = str(row.user)
    return {name: _sentence(people, by) for name, people in found.items()}


def _store(interview: Interview, by: User, client: str, question: str, known: Typing | None) -> None:
    now = timezone.now()
    if known is None and question:
        row = Typing(interview=interview, user=by, client=client, question=question, seen_at=now)
        Typing.objects.bulk_create([row], ignore_conflicts=True)  # another request of the page may have said it
    elif known is not None and not question:
        Typing.objects.filter(pk=known.pk).delete()
    elif known is not None and (known.question != question or known.seen_at < now - RENEWED):
        Typing.objects.filter(pk=known.pk).update(user=by, question=question, seen_at=now)


def _sentence(people: dict[int, str], user: User) -> str:
    colleagues = [name for pk, name in people.items() if pk != user.pk]
    if not colleagues:
        return _("You have this answer open on another page as well.")
    names = format_list(colleagues[:SHOWN], get_language() or "en")
    return _("Also in this answer: {names}").format(names=names)


def forget_typing() -> int:
    """Remove what is out of date, in all interviews. Returns how many rows."""
    return Typing.objects.filter(seen_at__lt=timezone.now() - HOLDS).delete()[0]
