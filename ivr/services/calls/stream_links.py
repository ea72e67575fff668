"""The URLs on which the carrier sends us a caller's sound.

https://www.twilio.com/docs/voice/twiml/stream
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

LASTS = timedelta(minutes=5)
"""A stream begins when its document does; this leaves time for long prompts before."""

PATH = "/twilio/stream/"


@dataclass(frozen=True, slots=True)
class StreamToken:
    """Which listening a stream belongs to: a call, and the number of the turn that began it."""

    call_sid: str
    turn: int


class StreamLinks:
    """Makes and reads the URLs. `clock` gives the time now (aware).

    The carrier signs the handshake of a stream as it signs webhooks; the token beside that ties
    a stream to one turn of one call. It cannot be a query, which Twilio does not support here.
    """

    def __init__(self, secret_key: str, public_url: str, clock: Callable[[], datetime]) -> None:
        self._tokens = URLSafeSerializer(secret_key, salt="live words")
        self._base = public_url.replace("http", "ws", 1) + PATH
        self._clock = clock

    def url(self, call_sid: str, turn: int) -> str:
        """The address of the stream for what is listened to in `turn`."""
        until = int((self._clock() + LASTS).timestamp())
        return f"{self._base}{self._tokens.dumps([call_sid, turn, until])}"

    def read(self, token: str) -> StreamToken | None:
        """What the end of such an address says; None where it is not ours or is too old."""
        try:
            call_sid, turn, until = self._tokens.loads(token)
        except BadData:
            return None
        return StreamToken(call_sid, turn) if until > self._clock().timestamp() else None
