"""The two jobs of a recording, a message's or a conversation's: fetch its audio, then turn it into
words.

Each may run twice, and at any moment end without a trace: what counts is one transaction at its
end. What goes wrong is said in the records, never raised, so that nothing is left to a log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from rq.timeouts import JobTimeoutException

from ivr.core.recording_names import recording_name
from ivr.core.records.message import MessageState, Transcript, Word
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.recording import Recording
from ivr.core.transcript.cards import mask_cards
from ivr.core.transcript.dialogue import Dialogue, dialogue
from ivr.core.transcript.task import Task, TaskOutcome
from ivr.core.transcript.values import FormattedText
from ivr.core.transcript.write import write
from ivr.errors import (
    AudioRefused,
    LinkLapsed,
    ModelMissing,
    RecogniserDied,
    RecordsError,
    StorageError,
)
from ivr.services.protocols.records import Records
from ivr.services.recording_storage import RecordingStorage
from ivr.services.recordings.remote_jobs import TranscriptionResult
from ivr.services.recordings.speech_tools import SpeechTools

log = structlog.get_logger()

MODEL_WAIT = timedelta(minutes=3)
"""A recording for which no model is installed is tried this often, for as long as it takes."""

TRIED_FOR = timedelta(days=1)
"""Anything else that fails is tried for this long, then the recording is set aside."""

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What the jobs work with; `now` is the clock."""

    records: Records
    storage: RecordingStorage
    speech: SpeechTools
    now: Callable[[], datetime]


def perform(place: WorkerContext, task: Task) -> TaskOutcome:
    """Do `task`, or note why not and when it is tried again; returns what came of it.

    Raises `RecordsError` where that cannot be noted, `JobTimeoutException` where the time ran out
    and `RecogniserDied`: the row's lease then ends by itself.
    """
    recording = to_do(place, task)
    if recording is None:
        return TaskOutcome.NOTHING_LEFT
    try:
        return _WORK[task.kind](place, task, recording)
    except (RecordsError, JobTimeoutException, RecogniserDied):
        raise
    except Exception as error:
        return failed(place, task, recording, error)


def take_in(place: WorkerContext, task: Task, result: TranscriptionResult) -> TaskOutcome:
    """Keep what a worker without the database has handed in, as `perform` would have.

    Raises `RecordsError` and `JobTimeoutException`, as there.
    """
    recording = to_do(place, task)
    if recording is None:
        return TaskOutcome.NOTHING_LEFT
    if result.failure is not None:
        return failed(place, task, recording, result.failure)
    try:
        return keep_words(place, task, recording, result.sides)
    except (RecordsError, JobTimeoutException):
        raise
    except Exception as error:
        return failed(place, task, recording, error)


def to_do(place: WorkerContext, task: Task) -> Recording | None:
    """The recording of a task; None where there is nothing left to do, which is noted."""
    recording = place.records.recordings.find(task.subject)
    if recording is None or recording.state is not MessageState.RECORDED:
        place.records.outbox.finish(task.item_id, place.now())
        return None
    return recording


def failed(place: WorkerContext, task: Task, recording: Recording, error: Exception) -> TaskOutcome:
    """Note why a task could not be done, and when it is tried again."""
    bound = _bound(task, recording)
    if isinstance(error, AudioRefused):
        bound.warning("recording set aside", reason=str(error))
        place.records.recordings.set_aside(recording.id, str(error), place.now())
        return TaskOutcome.SET_ASIDE
    if isinstance(error, LinkLapsed):
        place.records.outbox.put_back(task.item_id, place.now(), str(error))
        return TaskOutcome.AGAIN
    if isinstance(error, ModelMissing):
        bound.warning("recording waits for a model", language=recording.language)
        place.records.outbox.put_back(task.item_id, place.now() + MODEL_WAIT, str(error))
        return TaskOutcome.NO_MODEL
    bound.warning("speech job failed", error=str(error), exc_info=error)
    return _try_again(place, task, error)


def fetch(place: WorkerContext, task: Task, recording: Recording) -> TaskOutcome:
    """Store a recording's audio, once it is known to be audio."""
    if recording.audio is None:  # else its twin was here
        if recording.recording_url is None:
            raise AudioRefused("The carrier never said where the recording is.")
        name = _name_for(recording)
        with place.storage.store(name) as file:
            place.speech.fetch(recording.recording_url, file, recording.channels)
            file.flush()
            audio = place.speech.measure(Path(file.name))
        place.records.recordings.audio_stored(
            recording.id, name, audio.seconds, place.now(), audio.channels
        )
    _bound(task, recording).info("speech job done")
    return TaskOutcome.DONE


def transcribe(place: WorkerContext, task: Task, recording: Recording) -> TaskOutcome:
    """Turn a recording's stored audio into words, and the words into text."""
    with place.storage.local(stored_name(recording)) as path:
        sides = place.speech.transcribe(path, recording)
    return keep_words(place, task, recording, sides)


def stored_name(recording: Recording) -> str:
    """The name of a recording in the storage. Raises `AudioRefused` where it never came."""
    if recording.audio is None:
        raise AudioRefused("The recording was never stored.")
    return recording.audio


def keep_words(
    place: WorkerContext, task: Task, recording: Recording, sides: Sequence[Transcript]
) -> TaskOutcome:
    """Write down what was heard, unless the words of another try are there meanwhile.

    Audio is silenced before the words are kept: were we to end in between, the audio would hold
    no card number any more, and is heard again.
    """
    words = [side.words for side in sides]
    if recording.hearing.mask_cards:
        masked = [mask_cards(each, recording.language) for each in words]
        silences = [(s.start, s.end) for each in masked for s in each.silences]
        place.speech.silence(place.storage, stored_name(recording), silences)
        words = [each.words for each in masked]
    transcript = _written(sides[0], words, recording)
    if not place.records.recordings.transcribed(
        recording.id, transcript, place.now(), task.promise
    ):
        return TaskOutcome.NOTHING_LEFT
    _bound(task, recording).info("speech job done")
    return TaskOutcome.DONE


def _written(side: Transcript, words: Sequence[Sequence[Word]], recording: Recording) -> Transcript:
    """A transcript by the recogniser of `side`, with its text as people write it."""

    def text(turn: Sequence[Word]) -> FormattedText:
        return write(turn, recording.language, recording.hearing.names, recording.caller)

    said = dialogue(words, text)
    return replace(side, **{name: getattr(said, name) for name in Dialogue.__slots__})


_WORK = {OutboxKind.FETCH: fetch, OutboxKind.TRANSCRIBE: transcribe}


def _bound(task: Task, recording: Recording) -> Any:
    """The log, with what the lines of a task have in common."""
    return log.bind(
        recording=recording.id, kind=task.kind, call_sid=recording.call_sid, client=recording.client
    )


def _name_for(recording: Recording) -> str:
    try:
        return recording_name(recording.client, recording.received_at, recording.id)
    except StorageError as error:
        raise AudioRefused(str(error)) from error


def _try_again(place: WorkerContext, task: Task, error: Exception) -> TaskOutcome:
    """Soon at first, then ever more rarely; after `TRIED_FOR` a person must see it."""
    now = place.now()
    age = now - task.since
    if age >= TRIED_FOR:
        what = "fetched" if task.kind is OutboxKind.FETCH else "turned into words"
        place.records.recordings.set_aside(
            task.subject, f"The recording could not be {what} for a day: {error}", now
        )
        return TaskOutcome.SET_ASIDE
    wait = min(max(age / 2, _FIRST_WAIT), _LONGEST_WAIT)
    place.records.outbox.put_back(task.item_id, now + wait, str(error))
    return TaskOutcome.AGAIN
