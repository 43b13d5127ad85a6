"""Shared by the group's own page and the facilitator's page for paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ctnat.ui.errors import ConflictError
from indicators.forms import SeenRevision
from indicators.grid import GridCategory
from workshops.agenda import Agenda, Entry, Part, agendas_of, entry_of, seen_line, wording_of
from workshops.forms import VerdictForm
from workshops.models import Ballot, Group, Verdict
from workshops.services.verdicts import give_verdict, withdraw_verdict
from workshops.words import error_messages, translate, translate_all


@dataclass(frozen=True)
class Judged:
    """One entry of the agenda, shown in `language`, with the group's verdict, if there is one.

    `words_in` is the language of the page around it.
    """

    entry: Entry
    verdict: Verdict | None
    language: str
    words_in: str

    @property
    def standing(self) -> Verdict | None:
        """The verdict on the wording that is shown now."""
        return None if self.is_earlier or (self.verdict and self.verdict.is_withdrawn) else self.verdict

    @property
    def is_earlier(self) -> bool:
        """Whether the verdict was given on an earlier wording, so that the group is asked again."""
        if self.verdict is None or self.verdict.is_withdrawn or not self.verdict.seen:
            return False
        return self.entry.gone or self.verdict.seen_revision != self.entry.revision

    @property
    def is_retranslated(self) -> bool:
        """Whether the group answered on another translation of the same wording. Its answer counts."""
        verdict = self.standing
        if verdict is None or not self.entry.wording or verdict.seen.get("language") != self.language:
            return False
        return wording_of(verdict.seen, self.language) != self.entry.wording

    @property
    def earlier(self) -> str:
        """The earlier verdict with the earlier wording: "Agree: train inspectors"."""
        if self.verdict is None:
            return ""
        return f"{translate(self.verdict.choice, self.words_in)}: {seen_line(self.verdict.seen, self.language)}"

    @property
    def given(self) -> int:
        return self.verdict.revision if self.verdict else 0


@dataclass(frozen=True)
class Area:
    """A category with its entries, each with the group's verdict so far.

    `rest` are the cells without a verdict; `in_one_go` are its verdicts on those with which it agreed
    together.
    """

    category: GridCategory
    title_language: str
    parts: tuple[tuple[Part, tuple[Judged, ...]], ...]
    rest: tuple[Entry, ...]
    in_one_go: tuple[Verdict, ...]
    undo: str  # the label of the button that undoes it

    def has(self, target: str) -> bool:
        return any(judged.entry.target == target for _, entries in self.parts for judged in entries)


def ballot_message(ballot: Ballot, language: str = "en") -> str:
    key = "ballot_replaced" if ballot.revision > 1 else "ballot_counted"
    return translate(key, language, group=ballot.group, letters=", ".join(ballot.priorities))


def agenda_context(
    group: Group,
    language: str = "en",
    *,
    words_in: str = "",
    typed: Mapping[str, str] | None = None,
    category: str = "",
) -> dict[str, Any]:
    """The group's agenda in `language` with its verdicts so far. Empty where nothing is written or marked yet.

    `words_in` is the language of the page around it, where it is another one. `typed` is a verdict that was refused;
    its area is shown open, else the one of `category`.
    """
    given = {verdict.target: verdict for verdict in Verdict.objects.filter(group=group)}
    agendas = agendas_of(group, language)
    words_in = words_in or language
    areas = [_area(agenda, given, words_in) for agenda in agendas if agenda.parts]
    asked = [judged for area in areas for _, entries in area.parts for judged in entries if not judged.entry.gone]
    done, total = sum(judged.standing is not None for judged in asked), len(asked)
    again = [judged for judged in asked if judged.is_earlier]
    keys = ("counted", "has_none", "none_counted", "leave_yes")
    filled = {key: translate(key, words_in, group=group) for key in keys}
    filled["asked_again"] = translate("asked_again", words_in, n=len(again))
    filled["added_since"] = translate("added_since", words_in, n=sum(len(agenda.added) for agenda in agendas))
    target = typed["target"] if typed else ""
    return {
        "group": group,
        "areas": areas,
        "again": again,
        "gone": [entry for agenda in agendas for entry in agenda.gone],
        "added": sum(len(agenda.added) for agenda in agendas),
        "typed": typed,
        "open_area": next((area for area in areas if area.has(target) or area.category.name == category), None),
        "words": translate_all(words_in),
        "sentences": filled | {"answered": translate("answered", words_in, done=done, total=total)},
    }


@dataclass(frozen=True)
class PostedVerdict:
    """A posted verdict: the input, and why it is refused. `is_conflict`: what was on the screen has changed."""

    typed: dict[str, str]
    errors: list[str]
    is_conflict: bool = False

    @property
    def status(self) -> int:
        return 409 if self.is_conflict else 422 if self.errors else 200


def post_verdict(
    request: HttpRequest, group: Group, language: str = "en", *, words_in: str = "", **kwargs: Any
) -> PostedVerdict:
    """Give the posted verdict on what was shown in `language`. `kwargs` are those of `give_verdict`: `source`, `by`."""
    form = VerdictForm(request.POST)
    typed = {name: request.POST.get(name, "") for name in ("target", "choice", "words")}
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        give_verdict(group=group, language=language, **form.cleaned_data, **kwargs)
    except ValidationError as error:
        return PostedVerdict(typed, error_messages(error, words_in or language), isinstance(error, ConflictError))
    return PostedVerdict(typed, [])


def post_withdrawal(request: HttpRequest, group: Group, language: str = "en", **kwargs: Any) -> PostedVerdict:
    """Withdraw the posted target's verdict. `kwargs` may hold `by`."""
    form = VerdictForm(request.POST)
    typed = {"target": request.POST.get("target", ""), "choice": "", "words": ""}
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        data = form.cleaned_data
        withdraw_verdict(group=group, target=data["target"], given=data["given"], **kwargs)
    except ValidationError as error:
        return PostedVerdict(typed, error_messages(error, language), isinstance(error, ConflictError))
    return PostedVerdict(typed, [])


def posted_cells(request: HttpRequest) -> dict[str, int]:
    """The cells of a posted "agree with the remaining", each with the revision that was on the screen."""
    cells, seen = request.POST.getlist("cell"), request.POST.getlist("seen")
    seen += [""] * (len(cells) - len(seen))  # a cell without one counts as one of an old page
    return {cell: SeenRevision().clean(number) for cell, number in zip(cells, seen, strict=False)}


def posted_wordings(request: HttpRequest) -> dict[str, str] | None:
    """The same cells, each with the mark of its words on the screen; None for a form that has no marks."""
    cells, marks = request.POST.getlist("cell"), request.POST.getlist("wording")
    return dict(zip(cells, marks + [""] * (len(cells) - len(marks)), strict=False)) if marks else None


def posted_together(request: HttpRequest) -> dict[str, int]:
    """The cells whose joint agreement is undone, each with the revision of the verdict that was on the screen."""
    cells, given = request.POST.getlist("cell"), request.POST.getlist("given")
    given += [""] * (len(cells) - len(given))
    return {cell: SeenRevision().clean(number) for cell, number in zip(cells, given, strict=False)}


def verdict_part(
    request: HttpRequest,
    group: Group,
    read: PostedVerdict,
    urls: Mapping[str, str],
    language: str = "en",
    words_in: str = "",
) -> HttpResponse:
    """The current state of one entry, for scripts that replace it."""
    target = read.typed["target"]
    verdict = Verdict.objects.filter(group=group, target=target).first() if "\x00" not in target else None
    context = {
        "judged": Judged(entry_of(group, target, language), verdict, language, words_in or language),
        "typed": read.typed if read.errors else None,
        "errors": read.errors,
        "workshop": group.workshop,
        "words": translate_all(words_in or language),
        "group": group,
        **urls,
    }
    return render(request, "workshops/_verdict.html", context, status=read.status)


def asked_by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _area(agenda: Agenda, given: Mapping[str, Verdict], words_in: str) -> Area:
    in_force = {target: verdict for target, verdict in given.items() if not verdict.is_withdrawn}
    in_one_go = tuple(
        in_force[target] for target in agenda.all_cells if target in in_force and in_force[target].with_rest
    )
    return Area(
        category=agenda.category,
        title_language=agenda.category.category.title.language_for(agenda.language),
        parts=tuple(
            (part, tuple(Judged(entry, given.get(entry.target), agenda.language, words_in) for entry in part.entries))
            for part in agenda.parts
        ),
        rest=tuple(entry for entry in agenda.targets.values() if entry.is_cell and entry.target not in in_force),
        in_one_go=in_one_go,
        undo=translate("undo_rest", words_in, n=len(in_one_go)),
    )
