"""What the group's own page and the facilitator's paper page have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.grid import GridCategory
from workshops.forms import VerdictForm
from workshops.models import Ballot, Group, Verdict
from workshops.services.verdicts import agree_remaining, give_verdict
from workshops.targets import Agenda, Entry, Part, agendas_of, entry_of
from workshops.words import error_messages, translate, translate_all


@dataclass(frozen=True)
class Area:
    """A category as a group judges it: its entries, each with what the group has said of it so far or None.

    `rest` are the cells on which it has said nothing; `in_one_go` counts those with which it agreed together.
    """

    category: GridCategory
    title_language: str
    parts: tuple[tuple[Part, tuple[tuple[Entry, Verdict | None], ...]], ...]
    rest: tuple[Entry, ...]
    in_one_go: int
    take_back: str  # what the button says that undoes it

    def has(self, target: str) -> bool:
        return any(entry.target == target for _, entries in self.parts for entry, _ in entries)


def ballot_message(ballot: Ballot, language: str = "en") -> str:
    key = "ballot_replaced" if ballot.revision > 1 else "ballot_counted"
    return translate(key, language, group=ballot.group, letters=", ".join(ballot.priorities))


def remaining_message(verb: Callable[..., int], count: int, language: str = "en") -> str:
    """What `agree_remaining` or `undo_agree_remaining` did to `count` cells."""
    return translate("rest_agreed" if verb is agree_remaining else "rest_taken_back", language, n=count)


def agenda_context(
    group: Group, language: str = "en", *, typed: Mapping[str, str] | None = None, category: str = ""
) -> dict[str, Any]:
    """What the group discusses and what it has said so far. Empty where nothing is written or marked yet.

    `typed` is a verdict that was refused; the area in which it stands is shown open, else the one of `category`.
    """
    given = {verdict.target: verdict for verdict in Verdict.objects.filter(group=group)}
    agendas = [agenda for agenda in agendas_of(group, language) if agenda.targets]
    done = sum(target in given for agenda in agendas for target in agenda.targets)
    total = sum(len(agenda.targets) for agenda in agendas)
    filled = {
        key: translate(key, language, group=group) for key in ("counted", "has_none", "none_counted", "leave_yes")
    }
    areas = [_area(agenda, given) for agenda in agendas]
    target = typed["target"] if typed else ""
    return {
        "group": group,
        "areas": areas,
        "typed": typed,
        "open_area": next((area for area in areas if area.has(target) or area.category.name == category), None),
        "words": translate_all(language),
        "sentences": filled | {"answered": translate("answered", language, done=done, total=total)},
    }


@dataclass(frozen=True)
class PostedVerdict:
    """A posted verdict: what was typed, and either the verdict or why it is refused."""

    typed: dict[str, str]
    verdict: Verdict | None
    faults: list[str]


def post_verdict(request: HttpRequest, group: Group, language: str = "en", **kwargs: Any) -> PostedVerdict:
    """Give the posted verdict. `kwargs` are those of `give_verdict`: `source` and `by`."""
    typed = {name: request.POST.get(name, "") for name in ("target", "choice", "words")}
    form = VerdictForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        return PostedVerdict(typed, give_verdict(group=group, **form.cleaned_data, **kwargs), [])
    except ValidationError as error:
        return PostedVerdict(typed, None, error_messages(error, language))


def verdict_part(
    request: HttpRequest, group: Group, read: PostedVerdict, verdict_url: str, language: str = "en"
) -> HttpResponse:
    """The one entry as it stands now, for scripts that draw it in its place."""
    context = {
        "entry": entry_of(group, read.typed["target"], language),
        "verdict": read.verdict,
        "typed": read.typed,
        "faults": read.faults,
        "verdict_url": verdict_url,
        "workshop": group.workshop,
        "words": translate_all(language),
        "group": group,
    }
    return render(request, "workshops/_verdict.html", context, status=422 if read.faults else 200)


def asked_by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _area(agenda: Agenda, given: Mapping[str, Verdict]) -> Area:
    in_one_go = sum(target in given and given[target].with_rest for target in agenda.all_cells)
    return Area(
        category=agenda.category,
        title_language=agenda.category.category.title.language_for(agenda.language),
        parts=tuple((part, tuple((e, given.get(e.target)) for e in part.entries)) for part in agenda.parts),
        rest=tuple(e for e in agenda.targets.values() if e.is_cell and e.target not in given),
        in_one_go=in_one_go,
        take_back=translate("rest_back", agenda.language, n=in_one_go),
    )
