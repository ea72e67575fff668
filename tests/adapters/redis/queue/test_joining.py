"""Who does not even join the line, and what those in it are told of the wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.call.events import NobodyAtWork, QueueFull, Waiting
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.states import Presence

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ticket(
    call_sid: str, joined: float = 0, priority: int = 5, skills: tuple[str, ...] = ()
) -> QueueEntry:
    return QueueEntry(call_sid, "acme", "", "", priority, skills, at(joined), 3600)


@pytest.fixture
def operators(redis: Redis) -> RedisOperators:
    return RedisOperators(redis)


class TestTooMany:
    def test_with_so_many_in_line_nobody_joins(self, queue: RedisOperatorQueue) -> None:
        for number in range(3):
            queue.wait(ticket(f"CA{number}", number), at(number))
        assert queue.wait(ticket("late", 5), at(5), max_before=3) == QueueFull()
        assert queue.wait(ticket("late", 5), at(5), max_before=4) == Waiting(4)

    def test_only_those_count_who_would_be_served_first(self, queue: RedisOperatorQueue) -> None:
        for number in range(3):
            queue.wait(ticket(f"CA{number}", number), at(number))
        assert queue.wait(ticket("vip", 5, priority=9), at(5), max_before=3) == Waiting(1)

    def test_whoever_is_in_line_stays_there(self, queue: RedisOperatorQueue) -> None:
        queue.wait(ticket("a", 0, priority=0), at(0), max_before=1)
        queue.wait(ticket("vip", 1, priority=9), at(1))
        assert queue.wait(ticket("a", 0, priority=0), at(2), max_before=1) == Waiting(2)


class TestNobodyAtWork:
    def test_where_all_have_signed_off_nobody_waits_for_them(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        operators.wish("sam", Presence.OFFLINE, at(1))
        assert queue.wait(ticket("a", 2), at(2)) == NobodyAtWork()
        assert queue.waiting(at(3)) == []

    def test_an_operator_who_is_away_comes_back(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        operators.wish("sam", Presence.AWAY, at(1), "lunch")
        assert queue.wait(ticket("a", 2), at(2)) == Waiting(1)

    def test_somebody_without_the_skills_is_nobody(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", ("legal",), at(0))
        operators.sign_on("ann", ("welsh",), at(0))
        operators.wish("ann", Presence.OFFLINE, at(1))
        assert queue.wait(ticket("a", 2, skills=("welsh",)), at(2)) == NobodyAtWork()
        assert queue.wait(ticket("b", 2, skills=("legal",)), at(2)) == Waiting(1)

    def test_where_operators_never_sign_on_their_shifts_are_not_known(
        self, queue: RedisOperatorQueue
    ) -> None:
        assert queue.wait(ticket("a"), at(0)) == Waiting(1)

    def test_who_waits_already_goes_on_waiting_when_the_last_one_leaves(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        queue.wait(ticket("a", 1), at(1))
        queue.take("sam", at(1), LEASE)
        queue.wait(ticket("b", 2), at(2))
        operators.wish("sam", Presence.OFFLINE, at(3))
        queue.hang_up("a", at(4))
        assert queue.wait(ticket("b", 2), at(5)) == Waiting(1)


class TestExpectedWait:
    def serve(self, queue: RedisOperatorQueue, calls: int, seconds: int, begin: float = 0) -> float:
        """So many calls of that length, one after the other; returns when the last has ended."""
        now = begin
        for number in range(calls):
            sid = f"served-{begin}-{number}"
            queue.wait(ticket(sid, now), at(now))
            reservation = queue.take("sam", at(now), LEASE)
            assert reservation is not None
            queue.operator_answered(reservation.id, at(now))
            now += seconds
            queue.finish(reservation.id, at(now))
        return now

    def wait(self, queue: RedisOperatorQueue, now: float) -> int | None:
        stands = queue.wait(ticket("a", now), at(now), estimate=True)
        assert isinstance(stands, Waiting)
        return stands.expected

    def test_it_comes_of_the_length_of_calls_and_the_operators_at_work(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        now = self.serve(queue, 5, 120)
        queue.wait(ticket("before", now - 1), at(now))
        assert self.wait(queue, now) == 240
        operators.sign_on("ann", None, at(now))
        assert self.wait(queue, now + 1) == 120

    def test_after_too_few_calls_nothing_is_known(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        assert self.wait(queue, self.serve(queue, 4, 120)) is None

    def test_what_is_hours_old_is_not_known_any_more(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        now = self.serve(queue, 9, 120)
        assert self.wait(queue, now + 4 * 3600 + 1) is None
        begins = now + 5 * 3600
        queue.leave("a", at(begins))
        assert self.wait(queue, self.serve(queue, 4, 60, begins)) is None

    def test_recent_calls_count_for_more(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        now = self.serve(queue, 30, 60, self.serve(queue, 30, 300))
        expected = self.wait(queue, now)
        assert expected is not None
        assert 60 < expected < 90

    def test_nothing_is_worked_out_where_it_is_not_asked_for(
        self, operators: RedisOperators, queue: RedisOperatorQueue
    ) -> None:
        operators.sign_on("sam", None, at(0))
        now = self.serve(queue, 9, 120)
        assert queue.wait(ticket("a", now), at(now)) == Waiting(1)
