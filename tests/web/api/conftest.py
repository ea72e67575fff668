"""The API on real parts: client files on disk, Redis, SQLite."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from ivr.adapters.sql import migrate, open_records
from ivr.settings import Settings, load_settings
from tests.web.api.programs import Place


@pytest.fixture
def place(settings: Settings, redis: Redis) -> Iterator[Place]:
    """Two clients, each with a call, a message and a job."""
    yield from opened(settings)


@pytest.fixture(scope="module")
def lasting_place(redis_server: str) -> Iterator[Place]:
    """The same for all tests of a module."""
    with tempfile.TemporaryDirectory(prefix="tango-") as folder:
        data = Path(folder)
        named = {name: str(data / name.lower()) for name in ("FLOWS", "RECORDINGS", "DATA")}
        values = {
            **{f"IVR_{name}": path for name, path in named.items()},
            "IVR_REDIS_URL": redis_server,
            "IVR_DATABASE_URL": f"sqlite:///{data}/records.sqlite3",
        }
        yield from opened(load_settings(values, dotenv=None))


def opened(settings: Settings) -> Iterator[Place]:
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    yield Place(settings, records)
    records.close()
