"""The state of conversations, as services see it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from ivr.core.conversation.record import ConversationRecord
from ivr.core.records.timeline import CallEvent, LegNote


class ConversationStore(Protocol):
    """The state of conversations. Every method raises `StateUnavailable`."""

    def read(self, id_: str) -> ConversationRecord | None:
        """A conversation, also one that is over; None where there was none within the day."""

    def going_on(self) -> list[ConversationRecord]:
        """The conversations that go on, or for which something is still to be done."""

    def redis_run(self) -> str:
        """What tells this run of Redis from those before: a new one may have lost its last
        second."""

    def write(self, record: ConversationRecord) -> ConversationRecord | None:
        """Write what was read and changed, if anything was; None where another process has come in
        between."""

    def tell(self, *notes: LegNote | CallEvent | None) -> None:
        """Tell the call's timeline of what happened; the same again changes nothing."""

    def acting_on(self, id_: str) -> AbstractContextManager[None]:
        """Let no other process act on the conversation inside the block."""
