"""The parsed questionnaire of a survey."""

from typing import Any

from instruments import schema
from instruments.models import Instrument

_documents: dict[tuple[Any, ...], schema.Survey] = {}


def version_key(questionnaire: Instrument) -> tuple[Any, ...]:
    """The key of one state of a questionnaire: a published version has its corrections, a draft a revision."""
    return (
        questionnaire.pk,
        questionnaire.created_at,
        questionnaire.revision,
        questionnaire.published_at,
        questionnaire.corrections_made,
    )


def document_of(questionnaire: Instrument) -> schema.Survey:
    """The parsed questionnaire, parsed once per process."""
    key = version_key(questionnaire)
    if key not in _documents:
        document = questionnaire.document
        assert isinstance(document, schema.Survey)  # noqa: S101 -- only surveys are offered as questionnaires
        if len(_documents) > 20:
            _documents.clear()
        _documents[key] = document
    return _documents[key]


def document_at(questionnaire: Instrument, correction: int | None) -> schema.Survey:
    """The questionnaire as it read with the corrections up to that number; None, where it is not known: as it reads
    now. One query, unless nothing was corrected since."""
    if correction is None or correction >= questionnaire.corrections_made:
        return document_of(questionnaire)
    document = schema.parse(questionnaire.kind, questionnaire.definition_at(correction))
    assert isinstance(document, schema.Survey)  # noqa: S101 -- as above
    return document
