"""Promises to call back stand in line, whatever becomes of Redis, of hours and of the call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.core.call_back import CallBackState
from ivr.core.queue.states import Presence
from ivr.errors import StateUnavailable
from ivr.services.queue.call_backs import CallBackPlaces, next_call
from ivr.services.queue.connect import LEASE
from ivr.settings import Settings
from tests.call_back_samples import at, call_back, ticket

OFFICE = {"mon-fri": "09:00-17:30", "sat": "09:00-12:00"}


@pytest.fixture
def records(settings: Settings) -> Iterator[SqlRecords]:
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    yield records
    records.close()


@pytest.fixture
def places(records: SqlRecords, queue: RedisOperatorQueue) -> CallBackPlaces:
    return CallBackPlaces(records.call_backs, queue)


def line(queue: RedisOperatorQueue, now: float) -> list[str]:
    return [entry.ticket.call_sid for entry in queue.waiting(at(now))]


def held(places: CallBackPlaces, *times: float) -> list[int]:
    """What the relay moves at those times."""
    return [places.hold(at(seconds)) for seconds in times]


def test_a_promise_keeps_the_callers_place(
    places: CallBackPlaces, queue: RedisOperatorQueue
) -> None:
    queue.wait(ticket("before", 5), at(5))
    queue.wait(ticket("asks", 10), at(10))
    queue.wait(ticket("after", 15), at(15))
    queue.leave("asks", at(30))
    assert places.take(call_back("cb1", joined=10))
    assert line(queue, 31) == ["before", "callback-cb1", "after"]


def test_it_outlasts_the_longest_wait_and_the_hang_up(
    places: CallBackPlaces, queue: RedisOperatorQueue
) -> None:
    places.take(call_back("cb1"))
    queue.hang_up("CA-cb1", at(31))
    assert line(queue, 90_000) == ["callback-cb1"]


def test_a_second_promise_to_the_same_number_leaves_the_first_where_it_is(
    places: CallBackPlaces, queue: RedisOperatorQueue, records: SqlRecords
) -> None:
    assert places.take(call_back("cb1", joined=10))
    assert places.take(call_back("cb1", joined=10)), "the very same, sent again"
    assert not places.take(call_back("cb2", joined=99, number=call_back("cb1").number))
    assert places.take(call_back("cb3", number=call_back("cb1").number, client="other"))
    assert sorted(line(queue, 100)) == ["callback-cb1", "callback-cb3"]
    assert [each.id for each in records.call_backs.waiting()] == ["cb1", "cb3"]


def test_without_redis_the_promise_stands_and_the_place_follows(
    records: SqlRecords, queue: RedisOperatorQueue
) -> None:
    unreachable = RedisOperatorQueue(Redis(host="127.0.0.1", port=1))
    assert CallBackPlaces(records.call_backs, unreachable).take(call_back("cb1"))
    places = CallBackPlaces(records.call_backs, queue)
    assert held(places, 40, 50, 55) == [0, 0, 1]
    assert line(queue, 56) == ["callback-cb1"]


def test_what_redis_has_lost_is_put_back_into_its_place(
    places: CallBackPlaces, queue: RedisOperatorQueue, redis: Redis
) -> None:
    places.take(call_back("cb1", joined=10))
    redis.flushdb()
    queue.wait(ticket("later", 20), at(40))
    assert held(places, 40, 56) == [0, 1]
    assert line(queue, 57) == ["callback-cb1", "later"]


def test_a_ticket_that_is_gone_for_a_moment_is_not_put_back(
    places: CallBackPlaces, queue: RedisOperatorQueue, records: SqlRecords
) -> None:
    """Between the end of the conversation and our note of it."""
    places.take(call_back("cb1"))
    reservation = queue.take("sam", at(40), LEASE)
    assert reservation is not None
    queue.operator_answered(reservation.id, at(42))
    assert held(places, 43, 99) == [0, 0]
    queue.finish(reservation.id, at(100))
    assert held(places, 101, 110) == [0, 0]
    records.call_backs.reached("cb1", "c1", "CA9", at(111))
    assert held(places, 120, 200) == [0, 0]
    assert line(queue, 201) == []


def test_a_ticket_is_not_put_back_while_a_conversation_has_still_to_report(
    places: CallBackPlaces, queue: RedisOperatorQueue, records: SqlRecords, redis: Redis
) -> None:
    places.take(call_back("cb1"))
    redis.flushdb()
    for seconds in (40, 90, 300):
        assert places.hold(at(seconds), lambda: {"cb1"}) == 0
    assert held(places, 301, 317) == [0, 1]


def test_what_is_reported_at_the_last_moment_is_not_put_back(
    places: CallBackPlaces, queue: RedisOperatorQueue, records: SqlRecords, redis: Redis
) -> None:
    """The conversation has ended while the relay was looking for it."""
    places.take(call_back("cb1"))
    redis.flushdb()

    def reports() -> set[str]:
        records.call_backs.reached("cb1", "c1", "CA9", at(60))
        return set()

    assert held(places, 40) == [0]
    assert places.hold(at(60), reports) == 0
    assert line(queue, 61) == []


def test_a_ticket_that_an_older_redis_has_brought_back_leaves_the_line(
    places: CallBackPlaces, queue: RedisOperatorQueue, records: SqlRecords
) -> None:
    places.take(call_back("cb1"))
    records.call_backs.reached("cb1", "c1", "CA9", at(40))
    assert held(places, 41) == [0], "somebody may just have been cut off"
    records.call_backs.done("cb1", "c1", "CA9", at(42))
    assert held(places, 43) == [1]
    assert line(queue, 44) == []


def test_the_relay_never_holds_what_is_in_line_or_with_an_operator(
    places: CallBackPlaces, queue: RedisOperatorQueue
) -> None:
    places.take(call_back("cb1"))
    assert held(places, 40, 80) == [0, 0]
    queue.take("sam", at(81), LEASE)
    assert held(places, 82, 100) == [0, 0]


def test_without_the_queue_holding_is_an_error(records: SqlRecords) -> None:
    unreachable = RedisOperatorQueue(Redis(host="127.0.0.1", port=1))
    with pytest.raises(StateUnavailable):
        CallBackPlaces(records.call_backs, unreachable).hold(at(0))


def test_who_rings_again_and_is_served_is_not_called_too(
    places: CallBackPlaces, queue: RedisOperatorQueue, records: SqlRecords
) -> None:
    places.take(call_back("cb1"))
    places.served("other", call_back("cb1").number, at(50))
    assert line(queue, 51) == ["callback-cb1"]
    places.served("acme", call_back("cb1").number, at(60))
    assert line(queue, 61) == []
    assert held(places, 70, 99) == [0, 0]
    found = records.call_backs.find("cb1")
    assert found is not None
    assert (found.state, found.ended_at) == (CallBackState.CANCELLED, at(60))


def test_an_operator_is_offered_a_call_back_when_its_turn_comes(
    places: CallBackPlaces, queue: RedisOperatorQueue, redis: Redis
) -> None:
    places.take(call_back("cb1", joined=10))
    queue.wait(ticket("later", 20), at(20))
    RedisOperators(redis).sign_on("sam", None, at(40))
    [made] = queue.match(at(41), LEASE)
    assert made.ticket.callback == "cb1"


def test_an_operator_who_does_not_answer_does_not_cost_the_place(
    places: CallBackPlaces, queue: RedisOperatorQueue, redis: Redis
) -> None:
    places.take(call_back("cb1", joined=10))
    queue.wait(ticket("later", 20), at(20))
    RedisOperators(redis).sign_on("sam", None, at(40))
    [made] = queue.match(at(41), LEASE)
    queue.release(made.id, at(50))
    RedisOperators(redis).wish("sam", Presence.AVAILABLE, at(51))
    assert [each.ticket.callback for each in queue.match(at(52), LEASE)] == ["cb1"]


class TestHours:
    def test_a_call_back_waits_for_the_hours_of_its_calendar(self) -> None:
        saturday_evening = at((5 * 24 + 8) * 3600)
        assert next_call(call_back(hours=OFFICE), saturday_evening).isoformat() == (
            "2026-03-09T09:00:00+00:00"
        )
        assert next_call(call_back(hours=OFFICE), at(0)) == at(0)
        assert next_call(call_back(), saturday_evening) == saturday_evening

    def test_a_calendar_that_never_opens_is_looked_into_again(self) -> None:
        assert next_call(call_back(hours={"mon": "closed"}), at(0)) == at(24 * 3600)

    def test_after_hours_it_leaves_the_line_and_is_back_in_its_place_in_the_morning(
        self, places: CallBackPlaces, queue: RedisOperatorQueue
    ) -> None:
        places.take(call_back("cb1", joined=10, hours=OFFICE))
        evening, morning = 6 * 3600, 21 * 3600
        assert held(places, evening) == [1]
        assert line(queue, evening + 1) == []
        assert held(places, morning - 1, morning, morning + 16) == [0, 0, 1]
        queue.wait(ticket("later", morning), at(morning))
        assert line(queue, morning + 16)[0] == "callback-cb1"
