"""A call that an operator makes of their own accord: theirs alone, and never in line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.queue.entry import QueueEntry, Reservation, for_callback
from ivr.core.queue.facts import OfferEnd
from ivr.core.queue.states import Presence
from ivr.services.queue.connect import LEASE
from tests.call_back_samples import at, ticket

OWN = replace(ticket(for_callback("own"), callback="own"), direct=True)


@pytest.fixture
def operators(redis: Redis) -> RedisOperators:
    found = RedisOperators(redis)
    for name in ("sam", "maya"):
        found.sign_on(name, None, at(0))
    return found


def begun(queue: RedisOperatorQueue) -> Reservation:
    made = queue.ring_out(OWN, "sam", at(1), LEASE)
    assert made is not None
    return made


def state(operators: RedisOperators, now: float) -> Presence | None:
    found = operators.of("sam", at(now))
    return found.state if found else None


@pytest.mark.parametrize("how", [OfferEnd.MISSED, OfferEnd.DECLINED, OfferEnd.WITHDRAWN])
def test_an_operator_who_does_not_take_it_leaves_it_to_nobody(
    queue: RedisOperatorQueue, operators: RedisOperators, how: OfferEnd
) -> None:
    queue.release(begun(queue).id, at(2), how)
    assert (queue.waiting(at(3)), queue.match(at(3), LEASE)) == ([], [])
    assert queue.absent([OWN.call_sid]) == [OWN.call_sid]


def test_a_lease_that_lapses_leaves_it_to_nobody(
    queue: RedisOperatorQueue, operators: RedisOperators
) -> None:
    begun(queue)
    after = at(2) + LEASE
    assert (queue.waiting(after), queue.match(after, timedelta(seconds=30))) == ([], [])


def test_only_who_is_available_or_away_and_free_rings(
    queue: RedisOperatorQueue, operators: RedisOperators
) -> None:
    begun(queue)
    assert queue.ring_out(OWN, "maya", at(2), LEASE) is None, "it is known already"
    other = replace(OWN, call_sid=for_callback("other"), callback="other")
    assert queue.ring_out(other, "sam", at(2), LEASE) is None, "sam is being rung"
    operators.wish("maya", Presence.OFFLINE, at(2))
    assert queue.ring_out(other, "maya", at(3), LEASE) is None, "maya has signed off"


def test_who_was_away_is_away_again(queue: RedisOperatorQueue, operators: RedisOperators) -> None:
    operators.wish("sam", Presence.AWAY, at(0), "lunch")
    made = begun(queue)
    assert queue.operator_answered(made.id, at(2))
    assert state(operators, 3) is Presence.ON_CALL
    assert queue.finish(made.id, at(60))
    assert state(operators, 61) is Presence.AWAY


def test_a_version_before_it_reads_the_tickets_of_all_others() -> None:
    assert "direct" not in ticket("CA1").to_json()
    assert QueueEntry.from_json(OWN.to_json()) == OWN
