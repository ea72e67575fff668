"""Promises to call somebody back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.core.call_back import CallBackState, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """A promise to call somebody back.

    `call_sid` and `node` are where it was asked for; `number` (E.164) is to be called, and `shown`,
    the client's, is shown there. `ticket` is the place in the queue and its rules, as JSON. It is
    tried `tries` times, `after` seconds apart, within `hours` (as a calendar reads them) if there
    are any. `attempts` are those made; `due_at` is from when it stands in line. `conversation` and
    `counted` are as in `Progress`. Where an operator calls of their own accord, `rung_by` is their
    name, and `job` the id of the job for which they do, if any.
    """

    id: str
    client: str
    call_sid: str
    node: str
    number: str
    shown: str
    ticket: str
    tries: int
    after: int
    timezone: str
    asked_at: datetime
    due_at: datetime
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, Any] | None = None
    state: CallBackState = CallBackState.WAITING
    attempts: int = 0
    reached_at: datetime | None = None
    reached_call: str | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    conversation: str = ""
    counted: tuple[str, ...] = ()
    job: str | None = None
    rung_by: str | None = None

    @property
    def progress(self) -> Progress:
        """How far it is, as the rules see it."""
        ended = self.ended_at is not None
        return Progress(
            self.tries, self.state, self.attempts, self.conversation, ended, self.counted
        )


@dataclass(frozen=True, slots=True)
class CallBackChange:
    """A report that changed a call back: how it was, and how it is now."""

    before: CallBack
    after: CallBack
