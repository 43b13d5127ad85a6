"""Translations of the assessment's texts: progress by language, editing, reviewing, and the translators' workbook."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.forms import TranslationForm
from assessments.models import Assessment
from assessments.translation_pages import TranslationPages, download_workbook
from ctnat.ui.access import in_english
from ctnat.ui.languages import find_code
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from indicators.services.translations import (
    names_someone,
    review_translations,
    save_translation,
    save_translations,
)
from indicators.translation_states import STATES, TextState, language_states, may_translate_into, text_states
from indicators.translation_workbooks import Change, read_sheet, to_sheet
from instruments.translation_sheets import SheetPlan

ROWS = 15  # on one page: each has a form of the height of half a phone


@require_safe
@requires("indicators.view")
def translation_list(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """How far the texts are translated into each language. `?language=` opens another one, by its name or its code."""
    asked = request.GET.get("language", "").strip()[:60]
    status = 200
    if asked:
        code = find_code(asked) or asked.lower()
        if code and may_translate_into(code):
            return redirect("indicators:translation_edit", assessment.reference, code)
        messages.error(
            request,
            _("“{asked}” is not a known language. Enter its name, or a code such as fr or uk.").format(asked=asked),
        )
        status = 422
    context = {"assessment": assessment, "states": language_states(assessment), "asked": asked}
    return render(request, "indicators/translation_list.html", context, status=status)


@require_safe
@requires("indicators.view")
def translation_edit(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    return _Pages(request, assessment, language).edit_page()


@requires("translations.edit")
@posted_from("indicators:translation_edit")
def translation_save(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Save one translation. The response to htmx is its row, which always holds what was typed."""
    return _Pages(request, assessment, language).save()


@requires("translations.edit")
@posted_from("indicators:translation_edit")
def translation_review(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Mark translations as reviewed, or withdraw that."""
    return _Pages(request, assessment, language).review()


@in_english
@require_safe
@requires("translations.edit")
def translation_sheet(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """The workbook for translators; texts that the member may not read are left out."""
    pages = _Pages(request, assessment, language)
    name = f"{assessment.reference}-texts-{language}"
    return download_workbook(name, lambda: to_sheet(assessment, language, pages.readable()))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("translations.edit")
def translation_import(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Upload a translators' workbook, preview its changes, then apply them. With a fault all of it is refused."""
    return _Pages(request, assessment, language).import_workbook()


class _Pages(TranslationPages):
    assessment: Assessment
    import_template = "indicators/translation_import.html"

    def __init__(self, request: HttpRequest, assessment: Assessment, language: str):
        if not may_translate_into(language):
            raise Http404(_("This language is not available for translation."))
        super().__init__(request, assessment, language)

    @property
    def sees_names(self) -> bool:
        return "interviews.names" in self.request.may  # type: ignore[attr-defined]

    @property
    def _common(self) -> dict[str, Any]:
        return {"assessment": self.assessment, "language": self.language, "by": self.request.user}

    def url(self, name: str) -> str:
        return reverse(f"indicators:translation_{name}", args=[self.assessment.reference, self.language])

    def states(self) -> Sequence[TextState]:
        return text_states(self.assessment, self.language)

    def readable(self) -> list[TextState]:
        """The texts that the member may read as they are: those that name a person only with the right to see names."""
        return [state for state in self.states() if not self.is_closed(state)]

    def is_closed(self, state: TextState) -> bool:
        return not self.sees_names and names_someone(self.assessment, state)

    def save_text(self, **values: Any) -> TextState:
        return save_translation(**self._common, sees_names=self.sees_names, **values)

    def save_texts(self, **values: Any) -> int:
        return save_translations(**self._common, sees_names=self.sees_names, **values)

    def review_texts(self, **values: Any) -> int:
        return review_translations(**self._common, **values)

    def read_workbook(self, content: bytes) -> SheetPlan[Change]:
        return read_sheet(self.assessment, self.language, self.readable(), content)

    def address_of(self, state: TextState) -> str:
        counted = [row.key for row in self.states() if row.counts]
        page = counted.index(state.key) // ROWS + 1 if state.key in counted else 1
        return f"{self.url('edit')}?page={page}#{state.anchor}"

    def edit_page(self, *, form: TranslationForm | None = None, status: int = 200) -> HttpResponse:
        every, show = self.states(), self.request.GET.get("show", "")
        counted = [row for row in every if row.counts]
        shown: Sequence[TextState] = [row for row in counted if row.state == show] if show in STATES else counted
        if show == "unknown":
            shown = [row for row in every if not row.counts]
        key = form["key"].value() if form else ""
        if form and all(row.key != key for row in shown):
            shown = every
        asked = self.request.GET.get("text", "")  # the anchor of a text to which another page leads
        found = (index for index, row in enumerate(shown) if row.key == key or row.anchor == asked)
        number = next((index // ROWS + 1 for index in found), None)
        page = page_of(self.request, shown, size=ROWS, number=number)
        context = self.context() | {
            "rows": self.rows_context(list(page), form),
            "page": page,
            "show": show,
            "total": len(counted),
            "counts": [(state, sum(row.state == state for row in counted)) for state in STATES],
            "unknown": len(every) - len(counted),
            "form_with_errors": form,
        }
        return render(self.request, "indicators/translation_edit.html", context, status=status)
