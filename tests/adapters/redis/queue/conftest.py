"""Fixtures of the operator queue's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from tests.adapters.redis.queue.carrier_rest import CarrierRest, carrier_rest


@pytest.fixture
def queue(redis: Redis) -> RedisOperatorQueue:
    """The queue, empty."""
    return RedisOperatorQueue(redis)


@pytest.fixture
def carrier() -> Iterator[CarrierRest]:
    """A carrier's REST interface."""
    with carrier_rest() as server:
        yield server
