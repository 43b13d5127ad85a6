"""The mission: the planned interviews day by day, as a page, as a calendar file, and printed to take along."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.demonstration import band
from assessments.models import Assessment
from assessments.printing import print_html
from assessments.requests import MemberRequest
from ctnat.ui.access import as_read
from ctnat.ui.calendars import MEDIA_TYPE, Event, calendar_file
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of
from interviews.follow_ups import due_on
from interviews.mission import Day, days_of, interviewers_of
from interviews.models import FollowUp, Interview
from interviews.names import finder_for, withhold
from interviews.packs import sheets_of, spare_of
from interviews.querysets import FollowUpQuerySet

INTERVIEWS_SHOWN = 40  # on a page: a mission of twelve days
MOST_DUE = 500  # follow-ups in a calendar file
MOST_PACKED = 12  # interviews in a pack: about ten pages each


@require_safe
@requires("interviews.view")
def mission(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """What is planned, day by day, and what was held on the same days."""
    interviewers = interviewers_of(assessment)
    chosen = _chosen(request)
    days = days_of(assessment, chosen)
    page = page_of(request, [interview for day in days for interview in day.interviews], size=INTERVIEWS_SHOWN)
    on_page = set(page.object_list)
    on_days = [(day, found) for day in days if (found := [one for one in day.interviews if one in on_page])]
    due = due_on([day.day for day, _found in on_days], assessment, person=chosen)
    planned = sum(len(day.planned) for day in days)
    context = {
        "assessment": assessment,
        "page": page,
        "days": [(day, found, due.by_day.get(day.day, [])) for day, found in on_days],
        "due": due,
        "has_calendar": bool(planned) or (_is_own(request) and _own_due(request, assessment).exists()),
        "today": timezone.localdate(),
        "interviewers": interviewers,
        "chosen": chosen,
        "planned": planned,
    }
    return render(request, "interviews/mission.html", context)


def _chosen(request: MemberRequest) -> str:
    """The interviewer to whom the page is narrowed down; blank: all."""
    return request.GET.get("interviewer", "").replace("\x00", "")[:120]


@require_safe
@requires("interviews.view")
def mission_calendar(request: MemberRequest, assessment: Assessment, day: str = "") -> HttpResponse:
    """The planned interviews of a day, or of all days, for a calendar, and the open follow-ups of the member that are
    due on these days. It names no respondent: calendars are kept elsewhere."""
    days = _days(request, assessment, day)
    finder = finder_for(assessment)
    planned = [interview for one in days for interview in one.planned]
    own = _own_due(request, assessment).order_by("due", "pk") if _is_own(request) else FollowUp.objects.none()
    if day:
        own = own.filter(due__in=[one.day for one in days])
    events = [
        *(_event(request, assessment, interview) for interview in planned),
        *(
            _event_of_follow_up(request, assessment, row, row.due)
            for row in own.select_related("interview")[:MOST_DUE]
            if row.due
        ),
    ]
    if not events:
        raise Http404(_("No interview is planned for this day."))
    title = withhold(str(assessment), finder)
    content = calendar_file(
        [
            Event(
                uid=event.uid,
                starts_at=event.starts_at,
                changed_at=event.changed_at,
                summary=withhold(event.summary, finder),
                description=withhold(event.description, finder),
                url=event.url,
            )
            for event in events
        ],
        name=title,
    )
    name = f"{assessment.reference}-{day or 'mission'}.ics"
    return HttpResponse(
        content, content_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _event(request: MemberRequest, assessment: Assessment, interview: Interview) -> Event:
    who = interview.organisation.name if interview.organisation else _("No organisation given")
    lines = [
        f"{_('Place')}: {interview.get_place_display() or _('Not recorded')}",
        f"{_('Language')}: {language_name(interview.language)}",
        f"{_('Sections')}: {', '.join(interview.sections)}",
    ]
    if interview.interpreter:
        lines[1] += f", {_('with an interpreter')}"
    if interview.interviewer:
        lines.append(f"{_('Interviewer')}: {interview.interviewer}")
    page = reverse("interviews:interview_detail", args=[assessment.reference, interview.code])
    return Event(
        uid=f"interview-{interview.pk}-{assessment.reference}@{request.get_host()}",
        starts_at=interview.held_at,
        changed_at=interview.updated_at,
        summary=f"{interview.code}: {who}",
        description="\n".join(lines),
        url=request.build_absolute_uri(page),
    )


def _event_of_follow_up(request: MemberRequest, assessment: Assessment, row: FollowUp, due: date) -> Event:
    page = reverse("interviews:interview_detail", args=[assessment.reference, row.interview.code])
    return Event(
        uid=f"follow-up-{row.pk}-{assessment.reference}@{request.get_host()}",
        starts_at=due,
        changed_at=row.updated_at,
        summary=_("Follow-up of {code}").format(code=row.interview.code),
        description=row.what,
        url=f"{request.build_absolute_uri(page)}#follow-up-{row.pk}",
    )


def _is_own(request: MemberRequest) -> bool:
    """Whether the calendar is that of everybody, or of the member who asks: else it has nobody's follow-ups."""
    return _chosen(request) in ("", request.user.name)


def _own_due(request: MemberRequest, assessment: Assessment) -> FollowUpQuerySet:
    """What the member is to do by a day."""
    rows = FollowUp.objects.for_assessment(assessment).for_doing().filter(assigned_to=request.user)
    return rows.exclude(due=None)


@require_safe
@requires("interviews.edit")
def mission_pack(request: MemberRequest, assessment: Assessment, day: str) -> HttpResponse:
    """What to print for a day: the list of its interviews, then for each the information note and the guide in the
    language of the interview. It names no respondent."""
    days = _days(request, assessment, day)
    planned = [interview for one in days for interview in one.planned]
    if not planned:
        raise Http404(_("No interview is planned for this day."))
    if len(planned) > MOST_PACKED:
        text = _("{n} interviews are planned for this day; a pack holds {most}. Choose an interviewer first.")
        messages.error(request, text.format(n=len(planned), most=MOST_PACKED))
        return redirect("interviews:mission", assessment.reference)
    sheets = sheets_of(assessment, planned)
    context = {"assessment": assessment, "day": days[0].day, "sheets": sheets, "spare": spare_of(sheets)}
    context["demonstration"] = band(assessment, get_language() or "en")
    html = as_read(request, render_to_string("interviews/_mission_pack.html", context))
    pdf = print_html(html)
    if pdf is None:
        messages.error(
            request,
            _(
                "The PDF cannot be created: a program for PDF layout is missing on this server. "
                "Tell the administrator of the site."
            ),
        )
        return redirect("interviews:mission", assessment.reference)
    name = f"{assessment.reference}-{day}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _days(request: MemberRequest, assessment: Assessment, day: str) -> list[Day]:
    """The day of the address, such as 2026-12-02; blank: all days. Raises `Http404`."""
    days = days_of(assessment, _chosen(request))
    if not day:
        return days
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404(_("No interview is planned for this day.")) from None
    return [one for one in days if one.day == wanted]
