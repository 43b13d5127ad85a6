"""Review rounds: the list, one round with its reviewers and what came back, its Word file and its mails."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record
from assessments.file_encryption import send_file
from assessments.models import Assessment, Sector
from assessments.requests import MemberRequest, run_service, status_of
from assessments.worker import worker_is_running
from ctnat.ui.access import for_readers
from ctnat.ui.errors import InputError, add_errors, in_one_line
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from ctnat.ui.seen import mark
from reports.models import Edition, EditionTranslation, Report, ReturnedFile, Reviewer, ReviewItem, ReviewRound
from reports.output.review_mails import link_of
from reports.output.since import changes_since
from reports.review_forms import CategoryForm, ReturnForm, ReviewerForm, ReviewersForm, RoundChangeForm, RoundForm
from reports.services import review_rounds
from reports.services.review_returns import AlreadyReturned, read_again, read_upload, receive_file
from reports.views.common import find_report, page, posted
from reports.views.review_common import DOCX, find_returned, find_reviewer_of, find_round

FIRST = 5  # open entries on the list of rounds


@require_http_methods(["GET", "HEAD", "POST"])
@requires("report.view")
def review_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The rounds, and for leads the form that opens the next one."""
    report = find_report(assessment)
    may = "report.share" in request.may
    if request.method == "POST" and not may:
        return HttpResponse(status=403)
    form = _round_form(request, report) if may else None
    if form is not None and (made := run_service(request, form, _open)):
        messages.success(request, _("{round} is open. Add the reviewers here.").format(round=made))
        return redirect("reports:review_round", assessment.reference, made.number)
    rounds_of = ReviewRound.objects.for_assessment(assessment).select_related("edition").order_by("-number")
    rows = rounds_of.annotate(
        of_reviewers=Count("reviewers", distinct=True),
        of_returned=Count("reviewers", filter=Q(reviewers__returned_at__isnull=False), distinct=True),
    )
    rounds = page_of(request, rows, size=20)
    counts = _counts_of(list(rounds))
    status = 422 if form is not None and form.errors else 200
    shown = [(row, counts[row.pk]) for row in rounds]
    return page(
        request, "review_list", status=status, rounds=rounds, shown=shown, form=form, first_open=_first_open(shown)
    )


def _first_open(shown: list[tuple[ReviewRound, dict[str, int]]]) -> list[ReviewItem]:
    """The first entries of the newest round on the page that are not decided yet."""
    newest = next((row for row, counts in shown if counts["open"]), None)
    if newest is None:
        return []
    rows = newest.items.filter(disposition="").exclude(kind=ReviewItem.Kind.REPLY).for_list()
    return list(rows.select_related("round", "file__reviewer").order_by("place", "start", "number")[:FIRST])


def _open(*, by: Any, edition: Edition, **typed: Any) -> ReviewRound:
    return review_rounds.open_round(edition=edition, by=by, **typed)


def _round_form(request: MemberRequest, report: Report) -> RoundForm | None:
    """None while there is no edition that can be reviewed."""
    editions = Edition.objects.filter(report=report, erased_at=None).filter(files__format="html", files__language="")
    editions = editions.defer("captured", "paragraphs").order_by("-number")
    reviewed = ReviewRound.objects.filter(report=report, edition__erased_at=None)
    newest = editions.annotate(follows=Exists(reviewed)).values_list("follows").first()
    if newest is None:
        return None
    codes = EditionTranslation.objects.filter(edition__in=editions).values_list("language", flat=True)
    return RoundForm(report, editions, sorted(set(codes)), posted(request), follows=newest[0])


def _counts_of(rounds: Sequence[ReviewRound]) -> dict[int, dict[str, int]]:
    """Key of a round -> how many entries it has, and how many of them are open."""
    items = ReviewItem.objects.filter(round__in=rounds).exclude(kind=ReviewItem.Kind.REPLY).order_by()
    found = items.values_list("round").annotate(n=Count("pk"), open=Count("pk", filter=Q(disposition="")))
    counts = {key: {"entries": n, "open": is_open} for key, n, is_open in found}
    return {row.pk: counts.get(row.pk, {"entries": 0, "open": 0}) for row in rounds}


@require_safe
@requires("report.view")
def review_round(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """One round. While its file is made or a file is read, the page asks again."""
    of_round = find_round(assessment, number)
    return _round_page(request, of_round)


def _round_page(request: MemberRequest, of_round: ReviewRound, status: int = 200, **forms: Any) -> HttpResponse:
    returned = list(of_round.returned.select_related("reviewer", "requested_by").order_by("-pk")[:100])
    entries = dict(of_round.items.order_by().values_list("file").annotate(n=Count("pk")))
    making = not (of_round.is_ready or of_round.failure or of_round.erased_at)
    working = making or any(file.is_running for file in returned)
    seen = mark([making, [(file.pk, file.status) for file in returned], worker_is_running()])
    if request.headers.get("HX-Request") and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    for file in returned:
        file.round = of_round
    reviewers = page_of(request, of_round.reviewers.order_by("pk"), name="reviewers", size=20)
    may_send = "report.share" in request.may and of_round.erased_at is None
    may_upload = "report.edit" in request.may and of_round.is_ready and reviewers.paginator.count > 0
    context: dict[str, Any] = {
        "round": of_round,
        "language": language_name(of_round.language or of_round.report.language),
        "reviewers": reviewers,
        "people": [(one, link_of(one) if may_send else "") for one in reviewers],
        **of_round.reviewers.filter(revoked_at=None)
        .exclude(email="")
        .aggregate(
            to_invite=Count("pk", filter=Q(invited_at=None)),
            to_remind=Count("pk", filter=Q(invited_at__isnull=False, returned_at=None)),
        ),
        "returned": [(file, entries.get(file.pk, 0)) for file in returned],
        "counts": _counts_of([of_round])[of_round.pk],
        "making": making,
        "working": working,
        "seen": seen,
        "categories": Sector.choices,
        "reviewer_form": ReviewerForm(of_round.language or of_round.report.language) if may_send else None,
        "reviewers_form": ReviewersForm(of_round.language or of_round.report.language) if may_send else None,
        "return_form": ReturnForm(of_round) if may_upload else None,
        "since": _since(of_round),
        **forms,
    }
    return page(request, "review_round", status=status, **context)


def _since(of_round: ReviewRound) -> dict[str, Any] | None:
    """The edition that was reviewed before, and how many paragraphs of each section differ from it."""
    found = changes_since(of_round)
    if found is None:
        return None
    before, changes = found
    return {"edition": before, "sections": list(Counter(change.section for change in changes).items())}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("report.share")
def review_change(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Another deadline, and other words to the reviewers; a round that is over is open again."""
    of_round = find_round(assessment, number)
    initial = {"until": of_round.until, "note": of_round.note}
    form = RoundChangeForm(posted(request), initial=initial, shows_row=True)
    if run_service(request, form, review_rounds.change_round, of_round=of_round):
        messages.success(request, _("Saved. The links of this round work until the end of that day."))
        return redirect("reports:review_round", assessment.reference, number)
    status = status_of(form)
    return page(
        request, "review_change", status=422 if form.errors and status == 200 else status, round=of_round, form=form
    )


@requires("report.share")
@posted_from("reports:review_round")
def review_close(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    try:
        review_rounds.close_round(of_round=find_round(assessment, number), by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("Closed. The links give and take no files any more."))
    return redirect("reports:review_round", assessment.reference, number)


@requires("report.share")
@posted_from("reports:review_round")
def review_retry(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Make the Word file again where that failed or a worker was killed."""
    of_round = find_round(assessment, number)
    if not of_round.is_ready and of_round.erased_at is None:
        review_rounds.make_file_again(of_round=of_round, by=request.user)
    messages.success(request, _("The Word file is being made."))
    return redirect("reports:review_round", assessment.reference, number)


@require_safe
@requires("report.view")
@for_readers
def review_file(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse | FileResponse:
    """The Word file as the reviewers get it."""
    of_round = find_round(assessment, number)
    response = _download(of_round.file, f"{assessment.reference}-review-{number}.docx")
    record("review.file_downloaded", by=request.user, assessment=assessment, target=of_round)
    return response


@require_safe
@requires("report.view")
@for_readers
def review_tracked(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse | FileResponse:
    """The same Word file with the changes since the edition reviewed before as tracked changes."""
    of_round = find_round(assessment, number)
    response = _download(of_round.tracked_file, f"{assessment.reference}-review-{number}-tracked.docx")
    record("review.tracked_downloaded", by=request.user, assessment=assessment, target=of_round)
    return response


def _download(file: Any, name: str) -> FileResponse:
    try:
        response = send_file(file.open(), name)
    except (OSError, ValueError):  # `ValueError`: there is no name
        raise Http404(_("The file is not there.")) from None
    response["Content-Type"] = DOCX
    response["X-Content-Type-Options"] = "nosniff"
    return response


# Reviewers ------------------------------------------------------------------------------------------------------------


@requires("report.share")
@posted_from("reports:review_round")
def reviewer_add(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    of_round = find_round(assessment, number)
    form = ReviewerForm(of_round.language or of_round.report.language, request.POST)
    if made := run_service(request, form, review_rounds.add_reviewer, of_round=of_round):
        messages.success(request, _("“{name}” was added. Nothing has been sent yet.").format(name=made))
        return redirect("reports:review_round", assessment.reference, number)
    return _round_page(request, of_round, 422, reviewer_form=form)


@require_POST
@requires("report.share")
def reviewer_revoke(request: MemberRequest, assessment: Assessment, number: int, pk: int) -> HttpResponse:
    """End a link (`revoked=yes`), or let it work again (`no`)."""
    reviewer = find_reviewer_of(find_round(assessment, number), pk)
    revoked = {"yes": True, "no": False}.get(request.POST.get("revoked", ""))  # not the opposite of what is stored now
    if revoked is None:
        messages.error(request, _("Not changed. Use the buttons beside the reviewer."))
    else:
        review_rounds.revoke_reviewer(reviewer=reviewer, revoked=revoked, by=request.user)
        messages.success(request, _("The link no longer works.") if revoked else _("The same link works again."))
    return redirect("reports:review_round", assessment.reference, number)


@requires("report.share")
@posted_from("reports:review_round")
def reviewers_add(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """Add a reviewer of each pasted line. Lines that could not be used are shown again, each with the reason."""
    of_round = find_round(assessment, number)
    language = of_round.language or of_round.report.language
    form = ReviewersForm(language, request.POST)
    added = run_service(request, form, review_rounds.add_reviewers, of_round=of_round) or []
    faulty = [one for one in added if one.fault]
    if added and not faulty:
        messages.success(request, _told_of(len(added)))
        return redirect("reports:review_round", assessment.reference, number)
    if n := len(added) - len(faulty):
        messages.success(request, _told_of(n))
    if faulty:
        typed = {"lines": "\n".join(one.line.text for one in faulty), "language": request.POST.get("language", "")}
        form = ReviewersForm(language, initial=typed)
    return _round_page(request, of_round, 422, reviewers_form=form, faulty=faulty)


def _told_of(n: int) -> str:
    text = ngettext(
        "{n} reviewer was added. Nothing has been sent yet.", "{n} reviewers were added. Nothing has been sent yet.", n
    )
    return text.format(n=n)


@requires("report.share")
@posted_from("reports:review_round", without="pk")
def reviewer_category(request: MemberRequest, assessment: Assessment, number: int, pk: int) -> HttpResponse:
    """Say or change under which category the annex prints the comments of a reviewer."""
    reviewer = find_reviewer_of(find_round(assessment, number), pk)
    form = CategoryForm(request.POST)
    if form.is_valid():
        review_rounds.set_category(reviewer=reviewer, by=request.user, **form.cleaned_data)
        messages.success(request, _("Category saved."))
    else:
        messages.error(request, _("Not saved. Choose one of the categories, or leave it as not known."))
    return redirect("reports:review_round", assessment.reference, number)


@requires("report.share")
@posted_from("reports:review_round")
def review_invite(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    return _mail(request, find_round(assessment, number), review_rounds.send_invitations)


@requires("report.share")
@posted_from("reports:review_round")
def review_remind(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    return _mail(request, find_round(assessment, number), review_rounds.send_reminders)


def _mail(request: MemberRequest, of_round: ReviewRound, send: Any) -> HttpResponse:
    try:
        sent, failed = send(of_round=of_round, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        if failed:
            text = ngettext(
                "{n} mail could not be sent. Check the address, or copy the link.",
                "{n} mails could not be sent. Check the addresses, or copy the links.",
                failed,
            )
            messages.error(request, text.format(n=failed))
        if sent:
            messages.success(request, ngettext("{n} mail was sent.", "{n} mails were sent.", sent).format(n=sent))
        if not sent and not failed:
            messages.info(request, _("There is nobody to write to."))
    return redirect("reports:review_round", request.assessment.reference, of_round.number)


# What came back -------------------------------------------------------------------------------------------------------


@requires("report.edit")
@posted_from("reports:review_round")
def review_return(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    """A member uploads a file that a reviewer sent in another way."""
    of_round = find_round(assessment, number)
    form = ReturnForm(of_round, request.POST, request.FILES)
    if form.is_valid():
        reviewer: Reviewer = form.cleaned_data["reviewer"]
        try:
            content = read_upload(form.cleaned_data["file"])
            receive_file(reviewer=reviewer, content=content, by=request.user)
        except AlreadyReturned as same:
            messages.info(request, in_one_line(same))
            return redirect("reports:review_round", assessment.reference, number)
        except InputError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The file of “{name}” is here, and is being read.").format(name=reviewer))
            return redirect("reports:review_round", assessment.reference, number)
    return _round_page(request, of_round, 422, return_form=form)


@require_safe
@requires("report.edit")
def returned_file(request: MemberRequest, assessment: Assessment, number: int, pk: int) -> HttpResponse | FileResponse:
    """A file as it came back."""
    of_round = find_round(assessment, number)
    file = find_returned(of_round, pk)
    response = _download(file.file, f"{assessment.reference}-review-{number}-returned-{pk}.docx")
    record("review.returned_downloaded", by=request.user, assessment=assessment, target=file)
    return response


@require_POST
@requires("report.edit")
def returned_retry(request: MemberRequest, assessment: Assessment, number: int, pk: int) -> HttpResponse:
    """Read a file again."""
    file: ReturnedFile = find_returned(find_round(assessment, number), pk)
    read_again(file=file, by=request.user)
    messages.success(request, _("The file is being read again."))
    return redirect("reports:review_round", assessment.reference, number)
