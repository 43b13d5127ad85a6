"""The codebook: its themes, the passages of each, and its files."""

from collections.abc import Callable, Iterable
from copy import copy
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest, run_service, status_of
from ctnat.ui.errors import in_one_line
from ctnat.ui.pages import page_of
from interviews.forms import MergeForm, ThemeForm
from interviews.mentions import list_mentions, mentions_of, places_of_mentions, with_attributions
from interviews.models import Coding, Theme
from interviews.services.themes import (
    add_theme,
    merge_themes,
    retire_theme,
    return_theme,
    update_theme,
)
from interviews.views.interviews import guide_sections

ROWS = 30  # on one page, which is read on phones too


def find_theme(assessment: Assessment, code: str) -> Theme:
    theme: Theme = get_object_or_404(Theme.objects.for_assessment(assessment).select_related("merged_into"), code=code)
    theme.assessment = assessment  # its instruments are parsed already
    if theme.merged_into:
        theme.merged_into.assessment = assessment
    return theme


@require_safe
@requires("interviews.view")
def theme_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    themes = list(assessment.themes.order_by("area", "code"))  # from the assessment: their addresses name it
    page = page_of(request, [theme for theme in themes if not theme.retired_at], size=ROWS)
    counts = mentions_of(assessment, page)
    offered = [(theme, counts[theme.pk]) for theme in page]
    titles = dict(guide_sections(assessment))
    context = {
        "assessment": assessment,
        "groups": [
            (area, titles.get(area, ""), list(found)) for area, found in groupby(offered, lambda row: row[0].area)
        ],
        "page": page,
        "retired": page_of(request, [theme for theme in themes if theme.retired_at], name="retired"),
        "to_approve": _to_approve(assessment, themes) if "codebook.edit" in request.may else {},
        "here": "themes",
    }
    return render(request, "interviews/theme_list.html", context)


def _to_approve(assessment: Assessment, themes: Iterable[Theme]) -> dict[Theme, int]:
    """Themes with passages whose release was withdrawn, and how many."""
    waiting = Coding.objects.for_assessment(assessment).for_approval().order_by()
    counts = dict(waiting.values_list("theme").annotate(Count("pk")))
    return {theme: counts[theme.pk] for theme in sorted(themes, key=lambda theme: theme.label) if theme.pk in counts}


@require_safe
@requires("interviews.view")
def theme_detail(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """Every passage of a theme across the interviews."""
    theme = find_theme(assessment, code)
    codings = Coding.objects.for_assessment(assessment).filter(theme=theme).with_place()
    page = page_of(request, places_of_mentions(codings))
    shown = list_mentions(codings.filter(pk__in=[pk for keys in page for pk in keys]))  # only these are decrypted
    for mention in shown:
        mention.answer.interview.assessment = assessment  # its address names it
    page.object_list = with_attributions(shown, assessment if "codebook.edit" in request.may else None)
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
    if made := run_service(request, form, add_theme, assessment=assessment):
        messages.success(request, _("“{label}” was added to the codebook.").format(label=made.label))
        return redirect("interviews:theme_list", assessment.reference)
    return render(request, "interviews/theme_edit.html", {"assessment": assessment, "form": form})


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def theme_edit(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    theme = find_theme(assessment, code)
    form = ThemeForm(request.POST or None, assessment=assessment, instance=copy(theme))
    if saved := run_service(request, form, update_theme, theme=copy(theme)):
        messages.success(request, _("“{label}” was saved.").format(label=saved.label))
        return redirect(saved)
    context = {"assessment": assessment, "form": form, "theme": theme}
    return render(request, "interviews/theme_edit.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires("codebook.edit")
def theme_merge(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    theme = find_theme(assessment, code)
    form = MergeForm(request.POST or None, theme=theme)
    if into := run_service(request, form, merge_themes, theme=theme):
        messages.success(
            request,
            _("The passages of “{label}” were moved to “{label_2}”.").format(label=theme.label, label_2=into.label),
        )
        return redirect(into)
    return render(request, "interviews/theme_merge.html", {"assessment": assessment, "form": form, "theme": theme})


def _change(
    request: MemberRequest, assessment: Assessment, code: str, service: Callable[..., Any], done: str
) -> HttpResponse:
    theme = find_theme(assessment, code)
    try:
        service(theme=theme, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, done.format(label=theme.label))
    return redirect("interviews:theme_list", assessment.reference)


@require_POST
@requires("codebook.edit")
def theme_retire(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(request, assessment, code, retire_theme, _("“{label}” was retired. Its passages are kept."))


@require_POST
@requires("codebook.edit")
def theme_return(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(request, assessment, code, return_theme, _("“{label}” was restored."))
