"""From the outbox to the job queue.

The outbox row is the truth and the job its messenger. A row is dispatched again whenever its
lease has ended and no job for it waits or runs: after a killed worker, an emptied Redis, a job
that never said how it ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from ivr.records import Records
from ivr.records.outbox import OutboxItem, OutboxKind

QUEUE = "speech"

LEASE = timedelta(seconds=15)
"""How often an unfinished row is looked at; a job may take longer."""

_LIMIT = 200
_KEPT_SECONDS = 3600  # failed jobs, for whoever looks into Redis
_LEAST_SECONDS = 300
_SECONDS_PER_SECOND = 3  # of audio; recognisers take 0.07 to 0.5 on one core


def speech_queue(redis: Redis) -> Queue:
    """The job queue. Jobs are written as JSON, so that they are data and not code."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def dispatch_once(records: Records, redis: Redis, now: datetime) -> int:
    """Hand every due row without a job to the job queue; returns how many were handed over.

    Raises `redis.RedisError` or `RecordsError` where either cannot be reached; nothing is lost.
    """
    queue = speech_queue(redis)
    running = queue.started_job_registry
    running.cleanup(now.timestamp())  # of jobs without a sign of life
    # In this order: a job moves from waiting to running, never back.
    underway = {*queue.get_job_ids(), *running.get_job_ids(cleanup=False)}
    items = records.claim((OutboxKind.FETCH, OutboxKind.TRANSCRIBE), now, LEASE, _LIMIT)
    idle = [item for item in items if item.key not in underway]
    for item in idle:
        _enqueue(queue, records, item)
    return len(idle)


def _enqueue(queue: Queue, records: Records, item: OutboxItem) -> None:
    recording = records.recording(item.subject)
    seconds = recording.seconds if recording else 0
    queue.enqueue_call(
        "ivr.speech.worker.work_off",
        args=(item.key, item.id, item.kind, item.subject, item.first_claimed_at.isoformat()),
        job_id=item.key,
        timeout=round(_LEAST_SECONDS + _SECONDS_PER_SECOND * seconds),
        result_ttl=0,
        failure_ttl=_KEPT_SECONDS,
    )
