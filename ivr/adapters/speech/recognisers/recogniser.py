"""What every recogniser is to the rest of Tango."""

from __future__ import annotations

from typing import Protocol

from ivr.adapters.speech.audio.files import Audio
from ivr.core.records.message import Transcript


class Recogniser(Protocol):
    """Turns audio of one language into words.

    `name` and `model` are stored with every transcript; `language` is a BCP 47 tag.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def language(self) -> str: ...

    def transcribe(self, audio: Audio) -> Transcript:
        """The words of `audio`, with times; no words at all where nothing is said.

        Raises `AudioRefused` for damage within the audio, `SpeechError` where the recogniser
        fails.
        """
        ...
