"""What the jobs of recordings ask of the carrier, of audio files and of recognisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from ivr.core.records.message import Transcript
from ivr.core.records.recording import Recording
from ivr.services.recording_storage import RecordingStorage


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """How long an audio file is, and how many channels it has."""

    seconds: float
    channels: int


class SpeechTools(Protocol):
    """Fetches audio, and makes words of it."""

    def fetch(self, url: str, file: IO[bytes], channels: int | None) -> None:
        """Write the recording at the carrier's `url` to `file`. Raises `AudioRefused` where it
        never will come, and `CarrierError`."""

    def measure(self, path: Path) -> AudioFacts:
        """What an audio file is. Raises `AudioRefused` where it is none."""

    def transcribe(self, path: Path, recording: Recording) -> Sequence[Transcript]:
        """What is said in an audio file, each side of the call by itself.

        Raises `AudioRefused`, `ModelMissing` and `RecogniserDied`.
        """

    def silence(
        self, storage: RecordingStorage, name: str, stretches: Sequence[tuple[float, float]]
    ) -> None:
        """Put silence in place of `stretches` (seconds) of a stored recording. Raises
        `AudioRefused` and `StorageError`."""
