"""A worker that was started by itself knows whether it is the server's own or a remote one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from ivr import keys
from ivr.adapters.speech.server_facts import (
    announce,
    check_clock,
    public_url_of_server,
    recordings_here,
    why_remote,
)
from ivr.adapters.sql import SqlRecords, migrate
from ivr.errors import ProcessError, StateUnavailable, StorageError
from ivr.services.recordings.remote_jobs import TranscriptionRequest
from ivr.settings import Settings, load_settings
from tests.recordings_folder import recordings_folder
from tests.s3_server import ObjectStore


@pytest.fixture
def at_home(settings: Settings, records: SqlRecords, redis: Redis) -> Iterator[Settings]:
    """The settings of a server that has said what it works with."""
    announce(settings, redis)
    yield settings


def test_a_worker_with_all_that_the_server_has_is_at_home(at_home: Settings, redis: Redis) -> None:
    announce(at_home, redis)
    assert why_remote(at_home, redis) is None


def test_nothing_secret_is_announced(settings: Settings, redis: Redis) -> None:
    secret = replace(settings, database_url="postgresql://tango:hunter2@db.example/tango")
    announce(secret, redis)
    said = str(redis.hgetall(keys.SPEECH_HOME))
    assert "db.example" in said
    for word in (settings.auth_token, settings.secret_key, "hunter2", "tango:"):
        assert word not in said


def test_a_machine_with_a_redis_url_and_nothing_else_is_away(
    at_home: Settings, redis: Redis, redis_server: str, tmp_path: Path
) -> None:
    only = {"IVR_REDIS_URL": redis_server, "IVR_DATA": str(tmp_path / "second" / "var")}
    assert why_remote(load_settings(only, dotenv=None), redis)


@pytest.mark.parametrize(
    ("different", "why"),
    [
        ({"database_url": "sqlite:////own.sqlite3"}, "database"),
        ({"database_url": "postgresql://db.example/tango"}, "database"),
        ({"account_sid": "AC2"}, "account"),
        ({"recordings": Path("/nowhere")}, "recordings"),
    ],
)
def test_whoever_lacks_one_thing_is_away(
    at_home: Settings, redis: Redis, different: dict[str, object], why: str
) -> None:
    away = replace(at_home, **different)  # type: ignore[arg-type]
    assert f"its {why}" in (why_remote(away, redis) or "").replace("storage of ", "")


def test_another_folder_of_recordings_is_known_by_its_mark(
    at_home: Settings, redis: Redis, tmp_path: Path
) -> None:
    other = replace(at_home, recordings=tmp_path / "other")
    announce(other, redis)
    announce(at_home, redis)
    assert "recordings" in (why_remote(other, redis) or "")


def test_a_database_file_on_another_machine_is_another(
    at_home: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "another")
    assert "database" in (why_remote(at_home, redis) or "")


def test_a_database_out_of_reach_is_as_good_as_none(
    settings: Settings, redis: Redis, tmp_path: Path
) -> None:
    unready = replace(settings, database_url=f"sqlite:///{tmp_path / 'none' / 'records'}")
    announce(unready, redis)
    assert "does not answer" in (why_remote(unready, redis) or "")


def test_a_worker_waits_for_the_first_server(settings: Settings, redis: Redis) -> None:
    migrate(settings.database_url)
    threading.Timer(0.2, announce, (settings, redis)).start()
    assert why_remote(settings, redis) is None


def test_without_redis_the_worker_says_so(settings: Settings) -> None:
    with pytest.raises(StateUnavailable, match="IVR_REDIS_URL"):
        why_remote(settings, Redis.from_url("redis://127.0.0.1:1"))


@pytest.mark.parametrize(("apart", "way"), [(40.0, "40 s ahead"), (-40.0, "40 s behind")])
def test_a_machine_with_a_wrong_clock_is_no_help(redis: Redis, apart: float, way: str) -> None:
    check_clock(redis)
    with pytest.raises(ProcessError, match=way):
        check_clock(redis, lambda: time.time() + apart)


def request(audio: str, token: str = "") -> TranscriptionRequest:
    return TranscriptionRequest("en-GB", None, None, ("caller", "agency"), audio, token)


def test_the_server_says_where_it_is_reached(at_home: Settings, redis: Redis) -> None:
    assert public_url_of_server(redis) == at_home.public_url


def test_a_worker_with_the_server_s_bucket_reads_recordings_there(
    settings: Settings, redis: Redis, object_store: ObjectStore, tmp_path: Path
) -> None:
    bucket = object_store.bucket("agency")
    object_store.client.put_object(Bucket=bucket.name, Key="agency/acme/1.wav", Body=b"RIFF")
    announce(replace(settings, recordings=bucket), redis)
    other = replace(settings, recordings=bucket, database_url="sqlite:////own.sqlite3")
    assert "database" in (why_remote(other, redis) or "")
    with recordings_here(other, redis)(request("acme/1.wav")) as path:
        assert path.read_bytes() == b"RIFF"


def test_a_worker_with_the_server_s_folder_reads_recordings_there(
    at_home: Settings, redis: Redis
) -> None:
    (recordings_folder(at_home) / "1.wav").write_bytes(b"RIFF")
    with recordings_here(at_home, redis)(request("1.wav")) as path:
        assert path == recordings_folder(at_home) / "1.wav"


def test_any_other_fetches_them_from_the_server(
    at_home: Settings, redis: Redis, tmp_path: Path
) -> None:
    other = replace(at_home, recordings=tmp_path / "other", public_url="http://127.0.0.1:1")
    with (
        pytest.raises(StorageError, match=r"127\.0\.0\.1:1/recordings/"),
        recordings_here(other, redis)(request("1.wav", "token")),
    ):
        pass
