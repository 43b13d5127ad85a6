"""The register of responses, and the log of what changed at validation."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment
from ctnat.ui.errors import ConflictError, in_one_line
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from indicators.forms import SeenRevision, accept_revision
from indicators.translated import Translated, wordings_mark
from workshops.changes import change_log as build_change_log
from workshops.differences import differences
from workshops.forms import AdoptForm, CommentForm, ResolveForm
from workshops.models import Comment, Workshop
from workshops.results import results_of, with_translations
from workshops.services.comments import (
    add_comment,
    adopt_wording,
    edit_comment,
    resolve_comment,
    restore_comment,
    statement_translations,
    withdraw_comment,
    wording_proposed,
)
from workshops.targets import find_recommendation, labels


@require_safe
@requires("workshop.view")
def comment_list(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    rows = Comment.objects.for_assessment(assessment).with_people()
    chosen = request.GET.get("disposition", "")
    if chosen == "open":
        rows = rows.undecided()
    elif chosen in Comment.Disposition.values and chosen:
        rows = rows.filter(disposition=chosen)
    page = page_of(request, rows)
    texts = labels(assessment, [row.target for row in page])
    words, written = Translated.of(assessment), assessment.report_language
    context = {
        "assessment": assessment,
        "page": page,
        "rows": [(row, texts[row.target], words.working(row.statement, written)) for row in page],
        "chosen": chosen,
        "choices": [("open", _("Not yet decided")), *[c for c in Comment.Disposition.choices if c[0]]],
        "undecided": Comment.objects.for_assessment(assessment).undecided().count(),
    }
    return render(request, "workshops/comment_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comments.edit")
def comment_new(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    form = CommentForm(
        assessment, request.POST or None, initial={"target": request.GET.get("target", ""), "revision": 0}
    )
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        try:
            row = add_comment(assessment=assessment, by=request.user, **fields)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Response added. Next, record the decision."))
            return redirect("workshops:comment", assessment.reference, row.pk)
    context = {"assessment": assessment, "form": form}
    return render(request, "workshops/comment_new.html", context, status=422 if form.errors else 200)


@require_safe
@requires("workshop.view")
def comment(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _comment_page(request, _find(assessment, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comments.edit")
def comment_edit(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row, status = _find(assessment, pk), 200
    initial = {name: getattr(row, name) for name in CommentForm.base_fields}
    form = CommentForm(assessment, request.POST or None, initial=initial)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = edit_comment(comment=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except ConflictError as conflict:
                form, status, row = accept_revision(form, conflict), 409, conflict.current
            except ValidationError as error:
                form.add_error(None, error)
            else:
                is_open_again = bool(row.disposition) and not changed.disposition
                saved = (
                    _("Response saved. The decision was on the earlier text, so it is open again.")
                    if is_open_again
                    else _("Response saved.")
                )
                messages.success(request, saved)
                return redirect("workshops:comment", assessment.reference, pk)
    context = {"assessment": assessment, "form": form, "row": row, "conflict": status == 409}
    return render(request, "workshops/comment_edit.html", context, status=status)


@requires("comments.resolve")
@posted_from("workshops:comment")
def comment_resolve(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row, form, status = _find(assessment, pk), ResolveForm(request.POST), 422
    if form.is_valid():
        try:
            done = resolve_comment(
                comment=row,
                by=request.user,  # type: ignore[arg-type]
                translations=request.POST.get("translations"),
                **form.cleaned_data,
            )
        except ConflictError as conflict:
            form, status, row = accept_revision(form, conflict), 409, conflict.current
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("{disposition}. The finding is kept and printed with this response.").format(
                    disposition=done.get_disposition_display()
                ),
            )
            return redirect("workshops:comment_list", assessment.reference)
    return _comment_page(request, row, form=form, status=status)


@requires("comments.edit")
@posted_from("workshops:comment")
def comment_withdraw(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Withdraw a statement for those who made it."""
    return _change(
        request,
        _find(assessment, pk),
        withdraw_comment,
        _("The response was marked as withdrawn. It is kept in the list."),
        revision=_seen(request),
    )


@requires("comments.edit")
@posted_from("workshops:comment")
def comment_restore(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _change(
        request, _find(assessment, pk), restore_comment, _("The response was restored."), revision=_seen(request)
    )


@requires("comments.resolve")
@posted_from("workshops:comment")
def comment_adopt(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Adopt the proposed wording in the recommendation."""
    if "recommendations.edit" not in request.may:  # type: ignore[attr-defined]
        raise PermissionDenied(_("Your role does not allow editing recommendations."))
    row, form = _find(assessment, pk), AdoptForm(request.POST)
    form.full_clean()  # both fields are revisions: one that is missing counts as an old one
    message = _("Wording adopted: the recommendation now reads as proposed.")
    translations = request.POST.get("translations")
    return _change(request, row, adopt_wording, message, translations=translations, **form.cleaned_data)


@require_safe
@requires("workshop.view")
def verdict_panel(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """The groups' verdicts on one target (`?target=cell:1.1/F1`), as a part of the page on which it is decided."""
    target = request.GET.get("target", "")[:60]
    workshops = Workshop.objects.for_assessment(assessment).for_validation().exclude(opened_at=None)
    words, language = Translated.of(assessment), assessment.report_language
    found = [
        (workshop, with_translations(results_of(workshop), words, language).verdicts_on(target))
        for workshop in workshops.order_by("held_on", "pk")
    ]
    statements = Comment.objects.for_assessment(assessment).for_validation().filter(target=target).with_people()
    context = {
        "assessment": assessment,
        "target": target,
        "found": [(workshop, rows) for workshop, rows in found if rows],
        "statements": statements,
    }
    return render(request, "workshops/_verdict_panel.html", context)


@require_safe
@requires("workshop.view")
def change_log(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    log = build_change_log(assessment)
    context = {
        "assessment": assessment,
        "log": log,
        "cells": page_of(request, log.cells, size=30, name="cells"),
        "recommendations": page_of(request, log.recommendations, size=30, name="recommendations"),
        "statements": page_of(request, log.statements, size=30, name="responses"),
    }
    return render(request, "workshops/change_log.html", context)


def _seen(request: HttpRequest) -> int:
    """The revision of the response that was on the page."""
    return SeenRevision().clean(request.POST.get("revision"))


def _find(assessment: Assessment, pk: int) -> Comment:
    rows = Comment.objects.for_assessment(assessment).with_people()
    row: Comment | None = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404(_("This response does not exist in this assessment."))
    return row


def _others(assessment: Assessment) -> list[str]:
    return [code for code in assessment.languages if code != assessment.report_language]


def _change(request: HttpRequest, row: Comment, verb: Any, message: str, **kwargs: Any) -> HttpResponse:
    try:
        verb(comment=row, by=request.user, **kwargs)
    except ConflictError as conflict:
        messages.error(request, in_one_line(conflict))
        return _comment_page(request, _find(row.assessment, row.pk), status=409)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, message)
    return redirect("workshops:comment", row.assessment.reference, row.pk)


def _comment_page(request: HttpRequest, row: Comment, *, form: Any = None, status: int = 200) -> HttpResponse:
    initial = {name: getattr(row, name) for name in ("disposition", "reason", "changed", "revision")}
    recommendation = find_recommendation(row.assessment, row.target)
    proposed = recommendation if row.kind == Comment.Kind.QUALIFIED and not row.edit_id else None
    words = Translated.of(row.assessment)
    translations = statement_translations(row, words)
    wording = wording_proposed(row, translations)
    written = row.assessment.report_language
    context = {
        "translations": [
            (code, text, words.shown(f"comment:{row.pk}", "statement", row.statement, "", code).is_draft)
            for code, text in translations.items()
        ],
        "translations_mark": wordings_mark(translations),
        "translated_since": bool(row.disposition) and row.decided_on != translations,
        "translate_into": written if row.language != written else next(iter(_others(row.assessment)), ""),
        "needs_translation": bool(proposed) and not wording,
        "assessment": row.assessment,
        "row": row,
        "label": labels(row.assessment, [row.target])[row.target],
        "form": form or ResolveForm(initial=initial),
        "recommendation": recommendation,
        "proposed": differences(proposed.text, wording) if proposed and wording else (),
        "taken_over": differences(row.edit.before_text, row.edit.text) if row.edit else (),
    }
    return render(request, "workshops/comment.html", context, status=status)
