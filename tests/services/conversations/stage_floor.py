"""Tango's web application on loopback, with the simulated carrier, and people at telephones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.bootstrap import Services
from ivr.core.conversation.commands import Command, HangUp, Target
from ivr.core.conversation.state import Conversation, PartyRole, PartyState, Phase
from ivr.core.queue.states import DeviceType, OperatorState
from ivr.services.conversations.conversation_service import ConversationService
from ivr.simulator import Answers, Call, Carrier, Moment, Press, Rings
from ivr.simulator.caller import Act

DECORATOR, CALLER = "+441604529170", "+441632960001"
SAM, ANN, MAYA = "+447700900301", "+441632960302", "+447700900124"
THIRD = Target("Maya Frost", MAYA)
STAYS = Answers(after=1, talks_for=None)


def now() -> datetime:
    """The time, as the application itself takes it."""
    return datetime.now(UTC)


@dataclass
class Patient:
    """A caller who asks for a person, and stays until they are sent away."""

    asked: bool = False

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind != "gather" or self.asked:
            return None
        self.asked = True
        return Press("1")

    def finish(self, moment: Moment) -> None:
        """Nothing was expected."""


@dataclass
class Stage:
    """What tests play on. `calls` are the callers so far."""

    carrier: Carrier
    services: Services
    redis: Redis
    calls: list[Call] = field(default_factory=list)

    @property
    def conversations(self) -> ConversationService:
        return self.services.conversations

    @property
    def queue(self) -> RedisOperatorQueue:
        return RedisOperatorQueue(self.redis)

    def state(self, operator: str = "sam") -> OperatorState:
        state = RedisOperators(self.redis).of(operator, now())
        assert state is not None
        return state

    def sign_on(self, operator: str = "sam", reach: DeviceType | None = None) -> None:
        RedisOperators(self.redis).sign_on(operator, None, now(), reach)

    def caller(self) -> Call:
        """Somebody calls the decorator and waits for an operator, for as long as it takes."""
        call = self.carrier.place(DECORATOR, CALLER, Patient())
        self.calls.append(call)
        self.until(lambda: self.queue.look(call.sid, now()) is not None)
        return call

    def talk(self, reach: DeviceType | None = None) -> tuple[Call, Call, str]:
        """A caller and sam have met: the two legs, and the conversation's id."""
        self.carrier.telephones[SAM] = self.carrier.telephones["client:sam"] = STAYS
        self.sign_on(reach=reach)
        call = self.caller()
        self.services.ringer.offer()
        conversation = self.met("sam")
        self.until(lambda: call.transcript.of("connected"))
        return call, self.leg_of(conversation), conversation.id

    def met(self, operator: str) -> Conversation:
        def there() -> bool:
            found = self.conversations.conversation_of(operator)
            return found is not None and found.met

        self.until(there)
        found = self.conversations.conversation_of(operator)
        assert found is not None
        return found

    def leg_of(self, conversation: Conversation, role: PartyRole = PartyRole.OPERATOR) -> Call:
        party = conversation.party(role)
        assert party is not None
        return next(call for call in self.carrier.calls if call.sid == party.leg)

    def ask(self, id_: str, command: Command) -> Conversation:
        return self.conversations.command(id_, command, "sam", now())

    def hang_up(self, id_: str) -> Conversation:
        """Have sam hang up, once they have talked for a moment."""
        return self.conversations.command(id_, HangUp(), "sam", now() + timedelta(seconds=2))

    def see(self, id_: str) -> Conversation:
        conversation = self.conversations.conversation(id_)
        assert conversation is not None
        return conversation

    def phase(self, id_: str, phase: Phase) -> None:
        """Wait until the conversation is so far, and what follows from it has been done."""

        def so_far() -> bool:
            record = self.services.conversation_store.read(id_)
            return record is not None and record.conversation.phase is phase and not record.owed

        self.until(so_far)

    def stands(self, id_: str, role: PartyRole, standing: PartyState | None) -> None:
        """Wait until somebody stands so, or is not there (None)."""

        def so() -> bool:
            party = self.see(id_).party(role)
            return (party.standing if party else None) is standing

        self.until(so)

    def heard(self, call: Call, words: str) -> None:
        self.until(lambda: words.casefold() in call.heard.casefold())

    def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + 60
        while not true():
            assert time.monotonic() < end, "it did not come about:\n" + "\n\n".join(
                str(call.transcript) for call in self.carrier.calls
            )
            time.sleep(0.01)


def rings() -> Rings:
    """A telephone that rings until the test lets it be answered, by somebody who stays."""
    return Rings(STAYS)
