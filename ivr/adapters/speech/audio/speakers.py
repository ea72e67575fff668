"""Who says what, in recordings that have each side of a call in a channel of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.adapters.speech.audio.files import Audio
from ivr.adapters.speech.recognisers.recogniser import Recogniser
from ivr.core.records.message import Transcript


def heard(recogniser: Recogniser, audio: Audio, speakers: Sequence[str]) -> tuple[Transcript, ...]:
    """What `recogniser` hears: where each of the `speakers` has a channel, each by itself, with the
    speaker at every word."""
    if audio.channels != len(speakers):
        return (recogniser.transcribe(audio),)
    return tuple(
        _said_by(speaker, recogniser.transcribe(audio.channel(number)))
        for number, speaker in enumerate(speakers)
    )


def _said_by(speaker: str, transcript: Transcript) -> Transcript:
    words = tuple(replace(word, speaker=speaker) for word in transcript.words)
    return replace(transcript, words=words)
