"""The speech worker: takes jobs off the queue, each in a process of its own.

A recording that kills the native library costs its own process only. Vosk's models are
loaded before the fork, so that the processes share them; Whisper has a process of its own.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from redis import Redis, RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from ivr import keys
from ivr.changes import jobs_changed
from ivr.errors import ProcessError, RecogniserDied, RecordsError, SpeechError, StateUnavailable
from ivr.processes.redis import connect
from ivr.records import open_records
from ivr.records.outbox import OutboxKind
from ivr.settings import Settings
from ivr.speech import figures, whisper
from ivr.speech.apart import WhisperApart
from ivr.speech.choose import Recognisers
from ivr.speech.dispatch import speech_queue
from ivr.speech.jobs import Outcome, Task, Workplace, perform
from ivr.speech.text.write import prepare

log = structlog.get_logger()

CRASHES = 3
"""A job that has killed its process this often is not tried again."""

_CRASHED = (
    f"The recording has brought its worker down {CRASHES} times, so it was not turned into words; "
    "please listen to it."
)


class _Desk:
    """What a job's process inherits from the worker; RQ calls jobs by name, with data only."""

    def __init__(self, place: Workplace, redis: Redis) -> None:
        self.place = place
        self.redis = redis


_desk: _Desk | None = None


def run_worker(settings: Settings, *, burst: bool = False) -> None:
    """Work off speech jobs until SIGTERM or SIGINT; with `burst` until there are none.

    Raises `StateUnavailable` where Redis cannot be reached at the start; later it is waited for.
    """
    global _desk
    redis = connect(settings, reply_seconds=None)
    apart = WhisperApart()
    recognisers = Recognisers(settings.speech_models, lambda: apart)
    records = open_records(settings.database_url)
    _desk = _Desk(Workplace(settings, records, recognisers, lambda: datetime.now(UTC)), redis)
    try:
        worker = SpeechWorker(recognisers, apart, redis)
        worker.prepare_models()
        prepare()
        worker.work(burst=burst, logging_level="WARNING")
    except RedisError as error:
        raise StateUnavailable(
            "The speech worker cannot reach Redis; start it, or check IVR_REDIS_URL."
        ) from error
    finally:
        apart.stop()


def work_off(key: str, item_id: int, kind: str, recording_id: str, since: str) -> None:
    """One job, as RQ calls it: `key` is the outbox row's, the rest as in `Task`."""
    if _desk is None:
        raise ProcessError("Speech jobs run in `python -m ivr worker` only.")
    place, starts = _desk.place, keys.speech_starts(key)
    begun = int(_desk.redis.incr(starts))
    _desk.redis.expire(starts, keys.SPEECH_STARTS_TTL_SECONDS)
    try:
        if begun > CRASHES:
            log.error("speech job crashed too often", recording=recording_id, kind=kind)
            place.records.set_aside(recording_id, _CRASHED, place.now())
        else:
            task = Task(item_id, OutboxKind(kind), recording_id, datetime.fromisoformat(since))
            _perform(_desk, task)
    except RecogniserDied as error:  # counts as this process's own death would
        log.error("speech job crashed", recording=recording_id, kind=kind, error=str(error))
        figures.count(_desk.redis, figures.CRASHED)
        return
    except RecordsError as error:
        # Nothing could be noted; the row's lease ends and the job is handed out again.
        log.error("speech job has no records", recording=recording_id, kind=kind, error=str(error))
    _desk.redis.delete(starts)


def _perform(desk: _Desk, task: Task) -> None:
    """Do the task, and count it."""
    begun = time.monotonic()
    outcome = perform(desk.place, task)
    figures.count(desk.redis, outcome)
    recording = desk.place.records.recording(task.subject)
    if recording:
        jobs_changed(desk.redis, recording.client)
    if outcome is Outcome.DONE and task.kind is OutboxKind.TRANSCRIBE and recording:
        figures.count_words(desk.redis, recording.seconds, time.monotonic() - begun)


class SpeechWorker(Worker):
    """RQ's worker, tuned so that a killed one's job is found within 15 seconds."""

    max_connection_wait_time = 5.0

    def __init__(self, recognisers: Recognisers, apart: WhisperApart, redis: Redis) -> None:
        self._recognisers = recognisers
        self._apart = apart
        super().__init__(
            [speech_queue(redis)],  # one queue: several would lose a job popped as we die
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

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork, with all models in memory that were installed by now."""
        self.prepare_models()
        super().fork_work_horse(job, queue)

    def prepare_models(self) -> None:
        """Load what the jobs need; what cannot be loaded is logged and left out."""
        self._recognisers.preload()
        if not whisper.is_installed():
            return
        try:
            self._apart.keep_running()
        except SpeechError as error:
            log.error("speech model left out", language="en", reason=str(error))

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
