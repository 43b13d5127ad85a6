"""Language packs: languages are added, texts saved one by one or from a workbook, and reviewed.

`assessment` is None for the packs of the whole site. Every change gives the words of the assessments that it concerns
a new version, in the same transaction, so that the next request of every process shows it.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, LanguagePack, PackText, User
from assessments.pack_workbooks import QUESTIONNAIRE
from assessments.packs import PackState, new_version, pack_states
from assessments.public_texts import with_blanks_of
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.seen import Marks, check_seen
from instruments.access import may_translate
from instruments.models import Instrument
from instruments.services.corrections import correct_translations
from instruments.services.drafts import ConflictError as DraftConflictError
from instruments.services.translations import save_translations
from instruments.texts import is_language

ENGLISH_CHANGED = gettext_lazy(
    "The English text has changed since you opened this page, so your translation was not saved. It is still here: "
    "compare it with the English text as it is now, then save again."
)


@transaction.atomic
def add_pack(
    *, assessment: Assessment | None, language: str, own_name: str = "", direction: str = "", by: User | None
) -> LanguagePack:
    """The pack of a language, made where there is none; a name or a direction that is given replaces the one before.

    Raises `InputError` for what is no language.
    """
    _lock(assessment)
    pack = LanguagePack.objects.for_assessment(assessment).filter(language=language).first()
    is_new = pack is None
    pack = pack or LanguagePack(assessment=assessment, language=_checked(language))
    given = {"own_name": own_name.strip()[:60], "direction": direction}
    changed = sorted(name for name, value in given.items() if value and getattr(pack, name) != value)
    if not is_new and not changed:
        return pack
    for name in changed:
        setattr(pack, name, given[name])
    pack.clean_fields(exclude=["assessment"])
    pack.save()
    _new_words(assessment)
    verb = "language_pack.added" if is_new else "language_pack.changed"
    record(verb, by=by, assessment=assessment, target=pack, fields=changed)
    return pack


@transaction.atomic
def save_pack_text(
    *,
    assessment: Assessment | None,
    language: str,
    key: str,
    text: str,
    by: User | None,
    seen: Marks | None = None,
    source_mark: str | None = None,
) -> PackState:
    """Set one form of one text; a blank one removes it, so that what is shipped is shown, or English.

    `key` is a `PackState`'s. `seen` has the mark of the text that was shown, and `source_mark` is that of the English
    text that was shown: where one of them is another by now, `ConflictError` is raised and nothing changes; None does
    not ask. Raises `InputError` for a text that cannot be used.
    """
    _lock(assessment)
    state = _current(assessment, language).get(key)
    if state is None:
        raise InputError(_("This text is no longer used. Nothing was saved. Reload the page."))
    text = with_blanks_of(state.source, text)
    if source_mark is not None and source_mark != state.source_mark:
        raise ConflictError(state, str(ENGLISH_CHANGED))
    check_seen(state.row or PackText(), seen, {"text": text}, {"text": state.own})
    if faults := state.text.faults(language, state.form, text):
        raise InputError(_("This cannot be saved: {faults}.").format(faults="; ".join(faults)))
    if state.own == text and (state.row is None or state.row.source_mark == state.source_mark):
        return state  # saved without a change, or sent twice
    pack = add_pack(assessment=assessment, language=language, by=by)
    row = _stored(pack, state, text, state.source_mark, by)
    row.save()
    _new_words(assessment)
    verb = "language_pack.text_saved" if text else "language_pack.text_removed"
    record(verb, by=by, assessment=assessment, target=pack, language=language, text=key)
    return _current(assessment, language)[key]


@transaction.atomic
def save_pack_texts(
    *,
    assessment: Assessment | None,
    language: str,
    changes: Mapping[str, str],
    was: Mapping[str, str],
    made_from: Mapping[str, str],
    by: User | None,
) -> int:
    """Set many texts of one language, all or none. Returns how many.

    `was` holds the texts that they replace, `made_from` the marks of the English texts that the translator had. Where
    a text is another by now, `ConflictError` is raised with the keys. One made from an earlier English text is stored
    as out of date. Raises `InputError` for a text that cannot be used.
    """
    _lock(assessment)
    states = _current(assessment, language)
    gone = [key for key in changes if key not in states]
    changed = [key for key, text in was.items() if key in states and states[key].own != text]
    if gone or changed:
        raise ConflictError([*gone, *changed])
    faults = [
        f"{key}: {fault}"
        for key, text in changes.items()
        for fault in states[key].text.faults(language, states[key].form, text)
    ]
    if faults:
        raise InputError(faults)
    if not changes:
        return 0
    pack = add_pack(assessment=assessment, language=language, by=by)
    rows = [
        _stored(
            pack,
            states[key],
            with_blanks_of(states[key].source, text),
            made_from.get(key) or states[key].source_mark,
            by,
        )
        for key, text in changes.items()
    ]
    PackText.objects.bulk_create([row for row in rows if row.pk is None], batch_size=200)
    PackText.objects.bulk_update([row for row in rows if row.pk], CHANGED, batch_size=100)
    _new_words(assessment)
    record(
        "language_pack.imported", by=by, assessment=assessment, target=pack, language=language, texts=sorted(changes)
    )
    return len(rows)


@transaction.atomic
def save_workbook(
    *,
    assessment: Assessment,
    language: str,
    questionnaire: Instrument,
    changes: Mapping[str, str],
    was: Mapping[str, str],
    made_from: Mapping[str, str],
    by: User | None,
) -> int:
    """As `save_pack_texts`, with the texts of the questionnaire, whose keys begin with `QUESTIONNAIRE`; all or none."""
    keys = [key for key in changes if key.startswith(QUESTIONNAIRE)]
    own = {key: text for key, text in changes.items() if key not in keys}
    count = save_pack_texts(
        assessment=assessment,
        language=language,
        changes=own,
        was={key: was[key] for key in own if key in was},
        made_from=made_from,
        by=by,
    )
    if not keys:
        return count
    if not may_translate(by, questionnaire):
        raise InputError(_("You may not change the texts of {questionnaire}.").format(questionnaire=questionnaire))

    def of(values: Mapping[str, str]) -> dict[str, str]:
        return {key.removeprefix(QUESTIONNAIRE): values.get(key, "") for key in keys}

    texts: dict[str, Any] = {"language": language, "changes": of(changes), "was": of(was), "made_from": of(made_from)}
    try:
        if questionnaire.is_published:
            correct_translations(instrument=questionnaire, by=by, **texts)
        else:
            save_translations(draft=questionnaire, by=by, **texts)
    except (ConflictError, DraftConflictError) as conflict:
        raise ConflictError([f"{QUESTIONNAIRE}{key}" for key in conflict.current]) from None
    return count + len(keys)


@transaction.atomic
def review_pack_texts(
    *,
    assessment: Assessment | None,
    language: str,
    seen: Mapping[str, str],
    by: User | None,
    reviewed: bool = True,
) -> int:
    """Record or withdraw a person's review of these texts. Returns how many there were.

    `seen` has for the key of each text the mark of what was read (`PackState.seen`), which is stored with the review:
    where one of them is another by now, `ConflictError` is raised with their keys, and nothing changes. A shipped text
    becomes one of the pack, so that it stays as it was read. Missing texts and those out of date are skipped.
    """
    _lock(assessment)
    states = _current(assessment, language)
    if changed := [key for key, read in seen.items() if key not in states or states[key].seen != read]:
        raise ConflictError(changed)
    open_states = ("draft", "reviewed", "shipped") if reviewed else ("draft", "reviewed")
    chosen = [states[key] for key in seen if states[key].state in open_states and states[key].target]
    todo = [state for state in chosen if (state.state == "reviewed") != reviewed]
    if not todo:
        return len(chosen)
    pack = add_pack(assessment=assessment, language=language, by=by)
    rows = []
    for state in todo:
        row = state.row if state.own and state.row else _stored(pack, state, state.target, state.source_mark, by)
        row.reviewed_by, row.reviewed_at = (by, timezone.now()) if reviewed else (None, None)
        row.reviewed_mark = state.seen if reviewed else ""
        row.revision += 1
        rows.append(row)
    PackText.objects.bulk_create([row for row in rows if row.pk is None], batch_size=200)
    PackText.objects.bulk_update([row for row in rows if row.pk], CHANGED, batch_size=100)
    _new_words(assessment)
    verb = "language_pack.reviewed" if reviewed else "language_pack.reopened"
    record(verb, by=by, assessment=assessment, target=pack, language=language, texts=sorted(seen))
    return len(chosen)


CHANGED = ["text", "source_mark", "revision", "by", "updated_at", "reviewed_by", "reviewed_at", "reviewed_mark"]


def _stored(pack: LanguagePack, state: PackState, text: str, source_mark: str, by: User | None) -> PackText:
    """The row with the new text, not saved yet."""
    row = state.row or PackText(pack=pack, key=state.text.key, form=state.form, revision=0)
    row.text, row.source_mark, row.by, row.updated_at = text, source_mark, by, timezone.now()
    row.reviewed_by, row.reviewed_at, row.reviewed_mark = None, None, ""
    row.revision += 1
    return row


def _lock(assessment: Assessment | None) -> None:
    if assessment is not None:
        lock_assessment(assessment)
        assessment.refresh_from_db(fields=["words_version"])  # another member may have saved the first text meanwhile
    else:  # the site's packs: all of them, so that two people do not make the same one
        list(LanguagePack.objects.for_assessment(None).select_for_update(of=("self",)).values_list("pk"))


def _current(assessment: Assessment | None, language: str) -> dict[str, PackState]:
    _checked(language)
    return {state.key: state for state in pack_states(assessment, language)}


def _checked(language: str) -> str:
    if not is_language(language):
        raise InputError(
            _("“{language}” is not a known language. Enter its name, or a code such as fr or uk.").format(
                language=language[:20]
            )
        )
    return language


def _new_words(assessment: Assessment | None) -> None:
    """From now on no process answers with what it has kept."""
    version = new_version()
    if assessment is None:
        Assessment.objects.update(words_version=version)
    else:
        Assessment.objects.filter(pk=assessment.pk).update(words_version=version)
        assessment.words_version = version
