"""An installation whose relay is the test and whose workers are real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from redis import Redis

from ivr.adapters.redis.speech_dispatch import LEASE, dispatch_once, speech_queues
from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import Message
from ivr.services.recording_links import RecordingLinks
from ivr.settings import Settings

WORKER = """
import sys
from ivr.settings import load_settings
from ivr.processes.speech.worker import run_worker
how = sys.argv[1]
run_worker(load_settings(dotenv=None), burst=how == "burst", hears=how != "fetch")
"""
SECONDS = 60
PROJECT = Path(__file__).parents[3]
APART = "ivr.adapters.speech.recognisers.apart"


class Agency:
    """An installation whose relay is the test and whose workers are real processes."""

    def __init__(self, settings: Settings, records: SqlRecords, redis: Redis, models: Path) -> None:
        self.settings, self.records, self.redis = settings, records, redis
        self.models, self.clock = models, datetime.now(UTC)  # the workers' own clock
        self.api_url = ""
        self.more: dict[str, str] = {}
        self.links = RecordingLinks(settings.secret_key)
        self.output: int | None = None  # as for `subprocess`; None: the test's own
        self.workers: list[subprocess.Popen[bytes]] = []

    def dispatch(self) -> int:
        """What the relay does, one lease later each time."""
        self.clock += LEASE + timedelta(seconds=1)
        return dispatch_once(self.records, self.redis, self.links, self.clock)

    def start(self, how: str = "burst") -> subprocess.Popen[bytes]:
        environ = dict(os.environ) | self._environ()
        return self._run(["-c", WORKER, how], environ, self.settings.data)

    def _environ(self) -> dict[str, str]:
        return {
            "IVR_DATA": str(self.settings.data),
            "IVR_RECORDINGS": str(self.settings.recordings),
            "IVR_DATABASE_URL": self.settings.database_url,
            "IVR_REDIS_URL": str(self.settings.redis_url),
            "IVR_SPEECH_MODELS": str(self.models),
            "IVR_TWILIO_API_URL": self.api_url,
        } | self.more

    def start_remote(self, folder: Path, **more: str) -> subprocess.Popen[bytes]:
        """`python -m ivr worker` in an empty folder, as on another machine: it has the URL of
        Redis, speech models, and nothing else of ours but `more` settings."""
        folder.mkdir()
        known = {
            "IVR_REDIS_URL": str(self.settings.redis_url),
            "IVR_SPEECH_MODELS": str(self.models),
        }
        return self._run(["-m", "ivr", "worker"], known | more, folder)

    def start_fetcher(self) -> subprocess.Popen[bytes]:
        """The process of `serve` that takes in what remote workers hand in."""
        return self.start("fetch")

    def _run(
        self, arguments: list[str], environ: dict[str, str], folder: Path
    ) -> subprocess.Popen[bytes]:
        plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.workers.append(
            subprocess.Popen(
                [sys.executable, *arguments],
                env=plain | {"PYTHONPATH": str(PROJECT)} | environ,
                cwd=folder,
                stdout=self.output,
                stderr=self.output,
            )
        )
        return self.workers[-1]

    def work(self) -> None:
        """Dispatch and work until nothing is left to do."""
        while self.dispatch():
            assert self.start().wait(SECONDS) == 0

    def running(self) -> list[str]:
        """The keys of the jobs that some worker is at."""
        queues = speech_queues(self.redis)
        return [key for queue in queues for key in queue.started_job_registry.get_job_ids()]

    def message(self, message_id: str) -> Message:
        message = self.records.messages.find(message_id)
        assert message is not None
        return message


def until(condition: Callable[[], object], seconds: float = SECONDS, pause: float = 0.01) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        threading.Event().wait(pause)


def jobs(pid: int) -> list[int]:
    """The jobs at work, each a process, of the worker `pid`."""
    return [child.pid for child in psutil.Process(pid).children() if not _is_whisper(child)]


def whispers(pid: int) -> list[psutil.Process]:
    """The processes of the recogniser Whisper that `pid` itself has started.

    Not those of its children: a whole system may run beside this test.
    """
    return [child for child in psutil.Process(pid).children() if _is_whisper(child)]


def _is_whisper(process: psutil.Process) -> bool:
    try:
        return APART in process.cmdline()
    except psutil.Error:  # it has just died
        return False


def kill_jobs(worker: subprocess.Popen[bytes]) -> None:
    """Kill what the worker has at work, and not the worker."""
    for child in jobs(worker.pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def kill_all(worker: subprocess.Popen[bytes]) -> None:
    """Kill the worker and what it has at work."""
    kill_jobs(worker)
    worker.kill()
    worker.wait()
