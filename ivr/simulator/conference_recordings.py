"""Recordings of conferences: as long as people have talked, and silent.

https://www.twilio.com/docs/voice/twiml/conference#record, /docs/voice/api/recording
"""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from email.utils import format_datetime

from ivr.simulator.conference_events import EventCallback, Teller
from ivr.simulator.recordings import Recording, Recordings

RATE = 8000


@dataclass(slots=True)
class ConferenceRecording:
    """The recording of one conference, from its start to its end or until it is stopped."""

    recordings: Recordings
    base_url: str
    callback: EventCallback | None = None
    recording: Recording | None = None
    _seconds: float = 0.0
    _skips: bool = False

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

    def change(self, status: str, pause_behavior: str) -> None:
        """Pause or go on."""
        if self.recording:
            self.recording.state = status
            self._skips = pause_behavior == "skip"

    def end(self, teller: Teller) -> None:
        """It is over: it can be fetched, and the server is told; only the first time counts."""
        recording = self.recording
        if recording is None or not self.running:
            return
        recording.seconds = round(self._seconds)
        recording.audio = _silence(recording.seconds)
        recording.state = "completed"
        recording.available = True
        if self.callback and "completed" in self.callback.wanted:
            form = {
                "ConferenceSid": recording.conference_sid or "",
                "RecordingSid": recording.sid,
                "RecordingUrl": f"{self.base_url}/Recordings/{recording.sid}",
                "RecordingStatus": "completed",
                "RecordingDuration": str(recording.seconds),
                "RecordingChannels": "1",
                "RecordingStartTime": format_datetime(recording.started),
                "RecordingSource": recording.source,
            }
            teller.tell(self.callback.url, self.callback.method, form)


def _silence(seconds: int) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(RATE)
        audio.writeframes(bytes(2 * RATE * seconds))
    return buffer.getvalue()
