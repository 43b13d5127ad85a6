"""The codebook: its themes, the passages of each, and its files."""

from collections import Counter
from collections.abc import Callable
from copy import copy
from itertools import groupby
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest, page_number, run_service
from assessments.uploads import check_upload
from ctnat.ui.tables import TableError, read_table
from interviews import codebook, services
from interviews.forms import MergeForm, ThemeForm, UploadForm
from interviews.mentions import list_mentions, mentions_of
from interviews.models import Coding, Theme
from interviews.search import search_notes
from interviews.views.interviews import guide_sections

PAGE = 50


def find_theme(assessment: Assessment, code: str) -> Theme:
    theme = get_object_or_404(Theme.objects.for_assessment(assessment).select_related("merged_into"), code=code)
    theme.assessment = assessment  # its instruments are parsed already
    if theme.merged_into:
        theme.merged_into.assessment = assessment
    return theme


@require_safe
@requires("interviews.view")
def theme_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    themes = list(assessment.themes.order_by("area", "code"))  # from the assessment: their addresses name it
    counts = mentions_of(assessment, themes)
    offered = [(theme, counts[theme.pk]) for theme in themes if not theme.retired_at]
    titles = dict(guide_sections(assessment))
    context = {
        "assessment": assessment,
        "groups": [
            (area, titles.get(area, ""), list(found)) for area, found in groupby(offered, lambda row: row[0].area)
        ],
        "retired": [theme for theme in themes if theme.retired_at],
        "to_approve": _to_approve(assessment) if "codebook.edit" in request.may else {},
        "here": "themes",
    }
    return render(request, "interviews/theme_list.html", context)


def _to_approve(assessment: Assessment) -> dict[Theme, int]:
    """Themes with passages that lost their release, and how many."""
    found = Coding.objects.for_assessment(assessment).for_approval().select_related("theme").order_by("theme__label")
    for coding in found:
        coding.theme.assessment = assessment  # its address names it
    return dict(Counter(coding.theme for coding in found))  # a template would ask the counter for a theme "items"


@require_safe
@requires("interviews.view")
def theme_detail(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """Every passage of a theme across the interviews."""
    theme = find_theme(assessment, code)
    found = list_mentions(Coding.objects.for_assessment(assessment).filter(theme=theme).with_place())
    page = Paginator(found, PAGE).get_page(page_number(request))
    for mention in page:
        mention.answer.interview.assessment = assessment  # its address names it
    context = {
        "assessment": assessment,
        "theme": theme,
        "counts": mentions_of(assessment, [theme])[theme.pk],
        "page": page,
        "area": dict(guide_sections(assessment)).get(theme.area, ""),
    }
    return render(request, "interviews/theme_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def theme_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    form = ThemeForm(request.POST or None, assessment=assessment)
    if made := run_service(request, form, services.add_theme, assessment=assessment):
        messages.success(request, f"“{made.label}” is in the codebook.")
        return redirect("interviews:theme_list", assessment.reference)
    return render(request, "interviews/theme_form.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def theme_edit(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    theme = find_theme(assessment, code)
    form = ThemeForm(request.POST or None, assessment=assessment, instance=copy(theme))
    if saved := run_service(request, form, services.update_theme, theme=copy(theme)):
        messages.success(request, f"“{saved.label}” is saved.")
        return redirect(saved)
    context = {"assessment": assessment, "form": form, "theme": theme}
    return render(request, "interviews/theme_form.html", context)


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def theme_merge(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    theme = find_theme(assessment, code)
    form = MergeForm(request.POST or None, theme=theme)
    if into := run_service(request, form, services.merge_themes, theme=theme):
        messages.success(request, f"The passages of “{theme.label}” are now marked “{into.label}”.")
        return redirect(into)
    return render(request, "interviews/theme_merge.html", {"assessment": assessment, "form": form, "theme": theme})


def _change(
    request: MemberRequest, assessment: Assessment, code: str, verb: Callable[..., Any], said: str
) -> HttpResponse:
    theme = find_theme(assessment, code)
    try:
        verb(theme=theme, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"“{theme.label}” {said}")
    return redirect("interviews:theme_list", assessment.reference)


@require_POST
@requires("codebook.edit")
def theme_retire(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(request, assessment, code, services.retire_theme, "is offered no more. Its passages stay.")


@require_POST
@requires("codebook.edit")
def theme_return(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(request, assessment, code, services.return_theme, "is offered again.")


@require_POST
@requires("codebook.edit")
def codebook_seed(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    new = services.seed_codebook(assessment=assessment, by=request.user)
    messages.success(request, f"{new} themes were added from the guide and the indicator matrix.")
    return redirect("interviews:theme_list", assessment.reference)


@require_safe
@requires("interviews.view")
def codebook_export(request: MemberRequest, assessment: Assessment, form: str) -> HttpResponse:
    """The codebook without any passage: `csv`, or `qdc` for other QDA programs."""
    themes = Theme.objects.for_assessment(assessment).filter(merged_into=None).order_by("area", "code")
    if form == "csv":
        content, kind = codebook.to_csv(themes), "text/csv; charset=utf-8"
    elif form == "qdc":
        areas = dict(guide_sections(assessment))
        content, kind = codebook.to_qdc(themes, areas, assessment.reference), "application/xml"
    else:
        raise Http404("No such format.")
    record("codebook.exported", by=request.user, assessment=assessment, format=form)
    name = f"{assessment.reference}-codebook.{form}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def codebook_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, accept=".csv,.xlsx,.qdc")
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            entries = _entries(assessment, form.cleaned_data["file"])
            done = services.import_themes(assessment=assessment, entries=entries, by=request.user)
        except (codebook.CodebookError, TableError) as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            if not done.faults:
                messages.success(request, f"{done.added} themes were added and {done.changed} brought up to date.")
                return redirect("interviews:theme_list", assessment.reference)
            faults = done.faults
    context = {"assessment": assessment, "form": form, "faults": faults, "columns": codebook.COLUMNS}
    return render(request, "interviews/codebook_import.html", context)


def _entries(assessment: Assessment, upload: UploadedFile) -> list[codebook.Entry]:
    name = upload.name or ""
    if PurePath(name).suffix.lower() == ".qdc":
        if (upload.size or 0) > codebook.QDC_LIMIT:
            raise ValidationError("The file has more than 2 MB, which no codebook needs. Export the codebook alone.")
        return codebook.from_qdc(upload.read(), dict(guide_sections(assessment)))
    check_upload(upload, allowed=frozenset({".csv", ".xlsx"}))
    return codebook.from_table(read_table(upload.read(), name))


@require_safe
@requires("interviews.view")
def search(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Full-text search across the notes."""
    query, section = request.GET.get("q", "")[:200], request.GET.get("section", "")
    sections = guide_sections(assessment)
    hits = search_notes(assessment, query, section=section if section in dict(sections) else "")
    context = {
        "assessment": assessment,
        "query": query,
        "chosen": section,
        "sections": sections,
        "page": Paginator(hits, PAGE).get_page(page_number(request)),
        "interviews": len({hit.answer.interview_id for hit in hits}),
        "here": "search",
    }
    return render(request, "interviews/search.html", context)
