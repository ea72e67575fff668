"""The speech worker: takes jobs off the queue, each in a process of its own.

A recording that kills the native library costs its own process only. Vosk's models are
loaded before the fork, so that the processes share them; Whisper has a process of its own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from redis import Redis, RedisError
from rq import Queue, Worker, worker_registration
from rq.job import Job
from rq.serializers import JSONSerializer

from ivr import keys
from ivr.adapters.files.heartbeats import NOBODY_WATCHES, Heartbeats
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis import worker_stats as figures
from ivr.adapters.redis.changes import jobs_changed
from ivr.adapters.redis.server import PATIENT_SECONDS, connect
from ivr.adapters.redis.speech_dispatch import (
    fetching_queue,
    hearing_queues,
    languages,
    words_queue,
)
from ivr.adapters.speech.local_speech import LocalSpeech
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.apart import WhisperApart
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.speech.remote_worker import Local, RemoteWorker
from ivr.adapters.sql import open_records
from ivr.core.records.outbox import OutboxKind
from ivr.core.transcript.abilities import primary
from ivr.core.transcript.task import Task, TaskOutcome
from ivr.core.transcript.write import prepare
from ivr.errors import ProcessError, RecogniserDied, RecordsError, SpeechError, StateUnavailable
from ivr.services.recordings.jobs import WorkerContext, perform
from ivr.services.recordings.jobs import take_in as take_in_result
from ivr.services.recordings.remote_jobs import TranscriptionResult
from ivr.settings import Settings

log = structlog.get_logger()

HEARTBEAT_SECONDS = 60.0
"""RQ waits ten seconds for a job, and for a Redis that is away some more."""

LOAD_SECONDS = 300.0
"""A speech model of two gigabytes from a slow disk."""

CRASHES = 3
"""A job that has killed its process this often is not tried again."""

_CRASHED = (
    f"The recording has brought its worker down {CRASHES} times, so it was not turned into words; "
    "please listen to it."
)


class Backend(Protocol):
    """Where a worker does its jobs: beside the server's database and storage, or on another
    machine."""

    def perform(self, task: Task, request: dict[str, Any] | None) -> object:
        """Do a task, or have noted why not. Raises where that could not be noted either."""

    def set_aside(self, task: Task, reason: str) -> None:
        """Have a recording set aside."""


class LocalWorker:
    """The server's own worker, which has the database and the storage."""

    def __init__(self, place: WorkerContext, redis: Redis) -> None:
        self._place = place
        self._redis = redis

    def perform(self, task: Task, request: dict[str, Any] | None = None) -> None:
        """See `ivr.services.recordings.jobs.perform`; the records say more than the request."""
        begun = time.monotonic()
        outcome = perform(self._place, task)
        recording = self._place.records.recordings.find(task.subject)
        seconds = recording.seconds if recording else 0.0
        self._count(task, outcome, seconds, time.monotonic() - begun)

    def take_in(self, task: Task, result: TranscriptionResult) -> None:
        """See `ivr.services.recordings.jobs.take_in`."""
        outcome = take_in_result(self._place, task, result)
        self._count(task, outcome, result.seconds, result.work_seconds)

    def _count(self, task: Task, outcome: TaskOutcome, seconds: float, work_seconds: float) -> None:
        figures.count(self._redis, outcome)
        if outcome is TaskOutcome.DONE and task.kind is OutboxKind.TRANSCRIBE:
            figures.count_words(self._redis, seconds, work_seconds)
        recording = self._place.records.recordings.find(task.subject)
        if recording is not None:
            jobs_changed(self._redis, recording.client)

    def set_aside(self, task: Task, reason: str) -> None:
        """Raises `RecordsError`."""
        self._place.records.recordings.set_aside(task.subject, reason, self._place.now())


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a job's process has of its worker; RQ calls jobs by name, with data only."""

    backend: Backend
    redis: Redis


_inherited: _Inherited | None = None


def run_worker(
    settings: Settings, *, local: Local | None = None, hears: bool = True, burst: bool = False
) -> None:
    """Work off speech jobs until SIGTERM or SIGINT; with `burst` until there are none.

    With `local`, by which it comes by recordings, it is a remote worker, without the server's
    database. One of the server's own fetches recordings, too, and keeps the words that remote ones
    hand in; where it does not hear it does these alone. Raises `StateUnavailable` where Redis
    cannot be reached at the start; later it is waited for.
    """
    global _inherited
    redis = connect(settings, connect_seconds=PATIENT_SECONDS, reply_seconds=None)
    apart = WhisperApart()
    recognisers = Recognisers(settings.speech_models, lambda: apart)
    try:
        _inherited = _Inherited(_backend(settings, recognisers, redis, local), redis)
        own_recognisers = WorkerRecognisers(recognisers, apart) if hears else None
        worker = SpeechWorker(redis, own_recognisers, fetches=local is None)
        worker.pulse = Heartbeats.here().pulse()
        worker.work(burst=burst, logging_level="WARNING")
    except RedisError as error:
        raise StateUnavailable(
            "The speech worker cannot reach Redis; start it, or check IVR_REDIS_URL."
        ) from error
    finally:
        apart.stop()


def _backend(
    settings: Settings, recognisers: Recognisers, redis: Redis, local: Local | None
) -> Backend:
    if local is not None:
        return RemoteWorker(redis, recognisers, local)
    records = open_records(settings.database_url)
    storage = open_storage(settings.recordings)
    prepare()
    speech = LocalSpeech(settings, recognisers)
    place = WorkerContext(records, storage, speech, lambda: datetime.now(UTC))
    return LocalWorker(place, redis)


def work_off(
    key: str,
    item_id: int,
    kind: str,
    subject: str,
    since: str,
    request: dict[str, Any] | None = None,
) -> None:
    """One job, as RQ calls it: a `Task`, and for workers without the database a
    `TranscriptionRequest`."""
    task = Task.from_json(key, item_id, kind, subject, since)
    _guarded(task, key, lambda backend: backend.perform(task, request))


def take_in(
    key: str, item_id: int, kind: str, subject: str, since: str, result: dict[str, Any]
) -> None:
    """What a worker without the database has made of a task, as RQ calls it."""
    task = Task.from_json(key, item_id, kind, subject, since)

    def keep(backend: Backend) -> None:
        if not isinstance(backend, LocalWorker):
            raise ProcessError("Only the server's own workers take in what others hand in.")
        backend.take_in(task, TranscriptionResult.from_json(result))

    _guarded(task, f"words-{key}", keep)


def _guarded(task: Task, name: str, work: Callable[[Backend], object]) -> None:
    """Do it, unless this has killed its process too often."""
    if _inherited is None:
        raise ProcessError("Speech jobs run in `python -m ivr worker` only.")
    redis, starts = _inherited.redis, keys.speech_starts(name)
    begun = int(redis.incr(starts))
    redis.expire(starts, keys.SPEECH_STARTS_TTL_SECONDS)
    bound = log.bind(recording=task.subject, kind=task.kind)
    try:
        if begun > CRASHES:
            bound.error("speech job crashed too often")
            _inherited.backend.set_aside(task, _CRASHED)
        else:
            work(_inherited.backend)
    except RecogniserDied as error:  # counts as this process's own death would
        bound.error("speech job crashed", error=str(error))
        figures.count(redis, figures.CRASHED)
        return
    except (RecordsError, SpeechError, StateUnavailable) as error:
        # Nothing could be noted; the row's lease ends and the job is handed out again.
        bound.error("speech job not noted", error=str(error))
    redis.delete(starts)


class WorkerRecognisers:
    """What a worker hears with."""

    def __init__(self, recognisers: Recognisers, apart: WhisperApart) -> None:
        self._recognisers = recognisers
        self._apart = apart

    def prepare(self) -> tuple[str, ...]:
        """Load what the jobs need; what cannot be loaded is logged and left out.

        Returns the abilities that there are.
        """
        abilities = self._recognisers.preload()
        if whisper.is_installed():
            try:
                self._apart.keep_running()
            except SpeechError as error:
                log.error("speech model left out", language="en", reason=str(error))
        return abilities


def _say_what_is_heard(redis: Redis, abilities: tuple[str, ...]) -> None:
    """Log it, and the languages of the server's recordings so far that are left to others."""
    heard = {ability for ability in abilities if ability == primary(ability)}
    lacking = sorted(languages(redis) - heard)
    if heard:
        log.info("speech worker hears", languages=sorted(heard))
    elif not lacking:
        lacking = ["LANGUAGE"]
    for language in lacking:
        log.warning(
            "no speech model here for recordings in this language; they wait for another worker",
            language=language,
            mend=f"python -m ivr models install {language}",
        )


class SpeechWorker(Worker):
    """RQ's worker, tuned so that a killed one's job is found within 15 seconds."""

    max_connection_wait_time = 5.0
    pulse = NOBODY_WATCHES.pulse()

    def __init__(
        self, redis: Redis, own_recognisers: WorkerRecognisers | None, *, fetches: bool
    ) -> None:
        self._recognisers = own_recognisers
        self._own = [words_queue(redis), fetching_queue(redis)] * fetches
        # Whoever dies with a job just taken from one of several queues has lost it: it is handed
        # out again when the row's lease ends.
        super().__init__(
            self._own + hearing_queues(redis) * (own_recognisers is not None),
            connection=redis,
            serializer=JSONSerializer,
            worker_ttl=25,
            job_monitoring_interval=5,
            maintenance_interval=10,
            log_job_description=False,
        )

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """Seconds after which a job without a sign of life is taken for dead."""
        return 15

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Be alive, to RQ and to the supervisor; RQ calls this every few seconds, also while a job
        runs for hours."""
        self.pulse.beat(HEARTBEAT_SECONDS)
        super().heartbeat(timeout, pipeline)

    def register_birth(self) -> None:
        """Wait at the right queues from the first moment."""
        self.listen()
        super().register_birth()  # type: ignore[no-untyped-call]
        if self._recognisers is not None and not self._own:
            _say_what_is_heard(self.connection, self._recognisers.prepare())

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork, with all models in memory that were installed by now."""
        self.listen()
        super().fork_work_horse(job, queue)

    def run_maintenance_tasks(self) -> None:
        """Look for new models, too."""
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        self.listen()

    def listen(self) -> None:
        """Wait for jobs in every language for which there is a model now, and for no other."""
        if self._recognisers is None:
            return
        self.pulse.beat(LOAD_SECONDS)
        queues = self._own + hearing_queues(self.connection, self._recognisers.prepare())
        if queues == self.queues:
            return
        with self.connection.pipeline(transaction=True) as pipe:
            if self.birth_date:
                worker_registration.unregister(self, pipe)
            self.queues = queues
            self._ordered_queues = queues[:]
            if self.birth_date:
                worker_registration.register(self, pipe)
                pipe.hset(self.key, "queues", ",".join(self.queue_names()))
            pipe.execute()

    def handle_warm_shutdown_request(self) -> None:
        """Stop the running job: it is done again later, and must not count as a crash."""
        if self.horse_pid and self.execution:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGKILL)
            self.connection.delete(keys.speech_starts(self.execution.job_id))

    def handle_work_horse_killed(self, job: Job, retpid: int, ret_val: int, rusage: Any) -> None:
        """Say so: the job's own process cannot any more."""
        log.error("speech job crashed", job=job.id, status=ret_val)
        figures.count(self.connection, figures.CRASHED)
