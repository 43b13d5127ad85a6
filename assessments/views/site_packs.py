"""Languages of the whole site: texts for the readers of every assessment, under those of an assessment itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import staff_only
from assessments.forms import PackForm
from assessments.pack_workbooks import read_book, to_book
from assessments.packs import pack_languages
from assessments.public_texts import SHEETS
from assessments.requests import MemberRequest, run_service
from assessments.services.packs import add_pack, save_pack_texts
from assessments.translation_pages import download_workbook
from assessments.views.packs import PackPages
from ctnat.ui.access import in_english
from ctnat.ui.posting import posted_from
from instruments.translation_sheets import SheetPlan


@require_safe
@staff_only
def site_pack_list(request: MemberRequest) -> HttpResponse:
    return _list_page(request, PackForm())


@staff_only
@posted_from("assessments:site_pack_list")
def site_pack_add(request: MemberRequest) -> HttpResponse:
    """Add a language, and open its page."""
    form = PackForm(request.POST)
    pack = run_service(request, form, add_pack, assessment=None)
    if pack:
        messages.success(request, _("Language added. Translate its words here."))
        return redirect("assessments:site_pack_edit", pack.language)
    return _list_page(request, form, status=422)


def _list_page(request: HttpRequest, form: PackForm, status: int = 200) -> HttpResponse:
    rows = [
        {"language": language, "url": reverse("assessments:site_pack_edit", args=[language.code])}
        for language in pack_languages(None)
    ]
    context = {
        "rows": rows,
        "form": form,
        "may_edit": True,
        "add_url": reverse("assessments:site_pack_add"),
        "sheets": SHEETS,
    }
    return render(request, "assessments/site_pack_list.html", context, status=status)


@require_safe
@staff_only
def site_pack_edit(request: MemberRequest, language: str) -> HttpResponse:
    return SitePackPages(request, language).edit_page()


@staff_only
@posted_from("assessments:site_pack_edit")
def site_pack_save(request: MemberRequest, language: str) -> HttpResponse:
    """Save one text. The response to htmx is its row, which always holds what was typed."""
    return SitePackPages(request, language).save()


@staff_only
@posted_from("assessments:site_pack_edit")
def site_pack_review(request: MemberRequest, language: str) -> HttpResponse:
    """Mark texts as reviewed, or withdraw that."""
    return SitePackPages(request, language).review()


@in_english
@require_safe
@staff_only
def site_pack_sheet(request: MemberRequest, language: str) -> HttpResponse:
    """The workbook with all texts of one language."""
    SitePackPages(request, language)
    return download_workbook(f"site-language-{language}", lambda: to_book(None, language))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def site_pack_import(request: MemberRequest, language: str) -> HttpResponse:
    """Upload a workbook, preview its changes, then apply them. With a fault all of it is refused."""
    return SitePackPages(request, language).import_workbook()


class SitePackPages(PackPages):
    name = "site_pack"
    edit_template = "assessments/site_pack_edit.html"
    import_template = "assessments/site_pack_import.html"
    may_edit = True

    def __init__(self, request: HttpRequest, language: str):
        super().__init__(request, None, language)

    def save_texts(self, **values: Any) -> int:
        return save_pack_texts(**self._common, **values)

    def read_workbook(self, content: bytes) -> SheetPlan[Any]:
        return read_book(None, self.language, None, content)
