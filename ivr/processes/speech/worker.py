"""The speech worker: takes jobs off the queue, each in a process of its own.

A recording that kills the native library costs its own process only. Vosk's models are
loaded before the fork, so that the processes share them; Whisper has a process of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from ivr.adapters.files.heartbeats import Heartbeats
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis import worker_stats as figures
from ivr.adapters.redis.changes import jobs_changed
from ivr.adapters.redis.errors import own_errors
from ivr.adapters.redis.server import PATIENT_SECONDS, Connection, connect
from ivr.adapters.redis.speech_starts import SpeechStarts
from ivr.adapters.redis.speech_worker import SpeechWorker
from ivr.adapters.speech.local_speech import LocalSpeech
from ivr.adapters.speech.recognisers import whisper
from ivr.adapters.speech.recognisers.apart import WhisperApart
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.speech.remote_worker import Local, RemoteWorker
from ivr.adapters.sql import open_records
from ivr.core.records.outbox import OutboxKind
from ivr.core.transcript.task import Task, TaskOutcome
from ivr.core.transcript.write import prepare
from ivr.errors import ProcessError, RecogniserDied, RecordsError, SpeechError, StateUnavailable
from ivr.services.recordings.jobs import WorkerContext, perform
from ivr.services.recordings.jobs import take_in as take_in_result
from ivr.services.recordings.remote_jobs import TranscriptionResult
from ivr.settings import Settings

log = structlog.get_logger()

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

    def __init__(self, place: WorkerContext, redis: Connection) -> None:
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
    redis: Connection


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
        with own_errors("The speech worker cannot reach Redis; start it, or check IVR_REDIS_URL."):
            _inherited = _Inherited(_backend(settings, recognisers, redis, local), redis)
            load = WorkerRecognisers(recognisers, apart).prepare if hears else None
            worker = SpeechWorker(redis, load, fetches=local is None)
            worker.pulse = Heartbeats.here().pulse()
            worker.work(burst=burst, logging_level="WARNING")
    finally:
        apart.stop()


def _backend(
    settings: Settings, recognisers: Recognisers, redis: Connection, local: Local | None
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
    redis, starts = _inherited.redis, SpeechStarts(_inherited.redis)
    begun = starts.begin(name)
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
    starts.end(name)


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
