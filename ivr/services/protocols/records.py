"""The records, as services see them: a repository for each noun, and units of work."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from ivr.services.protocols.call_repositories import CallRepository
from ivr.services.protocols.delivery_repositories import DeliveryRepository, OutboxRepository
from ivr.services.protocols.job_repositories import DraftRepository, JobRepository
from ivr.services.protocols.keeping_repositories import (
    CarrierRepository,
    PurgeRepository,
    VersionRepository,
)
from ivr.services.protocols.message_repositories import MessageRepository, TextRepository
from ivr.services.protocols.people_repositories import (
    AccountRepository,
    AuditRepository,
    SessionRepository,
    StatusRepository,
)
from ivr.services.protocols.program_repositories import (
    AnswerRepository,
    SubscriptionRepository,
    TokenRepository,
)
from ivr.services.protocols.queue_repositories import CallBackRepository
from ivr.services.protocols.recording_repositories import (
    CallRecordingRepository,
    RecordingRepository,
)


class UnitOfWork(Protocol):
    """The repositories in one transaction, which is kept whole or not at all.

    All times are aware. Every method raises `RecordsUnavailable` where the records cannot be used,
    and `RecordsError` where they refuse.
    """

    @property
    def calls(self) -> CallRepository: ...

    @property
    def messages(self) -> MessageRepository: ...

    @property
    def recordings(self) -> RecordingRepository: ...

    @property
    def call_recordings(self) -> CallRecordingRepository: ...

    @property
    def texts(self) -> TextRepository: ...

    @property
    def jobs(self) -> JobRepository: ...

    @property
    def drafts(self) -> DraftRepository: ...

    @property
    def outbox(self) -> OutboxRepository: ...

    @property
    def deliveries(self) -> DeliveryRepository: ...

    @property
    def call_backs(self) -> CallBackRepository: ...

    @property
    def statuses(self) -> StatusRepository: ...

    @property
    def accounts(self) -> AccountRepository: ...

    @property
    def sessions(self) -> SessionRepository: ...

    @property
    def audit(self) -> AuditRepository: ...

    @property
    def tokens(self) -> TokenRepository: ...

    @property
    def subscriptions(self) -> SubscriptionRepository: ...

    @property
    def answers(self) -> AnswerRepository: ...

    @property
    def versions(self) -> VersionRepository: ...

    @property
    def at_carrier(self) -> CarrierRepository: ...

    @property
    def purges(self) -> PurgeRepository: ...


class Records(UnitOfWork, Protocol):
    """The repositories, where each method is a transaction of its own."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction. Raises `RecordsError` where the records cannot be used."""
