"""Links that open an edition without an account."""

import base64
import hashlib
import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.access import public, requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import in_one_line
from ctnat.ui.names import language_name
from reports.forms import ShareForm
from reports.models import ShareLink
from reports.output.formats import FORMATS
from reports.services.shares import LONGEST_SHARE, revoke_share, share_edition, shared_edition
from reports.views.common import find_edition, page

STYLE = re.compile(rb"<style>(.*?)</style>", re.S)


@require_POST
@requires("report.share")
def share_create(request: MemberRequest, assessment: Assessment, number: int) -> HttpResponse:
    form = ShareForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(
                _("Enter a number of days from 1 to {longest_share}.").format(longest_share=LONGEST_SHARE)
            )
        link, token = share_edition(edition=find_edition(assessment, number), by=request.user, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("reports:edition_list", assessment.reference)
    languages = ["", *(file.language for file in link.edition.files.all() if file.format == "html" and file.language)]
    addresses = [
        (language_name(language) if language else "", request.build_absolute_uri(_address(token, language)))
        for language in languages
    ]
    return page(request, "share_create", link=link, addresses=addresses)


def _address(token: str, language: str) -> str:
    return reverse("reports_public:shared", args=[token, language] if language else [token])


@require_POST
@requires("report.share")
def share_revoke(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    link = get_object_or_404(ShareLink.objects.for_assessment(assessment), pk=pk)
    revoke_share(link=link, by=request.user)
    messages.success(request, _("Link revoked."))
    return redirect("reports:edition_list", assessment.reference)


@require_safe
@public
def shared(request: HttpRequest, token: str, language: str = "") -> HttpResponse:
    """The frozen HTML of an edition for anyone with the link, in its first language or a further one.

    Its one style sheet is allowed by its hash.
    """
    edition = shared_edition(token)
    file = edition.file_of("html", language) if edition else None
    try:
        if edition is None or file is None:
            raise FileNotFoundError
        with file.file.open() as stream:
            content = stream.read()
    except OSError:
        return render(request, "reports/shared_gone.html", status=404)
    response = HttpResponse(content, content_type=FORMATS["html"].content_type)
    found = STYLE.search(content)
    digest = base64.b64encode(hashlib.sha256(found[1] if found else b"").digest()).decode()
    response._csp_replace = {"style-src": [f"'sha256-{digest}'"], "script-src": ["'none'"]}  # type: ignore[attr-defined]
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    record("share.opened", by=None, assessment=edition.report.assessment, target=edition)
    return response
