"""Who may read and change an instrument: published versions are read by all, drafts by the owner's members.

Leads of the owner change its drafts; its consultants and focal points translate them. An owner is an assessment, which
this app may not import; it is reached through `memberships` of the user. What has no owner belongs to the shared
library, which only staff may change.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ctnat.ui.access import View, editors_only
from instruments.addresses import version_url
from instruments.models import Instrument
from instruments.querysets import LEAD, PublishedVersionError

SHARED = "shared"
NOT_TYPED = ("csrfmiddlewaretoken", "was", "-count", "-place")  # endings of the names of fields that are not typed into


def owners(user: Any) -> list[tuple[str, str]]:
    """Owners for which the user may create drafts, as (value, name): assessments that the user leads and that are
    not in the archive; for staff the library."""
    led = user.memberships.filter(role=LEAD, assessment__archived_at=None).order_by("assessment__reference")
    found = [(str(pk), name) for pk, name in led.values_list("assessment", "assessment__reference")]
    return [*found, (SHARED, _("Shared library"))] if user.is_staff else found


def owner_of(user: Any, value: str) -> Any:
    """The assessment chosen among `owners`, None for the library. Raises `KeyError` for anything else."""
    if value not in dict(owners(user)):
        raise KeyError(value)
    return None if value == SHARED else user.memberships.filter(role=LEAD).get(assessment=value).assessment


def find_readable(user: Any, pk: int, among: QuerySet[Instrument] | None = None) -> Instrument:
    """A version that the user may read, 404 else. What is in the trash is read by those who may restore it."""
    every: Any = Instrument.objects.all() if among is None else among
    found: Instrument = get_object_or_404(every.for_reader(user).select_related("owner"), pk=pk)
    if found.is_discarded and not may_change(user, found):
        raise Http404(_("This version does not exist."))
    return found


def may_change(user: Any, instrument: Instrument) -> bool:
    return bool(Instrument.objects.for_owner(user).filter(pk=instrument.pk).exists())


def find_changeable(user: Any, pk: int, among: QuerySet[Instrument] | None = None) -> Instrument:
    """A version of an assessment that the user leads. 404 for what the user may not read, else `PermissionDenied`."""
    found = find_readable(user, pk, among)
    if not may_change(user, found):
        raise PermissionDenied(
            _("Only leads of {owner} may do this.").format(owner=found.owner)
            if found.owner
            else _("Only staff may do this.")
        )
    return found


def may_translate(user: Any, instrument: Instrument) -> bool:
    return bool(Instrument.objects.for_translator(user).filter(pk=instrument.pk).exists())


def find_translatable(user: Any, pk: int, among: QuerySet[Instrument] | None = None) -> Instrument:
    """A version whose texts the user may translate. 404 for what the user may not read, else `PermissionDenied`.

    Also one that a lead has put into the trash meanwhile: the page keeps what was typed, and says so.
    """
    every: Any = Instrument.objects.all() if among is None else among
    found: Instrument = get_object_or_404(every.for_reader(user).select_related("owner"), pk=pk)
    if not may_translate(user, found):
        raise PermissionDenied(
            _("Only leads, consultants and focal points of {owner} may translate this version.").format(
                owner=found.owner
            )
            if found.owner
            else _("Only staff may translate this version.")
        )
    return found


def changes_draft(view: Callable[..., HttpResponseBase]) -> View:
    """For pages that change a draft: the view is called with the draft in place of its number.

    Where a colleague has published or discarded it meanwhile, a page says so (409) and shows what was typed.
    """

    @editors_only
    @wraps(view)
    def guarded(request: Any, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        draft = find_changeable(request.user, pk)
        if draft.is_draft:
            try:
                return view(request, draft, *args, **kwargs)
            except PublishedVersionError:  # between finding and writing
                draft.refresh_from_db()
        return closed(request, draft)

    return guarded


def closed(request: HttpRequest, draft: Instrument) -> HttpResponseBase:
    """The page for a user who still has a draft open after it was published or discarded."""
    if request.method == "GET":
        messages.info(
            request,
            _("{draft} was discarded. Restore it to continue editing.").format(draft=draft)
            if draft.is_discarded
            else _("A published version cannot change. Adapt it: that makes a draft version."),
        )
        return redirect(version_url(request, "instrument_detail", draft.pk))
    pairs = request.POST.dict().items()
    typed = [(name, text) for name, text in pairs if str(text).strip() and not name.endswith(NOT_TYPED)]
    context = {"instrument": draft, "typed": typed}
    return render(request, "instruments/instrument_edit_closed.html", context, status=409)
