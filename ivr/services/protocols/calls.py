"""The state of calls, as services see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ivr.core.call.state import CallState
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.timeline import TurnNote


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a call: its state, and the answer if this very request had one.

    `accepted` says whether the person rung in the turn before has taken the call.
    """

    state: CallState | None = None
    answer: str | None = None
    accepted: bool = False


class CallStore(Protocol):
    """The state of calls, and what was answered. Every method raises `StateUnavailable`."""

    def read(self, call_sid: str, label: str) -> Stored:
        """All that a turn needs. `label` names the request, such as `turn/3`."""

    def state(self, call_sid: str) -> CallState | None:
        """What is stored of the call; None where nothing is."""

    def latest(self, call_sid: str) -> str | None:
        """The answer to the call's latest turn."""

    def commit(
        self,
        expected: int,
        label: str,
        state: CallState,
        answer: str,
        call: CallSnapshot,
        turn: TurnNote,
    ) -> str | None:
        """Write a turn and its answer; return None, or what was answered if another came first.

        `expected` is the turn of the state that was read, `BEFORE_FIRST` for none. `call` and
        `turn` go on to the records.
        """

    def journal(self, call: CallSnapshot) -> None:
        """Bring the snapshot of a call that has no state to the records."""

    def accept(self, call_sid: str, label: str) -> None:
        """Note that the person who is rung takes the call; `label` names the next turn."""
