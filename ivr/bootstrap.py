"""What takes calls and keeps what they leave behind, joined in one way for every process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from redis import Redis

from ivr.adapters.files.agency import agency_here
from ivr.adapters.files.flows.library import Library
from ivr.adapters.redis.call_store import CallStore
from ivr.adapters.redis.changes import jobs_changed
from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.redis.queue.operator_queue import OperatorQueue
from ivr.adapters.redis.queue.operators import Operators
from ivr.adapters.redis.seal import Seal
from ivr.adapters.sql import Records
from ivr.adapters.twilio.rest.outgoing import Outgoing
from ivr.core.availability.standing import StandingOf
from ivr.core.nodes.base import Kind
from ivr.services.breaker import CircuitBreaker
from ivr.services.calls.asking import Asking
from ivr.services.calls.effects import Effects
from ivr.services.calls.messages import MessageKeeper
from ivr.services.calls.stream_links import StreamLinks
from ivr.services.calls.turns import Turns
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.conversations.open import ConversationServices, open_floor
from ivr.services.conversations.recordings import CallRecordingKeeper
from ivr.services.deliveries.called_back import CalledBack
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.incoming_texts import IncomingTexts
from ivr.services.intake import LEFT_ALONE_SECONDS, Intake
from ivr.services.jobs import JobService
from ivr.services.operator_calls import OperatorCalls
from ivr.services.outgoing_limits import OutgoingLimits
from ivr.services.queue.call_backs import CallBackPlaces
from ivr.services.recorder import Recorder
from ivr.services.statuses import StatusService
from ivr.settings import Settings


def open_recorder(
    redis: Redis,
    records: Records,
    library: Callable[[], Library[Kind]],
    floor: ConversationService,
    statuses_changed: Callable[[], None] = lambda: None,
) -> Recorder:
    """What writes facts into the records. `library` gives the clients' flows as they are now;
    `statuses_changed` is called where a text has changed how somebody stands."""
    changed = partial(jobs_changed, redis)
    return Recorder(
        records,
        IncomingTexts(library, records, changed, statuses_changed),
        CallRecordingKeeper(library, records, floor),
        CallBackPlaces(records.call_backs, OperatorQueue(redis)),
        changed,
    )


def open_jobs(redis: Redis, records: Records, notices: JobNotices) -> JobService:
    """What opens jobs and acts on them. `notices` says who is told."""
    return JobService(records, lambda: notices, partial(jobs_changed, redis))


def open_statuses(
    redis: Redis, records: Records, refresh: Callable[[], None] = lambda: None
) -> StatusService:
    """What sets statuses. `refresh` has this process look again how people stand."""
    return StatusService(records, partial(jobs_changed, redis), refresh)


@dataclass(frozen=True, slots=True)
class CallServices:
    """What takes the turns of calls, and what keeps their facts and messages."""

    intake: Intake
    keeper: MessageKeeper
    turns: Turns


class CallWiring:
    """Joins what takes calls. `clock` gives the time, aware; `standing` says how people stand."""

    def __init__(
        self,
        settings: Settings,
        redis: Redis,
        records: Records,
        library: Library[Kind],
        clock: Callable[[], datetime],
        standing: StandingOf,
    ) -> None:
        self._settings = settings
        self._redis = redis
        self._records = records
        self._library = library
        self._clock = clock
        self._standing = standing
        self.agency = agency_here(settings.flows)
        self.store = CallStore(redis, Seal(settings.secret_key))
        self._queue = OperatorQueue(redis)
        self._outgoing = Outgoing(self.agency, settings.countries)

    def exchange(
        self, has_left: Callable[[str], bool] = lambda call_sid: False
    ) -> ConversationServices:
        """The conversations, with whom they ring and who is told of call backs; `has_left` is as
        for `ConversationService`."""
        number, agency = partial(self._outgoing.number, self._library), self.agency
        told = self._called_back()
        return open_floor(self._settings, self._redis, agency, self._clock, number, told, has_left)

    def operator_calls(
        self, exchange: ConversationServices, limits: OutgoingLimits
    ) -> OperatorCalls:
        """What lets operators ring somebody of their own accord."""
        return OperatorCalls(
            self._records.call_backs,
            self._queue,
            Operators(self._redis),
            exchange.ringer,
            self._called_back(),
            limits,
            self._library,
        )

    @cached_property
    def notices(self) -> JobNotices:
        """Who is told of jobs."""
        return JobNotices(self._library, self.agency, self._settings.public_url, self._standing)

    @cached_property
    def jobs(self) -> JobService:
        """What is done to jobs."""
        return open_jobs(self._redis, self._records, self.notices)

    def _called_back(self) -> CalledBack:
        return CalledBack(self._records, self._queue, self.jobs, lambda: self.notices)

    def calls(
        self,
        recorder: Recorder,
        streams: StreamLinks | None = None,
        limits: OutgoingLimits | None = None,
    ) -> CallServices:
        """What takes calls; `streams` are for live words, `limits` for what callers may cause."""
        breaker = CircuitBreaker(LEFT_ALONE_SECONDS, time.monotonic)
        intake = Intake(FactJournal(self._redis), recorder.record, breaker)
        keeper = MessageKeeper(
            self._library, intake, self.agency, self._outgoing, self._standing, self.store.state
        )
        asking = Asking(self._redis, self._settings)
        turns = Turns(
            self._library,
            self.store,
            self._queue,
            self._records,
            intake,
            Effects(intake, keeper, asking, recorder.places, limits),
            asking,
            self._outgoing,
            self._clock,
            self._standing,
            streams,
            limits,
        )
        return CallServices(intake, keeper, turns)
