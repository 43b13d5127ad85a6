"""A user's language and sign-ins, the state that an open page asks for, and the texts of the scripts of pages."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import public, signed_in
from assessments.forms import LanguageForm
from assessments.models import SignIn
from assessments.requests import MemberRequest
from assessments.services.accounts import choose_colours, choose_language
from assessments.services.sign_ins import end_other_sign_ins, end_sign_in
from assessments.sessions import ROW, note_use, seconds_left, sign_ins_of
from ctnat.translation import scripts
from ctnat.translation.languages import interface_languages
from ctnat.ui.pages import page_of

REFUSED_SHOWN = 20
YEAR = 365 * 24 * 3600  # seconds


@require_http_methods(["GET", "POST"])
@signed_in
def language_edit(request: MemberRequest) -> HttpResponse:
    """In which language the pages and mails of this account are, and in which colours its pages."""
    user = request.user
    form = LanguageForm(request.POST or None, initial={"language": user.language, "colours": user.colours})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["language"] != user.language:
            choose_language(language=form.cleaned_data["language"], by=user)
        if form.cleaned_data["colours"] != user.colours:
            choose_colours(colours=form.cleaned_data["colours"], by=user)
        with translation.override(user.language or translation.get_language()):
            messages.success(request, _("Saved."))
        return redirect("assessments:language_edit")
    return render(request, "assessments/language_edit.html", {"form": form})


@require_safe
@public
def script_texts(request: HttpRequest, language: str, version: str) -> HttpResponse:
    """The texts of the scripts of members' pages. Public, because the sign-in page has scripts too."""
    if language not in interface_languages():
        raise Http404
    texts = scripts.script_texts(language)
    response = HttpResponse(texts.content, content_type="text/javascript; charset=utf-8")
    # A page that was open while the site was updated asks for the earlier version, and gets the present texts.
    kept = f"public, max-age={YEAR}, immutable" if version == texts.version else "no-cache"
    response.headers["Cache-Control"] = kept
    response.headers["Content-Language"] = language
    return response


@require_safe
@signed_in
def sign_in_list(request: MemberRequest) -> HttpResponse:
    context = {
        "page": page_of(request, sign_ins_of(request.user)),
        "current": request.session.get(ROW),
        "refused": request.user.refused.all()[:REFUSED_SHOWN],
    }
    return render(request, "assessments/sign_in_list.html", context)


@require_POST
@signed_in
def sign_in_end(request: MemberRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SignIn, pk=pk, user=request.user)
    here = row.pk == request.session.get(ROW)
    end_sign_in(sign_in=row, by=request.user)
    if here:
        logout(request)
        messages.success(request, _("You are signed out on this device."))
        return redirect("account_login")
    messages.success(request, _("{device} is signed out.").format(device=row.device))
    return redirect("assessments:sign_in_list")


@require_POST
@signed_in
def sign_in_end_others(request: MemberRequest) -> HttpResponse:
    ended = end_other_sign_ins(current=request.session.get(ROW), by=request.user)
    messages.success(
        request, _("You are signed out everywhere else.") if ended else _("You were signed in nowhere else.")
    )
    return redirect("assessments:sign_in_list")


@require_http_methods(["GET", "POST"])
@public
def sign_in_state(request: HttpRequest) -> JsonResponse:
    """For open pages: whether they are still signed in, as whom, and for how long. A POST means that a person is
    typing.

    Public, so that asking does not keep anybody signed in, and so that the answer can be no.
    """
    left = seconds_left(request.session) if request.user.is_authenticated else 0
    if left <= 0:
        return JsonResponse({"signed_in": False})
    if request.method == "POST":
        note_use(request.session)
        left = seconds_left(request.session)
    state = {"signed_in": True, "account": request.user.pk, "seconds": int(left), "token": get_token(request)}
    return JsonResponse(state)
