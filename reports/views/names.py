"""Words of the report that name, or may name, a respondent or an agency, and the decisions on them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.models import Assessment
from assessments.names import romanise
from assessments.requests import MemberRequest
from ctnat.ui.errors import ConflictError, add_errors
from ctnat.ui.names import language_name
from reports.document.confidentiality import COVER, NameFinding
from reports.forms import NameDecisionForm
from reports.models import NameDecision, Report
from reports.services.names import decide_on_names, names_in
from reports.views.common import find_report, page, posted

Group = tuple[str, str, bool]  # kind, words, whether it is certain


@require_http_methods(["GET", "POST"])
@requires("report.publish")
def name_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Each name once, with its places; one form for each decides on some or all of them."""
    report = find_report(assessment)
    groups = _grouped(names_in(report))
    decisions = {row.fingerprint: row for row in report.name_decisions.select_related("by")}
    sent = posted(request)
    status = 200
    forms = {}
    for key, found in groups.items():
        mine = sent if sent is not None and sent.get("group") == _code(found) else None
        form = forms[key] = NameDecisionForm(found, decisions, mine, prefix=_code(found))
        if mine is None or not form.is_valid():
            status = 200 if mine is None else 422
            continue
        try:
            made = decide_on_names(report=report, by=request.user, **form.decision)
        except ConflictError as conflict:
            form.show_present_decisions()
            add_errors(form, conflict)
            status = 409
        except ValidationError as error:
            add_errors(form, error)
            status = 422
        else:
            messages.success(request, _done(made))
            return redirect("reports:name_list", assessment.reference)
    if sent is not None and status == 200:
        messages.error(request, _("The text was changed in the meantime. Read it as it is now, then decide."))
        status = 409
    cards = [_card(report, found, forms[key]) for key, found in groups.items()]
    return page(
        request,
        "name_list",
        status=status,
        undecided=[card for card in cards if card["open"]],
        rest=[card for card in cards if not card["open"]],
        waiting=sum(card["open"] for card in cards),
    )


def _grouped(findings: Iterable[NameFinding]) -> dict[Group, list[NameFinding]]:
    groups: dict[Group, list[NameFinding]] = {}
    for finding in findings:
        words = " ".join(map(romanise, finding.words.split()))
        groups.setdefault((finding.kind, words, finding.certain), []).append(finding)
    return groups


def _code(found: list[NameFinding]) -> str:
    return f"n{found[0].fingerprint[:16]}"


def _card(report: Report, found: list[NameFinding], form: NameDecisionForm) -> dict[str, Any]:
    titles = dict(report.sections.values_list("key", "title")) | {COVER: _("Cover")}
    decisions = {row.fingerprint: row for row in report.name_decisions.select_related("by")}
    chosen = form.chosen
    return {
        "code": _code(found),
        "finding": found[0],
        "who": ", ".join(dict.fromkeys(finding.label for finding in found)),
        "form": form,
        "open": sum(finding.is_open for finding in found),
        "places": [
            {
                "finding": finding,
                "title": titles.get(finding.place, finding.place),
                "cover": finding.place == COVER,
                "language_name": language_name(finding.language) if finding.language else "",
                "chosen": finding.fingerprint in chosen,
                "decision": decisions.get(finding.fingerprint),
            }
            for finding in found
        ],
    }


def _done(made: list[NameDecision]) -> str:
    done = (
        ngettext("Decided: printed at {n} place.", "Decided: printed at {n} places.", len(made))
        if made[0].keep
        else ngettext("Decided: withheld at {n} place.", "Decided: withheld at {n} places.", len(made))
    )
    return done.format(n=len(made))
