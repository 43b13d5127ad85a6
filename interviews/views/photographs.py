"""Photographs of notes on paper: adding, looking at, describing and deleting them.

They may show names, which cannot be withheld in a picture: who may not see names learns only how many there are.
"""

from copy import copy
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.archiving import check_not_archived
from assessments.audit import record_reading
from assessments.models import Assessment
from assessments.requests import MemberRequest, run_service, status_of
from assessments.uploads import Upload, clean_name, in_memory
from ctnat.ui.errors import InputError, add_errors, in_one_line
from ctnat.ui.posting import posted_from
from interviews.models import Interview, Photograph
from interviews.photograph_forms import PhotographForm, PhotographsForm
from interviews.pictures import Picture, read_picture
from interviews.services.photographs import (
    MOST_PHOTOGRAPHS,
    add_photographs,
    describe_photograph,
    remove_photograph,
)
from interviews.views.interviews import find_interview

MOST_AT_ONCE = 10


@in_memory
@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def photograph_add(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """Add photographs. Those that can be read are kept even where others cannot, which the page then names."""
    interview = find_interview(assessment, code)
    form = PhotographsForm()
    faults: list[str] = []
    if request.method == "POST":
        check_not_archived(assessment)
        files = request.FILES  # they are read now, if nothing asked for them before
        faults = _left_out(request)
        form = PhotographsForm(request.POST, files, left_out=bool(faults))
        if form.is_valid():
            pictures, unread = _read(form.cleaned_data["photographs"])
            faults += unread
            if added := _add(request, interview, form, pictures):
                messages.success(request, _added(added))
                if not faults:
                    return redirect(f"{interview.get_absolute_url()}#photographs")
                form = PhotographsForm(initial={"kind": form.cleaned_data["kind"]})  # for what is chosen next
    context = {
        "assessment": assessment,
        "interview": interview,
        "form": form,
        "faults": faults,
        "room": max(MOST_PHOTOGRAPHS - interview.photographs.count(), 0),
        "most": MOST_PHOTOGRAPHS,
        "at_once": MOST_AT_ONCE,
        "limit": settings.UPLOAD_LIMIT // 1024**2,
    }
    return render(request, "interviews/photograph_add.html", context)


def _left_out(request: Any) -> list[str]:
    """A message for each file for which there was no room in the request."""
    text = _("“{name}” was left out: the files of one upload may have {limit} MB together. Choose it again by itself.")
    return [text.format(name=name, limit=settings.UPLOAD_LIMIT // 1024**2) for name in request.left_out]


def _read(uploads: list[Upload]) -> tuple[list[Picture], list[str]]:
    """(what can be kept, a message for each of the others)."""
    pictures, faults = [], []
    for number, upload in enumerate(uploads):
        name = clean_name(upload.name or "")
        if number >= MOST_AT_ONCE:
            text = _("“{name}” was left out: {most} can be added at once. Choose it again.")
            faults.append(text.format(name=name, most=MOST_AT_ONCE))
            continue
        try:
            pictures.append(read_picture(upload.read(), name))
        except InputError as fault:
            faults.append(in_one_line(fault))
    return pictures, faults


def _add(
    request: MemberRequest, interview: Interview, form: PhotographsForm, pictures: list[Picture]
) -> list[Photograph]:
    if not pictures:
        return []
    typed = form.cleaned_data
    try:
        return add_photographs(
            interview=interview, pictures=pictures, by=request.user, kind=typed["kind"], form_key=typed["form_key"]
        )
    except ValidationError as error:
        add_errors(form, error)
    return []


def _added(photographs: list[Photograph]) -> str:
    n = len(photographs)
    return ngettext("{n} photograph was added.", "{n} photographs were added.", n).format(n=n)


def find_photograph(assessment: Assessment, code: str, pk: int) -> Photograph:
    """The photograph of that interview. Raises `Http404`."""
    interview = find_interview(assessment, code)
    photograph: Photograph = get_object_or_404(interview.photographs.select_related("added_by"), pk=pk)
    photograph.interview = interview
    return photograph


@require_safe
@requires("interviews.names")
def photograph_detail(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    """One photograph, large, with what was said of it."""
    photograph = find_photograph(assessment, code, pk)
    form = PhotographForm(instance=copy(photograph)) if "interviews.edit" in request.may else None
    return _page(request, photograph, form)


@requires("interviews.edit")
@posted_from("interviews:photograph_detail")
def photograph_edit(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    photograph = find_photograph(assessment, code, pk)
    form = PhotographForm(request.POST, instance=copy(photograph))
    if run_service(request, form, describe_photograph, photograph=photograph):
        messages.success(request, _("What was said of the photograph is saved."))
        return redirect(photograph)
    return _page(request, photograph, form)


def _page(request: MemberRequest, photograph: Photograph, form: PhotographForm | None) -> HttpResponse:
    interview = photograph.interview
    record_reading("interview", by=request.user, assessment=request.assessment, target=interview)
    keys = list(interview.photographs.order_by("pk").values_list("pk", flat=True))
    place = keys.index(photograph.pk)
    context = {
        "assessment": request.assessment,
        "interview": interview,
        "photograph": photograph,
        "form": form,
        "number": place + 1,
        "count": len(keys),
        "before": keys[place - 1] if place else None,
        "after": keys[place + 1] if place + 1 < len(keys) else None,
    }
    return render(request, "interviews/photograph_detail.html", context, status=status_of(form) if form else 200)


@require_safe
@requires("interviews.names")
def photograph_picture(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    """The picture itself, to be shown in a page; with `?download`, as a download."""
    photograph = find_photograph(assessment, code, pk)
    record_reading("interview", by=request.user, assessment=assessment, target=photograph.interview)
    try:
        with photograph.file.open() as stored:
            content = stored.read()  # of a size that is bounded, and verified before anything of it is sent
    except (OSError, ValueError):  # `ValueError`: it has no file
        content = b""
    return _picture(photograph, content, "attachment" if "download" in request.GET else "inline")


@require_safe
@requires("interviews.names")
def photograph_preview(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    """A small picture for the page of the interview."""
    photograph = find_photograph(assessment, code, pk)
    return _picture(photograph, bytes(photograph.preview), "inline")


def _picture(photograph: Photograph, content: bytes, disposition: str) -> HttpResponse:
    if not content:
        raise Http404(_("This photograph cannot be read: its file or its key is missing."))
    name = f"{photograph.interview.code}-photograph-{photograph.pk}.jpg"
    headers = {"Content-Disposition": f'{disposition}; filename="{name}"'}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


@require_POST
@requires("interviews.edit")
def photograph_remove(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    photograph = find_photograph(assessment, code, pk)
    try:
        remove_photograph(photograph=photograph, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("The photograph was deleted for good."))
    return redirect(f"{photograph.interview.get_absolute_url()}#photographs")
