"""The recordings that the carrier keeps, and their REST form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from threading import Lock
from typing import Literal

import soundfile

from ivr.simulator.identity import new_sid

Fate = Literal["completed", "absent", "failed"]
ABSENT_AS_SILENT, NOT_STORED = 16102, 16105
"""https://www.twilio.com/docs/api/errors/16102, …/16105"""


@dataclass(slots=True)
class Recording:
    """One recording. Until `available`, its audio cannot be fetched, as at Twilio.

    `state` is what is being done to it, or why there will never be audio, with its `error_code`;
    None once it is over and all is well. `dual` is the same audio in two
    channels, None where it was made in one.
    """

    call_sid: str
    audio: bytes
    seconds: int
    sid: str = field(default_factory=lambda: new_sid("RE"))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    available: bool = False
    conference_sid: str | None = None
    source: str = "RecordVerb"
    state: str | None = None
    error_code: int | None = None
    dual: bytes | None = None

    def settle(self, become: Fate) -> None:
        """It is over: there is audio that can be fetched, or there will never be."""
        self.state = None
        if become == "completed":
            self.available = True
        else:
            self.state = become
            self.error_code = ABSENT_AS_SILENT if become == "absent" else NOT_STORED

    @property
    def status(self) -> str:
        """in-progress, paused or stopped while it is made; then processing, and completed,
        absent or failed."""
        return self.state or ("completed" if self.available else "processing")

    def as_json(self, account_sid: str) -> dict[str, object]:
        """https://www.twilio.com/docs/voice/api/recording#recording-properties"""
        date = format_datetime(self.started)
        uri = f"/2010-04-01/Accounts/{account_sid}/Recordings/{self.sid}"
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "call_sid": self.call_sid or None,
            "channels": 1 if self.dual is None else 2,
            "conference_sid": self.conference_sid,
            "date_created": date,
            "date_updated": date,
            "duration": str(self.seconds),
            "encryption_details": None,
            "error_code": self.error_code,
            "media_url": f"https://api.twilio.com{uri}",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "source": self.source,
            "start_time": date,
            "status": self.status,
            "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
            "uri": f"{uri}.json",
        }


class Recordings:
    """All recordings of the account, by SID."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_sid: dict[str, Recording] = {}

    def add(self, recording: Recording) -> None:
        """Keep a recording."""
        with self._lock:
            self._by_sid[recording.sid] = recording

    def get(self, sid: str) -> Recording | None:
        """The recording, or None."""
        with self._lock:
            return self._by_sid.get(sid)

    def delete(self, sid: str) -> bool:
        """Delete a recording; False if there is none."""
        with self._lock:
            return self._by_sid.pop(sid, None) is not None

    def newest(self) -> list[Recording]:
        """All that there are, the newest first."""
        with self._lock:
            return list(reversed(self._by_sid.values()))

    def __len__(self) -> int:
        return len(self._by_sid)


def seconds_of(path: Path) -> int:
    """The length of an audio file in whole seconds, at least 1.

    A file that is not audio counts as 8 kHz μ-law, one byte per sample: what a telephone line
    would have carried in the place of those bytes.
    """
    try:
        return max(1, round(float(soundfile.info(path).duration)))
    except soundfile.LibsndfileError:
        return max(1, round(path.stat().st_size / 8000))
