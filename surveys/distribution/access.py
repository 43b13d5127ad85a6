"""Access to a survey: by the open link, a personal link, or a member's preview. One query each."""

import json
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from assessments.prepared import Prepared
from ctnat.ui.ready import ReadyPage
from instruments.models import Instrument
from surveys.distribution.links import token_digests
from surveys.models import Invitation, Survey
from surveys.sealed.receipts import receipts_of
from surveys.sealed.received import forms_marked, marks_of, receipt_given

MOST_KNOWN: Final = 50  # surveys in memory
MOST_PAGES: Final = 60  # of each; a form takes about 50 kB


@dataclass(frozen=True)
class SurveyAccess:
    """`receipt` is the receipt of a form that was already stored under the posted uuid."""

    survey: Survey
    kind: str  # "open" or "personal"; "preview" has no link
    key: str  # the secret in the link
    invitation: Invitation | None = None
    receipt: str = ""
    preview_url: str = ""
    known: "KnownSurvey | None" = None  # with the pages that are ready; None: a preview, or a page of another version

    def of_version(self, questionnaire: Instrument) -> "SurveyAccess":
        """The same access for a page of another version of the questionnaire; the survey in the database stays."""
        survey = copy(self.survey)
        survey.questionnaire = questionnaire
        return replace(self, survey=survey, known=None)

    @property
    def form_url(self) -> str:
        return self.preview_url or reverse(f"surveys_public:{self.kind}_form", args=[self.key])

    @property
    def resume_url(self) -> str:
        return "" if self.preview_url else reverse(f"surveys_public:{self.kind}_resume", args=[self.key])

    @property
    def is_used(self) -> bool:
        return self.invitation is not None and self.invitation.pk in self.survey.answered


class KnownSurvey:
    """A survey as it was read, for as long as its row stays the same, with the pages that were made of it."""

    def __init__(self, row: tuple[Any, ...], survey: Survey):
        self.row, self.survey = row, survey
        self._pages: dict[Any, ReadyPage] = {}

    def page(self, key: Any, make: Callable[[], ReadyPage]) -> ReadyPage:
        """A page that is kept; one for each language, kind of link and day."""
        page = self._pages.get(key)
        if page is None:
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            page = self._pages[key] = make()
        return page


_known: dict[int, KnownSurvey] = {}


class _Link:
    """Finds the survey of a kind of link, in one query whose row is turned into objects only where it has changed.

    Respondents come by the hundred, and reading the survey took most of their request. The columns of the survey, its
    assessment, study and questionnaire are compared, so that no page shows what was before; those that answers change
    are not. The texts of the questionnaire are not read either: its revision and its corrections stand for them.
    """

    # Not compared: a kept page that showed one of these would go on showing what was before. A test in
    # `tests/surveys/test_ready_pages.py` notes what kept pages read: only the definition and its corrections, as above.
    UNREAD: Final = (
        *("texts", "days_between_mails", "created_at"),
        *(
            f"assessment__{name}"
            for name in ("stage", "starts_on", "ends_on", "notice", "percent_threshold", "trash_days")
        ),
        *(f"assessment__{name}" for name in ("interviews_planned", "documents_reviewed", "second_factor_required")),
        *(f"assessment__{name}" for name in ("guide", "questionnaire", "matrix", "data_key", "last_interview")),
        *(f"questionnaire__{name}" for name in ("definition", "corrected", "import_notes", "import_decisions", "name")),
        *(f"questionnaire__{name}" for name in ("parent", "owner", "discarded_at")),
        *(f"questionnaire__{name}" for name in ("withdrawn_at", "withdrawn_reason", "withdrawn_by")),
    )

    def __init__(self, kind: str, keys: int):
        """`keys`: the number of keys with which the mark of a form sent before can have been made; 0: none is asked."""
        sealed = {f"sealed_{number}": f"~sealed {number}" for number in range(keys)}
        opened = {f"opened_{number}": f"~opened {number}" for number in range(keys)}

        def make(link: str, **marks: str) -> QuerySet[Survey]:
            rows = Survey.objects.select_related("assessment__study", "questionnaire")
            rows = rows.defer(*self.UNREAD)
            if kind == "open":
                rows = rows.filter(open_slug=link)
            else:
                rows = rows.filter(invitations__token_hmac=link, invitations__revoked_at=None)
                rows = rows.annotate(invited=F("invitations__pk"), invited_in=F("invitations__language"))
            if keys:
                found = forms_marked(OuterRef("pk"), [marks[name] for name in sealed], [marks[name] for name in opened])
                rows = rows.annotate(sent_before=Q(Exists(found[0])) | Q(Exists(found[1])))
            return rows.order_by()

        self._query = Prepared(make, link="~link", **sealed, **opened)
        added = [*(["sent_before"] if keys else []), *(["invited", "invited_in"] if kind == "personal" else [])]
        self._own = {name: self._query.position(name) for name in (*Survey.COUNTERS, *added)}
        self._pk = self._query.position("id")
        self._columns: Any = None

    def find(self, link: str, marks: tuple[list[str], list[str]]) -> tuple[KnownSurvey, dict[str, Any]] | None:
        """The survey, and the columns of this request: those that answers change, and those of the invitation."""
        sealed = {f"sealed_{number}": mark for number, mark in enumerate(marks[0])}
        opened = {f"opened_{number}": mark for number, mark in enumerate(marks[1])}
        rows = self._query(link=link, **sealed, **opened)
        if not rows:
            return None
        [row] = rows
        if self._columns is None:
            self._columns = itemgetter(*sorted(set(range(len(row))) - set(self._own.values())))
        stays = self._columns(row)
        known = _known.get(row[self._pk])
        if known is None or known.row != stays:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            known = _known[row[self._pk]] = KnownSurvey(stays, self._query.instance(row))
        return known, {name: row[place] for name, place in self._own.items()}


_link = lru_cache(maxsize=16)(_Link)


def _find(kind: str, link: str, uuid: UUID | None, digests: Sequence[str]) -> SurveyAccess | None:
    marks = marks_of(receipts_of(uuid)) if uuid else ([], [])
    found = None
    for digest in digests:
        found = found or _link(kind, len(marks[0])).find(digest, marks)
    if found is None:
        return None
    known, own = found
    survey = _copy_of(known.survey)
    for name in Survey.COUNTERS:
        value = own[name]
        setattr(survey, name, json.loads(value) if isinstance(value, str) else value)
    receipt = receipt_given(survey, uuid) if uuid and own["sent_before"] else ""
    invitation = None
    if kind == "personal":
        columns = ["id", "survey_id", "language"]  # in the order of the model's fields
        invitation = Invitation.from_db(connection.alias, columns, [own["invited"], survey.pk, own["invited_in"]])
        invitation.survey = survey
    return SurveyAccess(survey, kind, link, invitation, receipt, known=known)


def _copy_of(survey: Survey) -> Survey:
    """An object of this request alone; what it refers to is shared, and only read."""
    made = Survey.__new__(Survey)
    made.__dict__.update(survey.__dict__)
    made._state = copy(survey._state)
    return made


def open_access(slug: str, uuid: UUID | None = None) -> SurveyAccess | None:
    return _find("open", slug, uuid, [slug])


def personal_access(token: str, uuid: UUID | None = None) -> SurveyAccess | None:
    return _find("personal", token, uuid, token_digests(token))
