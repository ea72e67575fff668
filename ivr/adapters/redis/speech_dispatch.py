"""From the outbox to the job queues.

The outbox row is the truth and the job its messenger. A row is dispatched again whenever its
lease has ended and no job for it waits or runs: after a killed worker, an emptied Redis, a job
that never said how it ended.

Fetching needs the carrier's account and the storage, so only the server's workers take it. What is
to be heard waits in the queue of an ability, for whichever worker has it
(`ivr.core.transcript.abilities`); words from one without the database come back in a queue, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.worker_registration import clean_worker_registry

from ivr.adapters.redis.errors import own_errors
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.core.records.recording import Recording
from ivr.core.transcript.abilities import primary, wanted
from ivr.core.transcript.task import Task
from ivr.services.protocols.records import Records
from ivr.services.recording_links import RecordingLinks
from ivr.services.recordings.remote_jobs import (
    TranscriptionRequest,
    TranscriptionResult,
    request_for,
)

log = structlog.get_logger()

HEARING = "speech"
"""A queue without jobs at which all workers wait that hear: so they can be counted, and one without
a model has something to wait at."""

FETCHING = "speech-fetch"

WORDS = "speech-words"
"""What workers on other machines hand in."""

LEASE = timedelta(seconds=15)
"""How often an unfinished row is looked at; a job may take longer."""

_ABILITY = f"{HEARING}:"
_HANDED_IN = "words-"
_LIMIT = 200
_KEPT_SECONDS = 3600  # failed jobs, for whoever looks into Redis
_WORDS_KEPT_SECONDS = 3600  # that nobody takes; they are made again
_LEAST_SECONDS = 300
_SECONDS_PER_SECOND = 3  # of audio; recognisers take 0.07 to 0.5 on one core


def fetching_queue(redis: Redis) -> Queue:
    """The queue of recordings to be fetched. Jobs are written as JSON, so that they are data and
    not code."""
    return Queue(FETCHING, connection=redis, serializer=JSONSerializer)


def words_queue(redis: Redis) -> Queue:
    """The queue of what was handed in."""
    return Queue(WORDS, connection=redis, serializer=JSONSerializer)


def hand_in(redis: Redis, task: Task, result: TranscriptionResult) -> None:
    """Give the server what came of a task. Raises `StateUnavailable`."""
    with own_errors("Redis does not answer ({error})."):
        words_queue(redis).enqueue_call(
            "ivr.processes.speech.worker.take_in",
            args=(*task.to_json(), result.to_json()),
            job_id=_HANDED_IN + task.key,
            timeout=_LEAST_SECONDS,
            ttl=_WORDS_KEPT_SECONDS,
            result_ttl=0,
            failure_ttl=1,  # words of callers are not left lying about
        )


def hearing_queues(redis: Redis, abilities: Iterable[str] = ()) -> list[Queue]:
    """The queues at which a worker with these abilities waits."""
    names = [HEARING, *(_ABILITY + ability for ability in abilities)]
    return [Queue(name, connection=redis, serializer=JSONSerializer) for name in names]


def speech_queues(redis: Redis) -> list[Queue]:
    """Every queue that speech jobs were ever in, but that of words."""
    queues = Queue.all(connection=redis, serializer=JSONSerializer)
    return [queue for queue in queues if queue.name == FETCHING or _hears(queue)]


def languages(redis: Redis) -> set[str]:
    """The languages of all recordings so far."""
    return {queue.name.removeprefix(_ABILITY) for queue in _language_queues(redis)}


def unheard(redis: Redis) -> int:
    """How many recordings wait in languages that no worker hears."""
    return sum(len(queue) for queue in _language_queues(redis) if not _attended(queue))


@own_errors()
def dispatch_once(records: Records, redis: Redis, links: RecordingLinks, now: datetime) -> int:
    """Hand every due row without a job to its job queue; returns how many were handed over. `links`
    are for workers on other machines.

    Raises `StateUnavailable` or `RecordsError` where either cannot be reached; nothing is lost.
    """
    underway = _underway(redis, now)
    items = records.outbox.claim((OutboxKind.FETCH, OutboxKind.TRANSCRIBE), now, LEASE, _LIMIT)
    idle = [item for item in items if item.key not in underway]
    for item in idle:
        recording = records.recordings.find(item.subject)
        request = request_for(recording, links, now) if recording else None
        _enqueue(_queue_for(redis, item, recording), item, recording, request)
    return len(idle)


def _underway(redis: Redis, now: datetime) -> set[str]:
    """The keys of the rows for which a job waits or runs.

    A wish that nobody can fulfil any more is no reason to wait: such jobs do not count.
    """
    queues = speech_queues(redis)
    waited_at = [queue for queue in queues if not _is_wish(queue) or _attended(queue)]
    # In this order: a job moves from waiting to running, and its words from there, never back.
    heard = _jobs(waited_at, queues, now)
    words = words_queue(redis)
    return heard | {id_.removeprefix(_HANDED_IN) for id_ in _jobs([words], [words], now)}


def _jobs(waited_at: Iterable[Queue], queues: Iterable[Queue], now: datetime) -> set[str]:
    """The jobs that wait at some queues or run of others."""
    waiting = {id_ for queue in waited_at for id_ in queue.get_job_ids()}
    running = [queue.started_job_registry for queue in queues]
    for registry in running:
        registry.cleanup(now.timestamp())  # of jobs without a sign of life
    return waiting.union(*(registry.get_job_ids(cleanup=False) for registry in running))


def _queue_for(redis: Redis, item: OutboxItem, recording: Recording | None) -> Queue:
    """The best queue at which somebody waits, else that of the language."""
    if item.kind is OutboxKind.FETCH or recording is None:
        return fetching_queue(redis)
    _, *queues = hearing_queues(redis, wanted(recording.language, recording.hearing))
    attended = next((queue for queue in queues if _attended(queue)), None)
    if attended is None:
        log.warning(
            "no worker hears this language now; the recording waits",
            recording=recording.id,
            language=recording.language,
            mend=f"python -m ivr models install {primary(recording.language)}",
        )
    return attended or queues[-1]


def _language_queues(redis: Redis) -> list[Queue]:
    return [queue for queue in speech_queues(redis) if _hears(queue) and not _is_wish(queue)]


def _hears(queue: Queue) -> bool:
    return queue.name.startswith(_ABILITY)


def _is_wish(queue: Queue) -> bool:
    return ":" in queue.name.removeprefix(_ABILITY)


def _attended(queue: Queue) -> bool:
    """Whether a worker that lives waits at a queue."""
    clean_worker_registry(queue)
    return Worker.count(queue=queue) > 0


def _enqueue(
    queue: Queue,
    item: OutboxItem,
    recording: Recording | None,
    request: TranscriptionRequest | None,
) -> None:
    seconds = recording.seconds if recording else 0
    task = Task(item.key, item.id, item.kind, item.subject, item.first_claimed_at)
    queue.enqueue_call(
        "ivr.processes.speech.worker.work_off",
        args=(*task.to_json(), request.to_json() if request else None),
        job_id=item.key,
        timeout=round(_LEAST_SECONDS + _SECONDS_PER_SECOND * seconds),
        result_ttl=0,
        failure_ttl=_KEPT_SECONDS,
    )
