"""What operators are doing, against a real server. Time is given, never waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.queue.entry import QueueEntry, Reservation
from ivr.core.queue.facts import OfferEnd
from ivr.core.queue.states import Presence

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SEEN = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def operators(redis: Redis) -> RedisOperators:
    return RedisOperators(redis)


def caller(queue: RedisOperatorQueue, call_sid: str = "CA1", joined: float = 0) -> None:
    ticket = QueueEntry(call_sid, "acme", "", "", 5, (), at(joined), 600, wrap_up=30)
    queue.wait(ticket, at(joined))


def offered(queue: RedisOperatorQueue, now: float) -> Reservation:
    """The only caller that is offered at this time."""
    (reservation,) = queue.match(at(now), LEASE)
    return reservation


def talking(queue: RedisOperatorQueue, now: float) -> Reservation:
    """A reservation whose operator has answered."""
    reservation = offered(queue, now)
    queue.rung(reservation.id, "CAleg")
    assert queue.operator_answered(reservation.id, at(now + 5))
    return reservation


def state(operators: RedisOperators, now: float, name: str = "sam") -> tuple[Presence, str | None]:
    found = operators.of(name, at(now))
    assert found is not None
    return found.state, found.reason


def test_nobody_is_known_before_they_sign_on(operators: RedisOperators) -> None:
    assert operators.all(NOON) == []
    assert operators.of("sam", NOON) is None


def test_whoever_signs_on_is_available_with_their_skills(operators: RedisOperators) -> None:
    assert operators.sign_on("sam", ("legal",), NOON)
    found = operators.of("sam", at(5))
    assert found is not None
    assert (found.state, found.since, found.skills) == (
        Presence.AVAILABLE,
        NOON,
        frozenset(["legal"]),
    )


def test_being_away_has_a_reason_and_ends_offers(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    assert operators.wish("sam", Presence.AWAY, at(5), "lunch")
    caller(queue)
    assert queue.match(at(6), LEASE) == []
    assert state(operators, 6) == (Presence.AWAY, "lunch")
    operators.wish("sam", Presence.AVAILABLE, at(10))
    assert offered(queue, 11).operator == "sam"


def test_asking_twice_to_be_available_loses_no_turn(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", None, at(5))
    operators.wish("sam", Presence.AVAILABLE, at(10))
    caller(queue, joined=11)
    assert offered(queue, 12).operator == "sam"


def test_a_call_goes_from_ringing_to_talk_to_wrap_up_and_back(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    reservation = offered(queue, 10)
    assert state(operators, 10) == (Presence.RINGING, None)
    assert queue.operator_answered(reservation.id, at(15))
    assert state(operators, 15) == (Presence.ON_CALL, None)
    assert queue.finish(reservation.id, at(100))
    assert state(operators, 129) == (Presence.WRAP_UP, None)
    assert state(operators, 130) == (Presence.AVAILABLE, None)


def test_wrap_up_tells_its_end_and_can_be_extended(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.finish(talking(queue, 10).id, at(100))
    assert operators.extend_wrap_up("sam", timedelta(seconds=60), at(120))
    found = operators.of("sam", at(150))
    assert found is not None
    assert (found.state, found.until) == (Presence.WRAP_UP, at(190))
    assert not operators.extend_wrap_up("sam", timedelta(seconds=60), at(191))


def test_wrap_up_can_be_ended_early(operators: RedisOperators, queue: RedisOperatorQueue) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.finish(talking(queue, 10).id, at(100))
    assert operators.wish("sam", Presence.AVAILABLE, at(105))
    assert state(operators, 105) == (Presence.AVAILABLE, None)


def test_a_wish_during_a_call_counts_after_it_and_its_wrap_up(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    reservation = talking(queue, 10)
    assert not operators.wish("sam", Presence.AWAY, at(50), "lunch")
    assert state(operators, 50) == (Presence.ON_CALL, None)
    queue.finish(reservation.id, at(100))
    assert state(operators, 110) == (Presence.WRAP_UP, None)
    assert state(operators, 131) == (Presence.AWAY, "lunch")


def test_an_operator_who_misses_a_call_is_away_and_the_caller_goes_to_another(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", None, at(1))
    caller(queue, "CA1")
    caller(queue, "CA2", joined=1)
    first, _ = queue.match(at(10), LEASE)
    queue.rung(first.id, "CAleg")
    assert queue.release(first.id, at(20), OfferEnd.MISSED)
    assert state(operators, 20) == (Presence.AWAY, "no answer")
    assert [entry.ticket.call_sid for entry in queue.waiting(at(20))] == ["CA1"]


def wrap_up_ends(operators: RedisOperators, now: float) -> float:
    found = operators.of("sam", at(now))
    assert found is not None
    assert found.until is not None
    return (found.until - NOON).total_seconds()


def test_a_wrap_up_does_not_end_while_the_operator_writes(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.finish(talking(queue, 10).id, at(100))
    assert wrap_up_ends(operators, 100) == 130
    assert not operators.writing("sam", at(110))  # enough is left
    for now in range(120, 690, 10):
        operators.writing("sam", at(now))
        assert state(operators, now + 9.9) == (Presence.WRAP_UP, None)
    assert wrap_up_ends(operators, 690) == 700  # ten minutes in all
    assert not operators.writing("sam", at(699))
    assert state(operators, 701) == (Presence.AVAILABLE, None)


def test_time_that_was_asked_for_is_not_made_shorter_by_writing(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.finish(talking(queue, 10).id, at(100))
    operators.extend_wrap_up("sam", timedelta(minutes=11), at(101))
    assert not operators.writing("sam", at(785))
    assert wrap_up_ends(operators, 785) == 790


def test_writing_means_nothing_outside_a_wrap_up(operators: RedisOperators) -> None:
    operators.sign_on("sam", None, NOON)
    assert not operators.writing("sam", at(1))
    assert not operators.writing("joy", at(1))
    assert state(operators, 1) == (Presence.AVAILABLE, None)


def test_an_operator_who_declines_stays_available_behind_the_others(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", None, at(1))
    caller(queue, "CA1")
    first = offered(queue, 10)
    assert first.operator == "sam"
    queue.rung(first.id, "CAleg")
    assert queue.release(first.id, at(14), OfferEnd.DECLINED)
    assert state(operators, 14) == (Presence.AVAILABLE, None)
    assert queue.unwanted() == ["CAleg"]
    assert [entry.ticket.call_sid for entry in queue.waiting(at(14))] == ["CA1"]
    assert offered(queue, 14).operator == "ann"
    caller(queue, "CA2", joined=1)
    assert offered(queue, 15).operator == "sam"


def test_who_is_alone_is_offered_a_declined_caller_again_after_a_while(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.release(offered(queue, 10).id, at(14), OfferEnd.DECLINED)
    assert queue.match(at(43), LEASE) == []
    assert offered(queue, 44).operator == "sam"


def test_a_wish_that_was_waiting_counts_after_declining(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    first = offered(queue, 10)
    operators.wish("sam", Presence.AWAY, at(11), "lunch")
    queue.release(first.id, at(14), OfferEnd.DECLINED)
    assert state(operators, 14) == (Presence.AWAY, "lunch")


def test_who_asks_for_a_caller_is_given_one_they_have_declined(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.release(offered(queue, 10).id, at(14), OfferEnd.DECLINED)
    assert queue.take("sam", at(15), LEASE) is not None


def test_a_lease_that_lapses_while_the_telephone_rings_is_a_missed_call(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    queue.rung(offered(queue, 10).id, "CAleg")
    assert queue.expire(at(40)) == 1
    assert state(operators, 40) == (Presence.AWAY, "no answer")
    assert queue.unwanted() == ["CAleg"]


def test_an_operator_who_was_never_rung_is_as_idle_as_before(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", None, at(1))
    caller(queue)
    assert offered(queue, 10).operator == "sam"
    queue.expire(at(40))
    assert offered(queue, 41).operator == "sam"


def test_when_the_caller_hangs_up_the_ringing_is_to_be_ended(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    reservation = offered(queue, 10)
    queue.rung(reservation.id, "CAleg")
    cut = queue.hang_up("CA1", at(12))
    assert cut is not None
    assert cut.leg == "CAleg"
    assert queue.unwanted() == ["CAleg"]
    assert state(operators, 12) == (Presence.AVAILABLE, None)
    queue.leg_ended("CAleg")
    assert queue.unwanted() == []


def test_a_leg_that_begins_to_ring_for_nobody_is_unwanted(queue: RedisOperatorQueue) -> None:
    assert not queue.rung("over", "CAleg")
    assert queue.unwanted() == ["CAleg"]


def test_when_the_caller_hangs_up_in_the_talk_the_operator_wraps_up(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue)
    talking(queue, 10)
    queue.hang_up("CA1", at(60))
    assert state(operators, 61) == (Presence.WRAP_UP, None)
    assert queue.unwanted() == []


def test_a_lost_operator_gives_the_caller_back_to_their_place(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    caller(queue, "CA1")
    reservation = talking(queue, 10)
    caller(queue, "CA2", joined=300)
    caller(queue, "CA3", joined=301)
    assert queue.requeue(reservation.id, at(700), lost=True)
    assert state(operators, 700) == (Presence.AWAY, "connection lost")
    waiting = [entry.ticket.call_sid for entry in queue.waiting(at(701))]
    assert waiting == ["CA1", "CA2", "CA3"]


def test_a_caller_handed_to_an_operator_is_kept_for_them_for_a_while(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    for name in ("sam", "ann", "joy"):
        operators.sign_on(name, None, NOON)
    caller(queue)
    reservation = talking(queue, 10)
    assert queue.requeue(reservation.id, at(100), to="joy")
    assert state(operators, 100, reservation.operator) == (Presence.WRAP_UP, None)
    assert offered(queue, 101).operator == "joy"


def test_an_operator_whose_console_is_gone_is_offline(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    operators.seen("sam", at(0), SEEN)
    operators.seen("sam", at(20), SEEN)
    assert state(operators, 49) == (Presence.AVAILABLE, None)
    assert state(operators, 50) == (Presence.OFFLINE, "connection lost")
    caller(queue)
    assert queue.match(at(51), LEASE) == []


def test_a_console_that_is_lost_in_a_call_ends_the_shift_after_it_unless_it_comes_back(
    operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    operators.sign_on("sam", None, NOON)
    operators.seen("sam", at(0), SEEN)
    caller(queue)
    reservation = talking(queue, 10)
    assert state(operators, 60) == (Presence.ON_CALL, None)
    operators.seen("sam", at(70), SEEN)
    queue.finish(reservation.id, at(80))
    assert state(operators, 80) == (Presence.WRAP_UP, None)
    operators.seen("sam", at(90), timedelta(hours=1))
    assert state(operators, 110) == (Presence.AVAILABLE, None)


def test_operators_are_told_apart_by_name_and_listed_in_order(operators: RedisOperators) -> None:
    operators.sign_on("sam", None, NOON)
    operators.sign_on("ann", (), NOON)
    assert [(each.operator, each.skills) for each in operators.all(NOON)] == [
        ("ann", frozenset()),
        ("sam", None),
    ]


def test_every_change_is_told(
    redis: Redis, operators: RedisOperators, queue: RedisOperatorQueue
) -> None:
    from ivr import keys

    channel = redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # the package has no types for it
    channel.subscribe(keys.QUEUE_CHANGES)
    channel.get_message(timeout=60)
    operators.sign_on("sam", None, NOON)
    caller(queue)
    offered(queue, 10)
    told = set()
    while (message := channel.get_message(timeout=0.2)) is not None:
        told.add(message["data"].decode())
    channel.close()
    assert told == {"operator:sam", "queue"}
