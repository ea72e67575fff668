"""Recordings that are to be heard, whoever owns them, and those of conversations. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ivr.core.records.message import MessageState, Transcript, TranscriptionOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording to be fetched and heard: a message's, or a conversation's.

    `id` is the message's or the conversation's recording; no two of either kind share one.
    `speakers` are whose voices the channels hold, in their order, where each side has a channel
    of its own; `channels` is how many are asked for, None for however many there are.
    """

    id: str
    call_sid: str | None
    client: str
    caller: str | None
    language: str
    hearing: TranscriptionOptions
    received_at: datetime
    seconds: float
    channels: int | None
    speakers: tuple[str, str]
    recording_url: str | None
    audio: str | None
    audio_gone_at: datetime | None
    state: MessageState


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecordingNote:
    """What the carrier says of a conversation's recording, with what is known of the conversation.

    `call_sid` and `client` are None where nobody knows whose it is. `seconds` is the length of the
    audio, `began_at` is aware, `language` a BCP 47 tag. `speakers` are whose voices its channels
    hold. `transcribe` says whether the client wants words. `absent` says why there is no audio,
    None where there is.
    """

    recording_sid: str
    conversation: str
    call_sid: str | None
    client: str | None
    caller: str | None
    language: str
    began_at: datetime
    seconds: float
    speakers: tuple[str, str]
    recording_url: str | None
    transcribe: bool = True
    hearing: TranscriptionOptions = field(default_factory=TranscriptionOptions)
    absent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRecording:
    """A recording of a conversation as it is kept; what is not said here is as in `Message`.

    `channels` is how many its audio has, None until it is stored, at `stored_at`. `settled_at` is
    when it was turned into words or set aside. Without `transcribe` it is only kept.
    """

    id: str
    recording_sid: str
    conversation: str
    call_sid: str | None
    client: str | None
    caller: str | None
    language: str
    began_at: datetime
    seconds: float
    channels: int | None
    speakers: tuple[str, str]
    recording_url: str | None
    audio: str | None
    stored_at: datetime | None
    state: MessageState
    reason: str | None
    settled_at: datetime | None
    transcribe: bool
    hearing: TranscriptionOptions
    transcript: Transcript | None
    audio_gone_at: datetime | None
