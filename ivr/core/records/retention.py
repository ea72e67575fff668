"""What is kept of callers, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.core.queue.entry import for_callback
from ivr.core.records.purge import Purged


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """How many days each kind of thing is kept, by which version of the client's file."""

    audio: int
    transcript: int
    caller: int
    version: str

    def days(self, kind: Purged) -> int:
        """The days of one kind."""
        return {
            Purged.AUDIO: self.audio,
            Purged.TRANSCRIPT: self.transcript,
            Purged.CALLER: self.caller,
        }[kind]


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of callers: calls by SID, messages, recordings of conversations, texts that
    came in, jobs, call backs and texts that went out, by their ids."""

    calls: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    callbacks: tuple[str, ...] = ()
    sent: tuple[int, ...] = ()

    @property
    def with_call_backs(self) -> tuple[str, ...]:
        """The SIDs of the calls, and those by which the queue and timelines know the call backs."""
        return (*self.calls, *map(for_callback, self.callbacks))

    @property
    def count(self) -> int:
        """How many things they are."""
        return sum(len(getattr(self, name)) for name in Traces.__slots__)
