"""What the pages have in common on which texts are translated: saved one by one, reviewed, and exchanged as a workbook.

An app makes a class of its own (`TranslationPages`) and views that call one method each. The rows of a page are states
of texts: `Row` says what a template needs to know of one.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.forms import TranslationForm
from assessments.models import Assessment
from ctnat.ui.errors import ConflictError, add_errors, shortened
from ctnat.ui.names import language_name
from ctnat.ui.pages import preview_of
from instruments.translation_sheets import LARGEST_FILE, SheetPlan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Row(Protocol):
    """One text in one language. `state` is missing, stale, draft, reviewed or shipped."""

    @property
    def key(self) -> str: ...
    @property
    def anchor(self) -> str: ...
    @property
    def place(self) -> str: ...  # where it is read
    @property
    def source(self) -> str: ...
    @property
    def source_language(self) -> str: ...  # blank where it was not recorded
    @property
    def source_mark(self) -> str: ...
    @property
    def own(self) -> str: ...  # the translation that is edited
    @property
    def target(self) -> str: ...  # the translation that is read; shipped with the program where there is no other
    @property
    def seen(self) -> str: ...
    @property
    def state(self) -> str: ...


class Change(Protocol):
    """What a workbook changes. `stale`: the source was changed after the workbook was made."""

    @property
    def key(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def made_from(self) -> str: ...


class TranslationPages(ABC):
    """The pages of one language. `url(name)` is asked for "edit", "save", "review", "sheet" and "import"."""

    row_template: ClassVar[str] = "ui/_translation_row.html"
    import_template: ClassVar[str]

    assessment: Assessment | None  # None: the texts are those of the whole site

    def __init__(self, request: HttpRequest, assessment: Assessment | None, language: str):
        self.request, self.assessment, self.language = request, assessment, language

    @abstractmethod
    def states(self) -> Sequence[Any]:
        """Every text, in the order of reading."""

    @abstractmethod
    def url(self, name: str) -> str: ...

    @abstractmethod
    def save_text(self, **values: Any) -> Any:
        """The service that saves one text; returns its new state."""

    @abstractmethod
    def save_texts(self, **values: Any) -> int:
        """The service that saves those of a workbook; returns how many."""

    @abstractmethod
    def review_texts(self, **values: Any) -> int: ...

    @abstractmethod
    def read_workbook(self, content: bytes) -> SheetPlan[Any]: ...

    @abstractmethod
    def edit_page(self, *, form: TranslationForm | None = None, status: int = 200) -> HttpResponse: ...

    def is_closed(self, state: Any) -> bool:
        """Whether the member may not read the text as it is."""
        return False

    def name_of(self, key: str) -> str:
        """What a message calls a text."""
        return {state.key: str(state.place) for state in self.states()}.get(key, _("a text that was removed"))

    @property
    def may_edit(self) -> bool:
        return "translations.edit" in self.request.may  # type: ignore[attr-defined]

    # One text --------------------------------------------------------------------------------------------------------

    def find(self, key: str) -> Any:
        found = next((state for state in self.states() if state.key == key), None)
        if found is None:
            raise Http404(_("This text was removed, or is no longer shown. Reload the page."))
        return found

    def save(self) -> HttpResponse:
        """Save one translation. The response to htmx is its row, which always holds what was typed."""
        request, language = self.request, self.language
        state = self.find(request.POST.get("key", ""))
        form, status = TranslationForm.of(state, language, request.POST), 422
        if form.is_valid():
            try:
                saved = self.save_text(**form.cleaned_data)
            except ConflictError as conflict:
                status, state = 409, self.find(state.key)
                form = form.accept(state, language)
                add_errors(form, conflict)
            except ValidationError as error:
                add_errors(form, error)
            else:
                return self._saved(saved)
        if request.headers.get("HX-Request"):
            return self.row(state, form=form, status=status)
        return self.edit_page(form=form, status=status)

    def _saved(self, state: Any) -> HttpResponse:
        if self.request.headers.get("HX-Request"):
            return self.row(state, saved=True)
        messages.success(self.request, _("Translation saved."))
        return redirect(self.address_of(state))

    def address_of(self, state: Any) -> str:
        """The page on which the text is, at its row."""
        return f"{self.url('edit')}#{state.anchor}"

    def row(self, state: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, self.row_template, self.context() | self.row_context(state) | more, status=status)

    def context(self) -> dict[str, Any]:
        """What every page of the language needs."""
        return {
            "assessment": self.assessment,
            "language": self.language,
            "name": language_name(self.language),
            "may_edit": self.may_edit,
            "urls": {name: self.url(name) for name in ("edit", "save", "review", "sheet", "import")},
        }

    def row_context(self, state: Any) -> dict[str, Any]:
        closed = self.is_closed(state)
        form = TranslationForm.of(state, self.language) if self.may_edit and not closed else None
        return {"row": state, "closed": closed, "form": form}

    def rows_context(self, states: Sequence[Any], form: TranslationForm | None) -> list[dict[str, Any]]:
        """The rows of a page; `form` takes the place of its row's, with what was typed."""
        key = form["key"].value() if form else ""
        return [self.row_context(row) | ({"form": form} if row.key == key else {}) for row in states]

    # Reviewing -------------------------------------------------------------------------------------------------------

    def review(self) -> HttpResponse:
        """Mark translations as reviewed, or withdraw that."""
        request = self.request
        keys, marks = request.POST.getlist("key"), request.POST.getlist("seen")
        seen = dict(zip(keys, marks + [""] * (len(keys) - len(marks)), strict=False))
        reviewed = request.POST.get("reviewed") != "no"
        by_row = bool(request.headers.get("HX-Request")) and len(seen) == 1
        try:
            count = self.review_texts(seen=seen, reviewed=reviewed)
        except ConflictError as conflict:
            if by_row:
                return self.row(self.find(conflict.current[0]), changed=True, status=409)
            named = [self.name_of(key) for key in conflict.current]
            messages.error(
                request,
                _(
                    "Nothing was marked, because texts have changed since you opened the page: {shortened}. "
                    "Read them as they are now, then mark them."
                ).format(shortened="; ".join(shortened(named, 5))),
            )
            return self.edit_page(status=409)
        if by_row:
            return self.row(self.find(keys[0]))
        message = (
            ngettext("{n} translation was marked as reviewed.", "{n} translations were marked as reviewed.", count)
            if reviewed
            else ngettext("{n} translation was marked as draft.", "{n} translations were marked as draft.", count)
        )
        messages.success(request, message.format(n=count))
        return redirect(self.url("edit"))

    # Workbooks -------------------------------------------------------------------------------------------------------

    def import_workbook(self) -> HttpResponse:
        """Upload a translators' workbook, preview its changes, then apply them. With a fault all of it is refused."""
        request = self.request
        if request.method == "POST" and "changes" in request.POST:
            return self._apply()
        if request.method != "POST":
            return self._import_page()
        upload = request.FILES.get("file")
        if upload is None:
            return self._import_page(faults=[_("Choose the workbook that you received from the translator.")])
        if upload.size is None or upload.size > LARGEST_FILE:
            return self._import_page(
                faults=[_("The file is larger than {value} MB.").format(value=LARGEST_FILE // 1024 // 1024)]
            )
        plan = self.read_workbook(upload.read())
        rows = [[change.key, change.before, change.after, change.made_from] for change in plan.changes]
        shown = preview_of(plan.changes)
        return self._import_page(plan=plan, faults=plan.faults, changes=json.dumps(rows), **shown)

    def _apply(self) -> HttpResponse:
        try:
            rows = [[str(cell) for cell in row] for row in json.loads(self.request.POST["changes"])]
            changes = {key: after for key, _before, after, _mark in rows}
            was = {key: before for key, before, _after, _mark in rows}
            made_from = {key: mark[:16] for key, _before, _after, mark in rows}
        except (ValueError, TypeError, RecursionError):
            return self._import_page(faults=[_("The preview has expired. Upload the file again.")])
        try:
            count = self.save_texts(changes=changes, was=was, made_from=made_from)
        except ConflictError as conflict:
            places = shortened([self.name_of(key) for key in conflict.current], 10)
            faults = [_("{place}: changed since the preview.").format(place=place) for place in places]
            faults.append(_("Nothing was imported. Upload the file again to preview its changes."))
            return self._import_page(status=409, faults=faults)
        except ValidationError as error:
            return self._import_page(faults=error.messages)
        message = ngettext(
            "{n} translation was imported as drafts, to be reviewed.",
            "{n} translations were imported as drafts, to be reviewed.",
            count,
        )
        messages.success(self.request, message.format(n=count))
        return redirect(self.url("edit"))

    def _import_page(self, *, status: int = 0, **more: Any) -> HttpResponse:
        status = status or (422 if more.get("faults") else 200)
        return render(self.request, self.import_template, self.context() | more, status=status)


def download_workbook(name: str, make: Callable[[], bytes]) -> HttpResponse:
    response = HttpResponse(make(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
