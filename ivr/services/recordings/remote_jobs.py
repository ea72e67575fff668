"""What a job says to a worker that has no database, and what that hands in, as JSON can have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import Any

from ivr.core.records.message import Transcript, Word
from ivr.core.records.recording import Recording
from ivr.errors import AudioRefused, LinkLapsed, ModelMissing, SpeechError, StorageError, TangoError
from ivr.services.recording_links import RecordingLinks

Json = Mapping[str, Any]

_FAILURES: dict[str, type[TangoError]] = {
    each.__name__: each for each in (AudioRefused, LinkLapsed, ModelMissing, StorageError)
}


@dataclass(frozen=True, slots=True)
class TranscriptionRequest:
    """How a recording is to be turned into words, and where it is: called `audio` in the storage,
    or by the server's link with `token`. No name, number or word of anybody is in it."""

    language: str
    recogniser: str | None
    model: str | None
    speakers: tuple[str, str]
    audio: str
    token: str

    def to_json(self) -> Json:
        """As it is written into the job."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Json | None) -> TranscriptionRequest:
        """What was written. Raises `SpeechError` where that is no request."""
        try:
            first, second = (data or {})["speakers"]
            return cls(**{**(data or {}), "speakers": (first, second)})
        except (KeyError, TypeError, ValueError) as error:
            raise SpeechError(f"A speech job cannot be read ({error!r}).") from error


@dataclass(frozen=True, slots=True)
class TranscriptionResult:
    """What came of a request: what was heard, each side of the call by itself, or a `failure`.

    `seconds` of audio took `work_seconds` to be turned into words.
    """

    sides: tuple[Transcript, ...] = ()
    failure: Exception | None = None
    seconds: float = 0.0
    work_seconds: float = 0.0

    def to_json(self) -> Json:
        """As it is handed in."""
        return {
            "sides": [_written(side) for side in self.sides],
            "failure": _failure(self.failure) if self.failure else None,
            "seconds": self.seconds,
            "work_seconds": self.work_seconds,
        }

    @classmethod
    def from_json(cls, data: Json) -> TranscriptionResult:
        """What was handed in: words or a failure, never neither."""
        try:
            failure = data["failure"]
            if failure:
                kind = _FAILURES.get(failure["kind"], SpeechError)
                return cls(failure=kind(str(failure["reason"])))
            sides = tuple(_read(**side) for side in data["sides"])
            if not sides:
                raise ValueError("there are none")
            return cls(sides, None, float(data["seconds"]), float(data["work_seconds"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            unreadable = SpeechError(f"The words of a recording cannot be read ({error!r}).")
            return cls(failure=unreadable)


def request_for(recording: Recording, links: RecordingLinks, now: datetime) -> TranscriptionRequest:
    """What a job for this recording says; its link holds as from `now`."""
    wish = recording.hearing
    return TranscriptionRequest(
        recording.language,
        wish.recogniser,
        wish.model,
        recording.speakers,
        recording.audio or "",
        links.token(recording.id, now),
    )


def _failure(error: Exception) -> Json:
    known = next((name for name, kind in _FAILURES.items() if isinstance(error, kind)), "")
    return {"kind": known, "reason": str(error)}


def _written(side: Transcript) -> Json:
    return {
        "recogniser": side.recogniser,
        "model": side.model,
        "version": side.version,
        "words": [astuple(word) for word in side.words],
    }


def _read(recogniser: str, model: str, version: str, words: Sequence[Sequence[Any]]) -> Transcript:
    read = tuple(Word(*word) for word in words)
    text = " ".join(word.word for word in read)
    return Transcript(text, read, str(recogniser), str(model), str(version))
