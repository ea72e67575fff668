"""A caller whom the queue still keeps, but who is leaving a message, is not fetched out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from redis import Redis

from ivr.adapters.redis.conversation_store import RedisConversationStore
from ivr.adapters.redis.turn_journal import drain
from ivr.adapters.sql import SqlRecords, open_records
from ivr.core.queue.states import Presence
from ivr.settings import Settings
from ivr.simulator import Call, Leave, Moment, Press
from ivr.simulator.caller import Act
from ivr.simulator.recordings import Recording
from tests.services.conversations.stage_floor import (
    CALLER,
    DECORATOR,
    SAM,
    STAYS,
    Patient,
    Stage,
    now,
    rings,
)


@dataclass
class LeavesMessage(Patient):
    """Waits for a person, then leaves a message instead; speaks until they may stop."""

    redis: Any = None
    message: Path = Path()
    before: dict[bytes, bytes] = field(default_factory=dict)
    """What Redis knew before they pressed the key."""
    speaks: Event = field(default_factory=Event)
    may_stop: Event = field(default_factory=Event)

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind == "record":
            self.speaks.set()
            assert self.may_stop.wait(60)
            return Leave(self.message)
        if self.asked and moment.kind == "gather" and not self.before:
            self.before = {key: self.redis.dump(key) for key in self.redis.scan_iter()}
            return Press("1")
        return super().choose(moment)


@pytest.fixture
def records(settings: Settings) -> Iterator[SqlRecords]:
    records = open_records(settings.database_url)
    yield records
    records.close()


@pytest.fixture
def caller(redis: Redis, tmp_path: Path) -> LeavesMessage:
    message = tmp_path / "message.wav"
    message.write_bytes(b"\xff" * 8000 * 3)
    return LeavesMessage(redis=redis, message=message)


def speaking(stage: Stage, caller: LeavesMessage) -> Call:
    """The caller has begun to leave their message."""
    call = stage.carrier.place(DECORATOR, CALLER, caller)
    stage.calls.append(call)
    assert caller.speaks.wait(60)
    return call


def forget(stage: Stage, caller: LeavesMessage) -> None:
    """Redis knows what it knew before they pressed the key: that they wait for an operator."""
    stage.redis.flushdb()
    for key, value in caller.before.items():
        stage.redis.restore(key, 0, value)


def offered(stage: Stage) -> None:
    """Sam is offered the caller, and picks up; they are free again, and nobody waits."""
    stage.carrier.telephones[SAM] = STAYS
    stage.sign_on()
    assert stage.services.ringer.offer() == 1
    next(each for each in stage.carrier.calls if each.to == SAM).join()
    stage.until(lambda: stage.state().state is Presence.AVAILABLE)
    assert stage.queue.waiting(now()) == []


def ends_in_a_message(call: Call, caller: LeavesMessage, records: SqlRecords) -> None:
    caller.may_stop.set()
    call.join()
    assert "/twilio/claimed" not in str(call.transcript)
    assert [each.recording_sid for each in records.messages.newest()] == [
        each.sid for each in call.recordings
    ], str(call.transcript)


def test_who_is_being_recorded_is_not_fetched(
    stage: Stage, records: SqlRecords, caller: LeavesMessage
) -> None:
    call = speaking(stage, caller)
    forget(stage, caller)
    made = Recording(call.sid, b"", 0, state="in-progress")
    stage.carrier.recordings.add(made)
    offered(stage)
    stage.carrier.recordings.delete(made.sid)
    ends_in_a_message(call, caller, records)


def test_who_has_gone_on_while_redis_was_away_is_not_fetched(
    stage: Stage, records: SqlRecords, caller: LeavesMessage
) -> None:
    """The records know of the turn that Redis does not know of."""
    call = speaking(stage, caller)
    while records.calls.find(call.sid) is None:
        drain(stage.redis, records, 1)
    forget(stage, caller)
    offered(stage)
    ends_in_a_message(call, caller, records)


def test_who_is_in_the_room_already_is_not_fetched_out_of_it(stage: Stage) -> None:
    """A process has fetched them, and has died before it could note that the operator is there."""
    stage.carrier.telephones[SAM] = telephone = rings()
    stage.sign_on()
    call = stage.caller()
    assert stage.services.ringer.offer() == 1
    [conversation] = stage.conversations.all()
    reservation, store = (
        stage.queue.reservation(conversation.id),
        RedisConversationStore(stage.redis),
    )
    record = store.read(conversation.id)
    assert reservation and record
    assert store.write(replace(record, conversation=replace(conversation, fetched=True)))
    stage.conversations._executor.telephone.redirect_caller(call.sid, reservation)
    stage.until(lambda: call.transcript.of("joined"))
    telephone.answer()
    assert stage.met("sam").call_sid == call.sid
    stage.until(lambda: call.transcript.of("connected"))
    assert len(call.transcript.of("joined")) == 1
