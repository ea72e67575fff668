"""Fixtures of the operator queue's tests."""

from __future__ import annotations

import pytest
from redis import Redis

from ivr.operators.queue import OperatorQueue


@pytest.fixture
def queue(redis: Redis) -> OperatorQueue:
    """The queue, empty."""
    return OperatorQueue(redis)
