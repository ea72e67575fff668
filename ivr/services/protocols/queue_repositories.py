"""Call backs in the records, as services see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.core.records.call_back import CallBack, CallBackChange


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
        self, call_back_id: str, conversation: str, reason: str, again_at: datetime, now: datetime
    ) -> CallBackChange | None:
        """They were called and not reached; the next try is due at `again_at`, and after the last
        one it ends. Returns what changed, None where this was not new.
        """

    def reached(
        self, call_back_id: str, conversation: str, call_sid: str, now: datetime
    ) -> CallBackChange | None:
        """They are on the line, on the call `call_sid`. Returns as `missed`."""

    def cut_off(self, call_back_id: str, conversation: str, now: datetime) -> CallBackChange | None:
        """They were reached and cut off: it waits once more. Returns as `missed`."""

    def cancel(self, call_back_id: str, reason: str, now: datetime) -> CallBackChange | None:
        """It is not needed any more. Returns as `missed`."""

    def done(
        self, call_back_id: str, conversation: str, call_sid: str, now: datetime
    ) -> CallBackChange | None:
        """The conversation on the call `call_sid` with whoever was reached is over. Returns as
        `missed`.
        """
