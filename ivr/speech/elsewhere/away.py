"""Hearing on another machine, which has a Redis URL and speech models, and nothing of the server's.

What is to be heard is asked of the server's desk (`desk.py`), the recording fetched from
there, and the words handed in there. The recording stays here for as long as it is heard, in a file
without a name: it is gone with the job, however that ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from redis import Redis
from rq.timeouts import JobTimeoutException

from ivr.adapters.files.nameless import nameless_file
from ivr.errors import AudioRefused, DeskSilent, ModelMissing, RecogniserDied, SpeechError
from ivr.speech.audio.files import Audio, open_audio
from ivr.speech.audio.speakers import heard
from ivr.speech.elsewhere import rpc
from ivr.speech.elsewhere.rpc import RpcMessage
from ivr.speech.elsewhere.wire import sides_to, task_to
from ivr.speech.jobs import Report, Task, TaskOutcome
from ivr.speech.recognisers.choose import Recognisers

WORDS_SECONDS = 30.0
"""So long the server may take to write down what was heard in an hour."""


class Away:
    """A worker's jobs where neither database nor recordings are."""

    def __init__(
        self, redis: Redis, recognisers: Recognisers, patience: float = rpc.PATIENCE_SECONDS
    ) -> None:
        """`patience` is for how many seconds the server may not answer."""
        self._redis = redis
        self._recognisers = recognisers
        self._patience = patience

    def perform(self, task: Task) -> Report:
        """Hear one recording, or have the server note why not.

        Raises `DeskSilent` where the server does not answer, `RecogniserDied` and
        `JobTimeoutException`: the row's lease then ends by itself.
        """
        try:
            return self._heard(task)
        except (DeskSilent, RecogniserDied, JobTimeoutException):
            raise
        except Exception as error:
            return Report(self._failed(task, error))

    def set_aside(self, task: Task, reason: str) -> None:
        """Have a recording set aside. Raises `DeskSilent`."""
        self._failed(task, AudioRefused(reason))

    def _heard(self, task: Task) -> Report:
        first = self._ask(task, "what")
        offer = first.head
        if "outcome" in offer:
            return Report(TaskOutcome(offer["outcome"]))
        recogniser = self._recognisers.wished(**offer["hear"])
        with nameless_file() as (file, path):
            for piece in self._pieces(task, first):
                file.write(piece)
            file.flush()
            audio: Audio = open_audio(path)
            sides = heard(recogniser, audio, offer["speakers"])
        kept = self._ask(task, "words", sides_to(sides), again=WORDS_SECONDS)
        return Report(TaskOutcome(kept.head["outcome"]), audio.seconds)

    def _pieces(self, task: Task, first: RpcMessage) -> Iterator[bytes]:
        """The recording, one piece after the other."""
        yield first.body
        come, offer = len(first.body), first.head
        while come < offer["bytes"]:
            answer = self._ask(task, "audio", offset=come, stamp=offer["stamp"])
            if not answer.body:
                raise SpeechError("The recording is not to be had any more; it is heard again.")
            come += len(answer.body)
            yield answer.body

    def _failed(self, task: Task, error: Exception) -> TaskOutcome:
        known = next((k for k in (AudioRefused, ModelMissing) if isinstance(error, k)), SpeechError)
        answer = self._ask(task, "failure", error=known.__name__, reason=str(error))
        return TaskOutcome(answer.head["outcome"])

    def _ask(
        self,
        task: Task,
        what: str,
        body: bytes = b"",
        again: float = rpc.AGAIN_SECONDS,
        **more: object,
    ) -> RpcMessage:
        question = RpcMessage({"ask": what, "task": task_to(task), **more}, body)
        answer = rpc.ask(self._redis, question, again, self._patience)
        if "error" in answer.head:
            raise SpeechError(f"The server could not answer: {answer.head['error']}")
        return answer
