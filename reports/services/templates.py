"""The template of a report's Word files: put in place of the last one, and removed."""

import hashlib
from functools import partial
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.file_encryption import protected_file
from assessments.models import User
from assessments.uploads import clean_name
from interviews.names import finder_for
from reports.models import Report, WordTemplate
from reports.word.opening import CannotOpen
from reports.word.template import SIZE_LIMIT, check_template


def set_template(*, report: Report, file: BinaryIO | Any, name: str, by: User | None) -> WordTemplate:
    """The look of the report's Word files from now on. Raises `ValidationError` saying what is wrong with the file."""
    content = file.read(SIZE_LIMIT + 1)
    try:
        shown = check_template(content)
    except CannotOpen as refused:
        raise ValidationError({"template": str(refused)}) from None
    if any(found.kind == "person" and found.certain for found in finder_for(report.assessment).find(shown, False)):
        raise ValidationError(
            {
                "template": _(
                    "The header or footer of the template names a respondent or contact, whose name the report "
                    "withholds. Delete it there, and choose the template again."
                )
            }
        )
    checksum = hashlib.sha256(content).hexdigest()
    field = protected_file(WordTemplate)
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=report.pk)
        old = WordTemplate.objects.filter(report=locked).first()
        if old is not None and old.checksum == checksum:
            return old
        path = f"templates/{timezone.now():%Y}/{locked.pk}-{checksum[:8]}.docx"
        stored = field.store(path, content, locked.assessment.data_key_id)
        if old is not None:
            transaction.on_commit(partial(default_storage.delete, str(old.file.name)))
        template, _created = WordTemplate.objects.update_or_create(
            report=locked,
            defaults={"name": clean_name(name), "file": stored, "checksum": checksum, "uploaded_by": by},
        )
        record("report.template_set", by=by, assessment=locked.assessment, target=locked)
    return template


@transaction.atomic
def remove_template(*, report: Report, by: User | None) -> None:
    """Word files look as they do without a template again. Files made before keep their look."""
    template = WordTemplate.objects.select_for_update().filter(report=report).first()
    if template is None:
        return
    transaction.on_commit(partial(default_storage.delete, str(template.file.name)))
    template.delete()
    record("report.template_removed", by=by, assessment=report.assessment, target=report)
