"""Themes of open answers of the survey. Each change is logged."""

from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.item_types.answers import words_key
from analysis.models import OpenCoding
from assessments.audit import record
from assessments.models import User
from instruments import schema
from interviews.models import Theme
from surveys.models import Response


@transaction.atomic
def code_open_answer(*, response: Response, item: str, theme: Theme, by: User) -> OpenCoding:
    """Store that `by` assigns a theme to an open answer, once for each coder. Raises `ValidationError`."""
    if not _words(response, item):
        raise ValidationError(
            _("{code} has no words of its own at {item}. Choose another answer.").format(
                code=response.code, item=item[:40]
            )
        )
    if theme.assessment_id != response.survey.assessment_id or theme.retired_at or theme.merged_into_id:
        raise ValidationError(_("This theme is no longer in use. Choose another one from the codebook."))
    coding, made = OpenCoding.objects.get_or_create(response=response, item=item, theme=theme, coder=by)
    if made:
        label = f"{response.code}/{item}"
        record("open_answer.coded", by=by, assessment=theme.assessment, target=coding, label=label, theme=theme.code)
    return coding


def _words(response: Response, item: str) -> str:
    """The respondent's own words: an answer in words, or the text of an open option."""
    found = cast(schema.Survey, response.questionnaire.document).by_name.get(item)
    key = words_key(found) if found else None
    if key is None or not isinstance(response.answers, dict):
        return ""
    return str(response.answers.get(key) or "").strip()


@transaction.atomic
def remove_open_coding(*, coding: OpenCoding, by: User) -> None:
    label = f"{coding.response.code}/{coding.item}"
    theme = coding.theme
    record("open_answer.uncoded", by=by, assessment=theme.assessment, target=coding, label=label, theme=theme.code)
    coding.delete()
