"""Every outbox row reaches the job queue, and again whenever its job has gone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from redis import Redis
from rq import Queue

from ivr.records import Records
from ivr.records.messages import Transcript
from ivr.speech.dispatch import LEASE, dispatch_once, speech_queue

URL = "https://api.twilio.com/RE1"
LATER = LEASE + timedelta(seconds=1)


def test_a_due_row_is_handed_over_once(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    message_id = note_recording(URL)
    assert dispatch_once(records, redis, now) == 1
    assert dispatch_once(records, redis, now) == 0
    (job,) = speech_queue(redis).jobs
    assert job.id == f"fetch-{message_id}"
    assert job.args[3] == message_id


def test_a_row_whose_job_still_waits_is_left_alone(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    note_recording(URL)
    dispatch_once(records, redis, now)
    assert dispatch_once(records, redis, now + LATER) == 0
    assert len(speech_queue(redis)) == 1


def test_an_emptied_redis_loses_nothing(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    ids = [note_recording(URL, n=n) for n in range(5)]
    assert dispatch_once(records, redis, now) == 5
    redis.flushall()
    assert dispatch_once(records, redis, now + LATER) == 5
    assert set(speech_queue(redis).get_job_ids()) == {f"fetch-{id_}" for id_ in ids}


def test_a_job_popped_by_a_worker_that_died_is_handed_over_again(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    note_recording(URL)
    dispatch_once(records, redis, now)
    Queue.dequeue_any([speech_queue(redis)], None, connection=redis, serializer="json")
    assert len(speech_queue(redis)) == 0
    assert dispatch_once(records, redis, now + LATER) == 1


def test_finished_rows_stay_finished(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    message_id = note_recording(URL)
    records.audio_stored(message_id, "a.wav", 1.0, now)
    records.transcribed(message_id, Transcript("", (), "vosk", "m"), now)
    assert dispatch_once(records, redis, now + LATER) == 0


def test_longer_recordings_get_more_time(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    short, long = note_recording(URL, n=1), note_recording(URL, n=2)
    records.audio_stored(short, "a.wav", 10, now)
    records.audio_stored(long, "b.wav", 3600, now)
    dispatch_once(records, redis, now)
    limits = {job.id: job.timeout for job in speech_queue(redis).jobs}
    assert limits == {f"transcribe-{short}": 330, f"transcribe-{long}": 300 + 3 * 3600}


def test_jobs_are_data_and_not_code(
    redis: Redis, records: Records, note_recording: Callable[..., str], now: datetime
) -> None:
    """Unpickling what somebody else has put into Redis would run it."""
    message_id = note_recording(URL)
    dispatch_once(records, redis, now)
    (key,) = redis.keys("rq:job:*")
    data = json.loads(zlib.decompress(redis.hget(key, "data")))
    assert message_id in data[2]
