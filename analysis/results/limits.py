"""The limits of the data in words, in the language of who reads them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.statistics.coverage import Limits


def describe_limits(limits: Limits) -> list[str]:
    """The limits of the data in plain words, each true of this assessment only."""
    found = [_interviews(limits), _survey(limits)]
    if limits.corrected:
        text = _("Corrections of wording while the survey was being answered, without a change of meaning: {items}.")
        found.append(text.format(items="; ".join(limits.corrected)))
    if limits.invalid:
        text = _(
            "Some answers break a rule of the questionnaire, as paper allows; they are kept as given, and counted "
            "neither as answers nor as skipped: {items}."
        )
        found.append(text.format(items=", ".join(f"{code} ({count})" for code, count in limits.invalid)))
    if limits.largest_sector and limits.interviews:
        name, count = limits.largest_sector
        text = _("Sector with the most interviews: {sector} ({count} of {total}).")
        found.append(text.format(sector=name, count=count, total=limits.interviews))
    if limits.capital is not None and limits.capital.base:
        text = _("Interviews with bodies in the capital: {count} of {total}.")
        found.append(text.format(count=limits.capital.count, total=limits.capital.base))
    if limits.unasked:
        found.append(_("Topics about which no interview was asked: {topics}.").format(topics="; ".join(limits.unasked)))
    if limits.unsupported:
        text = _("Criteria of the matrix to which no evidence is attached yet: {count} of {total}.")
        found.append(text.format(count=limits.unsupported, total=limits.criteria))
    return found


def _interviews(limits: Limits) -> str:
    count = limits.interviews
    if not count:
        return _("No interview has been entered.")
    held = ngettext(
        "{n} interview was held, with people whom the assessment chose.",
        "{n} interviews were held, with people whom the assessment chose.",
        count,
    )
    return " ".join(
        (
            held.format(n=count),
            _("People interviewed: {n}.").format(n=limits.people),
            _("What they said shows views, and does not measure the country."),
        )
    )


def _survey(limits: Limits) -> str:
    count = limits.responses
    if not count:
        return _("No survey response has been received.")
    sentences = [ngettext("{n} survey response came in.", "{n} survey responses came in.", count).format(n=count)]
    if limits.invited:
        text = _("Invitations completed: {count} of {total}.")
        sentences.append(text.format(count=limits.completed or 0, total=limits.invited))
    if limits.smallest_base is not None and limits.smallest_base < count:
        sentences.append(
            _("Answers to the rated item that the fewest people answered: {n}.").format(n=limits.smallest_base)
        )
    sentences.append(_("The survey is a convenience sample; its results must not be generalised."))
    return " ".join(sentences)
