"""Reading instruments: the list, one version, two side by side; creating, publishing and discarding a draft."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ctnat.ui.access import editors_only, in_english, signed_in
from ctnat.ui.digits import revision_sent
from ctnat.ui.errors import in_one_line
from ctnat.ui.names import language_name
from instruments.access import changes_draft, find_changeable, find_readable, may_change, owner_of, owners
from instruments.addresses import version_url
from instruments.compare import compared
from instruments.fault_words import shown_faults
from instruments.forms import PublishForm, WithdrawForm
from instruments.models import Instrument
from instruments.schema import DefinitionError, source_language
from instruments.services.drafts import ConflictError
from instruments.services.versions import adapt, discard, publish, reinstate, restore, withdraw
from instruments.texts import languages_of
from instruments.uses import adopt, uses_of_versions

MEDIA_TYPES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def page_language(request: HttpRequest, instrument: Instrument) -> str:
    """The language asked for in the address, if the version has it."""
    asked = request.GET.get("language", "")
    return asked if asked in languages_of(instrument.shown_definition) else source_language(instrument.definition)


def language_choices(instrument: Instrument) -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in languages_of(instrument.shown_definition)]


@require_safe
@signed_in
def instrument_list(request: HttpRequest) -> HttpResponse:
    readable: Any = Instrument.objects.for_reader(request.user)
    versions = readable.with_title().filter(discarded_at=None).select_related("parent", "owner")
    versions = list(versions.order_by("kind", "key", "-version"))
    kinds = [
        (kind, Instrument.Kind(kind).label, [version for version in versions if version.kind == kind])
        for kind in ("interview_guide", "survey", "indicators")
    ]
    context = {
        "kinds": kinds,
        "any": bool(versions),
        "discarded": Instrument.objects.for_owner(request.user).for_trash().count(),
    }
    return render(request, "instruments/instrument_list.html", context)


@require_safe
@signed_in
def instrument_detail(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = find_readable(
        request.user, pk, Instrument.objects.select_related("parent").defer("parent__definition")
    )
    readable: Any = Instrument.objects.for_reader(request.user)
    others = readable.for_kind(instrument.kind).without_definition().exclude(pk=pk).filter(discarded_at=None)
    others = list(others.order_by("key", "-version"))
    context = {
        "instrument": instrument,
        "document": instrument.document,
        "language": page_language(request, instrument),
        "languages": language_choices(instrument),
        "others": others,
        "parent_is_read": instrument.parent_id in {other.pk for other in others},
        "may_change": may_change(request.user, instrument),
        "owners": owners(request.user),
        "body": f"instruments/_{instrument.kind}.html",
    }
    return render(request, "instruments/instrument_detail.html", context)


@require_safe
@signed_in
def instrument_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    before, after = (find_readable(request.user, each) for each in (pk, other))
    if before.kind != after.kind:
        raise Http404(_("Only versions of the same kind of instrument can be compared."))
    language = page_language(request, after)
    rows = compared(before.shown_definition, after.shown_definition, language)
    everything = request.GET.get("show") == "all"
    context = {
        "before": before,
        "after": after,
        "rows": [row for row in rows if everything or row.state != "same"],
        "everything": everything,
        "counts": {state: sum(row.state == state for row in rows) for state in ("changed", "added", "removed", "same")},
        "language": language,
        "languages": language_choices(after),
    }
    return render(request, "instruments/instrument_compare.html", context)


@require_safe
@signed_in
def instrument_compare_choice(request: HttpRequest, pk: int) -> HttpResponse:
    """The target of the form "compare with" on a version's page."""
    other = request.GET.get("other", "")[:18]
    if not other.isascii() or not other.isdigit():
        raise Http404(_("This version does not exist."))
    return redirect(version_url(request, "instrument_compare", int(other), pk))


@in_english
@require_safe
@signed_in
def instrument_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The definition as a file that the import page accepts."""
    instrument = find_readable(request.user, pk)
    return download(json.dumps(instrument.shown_definition, ensure_ascii=False, indent=2), instrument, ".json")


def download(content: bytes | str, instrument: Instrument, ending: str) -> HttpResponse:
    """A file to keep, named after the version and then `ending`, such as "-az.xlsx"."""
    name = f"{instrument.key}-{instrument.kind}-v{instrument.version}{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES[ending.rpartition(".")[2]], headers=headers)


@require_POST
@editors_only
def instrument_adapt(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = find_readable(request.user, pk, Instrument.objects.filter(discarded_at=None))
    choices = owners(request.user)
    try:
        owner = owner_of(request.user, request.POST.get("owner", choices[0][0] if len(choices) == 1 else ""))
    except KeyError:
        messages.error(request, _("No draft was created. Choose the assessment that the new draft is for."))
        return redirect(version_url(request, "instrument_detail", pk))
    draft = adapt(instrument=instrument, owner=owner, by=request.user)
    messages.success(
        request,
        _(
            "Version {version} was created as a draft of {owner_name}. Adapt it to your country, then publish it."
        ).format(version=draft.version, owner_name=draft.owner_name),
    )
    return redirect(version_url(request, "instrument_edit", draft.pk))


@require_http_methods(["GET", "POST"])
@changes_draft
def instrument_publish(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """Publish a draft; first what that will change for whom. Its owner may use it at once."""
    owner = draft.owner.reference if draft.owner else ""
    if request.method != "POST":
        form = PublishForm(initial={"name": draft.name, "revision": draft.revision}, owner=owner)
        return _publish_page(request, draft, form)
    form = PublishForm(request.POST, owner=owner)
    if not form.is_valid():
        return _publish_page(request, draft, form, status=422)
    try:
        published = publish(
            draft=draft,
            by=request.user,
            revision=revision_sent(request.POST.get("revision")),
            name=form.cleaned_data["name"],
        )
    except ConflictError:
        messages.error(
            request,
            _(
                "Not published: another member has changed the draft since you opened the page. Read it as it is now, "
                "then publish it."
            ),
        )
    except DefinitionError as error:
        for fault in shown_faults(error)[:20]:
            messages.error(request, fault)
    else:
        messages.success(
            request,
            _("{published} was published. Assessments can now use it; it can no longer be changed.").format(
                published=published
            ),
        )
        if form.cleaned_data.get("use"):
            _use_at_once(request, published)
    return redirect(version_url(request, "instrument_detail", draft.pk))


def _publish_page(request: HttpRequest, draft: Instrument, form: PublishForm, status: int = 200) -> HttpResponse:
    family = Instrument.objects.for_kind(draft.kind).filter(key=draft.key).order_by("version")
    versions = dict(family.values_list("pk", "version"))
    uses = [(use, versions.get(use.version)) for use in uses_of_versions(set(versions), request.user)]
    context = {"instrument": draft, "form": form, "uses": uses}
    return render(request, "instruments/instrument_publish.html", context, status=status)


def _use_at_once(request: HttpRequest, published: Instrument) -> None:
    try:
        adopt(published.owner, published, request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return
    messages.success(request, _("{owner} now uses it.").format(owner=published.owner_name))
    if published.kind == Instrument.Kind.SURVEY and hasattr(published.owner, "survey"):
        text = _("A survey that was set up before keeps its version until it goes over: its page offers that.")
        messages.info(request, text)


@require_http_methods(["GET", "POST"])
@editors_only
def instrument_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a published version that was a mistake, with the reason."""
    instrument = find_changeable(request.user, pk, Instrument.objects.for_use())
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw(instrument=instrument, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(
            request, _("{instrument} was withdrawn. Assessments can no longer choose it.").format(instrument=instrument)
        )
        return redirect(version_url(request, "instrument_detail", pk))
    context = {"instrument": instrument, "form": form, "uses": uses_of_versions({pk}, request.user)}
    return render(request, "instruments/instrument_withdraw.html", context)


@require_POST
@editors_only
def instrument_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_changeable(request.user, pk, Instrument.objects.for_published())
    instrument = reinstate(instrument=found, by=request.user)
    messages.success(
        request,
        _("The withdrawal of {instrument} was undone. Assessments can choose it again.").format(instrument=instrument),
    )
    return redirect(version_url(request, "instrument_detail", pk))


@require_POST
@changes_draft
def instrument_discard(request: HttpRequest, draft: Instrument) -> HttpResponse:
    try:
        discard(draft=draft, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect(version_url(request, "instrument_detail", draft.pk))
    messages.success(request, _("{draft} was moved to the trash. It can be restored.").format(draft=draft))
    return redirect(version_url(request, "instrument_trash"))


@require_safe
@editors_only
def instrument_trash(request: HttpRequest) -> HttpResponse:
    """Discarded drafts of the assessments that the user leads."""
    drafts = Instrument.objects.for_owner(request.user).for_trash().with_title().order_by("-discarded_at")
    return render(request, "instruments/instrument_trash.html", {"drafts": drafts})


@require_POST
@editors_only
def instrument_restore(request: HttpRequest, pk: int) -> HttpResponse:
    draft = restore(draft=find_changeable(request.user, pk), by=request.user)
    messages.success(
        request,
        _("{draft} was restored.").format(draft=draft)
        if draft.is_draft
        else _("{draft} was not in the trash.").format(draft=draft),
    )
    return redirect(version_url(request, "instrument_detail", pk))
