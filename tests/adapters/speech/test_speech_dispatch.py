"""Every outbox row reaches the job queue, and again whenever its job has gone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast

import pytest
from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from ivr.adapters.redis.speech_dispatch import (
    LEASE,
    dispatch_once,
    fetching_queue,
    hearing_queues,
    languages,
    unheard,
)
from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import Transcript, TranscriptionOptions
from ivr.services.recording_links import RecordingLinks

URL = "https://api.twilio.com/RE1"
NO_WISH = TranscriptionOptions()
LINKS = RecordingLinks("a key")
LATER = LEASE + timedelta(seconds=1)


def waiting_at(redis: Redis, ability: str) -> Queue:
    """What waits for a worker with this ability."""
    _, queue = hearing_queues(redis, [ability])
    return queue


@contextmanager
def worker(redis: Redis, *abilities: str) -> Iterator[None]:
    """A worker with these abilities waits for jobs."""
    worker = Worker(hearing_queues(redis, abilities), connection=redis, serializer=JSONSerializer)
    worker.register_birth()  # type: ignore[no-untyped-call]  # the package has no types for it
    yield
    worker.register_death()  # type: ignore[no-untyped-call]  # the package has no types for it


def test_a_due_row_is_handed_over_once(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    message_id = note_recording(URL)
    assert dispatch_once(records, redis, LINKS, now) == 1
    assert dispatch_once(records, redis, LINKS, now) == 0
    (job,) = fetching_queue(redis).jobs
    assert job.id == f"fetch-{message_id}"
    assert job.args[3] == message_id


def test_a_row_whose_job_still_waits_is_left_alone(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    note_recording(URL)
    dispatch_once(records, redis, LINKS, now)
    assert dispatch_once(records, redis, LINKS, now + LATER) == 0
    assert len(fetching_queue(redis)) == 1


def test_an_emptied_redis_loses_nothing(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    ids = [note_recording(URL, n=n) for n in range(5)]
    assert dispatch_once(records, redis, LINKS, now) == 5
    redis.flushall()
    assert dispatch_once(records, redis, LINKS, now + LATER) == 5
    assert set(fetching_queue(redis).get_job_ids()) == {f"fetch-{id_}" for id_ in ids}


def test_a_job_popped_by_a_worker_that_died_is_handed_over_again(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    note_recording(URL)
    dispatch_once(records, redis, LINKS, now)
    Queue.dequeue_any([fetching_queue(redis)], None, connection=redis, serializer="json")
    assert len(fetching_queue(redis)) == 0
    assert dispatch_once(records, redis, LINKS, now + LATER) == 1


def test_finished_rows_stay_finished(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    message_id = note_recording(URL)
    records.recordings.audio_stored(message_id, "a.wav", 1.0, now)
    records.recordings.transcribed(message_id, Transcript("", (), "vosk", "m"), now)
    assert dispatch_once(records, redis, LINKS, now + LATER) == 0


def test_longer_recordings_get_more_time(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    short, long = note_recording(URL, n=1), note_recording(URL, n=2)
    records.recordings.audio_stored(short, "a.wav", 10, now)
    records.recordings.audio_stored(long, "b.wav", 3600, now)
    dispatch_once(records, redis, LINKS, now)
    limits = {job.id: job.timeout for job in waiting_at(redis, "en").jobs}
    assert limits == {f"transcribe-{short}": 330, f"transcribe-{long}": 300 + 3 * 3600}


def test_jobs_are_data_and_not_code(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    """Unpickling what somebody else has put into Redis would run it."""
    message_id = note_recording(URL)
    dispatch_once(records, redis, LINKS, now)
    (key,) = redis.keys("rq:job:*")
    data = json.loads(zlib.decompress(cast(bytes, redis.hget(key, "data"))))
    assert message_id in data[2]


def stored(
    records: SqlRecords,
    note: Callable[..., str],
    now: datetime,
    hearing: TranscriptionOptions = NO_WISH,
) -> str:
    """A message that is to be heard; returns the key of its job."""
    message_id = note(URL, hearing=hearing)
    records.recordings.audio_stored(message_id, "a.wav", 10, now)
    return f"transcribe-{message_id}"


def test_a_recording_waits_for_whoever_hears_its_language(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    with worker(redis, "ko"):
        key = stored(records, note_recording, now)
        assert dispatch_once(records, redis, LINKS, now) == 1
        assert waiting_at(redis, "en").get_job_ids() == [key]
        assert (languages(redis), unheard(redis)) == ({"en"}, 1)
        assert dispatch_once(records, redis, LINKS, now + LATER) == 0
    with worker(redis, "en"):
        assert unheard(redis) == 0


@pytest.mark.parametrize(
    ("hearing", "best"),
    [
        (TranscriptionOptions(), "en"),
        (TranscriptionOptions(recogniser="whisper"), "en:whisper"),
        (TranscriptionOptions(recogniser="vosk"), "en:vosk"),
        (TranscriptionOptions(model="large"), "en:large"),
        (TranscriptionOptions(recogniser="vosk", model="large"), "en:large"),
        (TranscriptionOptions(recogniser="vosk", model="gone"), "en:vosk"),
        (TranscriptionOptions(model="gone"), "en"),
        (TranscriptionOptions(recogniser="whisper", model="large"), "en:whisper"),
    ],
)
def test_a_wish_is_left_to_a_worker_that_can_fulfil_it(
    redis: Redis,
    records: SqlRecords,
    note_recording: Callable[..., str],
    now: datetime,
    hearing: TranscriptionOptions,
    best: str,
) -> None:
    with worker(redis, "en", "en:vosk", "en:whisper", "en:large"), worker(redis, "en"):
        key = stored(records, note_recording, now, hearing)
        dispatch_once(records, redis, LINKS, now)
        assert waiting_at(redis, best).get_job_ids() == [key]


def test_a_wish_that_nobody_can_fulfil_any_more_is_heard_all_the_same(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    with worker(redis, "en"):
        with worker(redis, "en", "en:large"):
            key = stored(records, note_recording, now, TranscriptionOptions(model="large"))
            dispatch_once(records, redis, LINKS, now)
        assert dispatch_once(records, redis, LINKS, now + LATER) == 1
        assert waiting_at(redis, "en").get_job_ids() == [key]


def test_a_worker_that_was_killed_is_waited_for_no_longer(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    with worker(redis, "en:large"):
        (key,) = redis.keys("rq:worker:*")
        redis.delete(key)  # as when its last sign of life is too old
        stored(records, note_recording, now, TranscriptionOptions(model="large"))
        dispatch_once(records, redis, LINKS, now)
        assert len(waiting_at(redis, "en")) == 1


def test_what_a_worker_dies_with_right_after_taking_it_is_handed_over_again(
    redis: Redis, records: SqlRecords, note_recording: Callable[..., str], now: datetime
) -> None:
    stored(records, note_recording, now)
    dispatch_once(records, redis, LINKS, now)
    queues = [fetching_queue(redis), waiting_at(redis, "en")]
    assert Queue.dequeue_any(queues, None, connection=redis, serializer=JSONSerializer)
    assert dispatch_once(records, redis, LINKS, now + LATER) == 1
