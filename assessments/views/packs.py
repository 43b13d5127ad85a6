"""Languages of an assessment: which texts of readers are there in each, editing, reviewing, and the workbook."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.forms import PackForm, TranslationForm
from assessments.models import Assessment
from assessments.pack_workbooks import read_book, to_book
from assessments.packs import STATES, PackState, pack_languages, pack_states
from assessments.public_texts import SHEETS
from assessments.requests import MemberRequest, run_service
from assessments.services.packs import add_pack, review_pack_texts, save_pack_text, save_workbook
from assessments.translation_pages import TranslationPages, download_workbook
from ctnat.ui.access import in_english
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from instruments.access import may_translate
from instruments.models import Instrument
from instruments.schema import source_language
from instruments.texts import is_language
from instruments.translation_sheets import SheetPlan
from instruments.translation_states import language_states

ROWS = 15  # on one page: each has a form of the height of half a phone


def questionnaire_of(assessment: Assessment) -> Instrument:
    """The questionnaire of its survey, else the one that a survey would have."""
    survey = getattr(assessment, "survey", None)
    found: Instrument = survey.questionnaire if survey else assessment.questionnaire
    return found


@require_safe
@requires("assessment.view")
def pack_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    return _list_page(request, assessment, PackForm())


@requires("translations.edit")
@posted_from("assessments:pack_list")
def pack_add(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Add a language, and open its page."""
    form = PackForm(request.POST)
    pack = run_service(request, form, add_pack, assessment=assessment)
    if pack:
        messages.success(request, _("Language added. Translate its words here."))
        return redirect("assessments:pack_edit", assessment.reference, pack.language)
    return _list_page(request, assessment, form, status=422)


def _list_page(request: MemberRequest, assessment: Assessment, form: PackForm, status: int = 200) -> HttpResponse:
    questionnaire = questionnaire_of(assessment)
    asked = {state.code: state for state in language_states(questionnaire)}
    rows = [
        {
            "language": language,
            "url": reverse("assessments:pack_edit", args=[assessment.reference, language.code]),
            "questionnaire": asked.get(language.code),
        }
        for language in pack_languages(assessment)
    ]
    total = max((state.total for state in asked.values()), default=0)
    context = {
        "assessment": assessment,
        "rows": rows,
        "form": form,
        "may_edit": "translations.edit" in request.may,
        "add_url": reverse("assessments:pack_add", args=[assessment.reference]),
        "total": total,
        "of_questionnaire": source_language(questionnaire.definition),
        "sheets": SHEETS,
    }
    return render(request, "assessments/pack_list.html", context, status=status)


@require_safe
@requires("assessment.view")
def pack_edit(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    return _Pages(request, assessment, language).edit_page()


@requires("translations.edit")
@posted_from("assessments:pack_edit")
def pack_save(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Save one text. The response to htmx is its row, which always holds what was typed."""
    return _Pages(request, assessment, language).save()


@requires("translations.edit")
@posted_from("assessments:pack_edit")
def pack_review(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Mark texts as reviewed, or withdraw that."""
    return _Pages(request, assessment, language).review()


@in_english
@require_safe
@requires("translations.edit")
def pack_sheet(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    """The workbook with all texts of one language."""
    _Pages(request, assessment, language)
    name = f"{assessment.reference}-language-{language}"
    return download_workbook(name, lambda: to_book(assessment, language, questionnaire_of(assessment)))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("translations.edit")
def pack_import(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Upload a workbook, preview its changes, then apply them. With a fault all of it is refused."""
    return _Pages(request, assessment, language).import_workbook()


class PackPages(TranslationPages):
    """The pages of one language, of an assessment or of the whole site (`site_packs.SitePackPages`)."""

    name: ClassVar[str]  # with which the names of its views begin
    edit_template: ClassVar[str]

    def __init__(self, request: HttpRequest, assessment: Assessment | None, language: str):
        if not is_language(language):
            raise Http404(_("This language is not available for translation."))
        super().__init__(request, assessment, language)
        asked = request.GET.get("sheet", "")
        self.sheet = asked if asked in SHEETS else next(iter(SHEETS))

    @property
    def _common(self) -> dict[str, Any]:
        return {"assessment": self.assessment, "language": self.language, "by": self.request.user}

    def url(self, name: str) -> str:
        owner = [self.assessment.reference] if self.assessment else []
        address = reverse(f"assessments:{self.name}_{name}", args=[*owner, self.language])
        return f"{address}?sheet={self.sheet}" if name in ("edit", "save", "review") else address

    def states(self) -> Sequence[PackState]:
        return pack_states(self.assessment, self.language)

    def address_of(self, state: PackState) -> str:
        self.sheet = state.text.sheet
        on_sheet = pack_states(self.assessment, self.language, self.sheet)
        page = next(index for index, row in enumerate(on_sheet) if row.key == state.key) // ROWS + 1
        return f"{self.url('edit')}&page={page}#{state.anchor}"

    def name_of(self, key: str) -> str:
        return key

    def save_text(self, **values: Any) -> PackState:
        return save_pack_text(**self._common, **values)

    def review_texts(self, **values: Any) -> int:
        return review_pack_texts(**self._common, **values)

    def about_questionnaire(self) -> dict[str, Any]:
        """How far the questionnaire is translated into the language, where there is one."""
        return {}

    def edit_page(self, *, form: TranslationForm | None = None, status: int = 200) -> HttpResponse:
        show, key = self.request.GET.get("show", ""), form["key"].value() if form else ""
        every = pack_states(self.assessment, self.language, self.sheet)
        shown = [row for row in every if row.state == show] if show in STATES else every
        if form and all(row.key != key for row in shown):
            shown = every
        number = next((index // ROWS + 1 for index, row in enumerate(shown) if row.key == key), None)
        page = page_of(self.request, shown, size=ROWS, number=number)
        context = self.context() | {
            "rows": self.rows_context(list(page), form),
            "page": page,
            "show": show if show in STATES else "",
            "sheet": self.sheet,
            "sheets": SHEETS,
            "total": len(every),
            "counts": [(state, sum(row.state == state for row in every)) for state in STATES],
            "form_with_errors": form,
        }
        return render(self.request, self.edit_template, context | self.about_questionnaire(), status=status)


class _Pages(PackPages):
    assessment: Assessment
    name = "pack"
    edit_template = "assessments/pack_edit.html"
    import_template = "assessments/pack_import.html"

    def save_texts(self, **values: Any) -> int:
        return save_workbook(**self._common, questionnaire=questionnaire_of(self.assessment), **values)

    def read_workbook(self, content: bytes) -> SheetPlan[Any]:
        questionnaire = questionnaire_of(self.assessment)
        may = may_translate(self.request.user, questionnaire)
        return read_book(self.assessment, self.language, questionnaire, content, may_translate=may)

    def about_questionnaire(self) -> dict[str, Any]:
        """How far the questionnaire is translated into the language."""
        questionnaire = questionnaire_of(self.assessment)
        asked = [state for state in language_states(questionnaire) if state.code == self.language]
        return {
            "questionnaire": questionnaire,
            "asked": asked[0] if asked else None,
            "is_source": self.language == source_language(questionnaire.definition),
        }
