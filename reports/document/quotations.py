"""Quotations of interviews in the text of a section, and whether the people agreed to be quoted."""

import re
from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from interviews.consent import consents_of
from interviews.models import Coding
from reports.document.registry import Problem

QUOTED = re.compile(r"\[\[\s*quote\s+([0-9]{1,18})\s*[\]|]")


def without_consent(assessment: Assessment, section: str, body: str) -> Iterator[Problem]:
    """A warning for each released passage of which it is not recorded that the interviewee agreed to be quoted.

    Where this was refused or withdrawn, nothing is released, which is an error by itself.
    """
    keys = [int(number) for number in dict.fromkeys(QUOTED.findall(body))]
    if not keys:
        return
    rows = Coding.objects.for_assessment(assessment).for_quoting().filter(pk__in=keys)
    found = {coding.pk: coding for coding in rows.select_related("answer__interview")}
    consents = consents_of(coding.answer.interview for coding in found.values())
    for key in keys:
        if key in found and consents[found[key].answer.interview_id].is_quote_unasked:
            code = found[key].answer.interview.code
            message = _(
                "Passage {number} is quoted from {code}, but it is not recorded that the interviewee agreed to be "
                "quoted. Ask, and add a record under “Consent” on the page of the interview, or take the quote out."
            )
            yield Problem(section, format_lazy(message, number=key, code=code), "warning")
