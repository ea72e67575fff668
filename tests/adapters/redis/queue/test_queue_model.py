"""Any sequence of acts, compared with a plain Python model of the queue."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.call.events import Claimed, WaitExpired, Waiting
from ivr.core.queue.entry import HEAD_START, QueueEntry, Reservation
from ivr.errors import QueueError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
FORGET_AFTER = timedelta(minutes=10)
CALLERS = st.sampled_from([f"CA{i}" for i in range(4)])
OPERATORS = st.sampled_from(["sam", "ann", "joy"])
NEEDS = st.sampled_from([(), ("en",), ("cy",)])
SKILLS = st.sampled_from([None, ("en",), ("en", "cy")])
WAITS = st.sampled_from([0, 15, 40, 300])
STEPS = st.sampled_from([0.001, 5, 10, 25])


def ended(ticket: QueueEntry) -> datetime:
    """When the ticket's longest wait is over."""
    return ticket.joined_at + timedelta(seconds=ticket.max_wait)


@dataclass
class Model:
    """The same promises, in the plainest words: everybody is in one dictionary or another."""

    waiting: dict[str, QueueEntry] = field(default_factory=dict)
    ringing: dict[str, Reservation] = field(default_factory=dict)
    talking: dict[str, Reservation] = field(default_factory=dict)
    expired: dict[str, datetime] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)

    def sweep(self, now: datetime) -> None:
        for id_, reservation in list(self.ringing.items()):
            if reservation.expires_at <= now:
                del self.ringing[id_]
                self.waiting[reservation.ticket.call_sid] = reservation.ticket
        overdue = [t for t in self.waiting.values() if ended(t) <= now]
        if overdue:
            self.expired = {sid: forget for sid, forget in self.expired.items() if forget > now}
        for ticket in overdue:
            del self.waiting[ticket.call_sid]
            self.expired[ticket.call_sid] = now + FORGET_AFTER

    def hang_up(self, call_sid: str, now: datetime) -> Reservation | None:
        self.gone = {sid: forget for sid, forget in self.gone.items() if forget > now}
        self.gone[call_sid] = now + FORGET_AFTER
        return self.drop(call_sid)

    def order(self) -> list[QueueEntry]:
        return sorted(
            self.waiting.values(), key=lambda t: (t.joined_at - t.priority * HEAD_START, t.call_sid)
        )

    def position(self, call_sid: str) -> int:
        return [ticket.call_sid for ticket in self.order()].index(call_sid) + 1

    def held_by(self, operator: str) -> Reservation | None:
        held = [r for r in self.reservations().values() if r.operator == operator]
        return held[0] if held else None

    def reservations(self) -> dict[str, Reservation]:
        return self.ringing | self.talking

    def drop(self, call_sid: str) -> Reservation | None:
        self.waiting.pop(call_sid, None)
        self.expired.pop(call_sid, None)
        for held in (self.ringing, self.talking):
            for id_, reservation in list(held.items()):
                if reservation.ticket.call_sid == call_sid:
                    return held.pop(id_)
        return None


class QueueMachine(RuleBasedStateMachine):
    """Callers and operators who do anything at any time."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        redis.flushdb()
        self.queue = RedisOperatorQueue(redis)
        self.model = Model()
        self.now = NOON
        self.issued: list[str] = []

    @rule(seconds=STEPS)
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(call_sid=CALLERS, priority=st.integers(0, 10), skills=NEEDS, wait=WAITS)
    def hold_turn(self, call_sid: str, priority: int, skills: tuple[str, ...], wait: int) -> None:
        ticket = QueueEntry(call_sid, "acme", "", "", priority, skills, self.now, wait)
        assert self.queue.wait(ticket, self.now) == self._expected_turn(ticket)

    def _expected_turn(self, ticket: QueueEntry) -> Waiting | Claimed | WaitExpired:
        model, call_sid = self.model, ticket.call_sid
        model.sweep(self.now)
        if any(r.ticket.call_sid == call_sid for r in model.ringing.values()):
            return Waiting(1)
        for reservation in model.talking.values():
            if reservation.ticket.call_sid == call_sid:
                return Claimed(reservation.room)
        if call_sid in model.expired or call_sid in model.gone:
            model.expired.pop(call_sid, None)
            return WaitExpired()
        if call_sid not in model.waiting:
            if ticket.max_wait == 0:
                return WaitExpired()
            model.waiting[call_sid] = ticket
        return Waiting(model.position(call_sid))

    @rule(operator=OPERATORS, skills=SKILLS)
    def take(self, operator: str, skills: tuple[str, ...] | None) -> None:
        self.model.sweep(self.now)
        if self.model.held_by(operator):
            with pytest.raises(QueueError):
                self.queue.take(operator, self.now, LEASE, skills)
            return
        able = [
            t for t in self.model.order() if skills is None or set(t.skills).issubset(set(skills))
        ]
        reservation = self.queue.take(operator, self.now, LEASE, skills)
        if reservation is None:
            assert able == []
            return
        assert reservation.ticket == able[0]
        assert (reservation.operator, reservation.expires_at) == (operator, self.now + LEASE)
        del self.model.waiting[reservation.ticket.call_sid]
        self.model.ringing[reservation.id] = reservation
        self.issued.append(reservation.id)

    @precondition(lambda self: self.issued)
    @rule(data=st.data())
    def operator_answers(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.issued[-3:]))
        self.model.sweep(self.now)
        if id_ in self.model.ringing:
            self.model.talking[id_] = replace(self.model.ringing.pop(id_), answered=True)
        assert self.queue.operator_answered(id_, self.now) == (id_ in self.model.talking)

    @precondition(lambda self: self.issued)
    @rule(data=st.data())
    def operator_refuses(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.issued[-3:]))
        reservation = self.model.ringing.pop(id_, None)
        if reservation:
            self.model.waiting[reservation.ticket.call_sid] = reservation.ticket
        self.model.sweep(self.now)
        assert self.queue.release(id_, self.now) == (reservation is not None)

    @precondition(lambda self: self.issued)
    @rule(data=st.data())
    def conversation_ends(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.issued[-3:]))
        assert self.queue.finish(id_, self.now) == (self.model.talking.pop(id_, None) is not None)

    @rule(call_sid=CALLERS)
    def caller_leaves(self, call_sid: str) -> None:
        assert self.queue.leave(call_sid, self.now) == self.model.drop(call_sid)

    @precondition(lambda self: len(self.model.gone) < 1)  # somebody must be left to play
    @rule(call_sid=CALLERS)
    def caller_hangs_up(self, call_sid: str) -> None:
        assert self.queue.hang_up(call_sid, self.now) == self.model.hang_up(call_sid, self.now)

    @invariant()
    def the_list_is_the_model(self) -> None:
        self.model.sweep(self.now)
        listed = [entry.ticket for entry in self.queue.waiting(self.now)]
        assert listed == self.model.order()

    @invariant()
    def the_reservations_are_the_model(self) -> None:
        reservations = self.model.reservations()
        assert all(self.queue.reservation(i) == reservations.get(i) for i in self.issued)


def test_the_queue_behaves_as_its_model(redis: Redis) -> None:
    run_state_machine_as_test(
        cast(type[RuleBasedStateMachine], lambda: QueueMachine(redis)),
        settings=settings(max_examples=100, stateful_step_count=40),
    )
