"""A worker on another machine says what it lacks, before it takes a message."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from ivr import keys
from ivr.errors import ProcessError, StateUnavailable
from ivr.records import Records, open_records
from ivr.settings import Settings
from ivr.speech.home import announce, join


def problem(settings: Settings, redis: Redis, records: Records) -> str:
    with pytest.raises(ProcessError) as raised:
        join(settings, redis, records)
    return str(raised.value)


def test_a_worker_with_all_that_the_server_has_may_work(
    settings: Settings, redis: Redis, records: Records
) -> None:
    announce(settings, redis)
    announce(settings, redis)
    join(settings, redis, records)
    assert settings.auth_token not in str(redis.hgetall(keys.SPEECH_HOME))


def test_what_is_missing_is_named(
    settings: Settings, redis: Redis, records: Records, tmp_path: Path
) -> None:
    assert "start `serve`" in problem(settings, redis, records)
    announce(settings, redis)
    elsewhere = replace(settings, database_url=f"sqlite:///{tmp_path / 'own.sqlite3'}")
    assert "set IVR_DATABASE_URL" in problem(elsewhere, redis, records)
    empty = open_records(elsewhere.database_url)
    assert "records do not answer" in problem(settings, redis, empty)
    assert "TWILIO_AUTH_TOKEN" in problem(replace(settings, account_sid="AC2"), redis, records)
    for folder in (tmp_path / "none", tmp_path / "another"):
        foreign = replace(settings, recordings=folder)
        assert "IVR_RECORDINGS" in problem(foreign, redis, records)
    empty.close()


def test_another_folder_of_recordings_is_known_by_its_mark(
    settings: Settings, redis: Redis, records: Records, tmp_path: Path
) -> None:
    other = replace(settings, recordings=tmp_path / "other")
    announce(other, redis)
    announce(settings, redis)
    assert "IVR_RECORDINGS" in problem(other, redis, records)


def test_sqlite_is_not_shared_between_machines(
    settings: Settings, redis: Redis, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(settings, redis)
    monkeypatch.setattr(socket, "gethostname", lambda: "another")
    assert "PostgreSQL" in problem(settings, redis, records)


def test_without_redis_the_worker_says_so(settings: Settings, records: Records) -> None:
    with pytest.raises(StateUnavailable, match="IVR_REDIS_URL"):
        join(settings, Redis.from_url("redis://127.0.0.1:1"), records)
