"""Changes to interviews, notes, themes and codings. Each takes `by=user` and writes its audit event."""

from interviews.services.coding import code_passage, release_passage, remove_coding, withhold_passage
from interviews.services.conduct import (
    complete_interview,
    create_interview,
    find_organisation,
    plan_sections,
    record_note,
    reopen_interview,
    restore_interview,
    start_interview,
    suggest_contact,
    trash_interview,
    update_interview,
)
from interviews.services.notes import Saved, restore_revision, save_answer, save_observations, settle_aside
from interviews.services.themes import (
    ImportedThemes,
    add_theme,
    import_themes,
    merge_themes,
    retire_theme,
    return_theme,
    seed_codebook,
    update_theme,
)

__all__ = [
    "ImportedThemes",
    "Saved",
    "add_theme",
    "code_passage",
    "complete_interview",
    "create_interview",
    "find_organisation",
    "import_themes",
    "merge_themes",
    "plan_sections",
    "record_note",
    "release_passage",
    "remove_coding",
    "reopen_interview",
    "restore_interview",
    "restore_revision",
    "retire_theme",
    "return_theme",
    "save_answer",
    "save_observations",
    "seed_codebook",
    "settle_aside",
    "start_interview",
    "suggest_contact",
    "trash_interview",
    "update_interview",
    "update_theme",
    "withhold_passage",
]
