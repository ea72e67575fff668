"""Messages: what the two notes of one recording say, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ivr.core.delivery.contact_points import ContactPoint
from ivr.core.jobs.job import Opening


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; `start` and `end` in seconds from the start of the audio.

    `confidence` is 0 to 1 and only a hint: wrong words at 1.0 exist. `speaker` says whose word it
    is, where the recording tells.
    """

    word: str
    start: float
    end: float
    confidence: float
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A stretch of a written text, and the words `first` to `last` that it was made of.

    `confidence` is that of its words together, 0 to 1.
    """

    text: str
    first: int
    last: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a recording, and which recogniser and model heard them.

    `text` is as people write it, in `stretches`; `words` are as they were heard, without card
    numbers. `version` is the recogniser's own. `difference` says in words how a telephone number
    that the caller gave differs from the calling number.
    """

    text: str
    words: tuple[Word, ...]
    recogniser: str
    model: str
    version: str = ""
    stretches: tuple[TextSpan, ...] = ()
    number_given: str | None = None
    difference: str | None = None


@dataclass(frozen=True, slots=True)
class TranscriptionOptions:
    """How a client's recordings are to be heard.

    `names` are written as the client writes them. `recogniser` and `model` are wishes, None where
    any will do. `mask_cards` says whether card numbers are taken out.
    """

    names: tuple[str, ...] = ()
    recogniser: str | None = None
    model: str | None = None
    mask_cards: bool = True


@dataclass(frozen=True, slots=True)
class Recipient:
    """The client's person a message is for: where and how they are reached. Without an `email`
    nothing is sent."""

    name: str
    email: str | None
    reach: ContactPoint = field(default_factory=ContactPoint)


class Missing(StrEnum):
    """Why there is no recording and never will be, in the carrier's words.

    https://www.twilio.com/docs/voice/api/recording#recording-status-values
    """

    ABSENT = "absent"
    """It was too short, or silent."""
    FAILED = "failed"
    """Something was said, and the carrier has lost it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReport:
    """What the carrier says of a call's recording; `missing` where it has none."""

    recording_sid: str
    call_sid: str
    recording_url: str | None
    seconds: int
    missing: Missing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingNote:
    """What the carrier's recording callback says of a recording, with its client's facts.

    `recording_url` is None where it says that there is none: `missing` says why. `seconds` is the
    length of the audio, `received_at` is aware, `language` a BCP 47 tag and `timezone` an IANA
    name. `opening` is what is agreed of the job that the message opens. `caller` and `fields` are
    what the call's stored state knows of it, should its own turn never come.
    """

    recording_sid: str
    call_sid: str
    client: str
    kind: str
    node: str
    recording_url: str | None
    seconds: float
    received_at: datetime
    language: str
    timezone: str
    client_name: str
    recipient: Recipient
    opening: Opening
    hearing: TranscriptionOptions = TranscriptionOptions()
    missing: Missing | None = None
    caller: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNote:
    """What the call's own turn says of the same recording.

    `caller` is the caller's number as the carrier gave it, None where it is not known.
    `fields` holds what the flow collected before; `recording_url` is where the recording is going
    to be, should the carrier's callback be lost. `noted_at` is when this is told, where that is
    later than the message: the work that it promises counts from there. Units as in
    `RecordingNote`.
    """

    recording_sid: str
    call_sid: str
    client: str
    caller: str | None
    kind: str
    node: str
    fields: Mapping[str, str]
    seconds: float
    received_at: datetime
    language: str
    timezone: str
    client_name: str
    recipient: Recipient
    opening: Opening
    hearing: TranscriptionOptions = TranscriptionOptions()
    recording_url: str | None = None
    noted_at: datetime | None = None


class MessageState(StrEnum):
    """How far a message has come."""

    RECORDED = "recorded"
    TRANSCRIBED = "transcribed"
    SET_ASIDE = "set_aside"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {"recorded": "transcribing", "set_aside": "needs review"}.get(self, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is kept.

    `audio` is the path below the recordings folder, None until the audio is stored. `reason`
    says why a message was set aside. `recording_url` is None until the carrier's callback. Once it
    is delivered, at `delivered_at` for the first time, what it says does not change any more.
    `audio_gone_at` is when the recording was deleted because its time was over.
    """

    id: str
    recording_sid: str
    call_sid: str
    client: str
    caller: str | None
    kind: str
    node: str
    fields: Mapping[str, str]
    received_at: datetime
    seconds: float
    language: str
    timezone: str
    client_name: str
    recipient: Recipient
    hearing: TranscriptionOptions = TranscriptionOptions()
    recording_url: str | None
    audio: str | None
    state: MessageState
    reason: str | None
    transcript: Transcript | None
    delivered_at: datetime | None = None
    audio_gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be read instead of something in a delivered message, and why."""

    id: str
    message: str
    at: datetime
    by: str
    text: str
    why: str
