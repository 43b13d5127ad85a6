"""Members of an assessment, and invitations to a role."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import public, requires
from assessments.forms import InvitationAcceptForm, MemberInviteForm
from assessments.models import Assessment, MemberInvitation, Membership, Role, User
from assessments.requests import MemberRequest, run_service
from assessments.second_factor import passed_second_factor, without_second_factor
from assessments.services.members import (
    SentInvitation,
    accept_as_new_user,
    accept_invitation,
    find_invitation,
    invite_members,
    remove_member,
    renew_invitation_link,
    require_second_factor,
    resend_invitation,
    revoke_invitation,
)
from ctnat.ui.access import for_members, lists_members
from ctnat.ui.errors import add_errors, in_one_line
from ctnat.ui.pages import page_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# role -> its task, in the words of the method
ROLES = {
    Role.LEAD: gettext_lazy(
        "Is responsible for the assessment: invites members, closes the survey, publishes the report."
    ),
    Role.CONSULTANT: gettext_lazy("Conducts interviews, codes the notes, marks the indicators and writes the report."),
    Role.FOCAL_POINT: gettext_lazy("Knows the stakeholders: manages organisations and contacts, and sends the survey."),
    Role.FACILITATOR: gettext_lazy("Runs the validation workshop and records what the groups say."),
    Role.OBSERVER: gettext_lazy(
        "Views the results and the report and can comment on the report, but cannot change anything."
    ),
}


@require_safe
@requires("assessment.view")
@lists_members
def member_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    members = Membership.objects.for_assessment(assessment)
    page = page_of(request, members.select_related("user").order_by("role", "user__email", "pk"), size=30)
    invitations = MemberInvitation.objects.waiting().for_assessment(assessment).select_related("invited_by")
    context = {
        "assessment": assessment,
        "page": page,
        "roles": [(role.label, about) for role, about in ROLES.items()],
        "may_manage": "members.manage" in request.may,
        "today": timezone.localdate(),
    }
    if context["may_manage"]:
        without = without_second_factor(User.objects.filter(memberships__assessment=assessment)).distinct()
        context["without_factor"] = set(without.values_list("pk", flat=True))
        context["invitations"] = page_of(request, invitations.order_by("email", "pk"), size=30, name="invitations")
    return render(request, "assessments/member_list.html", context)


@require_POST
@requires("members.manage")
def second_factor_edit(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Require a second factor of the members, or stop requiring it."""
    required = request.POST.get("required") == "yes"
    try:
        require_second_factor(
            assessment=assessment, required=required, has_factor=passed_second_factor(request), by=request.user
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        text = _("Members without a second factor are now asked to set it up before they see anything here.")
        messages.success(request, text if required else _("A second factor is no longer asked for."))
    return redirect("assessments:member_list", assessment.reference)


@require_http_methods(["GET", "POST"])
@requires("members.manage")
def member_invite(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Invite several people at once. The lines that could not be used are shown again, each with the reason."""
    form = MemberInviteForm(request.POST or None)
    invited = run_service(request, form, invite_members, assessment=assessment, link=_link_of(request)) or []
    faulty = [one for one in invited if one.fault]
    if invited and not faulty:
        return _invitations_sent(request, assessment, [one.sent for one in invited if one.sent])
    if faulty:
        typed = {"addresses": "\n".join(one.line.text for one in faulty), "role": request.POST.get("role", "")}
        form = MemberInviteForm(initial=typed)
    context = {
        "assessment": assessment,
        "form": form,
        "roles": [(r.label, about) for r, about in ROLES.items()],
        "faulty": faulty,
        "sent": [one.sent for one in invited if one.sent],
    }
    return render(request, "assessments/member_invite.html", context)


def _link_of(request: MemberRequest) -> Callable[[str], str]:
    return lambda token: request.build_absolute_uri(reverse("assessments:invitation_accept", args=[token]))


def _invitations_sent(request: MemberRequest, assessment: Assessment, sent: list[SentInvitation]) -> HttpResponse:
    """Rendered as the answer to the POST: a link is shown only once, and written neither to a session nor to an
    address."""
    return render(request, "assessments/_invitations_sent.html", {"assessment": assessment, "sent": sent})


@require_POST
@requires("members.manage")
def invitation_resend(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _issue_again(request, assessment, pk, resend_invitation)


@require_POST
@requires("members.manage")
def invitation_link(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """A new link to pass on by hand. The earlier one ends: what is stored of it cannot be turned back into it."""
    return _issue_again(request, assessment, pk, renew_invitation_link)


def _issue_again(
    request: MemberRequest, assessment: Assessment, pk: int, verb: Callable[..., SentInvitation]
) -> HttpResponse:
    invitation = get_object_or_404(MemberInvitation.objects.for_assessment(assessment), pk=pk)
    try:
        sent = verb(invitation=invitation, by=request.user, link=_link_of(request))
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("assessments:member_list", assessment.reference)
    return _invitations_sent(request, assessment, [sent])


@require_POST
@requires("members.manage")
def member_remove(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    members = Membership.objects.for_assessment(assessment).select_related("user", "assessment")
    membership = get_object_or_404(members, pk=pk)
    try:
        remove_member(membership=membership, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(
            request,
            _("{user} is no longer {role} of this assessment.").format(
                user=membership.user, role=membership.get_role_display().lower()
            ),
        )
    if membership.user == request.user and not Membership.objects.for_assessment(assessment).for_user(request.user):
        return redirect("assessments:assessment_list")
    return redirect("assessments:member_list", assessment.reference)


@require_POST
@requires("members.manage")
def invitation_revoke(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    invitation = get_object_or_404(MemberInvitation.objects.waiting().for_assessment(assessment), pk=pk)
    revoke_invitation(invitation=invitation, by=request.user)
    messages.success(
        request, _("The invitation for {email} was revoked. Its link no longer works.").format(email=invitation.email)
    )
    return redirect("assessments:member_list", assessment.reference)


@for_members
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
@public
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """A person without an account creates one; a user signs in and confirms."""
    invitation = find_invitation(token)
    if invitation is None:
        return render(request, "assessments/invitation_accept_gone.html", status=410)
    form = None
    if User.objects.filter(email__iexact=invitation.email).exists():
        if request.method == "POST" and request.user.is_authenticated:
            return _accept(request, invitation)
    else:
        form = InvitationAcceptForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                user = accept_as_new_user(invitation=invitation, **form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                login(request, user, backend=BACKEND)
                messages.success(request, _("Your account is ready. You are a member of this assessment now."))
                return redirect(invitation.assessment)
    context = {"invitation": invitation, "form": form, "about": ROLES[Role(invitation.role)]}
    return render(request, "assessments/invitation_accept.html", context)


def _accept(request: HttpRequest, invitation: MemberInvitation) -> HttpResponse:
    try:
        accept_invitation(invitation=invitation, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect(request.path)
    messages.success(request, _("You are a member of this assessment now."))
    return redirect(invitation.assessment)
