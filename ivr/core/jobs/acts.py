"""What can be done to a job. Every act is kept with a name and a time, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from ivr.core.jobs.job import FollowUpTerms, Job, Outcome, Owner


@dataclass(frozen=True, slots=True)
class Opened:
    """The first act of every job."""

    owner: Owner
    due_at: datetime
    terms: FollowUpTerms
    action: str
    act: Literal["opened"] = "opened"


@dataclass(frozen=True, slots=True)
class Take:
    """Make it one's own; `to` is who takes it."""

    to: Owner
    act: Literal["take"] = "take"


@dataclass(frozen=True, slots=True)
class Hand:
    """Give it to somebody else."""

    to: Owner
    reason: str = ""
    act: Literal["hand"] = "hand"


@dataclass(frozen=True, slots=True)
class Return:
    """Give it back to who had it before."""

    reason: str = ""
    act: Literal["return"] = "return"


@dataclass(frozen=True, slots=True)
class Snooze:
    """Snooze it until a time."""

    until: datetime
    reason: str = ""
    act: Literal["snooze"] = "snooze"


@dataclass(frozen=True, slots=True)
class Note:
    """Write something down about it."""

    text: str
    act: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Read:
    """Say that one has read of it. `how` says how that was said: by a link, by text."""

    how: str = ""
    act: Literal["read"] = "read"


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what is to be done next, or by when; what is None stays."""

    action: str | None = None
    due_at: datetime | None = None
    act: Literal["plan"] = "plan"


@dataclass(frozen=True, slots=True)
class Close:
    """Say how it ended, and why."""

    outcome: Outcome
    reason: str
    act: Literal["close"] = "close"


@dataclass(frozen=True, slots=True)
class Reopen:
    """Say that there is still something to do."""

    reason: str = ""
    act: Literal["reopen"] = "reopen"


@dataclass(frozen=True, slots=True)
class Remind:
    """By the agreement: the owner is told that it will soon be due."""

    act: Literal["remind"] = "remind"


@dataclass(frozen=True, slots=True)
class HandOn:
    """By the agreement: it is overdue, or `unread`, and the next in line owns it."""

    to: Owner
    unread: bool = False
    act: Literal["hand_on"] = "hand_on"


@dataclass(frozen=True, slots=True)
class Alarm:
    """By the agreement: it is overdue, nobody is left in line, and the supervisors are told."""

    act: Literal["alarm"] = "alarm"


Act = Take | Hand | Return | Snooze | Note | Read | Plan | Close | Reopen | Remind | HandOn | Alarm

_kept: TypeAdapter[Opened | Act] = TypeAdapter(Annotated[Opened | Act, Field(discriminator="act")])


@dataclass(frozen=True, slots=True)
class Entry:
    """An act as it is kept: who did it and when, the job's version and owner after it."""

    version: int
    at: datetime
    by: str
    act: Opened | Act
    owner: Owner


@dataclass(frozen=True, slots=True)
class Change:
    """What an act makes of a job: the job before and after; before the opening it is the same."""

    before: Job
    after: Job
    act: Opened | Act
    by: str
    at: datetime


def to_data(act: Opened | Act) -> dict[str, Any]:
    """The act as JSON data."""
    data: dict[str, Any] = _kept.dump_python(act, mode="json")
    return data


def from_data(data: Any) -> Opened | Act:
    """The act of which `to_data` made `data`."""
    return _kept.validate_python(data)
