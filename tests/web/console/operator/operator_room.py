"""An operator at work: the real queue, states, state machine and records; of the carrier only what
it would say, said at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from redis import Redis

from ivr import keys
from ivr.adapters.files.agency import load_agency
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.redis.seal import Seal
from ivr.adapters.sql import migrate, open_records
from ivr.core.accounts.account import Account
from ivr.core.accounts.passwords import hashed
from ivr.core.accounts.roles import Role as AccountRole
from ivr.core.call.engine import start
from ivr.core.conversation.commands import Command, Decline
from ivr.core.conversation.events import Answered, Event, Joined, Left
from ivr.core.conversation.machine import advance, begin
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.conversation.steps import CALLER, OPERATOR
from ivr.core.nodes import KINDS
from ivr.core.nodes.base import Kind
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.facts import OfferEnd
from ivr.core.records.timeline import TurnNote
from ivr.services.calls.snapshots import snapshot
from ivr.settings import Settings
from tests.accounts import keep_account
from tests.flow_files import EXAMPLES
from tests.web.console.small_console import NOON, Console

RAINBOW = "+441604529170"
ANN = "+441632960001"
PATH = ("greet", "open", "main", "operators")


@dataclass
class Room:
    """The floor of one operator, `sam`, and the callers who ring."""

    redis: Redis
    library: FolderLibrary[Kind]
    now: list[datetime]
    talk: Conversation | None = None
    asked: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue, self.operators = RedisOperatorQueue(self.redis), RedisOperators(self.redis)

    # What the screen asks of the floor

    def conversation_of(self, operator: str) -> Conversation | None:
        found = self.talk
        over = found is None or found.phase is Phase.OVER or found.operator != operator
        return None if over else found

    def command(self, id_: str, command: Command, by: str, now: datetime) -> None:
        assert self.talk is not None
        assert self.talk.id == id_
        self.talk = advance(self.talk, command, now).conversation
        self.asked.append(command)
        if isinstance(command, Decline):
            self.queue.release(id_, now, OfferEnd.DECLINED)
        third = self.talk.party(PartyRole.THIRD)
        if third is not None and third.standing is PartyState.RINGING:
            self.happens(Joined(third.label, "CA-third"))
        self._settle(now)

    # What happens to them

    def happens(self, event: Event) -> None:
        assert self.talk is not None
        self.talk = advance(self.talk, event, self.now[0]).conversation
        self._settle(self.now[0])

    def _settle(self, now: datetime) -> None:
        assert self.talk is not None
        if self.talk.phase is Phase.OVER:
            self.queue.finish(self.talk.id, now)
        self.redis.publish(keys.QUEUE_CHANGES, f"operator:{self.talk.operator}")

    def caller(
        self, sid: str = "CA1", number: str = ANN, waited: int = 0, reason: str = "a question"
    ) -> None:
        """Somebody rings Rainbow Frost and waits for an operator."""
        flow, now = self.library.flow("rainbow-frost"), self.now[0] - timedelta(seconds=waited)
        state = start(flow, sid, number, RAINBOW, now)
        variables = {**state.variables, "reason": reason}
        state = replace(state, variables=variables, path=PATH, turn=1)
        note = TurnNote(call_sid=sid, number=1, at=now, version=flow.version, event="call_started")
        RedisCallStore(self.redis, Seal("key")).commit(
            -1, "turn/1", state, "<Response/>", snapshot(state), note
        )
        ticket = QueueEntry(sid, flow.client_id, number, RAINBOW, 5, (), now, 120, (), 30)
        self.queue.wait(ticket, self.now[0])

    def ring(self, operator: str = "sam", address: str = "+447700900301") -> Conversation:
        """The next caller is offered to `operator`, who is rung at `address`."""
        self.operators.sign_on(operator, None, self.now[0])
        reservation = self.queue.take(operator, self.now[0], timedelta(seconds=30))
        assert reservation is not None
        ticket = reservation.ticket
        party = Party(PartyRole.OPERATOR, operator, address, PartyState.RINGING, label=OPERATOR)
        self.talk = begin(
            reservation.id,
            ticket.client,
            ticket.caller,
            ticket.called,
            ticket.call_sid,
            party,
            self.now[0],
            recorded=True,
        )
        self._settle(self.now[0])
        return self.talk

    def answer(self) -> None:
        """The operator picks up, and the caller is put through."""
        assert self.talk is not None
        assert self.queue.operator_answered(self.talk.id, self.now[0])
        self.happens(Answered("CA-sam"))
        for label, leg in ((OPERATOR, "CA-sam"), (CALLER, self.talk.call_sid)):
            self.happens(Joined(label, leg))

    def drop(self) -> None:
        """The caller's connection ends."""
        self.happens(Left(CALLER))


@dataclass
class AtWork:
    """A console with the example clients, and the room of its operators."""

    console: Console
    room: Room

    def session(self, login: str, password: str = "") -> str:
        """A new session of the operator of this name, who gets an account."""
        book = self.console.records.accounts
        name, role = login.title(), AccountRole.OPERATOR
        account = keep_account(
            self.console.records,
            Account(id="", login=login, name=name, role=role, operator=login),
            NOON,
        )
        if password:
            book.set_password(account.id, hashed(password))
        return self.console.records.sessions.begin(account, NOON)


@contextmanager
def at_work(settings: Settings, redis: Redis) -> Iterator[AtWork]:
    """A console whose operators can be rung."""
    shutil.copytree(EXAMPLES, settings.flows)
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    records, now = open_records(settings.database_url), [NOON]
    library = FolderLibrary(settings.flows, KINDS)
    room = Room(redis, library, now)
    agency = load_agency(settings.flows)
    yield AtWork(Console(settings, records, library, redis, now, agency, room), room)
    records.close()
