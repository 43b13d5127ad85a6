"""What of the matrix and the recommendations can be translated: openings, recommendations, reasons of marks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessments.models import Assessment
from indicators.grid import grid, recommendation_groups
from indicators.matrix import matrix_of
from indicators.texts import Text, has_texts


@has_texts(10)
def recommendations(assessment: Assessment) -> Iterator[Text]:
    """The words above each group once, then its recommendations; dropped ones are left out."""
    groups, written = recommendation_groups(assessment), assessment.report_language
    for category in matrix_of(assessment).categories:
        heading = _("Recommendations: {label}").format(label=category.label.translate())
        for group in groups[category.name]:
            first = group.recommendations[0]
            path = f"indicators/recommendations/{first.pk}/"
            place = _("Lead-in, {name}/{position}").format(name=category.name, position=first.position)
            yield Text(f"recommendation:{first.pk}", "opening", group.opening, written, place, heading, path)
            for row in group.recommendations:
                path = f"indicators/recommendations/{row.pk}/"
                place = _("Recommendation {name}/{position}").format(name=category.name, position=row.position)
                yield Text(f"recommendation:{row.pk}", "text", row.text, written, place, heading, path)


@has_texts(20)
def reasons(assessment: Assessment) -> Iterator[Text]:
    """The reasons of the marks that count, as the groups read them."""
    for category in grid(assessment):
        heading = _("Reasons of the marks: {label}").format(label=category.category.label.translate())
        for cell in category.cells:
            if cell.mark and cell.is_assessed:
                place, path = (
                    _("Cell {criterion} {name}").format(criterion=cell.criterion, name=cell.name),
                    f"indicators/{cell.criterion}/{cell.name}/",
                )
                words = cell.mark.rationale
                yield Text(f"mark:{cell.mark.pk}", "rationale", words, assessment.report_language, place, heading, path)
