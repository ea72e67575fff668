"""The records, as services see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from ivr.core.records.call_detail import CallDetail
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import Correction, Message, MessageNote, Missing, RecordingNote
from ivr.core.records.outbox import Backlog, OutboxItem
from ivr.core.records.timeline import CallEvent, LegNote, Timeline, TurnNote
from ivr.services.protocols.delivery_repositories import (
    AnswerRepository,
    DeliveryRepository,
    SubscriptionRepository,
    TokenReader,
)
from ivr.services.protocols.keeping_repositories import (
    CarrierRepository,
    PurgeRepository,
    VersionReader,
)
from ivr.services.protocols.queue_repositories import (
    CallBackRepository,
    EscalationReader,
    StatusReader,
)
from ivr.services.protocols.recording_repositories import (
    CallRecordingRepository,
    RecordingRepository,
    TextRepository,
)
from ivr.services.protocols.unit_of_work import UnitOfWork

CallNote = CallSnapshot | TurnNote | LegNote | CallEvent


class Records(Protocol):
    """The records. Each method is one transaction.

    All times are aware. Every method raises `RecordsUnavailable` where the records cannot be used,
    and `RecordsError` where they refuse.
    """

    @property
    def recordings(self) -> RecordingRepository: ...

    @property
    def call_recordings(self) -> CallRecordingRepository: ...

    @property
    def texts(self) -> TextRepository: ...

    @property
    def deliveries(self) -> DeliveryRepository: ...

    @property
    def subscriptions(self) -> SubscriptionRepository: ...

    @property
    def tokens(self) -> TokenReader: ...

    @property
    def answers(self) -> AnswerRepository: ...

    @property
    def call_backs(self) -> CallBackRepository: ...

    @property
    def statuses(self) -> StatusReader: ...

    @property
    def jobs(self) -> EscalationReader: ...

    @property
    def purges(self) -> PurgeRepository: ...

    @property
    def at_carrier(self) -> CarrierRepository: ...

    @property
    def versions(self) -> VersionReader: ...

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """One transaction that writes: all of it or nothing."""

    def note_call(self, snapshot: CallSnapshot) -> None:
        """Keep how a call stands. An older turn never overwrites a newer one, and an ended
        call stays ended.
        """

    def note(self, notes: Iterable[CallNote]) -> None:
        """Keep what is told of calls, all or none; what is kept already changes nothing, and what
        was erased stays so.
        """

    def timeline(self, call_sid: str) -> Timeline:
        """The turns, the legs and the other events of a call, in order of time."""

    def call_detail(self, call_sid: str) -> CallDetail | None:
        """A call with all that came of it: its timeline, messages, deliveries and jobs."""

    def end_call(self, call_sid: str, at: datetime, outcome: str, from_: str, to: str) -> None:
        """Note that a call has ended, also one of which no turn was ever noted."""

    def call(self, call_sid: str) -> CallSnapshot | None:
        """The call as last noted."""

    def keep_message(self, note: MessageNote) -> str:
        """Note what the call's turn knows of a recording. Returns the message's id."""

    def recording_ready(self, note: RecordingNote) -> str:
        """Note that the carrier has the recording, and promise to fetch it and to write to the
        recipient. Returns the message's id.
        """

    def recording_missing(self, note: RecordingNote, why: Missing) -> str | None:
        """Note that there is no recording and never will be. Returns the message's id, None where
        it is none: nothing was said.
        """

    def corrections(self, message_id: str) -> list[Correction]:
        """The corrections of a message, the first one first."""

    def correction(self, correction_id: str) -> Correction | None:
        """The correction with this id."""

    def message(self, message_id: str) -> Message | None:
        """The message with this id."""

    def claim(
        self, kinds: Collection[str], now: datetime, lease: timedelta, limit: int
    ) -> list[OutboxItem]:
        """Claim at most `limit` due items until `now + lease`, the longest due first. Two
        claimers never hold one item.
        """

    def done(self, item_id: int, now: datetime) -> None:
        """Finish an item."""

    def retry(self, item_id: int, at: datetime, error: str | None) -> None:
        """Give an item back, to be due at `at`; it failed where there is an `error`."""

    def give_up(self, item_id: int, error: str, now: datetime) -> None:
        """Finish an item without having done it."""

    def waiting(self, kind: str) -> Backlog:
        """How much unfinished work of one kind there is."""
