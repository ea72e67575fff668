"""Calls in the records, as services see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from ivr.core.records.call_detail import CallDetail
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.timeline import CallEvent, LegNote, Timeline, TurnNote

CallNote = CallSnapshot | TurnNote | LegNote | CallEvent


class CallRepository(Protocol):
    """Calls, each as its latest turn left it, and what happened in them."""

    def note(self, notes: Iterable[CallNote]) -> None:
        """Keep what is told of calls, all or none.

        What is kept already changes nothing, and what was erased stays so. The snapshot of an
        older turn never overwrites a newer one, and an ended call stays ended.
        """

    def end(self, call_sid: str, at: datetime, outcome: str, from_: str, to: str) -> None:
        """Note that a call has ended, also one of which no turn was ever noted."""

    def find(self, call_sid: str) -> CallSnapshot | None:
        """The call as last noted."""

    def timeline(self, call_sid: str) -> Timeline:
        """The turns, the legs and the other events of a call, in order of time."""

    def detail(self, call_sid: str) -> CallDetail | None:
        """A call with all that came of it: its timeline, messages, deliveries and jobs."""
