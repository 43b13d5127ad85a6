"""What changed in a review round since the edition that was reviewed before."""

from reports.models import Edition, ReviewRound
from reports.output.comparison import Change, compare
from reports.word.document import Since
from reports.words import translate


def reviewed_before(of_round: ReviewRound) -> Edition | None:
    """The edition of the last round before this one, where it is an earlier one and its text is still there."""
    earlier = ReviewRound.objects.filter(report=of_round.report_id, number__lt=of_round.number)
    found = earlier.filter(edition__number__lt=of_round.edition.number, edition__erased_at=None)
    last = found.select_related("edition").defer("edition__captured").order_by("-edition__number").first()
    return last.edition if last else None


def changes_since(of_round: ReviewRound) -> tuple[Edition, list[Change]] | None:
    """The earlier edition and what differs from it; None where there is none in the round's language."""
    before = reviewed_before(of_round)
    old = _paragraphs(before, of_round.language) if before else []
    if before is None or not old or of_round.erased_at or of_round.edition.erased_at:
        return None
    return before, compare(old, _paragraphs(of_round.edition, of_round.language))


def since_of(of_round: ReviewRound, language: str) -> Since | None:
    """What the file for reviewers lists, with words in `language`; None where nothing differs."""
    found = changes_since(of_round)
    if found is None or not found[1]:
        return None
    before, changes = found
    heading = translate("changed_since", language, number=before.number)
    return Since(heading, translate("changed_since_how", language), changes)


def _paragraphs(edition: Edition, language: str) -> list[list[str]]:
    """In a further language of the report, or in its first one (blank); none where it is not in that language."""
    if not language:
        return list(edition.paragraphs)
    found = edition.translations.filter(language=language).first()
    return list(found.paragraphs) if found else []
