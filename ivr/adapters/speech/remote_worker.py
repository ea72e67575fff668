"""Turning recordings into words on another machine, which has a Redis URL and speech models.

The job says what is to be done (`TranscriptionRequest`). The recording comes from the storage that
both machines share, or by the server's link, and stays here for as long as it is listened to. The
words go back as a job of their own, which one of the server's workers takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rq.timeouts import JobTimeoutException

from ivr.adapters.redis.server import Connection
from ivr.adapters.redis.speech_dispatch import hand_in
from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.audio.speakers import heard
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.core.transcript.task import Task
from ivr.errors import AudioRefused, RecogniserDied, StateUnavailable
from ivr.services.recordings.remote_jobs import TranscriptionRequest, TranscriptionResult

PATIENCE_SECONDS = 60.0
"""Redis may start anew while words are handed in."""

_PAUSE_SECONDS = 0.5

Local = Callable[[TranscriptionRequest], AbstractContextManager[Path]]
"""The file of a request's recording on this machine, for as long as the block lasts."""


class RemoteWorker:
    """A worker's jobs where neither database nor, perhaps, the storage of recordings is."""

    def __init__(self, redis: Connection, recognisers: Recognisers, local: Local) -> None:
        self._redis = redis
        self._recognisers = recognisers
        self._local = local

    def perform(self, task: Task, request: dict[str, Any] | None) -> None:
        """Transcribe one recording and hand in the words, or why there are none.

        Raises `StateUnavailable` where that cannot be handed in, `RecogniserDied` and
        `JobTimeoutException`: the row's lease then ends by itself.
        """
        try:
            result = self._transcribed(TranscriptionRequest.from_json(request))
        except (RecogniserDied, JobTimeoutException):
            raise
        except Exception as error:
            result = TranscriptionResult(failure=error)
        self._hand_in(task, result)

    def set_aside(self, task: Task, reason: str) -> None:
        """Have a recording set aside. Raises `StateUnavailable`."""
        self._hand_in(task, TranscriptionResult(failure=AudioRefused(reason)))

    def _transcribed(self, request: TranscriptionRequest) -> TranscriptionResult:
        begun = time.monotonic()
        wish = (request.recogniser, request.model)
        recogniser = self._recognisers.wished(request.language, *wish)
        with self._local(request) as path:
            audio = open_audio(path)
            sides = heard(recogniser, audio, request.speakers)
        return TranscriptionResult(sides, None, audio.seconds, time.monotonic() - begun)

    def _hand_in(self, task: Task, result: TranscriptionResult) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return hand_in(self._redis, task, result)
            except StateUnavailable:
                if time.monotonic() > end:
                    raise
                time.sleep(_PAUSE_SECONDS)
