"""Changes to workshops, ballots, verdicts and responses. Each writes its audit event."""

from workshops.services.comments import add_comment, dispose_comment, edit_comment
from workshops.services.running import (
    add_group,
    close_workshop,
    create_workshop,
    edit_group,
    edit_workshop,
    open_workshop,
    release_device,
    remove_group,
    remove_workshop,
    reopen_workshop,
)
from workshops.services.voting import (
    agree_with_rest,
    cast_ballot,
    give_verdict,
    join_group,
    take_back_rest,
    withdraw_ballot,
)

__all__ = [
    "add_comment",
    "add_group",
    "agree_with_rest",
    "cast_ballot",
    "close_workshop",
    "create_workshop",
    "dispose_comment",
    "edit_comment",
    "edit_group",
    "edit_workshop",
    "give_verdict",
    "join_group",
    "open_workshop",
    "release_device",
    "remove_group",
    "remove_workshop",
    "reopen_workshop",
    "take_back_rest",
    "withdraw_ballot",
]
