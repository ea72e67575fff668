"""Call backs and statuses in the records, as services see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ivr.core.availability.status import Status
from ivr.core.records.call_back import CallBack
from ivr.services.protocols.unit_of_work import UnitOfWork

Settled = Callable[[UnitOfWork], object]
"""Does what follows from the end of a call back, in the transaction in which it ends."""


class CallBackRepository(Protocol):
    """The call backs, promised and of operators' own accord."""

    def promise(self, call_back: CallBack) -> bool:
        """Keep a new promise; the same again changes nothing. False, and nothing is kept, where
        another to the same number of the same client is waiting.
        """

    def begin(self, call_back: CallBack) -> bool:
        """Keep a call that an operator makes of their own accord; False where it is known."""

    def find(self, call_back_id: str) -> CallBack | None:
        """The call back with this id."""

    def waiting(self) -> list[CallBack]:
        """All that wait, the longest due first."""

    def ringing(self) -> list[CallBack]:
        """Those that an operator makes of their own accord, of which nothing is known yet."""

    def waiting_for(self, client: str, number: str) -> CallBack | None:
        """The one that waits for a number (E.164) of a client."""

    def put_off(self, call_back_id: str, until: datetime) -> bool:
        """It is not to stand in line before `until`. False where it no longer waits."""

    def missed(
        self,
        call_back_id: str,
        conversation: str,
        reason: str,
        again_at: datetime,
        now: datetime,
        given_up: Settled,
    ) -> CallBack | None:
        """They were called and not reached; the next try is due at `again_at`. After the last one
        it ends, with what `given_up` does. Returns it where this was new, else None.
        """

    def reached(
        self,
        call_back_id: str,
        conversation: str,
        call_sid: str,
        now: datetime,
        settled: Settled | None = None,
    ) -> CallBack | None:
        """They are on the line, on the call `call_sid`. Returns it where this was new."""

    def cut_off(self, call_back_id: str, conversation: str, now: datetime) -> CallBack | None:
        """They were reached and cut off: it waits once more. Returns it where this was new."""

    def cancel(
        self, call_back_id: str, reason: str, now: datetime, settled: Settled | None = None
    ) -> CallBack | None:
        """It is not needed any more. Returns it where this was new."""

    def done(
        self,
        call_back_id: str,
        conversation: str,
        call_sid: str,
        now: datetime,
        settled: Settled | None = None,
    ) -> CallBack | None:
        """The conversation on the call `call_sid` with whoever was reached is over. Returns it
        where this was new.
        """


class StatusReader(Protocol):
    """Where clients' people say that they are."""

    def ahead(self, client: str, now: datetime) -> tuple[Status, ...]:
        """A client's statuses that hold now or are still to come, the first to begin first."""

    def all_ahead(self, now: datetime) -> tuple[Status, ...]:
        """Those of all clients."""


class EscalationReader(Protocol):
    """The jobs that wait for something to happen by itself."""

    def rising(self, now: datetime, limit: int = 100) -> list[str]:
        """The ids of jobs to which something is to happen now, the longest waiting first."""
