"""What of a workshop can be translated: groups' own words, statements of the register, and the decisions on them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.models import Assessment
from ctnat.ui.words import isolate
from indicators.texts import Text, has_texts
from workshops.models import Ballot, Comment, Verdict
from workshops.targets import labels


@has_texts(30)
def words_of_groups(assessment: Assessment) -> Iterator[Text]:
    """Of validation workshops, until they are in the register of responses; no rehearsal's."""
    workshops = {"group__workshop__assessment": assessment, "group__workshop__purpose": "validation"}
    found = Verdict.objects.in_force().filter(**workshops, comments=None).select_related("group__workshop__assessment")
    rows = [row for row in found if row.words]
    names = labels(assessment, [row.target for row in rows])
    for row in rows:
        place = _("{group}, on: {subject}").format(group=isolate(row.group, "a"), subject=names[row.target])
        path = f"workshop/{row.group.workshop_id}/"
        yield Text(f"verdict:{row.pk}", "words", row.words, row.words_language, place[:120], _("Words of groups"), path)
    for ballot in Ballot.objects.filter(**workshops).select_related("group__workshop__assessment"):
        place = _("{group}, “Other” priority").format(group=isolate(ballot.group, "a"))
        path = f"workshop/{ballot.group.workshop_id}/"
        words, language = ballot.other_text, ballot.other_language
        yield Text(f"ballot:{ballot.pk}", "other_text", words, language, place, _("Words of groups"), path)


@has_texts(40)
def statements(assessment: Assessment) -> Iterator[Text]:
    """All but those of a rehearsal, with the reasons of the decisions, which the team writes."""
    written = assessment.report_language
    for row in Comment.objects.for_assessment(assessment).exclude(workshop__purpose="rehearsal"):
        target, path, heading = f"comment:{row.pk}", f"workshop/responses/{row.pk}/", pgettext("workshop", "Responses")
        place = _("Response {number}").format(number=row.pk)
        yield Text(target, "statement", row.statement, row.language, place, heading, path)
        if row.disposition:
            place = _("Response {number}, reason").format(number=row.pk)
            yield Text(target, "reason", row.reason, written, place, heading, path)
            place = _("Response {number}, what changes").format(number=row.pk)
            yield Text(target, "changed", row.changed, written, place, heading, path)
