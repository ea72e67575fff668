"""A job: something that a call has left open. It has one owner from the moment it is opened.

Nothing changes a job but an act (`ivr.core.jobs.acts`), by the rules of `ivr.core.jobs.rules`. All
moments are aware, all lengths of time in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

Channel = Literal["sms", "email"]

AGREEMENT = "the agreement"
"""Who does what nobody does: reminders, handing on, the alarm."""


class OwnerKind(StrEnum):
    """What an owner is."""

    PERSON = "person"
    """One of the client's people."""
    AGENCY = "agency"
    """The agency, whoever there sees it first."""
    OPERATOR = "operator"
    """Somebody of the agency, by name."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a job is: the short name `id` within its kind, and the `name` as people write it."""

    kind: OwnerKind
    id: str
    name: str

    @property
    def key(self) -> str:
        """The owner as one word: `person:ian`, `operator:sam`, `agency:agency`."""
        return f"{self.kind}:{self.id}"

    def is_same(self, other: Owner) -> bool:
        """Whether it is the same one, however the name is written by now."""
        return (self.kind, self.id) == (other.kind, other.id)


@dataclass(frozen=True, slots=True)
class FollowUpTerms:
    """How a job is followed up, as the client's file said when it was opened.

    The owner is reminded by `remind`, `before` seconds before the job is due. Whoever is new to
    a job has `grace` seconds before it goes further. `line` names who takes over, in order, as
    the file names them: people or rotas. Where `read` is not 0, one of the client's people has so
    many seconds to say that they have read of it.
    """

    remind: tuple[Channel, ...] = ()
    before: int = 0
    grace: int = 0
    line: tuple[str, ...] = ()
    read: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """What the client's agreement says of a job when it is opened."""

    owner: Owner
    due_at: datetime
    terms: FollowUpTerms
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What a job is about. `message` is the id of the message that opened it, if one did;
    `caller` is E.164; `fields` is what was learnt before."""

    client: str
    kind: str
    summary: str
    opening: Opening
    opened_by: str
    caller: str | None = None
    call_sid: str | None = None
    message: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


class JobState(StrEnum):
    """Whether there is still something to do."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a job ended."""

    DONE = "done"
    NOT_REACHED = "not reached"
    DECLINED = "declined"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it stands.

    `before` is who had it before the owner. `line` is what is left of the terms' line. Nothing
    rises before `rests_until`. `acted_at` is when a person last did something about it, or when
    it was opened. `version` counts its acts, the opening included. `outcome`, `reason` and
    `closed_at` are those of the last closing while it is closed. `read_by` has said at `read_at`
    that they know of it, since its owner has it.
    """

    id: str
    client: str
    kind: str
    summary: str
    caller: str | None
    call_sid: str | None
    message: str | None
    fields: Mapping[str, str]
    opened_at: datetime
    opened_by: str
    owner: Owner
    due_at: datetime
    action: str
    terms: FollowUpTerms
    line: tuple[str, ...]
    acted_at: datetime
    version: int = 1
    before: Owner | None = None
    rests_until: datetime | None = None
    snoozed_until: datetime | None = None
    reminded: bool = False
    alarmed: bool = False
    state: JobState = JobState.OPEN
    outcome: Outcome | None = None
    reason: str | None = None
    closed_at: datetime | None = None
    read_at: datetime | None = None
    read_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state is JobState.OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.is_open and now >= self.due_at

    def is_snoozed(self, now: datetime) -> bool:
        """Whether it is snoozed to a time that is still to come."""
        return self.snoozed_until is not None and now < self.snoozed_until

    @property
    def grace(self) -> timedelta:
        """How long whoever is new to it has."""
        return timedelta(seconds=self.terms.grace)
