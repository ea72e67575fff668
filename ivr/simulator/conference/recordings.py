"""Recordings of conferences: as long as people have talked, with what they have said aloud.

The first channel has whoever joined first, the second everybody else.
https://www.twilio.com/docs/voice/twiml/conference#record, /docs/voice/api/recording,
https://www.twilio.com/en-us/changelog/dual-channel-voice-conference-recordings
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.errors import SimulatorError
from ivr.simulator.conference.events import ConferenceNotifier, EventCallback
from ivr.simulator.recordings import Fate, Recording, Recordings

RATE = 8000

Samples = npt.NDArray[np.int16]


@dataclass(slots=True)
class ConferenceRecording:
    """The recording of one conference, from its start to its end or until it is stopped.

    With `dual` the carrier keeps two channels. `become` says what comes of it.
    """

    recordings: Recordings
    base_url: str
    callback: EventCallback | None = None
    dual: bool = True
    become: Fate = "completed"
    recording: Recording | None = None
    _seconds: float = 0.0
    _skips: bool = False
    _said: list[tuple[float, int, Samples]] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether it can be paused, resumed and stopped."""
        return self.recording is not None and self.recording.state in ("in-progress", "paused")

    def start(self, conference_sid: str) -> None:
        """The first two are connected."""
        self.recording = Recording(
            call_sid="",
            audio=b"",
            seconds=0,
            conference_sid=conference_sid,
            source="Conference",
            state="in-progress",
        )
        self.recordings.add(self.recording)

    def pass_time(self, seconds: float) -> None:
        """People have talked; a pause that skips leaves no trace, one of silence does."""
        if self.recording and (self.recording.state == "in-progress" or not self._skips):
            self._seconds += seconds if self.running else 0

    def hear(self, aloud: Path, first: bool) -> None:
        """Somebody says what is in a file of telephone audio: the `first` who joined, or another.

        It takes no time of its own, so what is said next comes after it.
        """
        samples, rate = soundfile.read(aloud, dtype="int16")
        if rate != RATE or samples.ndim != 1:
            raise SimulatorError(f"{aloud} is not telephone audio: one channel at {RATE} Hz.")
        if self.recording and self.recording.state == "in-progress":
            begin = max([self._seconds, *(at + len(heard) / RATE for at, _, heard in self._said)])
            self._said.append((begin, 0 if first else 1, samples))

    def change(self, status: str, pause_behavior: str) -> None:
        """Pause or go on."""
        if self.recording:
            self.recording.state = status
            self._skips = pause_behavior == "skip"

    def end(self, teller: ConferenceNotifier) -> None:
        """It is over: it can be fetched, and the server is told; only the first time counts."""
        recording = self.recording
        if recording is None or not self.running:
            return
        both = self._both()
        recording.seconds = round(len(both) / RATE)
        recording.audio = _wav(
            both.astype(np.int32).sum(axis=1).clip(-32768, 32767).astype(np.int16)
        )
        recording.dual = _wav(both) if self.dual else None
        recording.settle(self.become)
        told = self.callback.wanted if self.callback else ()
        if self.callback and (self.become in told or self.become == "failed"):
            form = {
                "ConferenceSid": recording.conference_sid or "",
                "RecordingSid": recording.sid,
                "RecordingUrl": f"{self.base_url}/Recordings/{recording.sid}",
                "RecordingStatus": recording.status,
                "RecordingDuration": str(recording.seconds),
                "RecordingChannels": "2" if self.dual else "1",
                "RecordingStartTime": format_datetime(recording.started),
                "RecordingSource": recording.source,
                "ErrorCode": str(recording.error_code or 0),
            }
            teller.tell(self.callback.url, self.callback.method, form)

    def _both(self) -> Samples:
        """Both channels, side by side."""
        ends = [at + len(heard) / RATE for at, _, heard in self._said]
        both = np.zeros((round(RATE * max([self._seconds, *ends])), 2), dtype=np.int16)
        for at, channel, heard in self._said:
            begin = round(at * RATE)
            both[begin : begin + len(heard), channel] = heard[: len(both) - begin]
        return both


def _wav(samples: Samples) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, RATE, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
