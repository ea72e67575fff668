"""Places in lists that are read on, and what narrows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.jobs.job import JobState
from ivr.core.records.message import MessageState


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to read on: after the one with this id, of this moment."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """What is wanted; None does not narrow it.

    `own` is the client that alone may be seen, `client` the one that is asked for. `since` is the
    first moment of a call's beginning, a message's coming or a job's opening, `until` the first one
    after.
    """

    own: str | None = None
    client: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobNarrow(Narrow):
    """The same for jobs. `owner` is an owner's key, such as `person:ian`."""

    state: JobState | None = None
    kind: str | None = None
    owner: str | None = None
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNarrow(Narrow):
    """The same for messages."""

    state: MessageState | None = None
    kind: str | None = None
