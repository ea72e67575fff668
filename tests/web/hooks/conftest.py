"""Fixtures of the carrier's tests: the web application with the example clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.web.hooks.carrier_line import FLOWS, Clock, Line


@pytest.fixture
def clock() -> Clock:
    """A clock at noon on an ordinary Monday."""
    return Clock()


@pytest.fixture
def example_settings(settings: Settings) -> Settings:
    """Settings with the example clients, and a records database that is up to date."""
    migrate(settings.database_url)
    return replace(settings, flows=FLOWS)


@pytest.fixture
def app(example_settings: Settings, redis: Redis, clock: Clock) -> Flask:
    """The web application with the example clients."""
    return create_app(example_settings, clock)


@pytest.fixture
def line(app: Flask, example_settings: Settings) -> Line:
    """A caller of the decorator."""
    return Line(app.test_client(), example_settings.auth_token, example_settings.public_url)


@pytest.fixture
def records(example_settings: Settings) -> Iterator[SqlRecords]:
    """The records database."""
    records = open_records(example_settings.database_url)
    yield records
    records.close()


@pytest.fixture
def queue(redis: Redis) -> RedisOperatorQueue:
    """The operator queue."""
    return RedisOperatorQueue(redis)
