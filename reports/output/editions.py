"""The files of an edition, made in the background from the document that was captured with it."""

import hashlib
import logging
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from assessments.file_encryption import protected_file
from assessments.packs import words_for
from ctnat.ui.stored import stored_text
from reports.document import capture
from reports.document.builder import ReportData
from reports.models import Edition, EditionFile
from reports.output.errors import FormatUnavailable
from reports.output.formats import FORMATS, make_file
from reports.output.pages import Pages

LOGGER = logging.getLogger(__name__)
NOT_CAPTURED = stored_text(
    N_("The text of this edition was not stored, so its files cannot be created now. Create a new edition.")
)
NOT_CREATED = stored_text(N_("The {file} file could not be created. Try again."))


def make_edition_files(pk: int) -> None:
    """Make the missing files of an edition. Existing ones are kept: an edition never changes."""
    edition = Edition.objects.select_related("report__assessment").prefetch_related("files").filter(pk=pk).first()
    if edition is None or edition.erased_at:
        return
    captured = {"": edition.captured, **dict(edition.translations.values_list("language", "captured"))}
    missing = [
        (language, format)
        for language in captured
        for format in FORMATS.values()
        if not edition.file_of(format.name, language)
    ]
    if not missing:
        return
    failures = []
    if edition.captured is None:
        failures.append(NOT_CAPTURED)
        missing = []
    for language, format in missing:
        try:
            with words_for(edition.report.assessment):
                _make_file(edition, capture.unpack(captured[language] or {}), format.name, language)
        except FormatUnavailable as unavailable:
            failures.append(str(unavailable))
        except Exception:
            LOGGER.exception("Edition %s: %s failed", pk, format.name)
            label = f"{format.label} ({language})" if language else format.label
            failures.append(NOT_CREATED.format(file=label))
    failures = list(dict.fromkeys(failures))
    Edition.objects.filter(pk=pk).update(failure="\n".join(failures)[:500])


def _make_file(edition: Edition, data: ReportData, format: str, language: str) -> None:
    reference, suffix = edition.report.assessment.reference, f"-{language}" if language else ""
    identifier = f"{reference}-{edition.number}{suffix}"
    pages: Pages = {}
    content = make_file(FORMATS[format], edition.report, data, identifier, lambda done, step: None, pages)
    checksum = hashlib.sha256(content).hexdigest()
    # The checksum in the name keeps two workers on one edition from writing over each other's file.
    name = f"editions/{timezone.now():%Y}/{reference}-edition-{edition.number}{suffix}-{checksum[:8]}.{format}"
    protected_file(EditionFile).store(name, content, edition.report.assessment.data_key_id)
    with transaction.atomic():
        if Edition.objects.select_for_update().get(pk=edition.pk).erased_at:  # meanwhile: its text must not come back
            transaction.on_commit(partial(default_storage.delete, name))
            return
        EditionFile.objects.get_or_create(
            edition=edition,
            language=language,
            format=format,
            defaults={"file": name, "checksum": checksum, "pages": pages or None},
        )
