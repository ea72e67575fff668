"""The services of an installation, joined once: for web server, relay, commands and tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property, partial

from ivr.adapters.http.client_secrets import ClientSecrets
from ivr.adapters.http.request import request
from ivr.adapters.redis.changes import jobs_changed
from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.redis.outgoing_counts import OutgoingCounts
from ivr.adapters.redis.replies import RedisReplies
from ivr.adapters.redis.seal import Seal
from ivr.adapters.twilio import twiml
from ivr.bootstrap.adapters import Adapters
from ivr.services.accounts import AccountService
from ivr.services.breaker import CircuitBreaker
from ivr.services.calls.asking import Asking
from ivr.services.calls.effects import Effects
from ivr.services.calls.messages import MessageKeeper
from ivr.services.calls.stream_links import StreamLinks
from ivr.services.calls.turns import Turns
from ivr.services.calls.whereabouts import Whereabouts
from ivr.services.conversations.action_executor import ActionExecutor
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.conversations.recordings import CallRecordingKeeper
from ivr.services.conversations.ringer import Ringer
from ivr.services.conversations.stray_rooms import StrayRooms
from ivr.services.current_statuses import CurrentStatuses
from ivr.services.deliveries.called_back import CalledBack
from ivr.services.deliveries.job_notices import JobNotices
from ivr.services.incoming_texts import IncomingTexts
from ivr.services.intake import LEFT_ALONE_SECONDS, Intake
from ivr.services.jobs import JobService
from ivr.services.messages import MessageService
from ivr.services.operator_calls import OperatorCalls
from ivr.services.outgoing import Outgoing
from ivr.services.outgoing_limits import OutgoingLimits
from ivr.services.queue.call_backs import CallBackPlaces
from ivr.services.recorder import Recorder
from ivr.services.statuses import StatusService
from ivr.services.subscriptions import SubscriptionService
from ivr.services.tokens import TokenService


@dataclass(frozen=True)
class Services(Adapters):
    """Every part is built when it is first asked for, and then kept.

    A process that `takes_calls` is told by the carrier what happens; others only carry on what is
    owed.
    """

    takes_calls: bool = False

    @cached_property
    def outgoing(self) -> Outgoing:
        """Whom numbers of the clients stand for, in a trial and else."""
        return Outgoing(self.agency, self.settings.countries)

    # People, and what is left for them to do

    @cached_property
    def current_statuses(self) -> CurrentStatuses:
        """How clients' people stand, from memory."""
        return CurrentStatuses(self.records.statuses, self.clock)

    @cached_property
    def statuses(self) -> StatusService:
        """What sets and ends statuses."""
        return StatusService(self.records, self.jobs_changed, self.statuses_changed)

    @cached_property
    def accounts(self) -> AccountService:
        """What keeps accounts, and signs in and out."""
        return AccountService(self.records)

    @cached_property
    def tokens(self) -> TokenService:
        """What makes and revokes the tokens of programs."""
        return TokenService(self.records)

    @cached_property
    def subscriptions(self) -> SubscriptionService:
        """What keeps the webhooks of programs."""
        return SubscriptionService(self.records)

    @cached_property
    def messages(self) -> MessageService:
        """What corrects messages, and notes that they were read."""
        return MessageService(self.records, self.jobs_changed)

    @cached_property
    def jobs(self) -> JobService:
        """What opens jobs and acts on them."""
        return JobService(self.records, self.notices, self.jobs_changed)

    def notices(self) -> JobNotices:
        """Who is told of jobs, by the files as they are now. Raises `FlowError` where they cannot
        be read at all."""
        library, agency = self.library(), self.latest_agency()
        return JobNotices(library, agency, self.settings.public_url, self.statuses.standing)

    def jobs_changed(self, client: str) -> None:
        """Tell the open consoles that something of a client's has changed."""
        jobs_changed(self.redis, client)

    def statuses_changed(self) -> None:
        """Look again how people stand, where calls are answered by it."""
        if self.takes_calls:
            self.current_statuses.refresh()

    # Conversations with operators

    @cached_property
    def conversations(self) -> ConversationService:
        """Callers and operators once they meet."""
        executor = ActionExecutor(
            self.queue,
            self.conferences,
            self.telephone,
            self._number_to_ring,
            self.called_back,
            self.settings.public_url,
        )
        return ConversationService(self.conversation_store, self.queue, executor, self._has_left)

    def _number_to_ring(self, client: str, number: str) -> str | None:
        """Whom a client's conversation rings instead of `number`, see `ActionExecutor`; a process
        that takes no calls rings nobody of the clients."""
        return self.outgoing.number(self.library(), client, number) if self.takes_calls else None

    def _has_left(self, call_sid: str) -> bool:
        """Whether a caller has left the line, as `ConversationService` asks."""
        if not self.takes_calls:
            return False
        whereabouts = Whereabouts(self.store, self.records, self.telephone)
        return whereabouts.has_left_the_line(call_sid)

    @cached_property
    def ringer(self) -> Ringer:
        """What rings operators."""
        staff = self.agency.operators
        return Ringer(
            self.conversations, self.queue, self.operators, staff, self.telephone, self.clock
        )

    @cached_property
    def stray_rooms(self) -> StrayRooms:
        """What ends rooms that nobody looks after."""
        return StrayRooms(self.conversation_store, self.conferences)

    @cached_property
    def called_back(self) -> CalledBack:
        """What comes of calling people back."""
        return CalledBack(self.records, self.queue, self.jobs, self.notices)

    @cached_property
    def call_backs(self) -> CallBackPlaces:
        """Call backs that stand in line."""
        return CallBackPlaces(self.records.call_backs, self.queue)

    @cached_property
    def limits(self) -> OutgoingLimits:
        """What callers and operators may cause to be sent and rung."""
        return OutgoingLimits(OutgoingCounts(self.redis), self.settings.countries)

    @cached_property
    def operator_calls(self) -> OperatorCalls:
        """What lets operators ring somebody of their own accord."""
        return OperatorCalls(
            self.records.call_backs,
            self.queue,
            self.operators,
            self.ringer,
            self.called_back,
            self.limits,
            self.library(),
        )

    # Calls

    @cached_property
    def recorder(self) -> Recorder:
        """What writes into the records what webhooks have told."""
        conversations = self.conversations
        return Recorder(
            self.records,
            IncomingTexts(self.library, self.records, self.jobs_changed, self.statuses_changed),
            CallRecordingKeeper(self.library, self.records, conversations),
            self.call_backs,
            self.jobs_changed,
        )

    @cached_property
    def intake(self) -> Intake:
        """What keeps what webhooks tell, before they are answered."""
        breaker = CircuitBreaker(LEFT_ALONE_SECONDS, time.monotonic)
        return Intake(FactJournal(self.redis), self.recorder.record, breaker)

    @cached_property
    def message_keeper(self) -> MessageKeeper:
        """What keeps callers' messages."""
        standing, state = self.current_statuses.standing, self.store.state
        library, outgoing = self.library(), self.outgoing
        return MessageKeeper(library, self.intake, self.agency, outgoing, standing, state)

    @cached_property
    def streams(self) -> StreamLinks:
        """Where the carrier sends callers' sound while we listen live."""
        return StreamLinks(self.settings.secret_key, self.settings.public_url, self.clock)

    @cached_property
    def turns(self) -> Turns:
        """What takes the turns of calls."""
        settings = self.settings
        replies = RedisReplies(self.redis, Seal(settings.secret_key))
        ask = partial(request, private=settings.http_private)
        asking = Asking(replies, ask, ClientSecrets(settings.data))
        limits = self.limits if self.takes_calls else None
        return Turns(
            self.library(),
            self.store,
            self.queue,
            self.records,
            self.intake,
            Effects(self.intake, self.message_keeper, asking, self.call_backs, limits),
            asking,
            self.outgoing,
            twiml,
            self.clock,
            self.current_statuses.standing,
            self.streams if self.takes_calls and self.settings.live_streams else None,
            limits,
        )
