"""The audio and the recognisers of this machine, for the jobs of recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ivr.adapters.speech.audio.files import open_audio
from ivr.adapters.speech.audio.silence import silence
from ivr.adapters.speech.audio.speakers import heard
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.twilio.recording_audio import fetch_recording
from ivr.core.records.message import Transcript
from ivr.core.records.recording import Recording
from ivr.services.recording_storage import RecordingStorage
from ivr.services.recordings.speech_tools import AudioFacts
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class LocalSpeech:
    """`SpeechTools` with the carrier of `settings` and these recognisers."""

    settings: Settings
    recognisers: Recognisers

    def fetch(self, url: str, file: IO[bytes], channels: int | None) -> None:
        """Write the recording at the carrier's `url` to `file`."""
        fetch_recording(url, self.settings, file, channels)

    def measure(self, path: Path) -> AudioFacts:
        """What an audio file is."""
        audio = open_audio(path)
        return AudioFacts(audio.seconds, audio.channels)

    def transcribe(self, path: Path, recording: Recording) -> Sequence[Transcript]:
        """What is said in an audio file."""
        audio, wish = open_audio(path), recording.hearing
        recogniser = self.recognisers.wished(recording.language, wish.recogniser, wish.model)
        return heard(recogniser, audio, recording.speakers)

    def silence(
        self, storage: RecordingStorage, name: str, stretches: Sequence[tuple[float, float]]
    ) -> None:
        """Put silence in place of `stretches` of a stored recording."""
        silence(storage, name, stretches)
