"""Quick starts of two printed pages: what a focal point and a facilitator do, with the facts of their assessment.

The words are those of the member's pages, so that the sheet is in the language of who prints it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Assessment, Membership, Role
from ctnat.ui.formats import format_list, page_day, page_moment
from ctnat.ui.names import language_name
from ctnat.ui.qr import qr_svg
from surveys.distribution.links import open_link
from surveys.models import Survey
from workshops.models import Workshop


@dataclass(frozen=True)
class Part:
    """A heading with what is done in this order, or (`in_order=False`) what applies."""

    heading: str
    lines: tuple[str, ...]
    in_order: bool = True


@dataclass(frozen=True)
class QuickStart:
    """`facts` are pairs of a label and a value; the two `pages` are printed on one sheet. `qr` leads to `link`."""

    title: str
    about: str
    facts: tuple[tuple[str, str], ...]
    link: str
    qr: SafeString | None
    pages: tuple[tuple[Part, ...], tuple[Part, ...]]


def for_focal_points(assessment: Assessment) -> QuickStart:
    survey = Survey.objects.filter(assessment=assessment).first()
    link = open_link(survey) if survey and survey.open_slug else ""
    unknown = _("not set yet")
    smallest = survey.threshold if survey else assessment.disclosure_threshold
    if survey:
        survey.assessment = assessment
    facts = (
        (_("Survey"), survey.get_status_display() if survey else _("not set up yet")),
        (_("Open from"), _moment(assessment, survey.opens_at) if survey and survey.opens_at else unknown),
        (_("Deadline"), _moment(assessment, survey.deadline) if survey and survey.deadline else unknown),
        (_("Languages"), _languages(survey.languages) if survey and survey.languages else unknown),
        (_("Page of the survey"), _address(reverse("surveys:survey_detail", args=[assessment.reference]))),
        (_("Open link"), link or unknown),
        (_("Ask"), _leads(assessment)),
    )
    before = Part(
        _("Before the survey opens"),
        (
            _("Sign in and open step 4, the survey. Choose the languages, the opening time and the deadline."),
            _("Preview the survey in each language, also on a phone."),
            _("Let a speaker of each language read the texts that are listed as not reviewed."),
            _("Check the mails in each language, and send a test message to yourself."),
            _("Collect the people: paste addresses, import a table, or choose contacts. Nothing is sent yet."),
        ),
    )
    invite = Part(
        _("Open and invite"),
        (
            _("Open the survey when the list is complete."),
            _("Send the invitations. The page first shows how many people get one, and whom it leaves out and why."),
            _("Where personal links do not reach people, share the open link: in a message, on a slide or on paper."),
        ),
    )
    during = Part(
        _("While it is open"),
        (
            _("Look at the overview every few days: how many were invited, opened their link and answered."),
            _("Send reminders. They go only to those who have not answered and did not ask for no more mails."),
            _("Correct the address of a mail that came back, and send the invitation again."),
            _("Type in paper forms exactly as they were filled in. Do not guess what was left empty."),
        ),
    )
    promise = Part(
        _("What you may promise"),
        (
            _("Taking part is voluntary, and every question can be skipped."),
            _("Forms received by link are sealed. Nobody can read them before the survey closes."),
            _("You see whether a person has answered, never what."),
            _("Results of groups of fewer than {n} people are not shown.").format(n=smallest),
            _("With the receipt that the last page shows, a person can have their form removed."),
        ),
        in_order=False,
    )
    close = Part(
        _("Close"),
        (
            _("After the deadline, links take no more answers. Close the survey, or ask the lead."),
            _("If there are fewer than {n} forms, they stay sealed: reopen the survey, or ask the lead.").format(
                n=smallest
            ),
        ),
    )
    trouble = Part(
        _("If something goes wrong"),
        (
            _("A person lost the link: open the invitation of that person and send it again."),
            _("A person began on one device: the survey shows a code to continue on another."),
            _("A page says that you may not do something: ask the lead for the right role."),
            _("You read a name or an address in an answer: do not copy it, and tell the lead."),
        ),
        in_order=False,
    )
    return QuickStart(
        title=_("Quick start for focal points"),
        about=_(
            "You send the survey to people in their language and follow how many have answered. You never see who "
            "answered what."
        ),
        facts=facts,
        link=link,
        qr=qr_svg(link) if link else None,
        pages=((before, invite), (during, promise, close, trouble)),
    )


def for_facilitators(assessment: Assessment, root: str) -> QuickStart:
    """`root` is the address of the site as this page was opened: without internet, phones use the same one."""
    workshop = _next_workshop(assessment)
    phones = root.rstrip("/") + reverse("workshops_public:join")
    code = workshop.join_code if workshop and workshop.is_open else ""
    if code:
        phones = root.rstrip("/") + reverse("workshops_public:join_code", args=[code])
    unknown = _("not planned yet")
    facts = (
        (_("Workshop"), page_day(workshop.held_on) if workshop else unknown),
        (_("Place"), (workshop.place if workshop else "") or _("not set yet")),
        (_("Languages"), _languages(workshop.languages) if workshop else unknown),
        (_("Groups"), str(workshop.groups.count()) if workshop else unknown),
        (_("Code"), code or _("shown when the workshop is opened")),
        (_("Address for phones"), phones),
        (_("Ask"), _leads(assessment)),
    )
    before = Part(
        _("Before the day"),
        (
            _("Plan the workshop in step 6 with its date, place and the language of the room."),
            _("Add one group for each table, and choose the areas that it discusses."),
            _("Read the recommendations and cells that are put to the groups, in each language."),
            _("Print the handout in each language, and some paper ballots in reserve."),
            _("Hold a rehearsal with two phones. Its results never count."),
            _("Bring a laptop, a projector, and one phone for each table. Any phone with a browser will do."),
        ),
    )
    opening = Part(
        _("Open the workshop"),
        (
            _("Open the workshop. Its code appears on your page and on the projector."),
            _("Each group opens the address for phones on one phone and types the code. No account is needed."),
            _("Wait until your page shows that all groups have joined."),
        ),
    )
    during = Part(
        _("During the workshop"),
        (
            _("Each group chooses three priorities in order and sends its ballot."),
            _("Each group agrees with, amends or disputes the recommendations and cells of its areas."),
            _("Votes appear on the projector as they arrive. One vote is one group, not one person."),
            _("Type in the paper ballots of groups without a phone."),
            _("Record each statement with the finding that it concerns, without the name of who made it."),
        ),
    )
    promise = Part(
        _("What you may promise"),
        (
            _("A disputed finding stays in the report, and the statement is printed beside it."),
            _("Groups are named by their table; no list of names is kept."),
            _("A group can change what it sent until the workshop is closed."),
        ),
        in_order=False,
    )
    close = Part(
        _("Close"),
        (
            _("Close the workshop. The results are frozen and the minutes are written."),
            _(
                "If something was forgotten, reopen it with a reason. Until it is closed again, the earlier results "
                "apply."
            ),
        ),
    )
    trouble = Part(
        _("If something goes wrong"),
        (
            _("A phone fails: free its group on your page and join with another phone. What was sent is kept."),
            _("The connection is lost: go on. The phone keeps what a group sends and sends it later."),
            _("The code is refused: check that the workshop is open, and type the code as it is on your page."),
            _("Nothing works: use the paper ballots and type them in later."),
        ),
        in_order=False,
    )
    return QuickStart(
        title=_("Quick start for facilitators"),
        about=_(
            "You run the validation workshop: groups vote on priorities and say whether they agree with the findings."
        ),
        facts=facts,
        link=phones,
        qr=qr_svg(phones),
        pages=((before, opening), (during, promise, close, trouble)),
    )


def _next_workshop(assessment: Assessment) -> Workshop | None:
    """The open one, else the next that is planned, else the last."""
    rows = list(Workshop.objects.for_assessment(assessment).order_by("held_on", "pk"))
    for row in rows:
        row.assessment = assessment
    open_rows = [row for row in rows if row.is_open]
    planned = [row for row in rows if not row.is_open and not row.is_closed]
    return next(iter(open_rows + planned + rows[::-1]), None)


def _leads(assessment: Assessment) -> str:
    leads = Membership.objects.for_assessment(assessment).filter(role=Role.LEAD).select_related("user")
    return format_list([row.user.email for row in leads.order_by("user__email")[:3]], get_language() or "en")


def _languages(codes: list[str]) -> str:
    return format_list([language_name(code) for code in codes], get_language() or "en")


def _moment(assessment: Assessment, at: object) -> str:
    return f"{page_moment(localtime(at, assessment.zone))} ({assessment.time_zone})"  # type: ignore[arg-type]


def _address(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
