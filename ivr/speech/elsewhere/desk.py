"""The server's side of hearing on other machines: it says what is to be heard, hands out the
recording piece by piece, and keeps the words.

It alone has the database, the folder and the carrier's account, and hands none of them out. Every
question may come twice and from a worker whose job is another's by now; what is not to be done any
more is said. `away.py` asks the questions, and `rpc.py` carries them.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from redis import Redis

from ivr.changes import jobs_changed
from ivr.errors import (
    AudioRefused,
    ModelMissing,
    RecordingMissing,
    RecordsError,
    RecordsUnavailable,
    SpeechError,
    StorageError,
)
from ivr.records.outbox import OutboxKind
from ivr.records.recordings.recording import Recording
from ivr.services.recording_storage import StoredRecording
from ivr.speech.elsewhere.rpc import RpcMessage
from ivr.speech.elsewhere.wire import sides_from, task_from
from ivr.speech.jobs import Task, TaskOutcome, Workplace, failed, keep_words, stored_name, to_do

log = structlog.get_logger()

PIECE_BYTES = 512 << 10
"""Half a minute of 16 bits at 8 kHz: little for Redis, and few ways for an hour."""

_FAILURES = {each.__name__: each for each in (AudioRefused, ModelMissing, SpeechError)}


@dataclass(frozen=True, slots=True)
class WorkerGateway:
    """Answers the questions of workers on other machines."""

    place: Workplace
    redis: Redis

    def answer(self, question: RpcMessage) -> RpcMessage:
        """The answer; where it goes wrong an `error` that says why.

        Raises `RecordsUnavailable`: it is for later, and so is the answer.
        """
        try:
            return self._answered(question)
        except RecordsUnavailable:
            raise
        except Exception as error:
            log.warning("question of a worker not answered", error=str(error), exc_info=True)
            return RpcMessage({"error": f"{type(error).__name__}: {error}"})

    def _answered(self, question: RpcMessage) -> RpcMessage:
        head = question.head
        task = task_from(head["task"])
        recording = to_do(self.place, task)
        if recording is None or task.kind is not OutboxKind.TRANSCRIBE:
            return _outcome(TaskOutcome.NOTHING_LEFT)
        match head["ask"]:
            case "what":
                return self._what(task, recording)
            case "audio":
                return self._audio(recording, int(head["offset"]), str(head["stamp"]))
            case "words":
                return self._finish(recording, self._kept(task, recording, question.body))
            case "failure":
                error = _FAILURES[head["error"]](str(head["reason"]))
                return self._finish(recording, failed(self.place, task, recording, error))
        raise SpeechError(f"A worker asks for {head['ask']!r}; it may be of another version.")

    def _what(self, task: Task, recording: Recording) -> RpcMessage:
        """How a recording is to be heard, and its first piece: short ones have no other."""
        try:
            name = stored_name(recording)
            found = self._found(name)
            first = self._piece(name, 0)
        except (AudioRefused, StorageError) as error:
            return self._finish(recording, failed(self.place, task, recording, error))
        wish = recording.hearing
        hear = {"language": recording.language, "recogniser": wish.recogniser, "model": wish.model}
        sides = {"speakers": recording.speakers}
        return RpcMessage({"hear": hear, **sides, "bytes": found.size, "stamp": found.tag}, first)

    def _audio(self, recording: Recording, offset: int, stamp: str) -> RpcMessage:
        """A piece of the recording, while it is the one that was asked about at first."""
        name = stored_name(recording)
        piece = self._piece(name, offset)
        if self._found(name).tag != stamp:
            raise SpeechError("The recording has changed meanwhile; it is heard again.")
        return RpcMessage({}, piece)

    def _kept(self, task: Task, recording: Recording, words: bytes) -> TaskOutcome:
        try:
            return keep_words(self.place, task, recording, sides_from(words))
        except RecordsError:
            raise
        except Exception as error:
            return failed(self.place, task, recording, error)

    def _found(self, name: str) -> StoredRecording:
        found = self.place.storage.find(name)
        if found is None:
            raise RecordingMissing(f"The recording {name} is not there.")
        return found

    def _piece(self, name: str, offset: int) -> bytes:
        with self.place.storage.open(name) as file:
            file.seek(offset)
            return file.read(PIECE_BYTES)

    def _finish(self, recording: Recording, outcome: TaskOutcome) -> RpcMessage:
        jobs_changed(self.redis, recording.client)
        return _outcome(outcome)


def _outcome(outcome: TaskOutcome) -> RpcMessage:
    return RpcMessage({"outcome": outcome})
