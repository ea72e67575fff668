"""RQ's worker as speech jobs need it: a process for each job, at the queues of what it hears."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from redis import Redis
from rq import Queue, Worker, worker_registration
from rq.job import Job
from rq.serializers import JSONSerializer

from ivr.adapters.files.heartbeats import NOBODY_WATCHES
from ivr.adapters.redis.speech_dispatch import (
    fetching_queue,
    hearing_queues,
    languages,
    words_queue,
)
from ivr.adapters.redis.speech_starts import SpeechStarts
from ivr.adapters.redis.worker_stats import CRASHED, count
from ivr.core.transcript.abilities import primary

log = structlog.get_logger()

HEARTBEAT_SECONDS = 60.0
"""RQ waits ten seconds for a job, and for a Redis that is away some more."""

LOAD_SECONDS = 300.0
"""A speech model of two gigabytes from a slow disk."""


class SpeechWorker(Worker):
    """RQ's worker, tuned so that a killed one's job is found within 15 seconds.

    `load` loads what its jobs hear with, and returns the abilities that there are; without it
    the worker does not hear. One that `fetches` also takes what only the server's own can do.
    """

    max_connection_wait_time = 5.0
    pulse = NOBODY_WATCHES.pulse()

    def __init__(
        self, redis: Redis, load: Callable[[], tuple[str, ...]] | None, *, fetches: bool
    ) -> None:
        self._load = load
        self._own = [words_queue(redis), fetching_queue(redis)] * fetches
        # Whoever dies with a job just taken from one of several queues has lost it: it is handed
        # out again when the row's lease ends.
        super().__init__(
            self._own + hearing_queues(redis) * (load is not None),
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
        if self._load is not None and not self._own:
            _say_what_is_heard(self.connection, self._load())

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
        if self._load is None:
            return
        self.pulse.beat(LOAD_SECONDS)
        queues = self._own + hearing_queues(self.connection, self._load())
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
            SpeechStarts(self.connection).end(self.execution.job_id)

    def handle_work_horse_killed(self, job: Job, retpid: int, ret_val: int, rusage: Any) -> None:
        """Say so: the job's own process cannot any more."""
        log.error("speech job crashed", job=job.id, status=ret_val)
        count(self.connection, CRASHED)


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
