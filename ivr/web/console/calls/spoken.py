"""What a recording says, as pages show it and players play it: of messages and of conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ivr.core.records.message import TextSpan, Transcript
from ivr.core.transcript.values import DOUBTFUL


@dataclass(frozen=True, slots=True)
class Spoken:
    """A stretch of the text that can be played: `start` and `end` in seconds of the recording."""

    text: str
    start: float
    end: float
    confidence: float

    @property
    def doubtful(self) -> bool:
        """Whether one should listen before relying on it."""
        return self.confidence < DOUBTFUL


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """What one `speaker` says before another does; None where the recording does not tell."""

    speaker: str | None
    spoken: tuple[Spoken, ...]

    @property
    def at(self) -> str:
        """When it begins, as players show it."""
        return length(self.spoken[0].start) if self.spoken else ""


def turns(transcript: Transcript) -> Iterator[SpeakerTurn]:
    """What was said, turn by turn, in stretches that can be played."""
    words = transcript.words
    for speaker, turn in groupby(_stretches(transcript), lambda each: words[each.first].speaker):
        spoken = (
            Spoken(each.text, words[each.first].start, words[each.last].end, each.confidence)
            for each in turn
            if each.text
        )
        yield SpeakerTurn(speaker, tuple(spoken))


def _stretches(transcript: Transcript) -> Sequence[TextSpan]:
    """Those of the text; of a text from before they were kept, the words."""
    each_word = (
        TextSpan(word.word, at, at, word.confidence) for at, word in enumerate(transcript.words)
    )
    return transcript.stretches or tuple(each_word)


def length(seconds: float) -> str:
    """A length of time as players show it, such as `1:05`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
