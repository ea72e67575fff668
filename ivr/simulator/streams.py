"""`<Start><Stream>`: a copy of what the caller says, sent to the server over a WebSocket.

It is the unidirectional kind, which runs beside whatever the call does and knows no keys. A
stream takes real time, also where the call runs in virtual time.
https://www.twilio.com/docs/voice/twiml/stream,
https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

from __future__ import annotations

import base64
import io
import json
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import soundfile
from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as Refused

from ivr.errors import SimulatorError, TwimlRefused
from ivr.simulator.identity import new_sid
from ivr.simulator.webhooks import sign

if TYPE_CHECKING:
    from ivr.simulator.call import Call

FRAME_SECONDS = 0.02
FRAME_BYTES = 160
SILENCE = b"\xff" * FRAME_BYTES
BREAKS_AFTER = 25
"""Frames after which a stream breaks, where the carrier misbehaves so."""

OPEN_SECONDS = 10.0


class Streams:
    """The streams of one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._streams: list[_Stream] = []

    def start(self, url: str) -> None:
        """Begin a stream. Raises `TwimlRefused` for an address that Twilio would not take."""
        if self._call.exchange.options.misbehaviour.streams == "refused":
            self._call.note("note", "stream: cannot be connected, on purpose")
            return
        stream = _Stream(self._call, url, self._at_server(url))
        self._streams.append(stream)
        stream.thread.start()

    def say(self, path: Path) -> float:
        """Let the caller say what is in a file, on all streams; returns its length in seconds."""
        sound = _mu_law(path)
        for stream in self._streams:
            stream.say(sound)
        return len(sound) / FRAME_BYTES * FRAME_SECONDS

    @property
    def any_open(self) -> bool:
        """Whether the server still listens."""
        return any(stream.thread.is_alive() for stream in self._streams)

    def stop(self) -> None:
        """The call is over."""
        for stream in self._streams:
            stream.over.set()
        for stream in self._streams:
            stream.thread.join()

    def _at_server(self, url: str) -> str:
        options = self._call.exchange.options
        public = options.public_url.replace("http", "ws", 1)
        if not url.startswith(f"{public}/") or "?" in url:
            raise TwimlRefused(
                f'<Stream url="{url}">: it must be below {public}, where the carrier can reach '
                "the server, and have no query, which Twilio leaves out."
            )
        return options.server_url.replace("http", "ws", 1) + url.removeprefix(public)


class _Stream:
    """One stream: its thread connects, and then sends a frame every 20 ms until it is over."""

    def __init__(self, call: Call, url: str, address: str) -> None:
        self._call = call
        self._sid = new_sid("MZ")
        self._url, self._address = url, address
        self._sequence = 0
        self._waiting: deque[bytes] = deque()
        self._ready = Event()
        self.over = Event()
        self.thread = Thread(target=self._run, name=f"stream of {call.sid}", daemon=True)

    def say(self, sound: bytes) -> None:
        """Send `sound`, whole frames of μ-law, from now on."""
        if not self._ready.wait(OPEN_SECONDS):
            raise SimulatorError("A stream could not be opened in time; see the server's log.")
        self._waiting.extend(
            sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)
        )

    def _run(self) -> None:
        options = self._call.exchange.options
        try:
            socket = _Socket(
                self._address,
                headers={"x-twilio-signature": sign(options.auth_token, self._url, {})},
            )
        except (Refused, OSError) as error:
            self._call.exchange.faults.append(f"{self._url}: no stream ({error}), Twilio's 31920")
            return
        finally:
            self._ready.set()
        with suppress(ConnectionClosed, OSError):
            self._send_all(socket)
            socket.close()
        self._call.interrupts.nudge()

    def _send_all(self, socket: Client) -> None:
        options, began = self._call.exchange.options, time.monotonic()
        broken = options.misbehaviour.streams == "broken"
        socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        self._send(socket, "start", self._about())
        number = 0
        while not self.over.wait(
            max(0.0, began + number * FRAME_SECONDS / (options.speed or 1.0) - time.monotonic())
        ):
            self._send(socket, "media", self._media(number))
            number += 1
            if broken and number == BREAKS_AFTER:
                return
        self._send(socket, "stop", {"accountSid": options.account_sid, "callSid": self._call.sid})

    def _send(self, socket: Client, event: str, content: dict[str, Any]) -> None:
        self._sequence += 1
        message = {"event": event, "sequenceNumber": str(self._sequence)}
        socket.send(json.dumps({**message, event: content, "streamSid": self._sid}))

    def _about(self) -> dict[str, Any]:
        return {
            "streamSid": self._sid,
            "accountSid": self._call.exchange.options.account_sid,
            "callSid": self._call.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {},
        }

    def _media(self, number: int) -> dict[str, str]:
        frame = self._waiting.popleft() if self._waiting else SILENCE
        return {
            "track": "inbound",
            "chunk": str(number + 1),
            "timestamp": str(round(number * FRAME_SECONDS * 1000)),
            "payload": base64.b64encode(frame).decode(),
        }


class _Socket(Client):  # type: ignore[misc]  # the package has no types
    """The package's own client, which leaves its socket open where it is refused."""

    def handshake(self) -> None:
        """Called while the connection is made."""
        try:
            super().handshake()
        except BaseException:
            self.sock.close()
            raise
        if not self.connected:
            self.sock.close()


def _mu_law(path: Path) -> bytes:
    samples, rate = soundfile.read(path, dtype="int16")
    if rate != 8000 or samples.ndim > 1:
        raise SimulatorError(f"{path.name} must be telephone audio: one channel at 8 kHz.")
    coded = io.BytesIO()
    soundfile.write(coded, samples, rate, format="RAW", subtype="ULAW")
    sound = coded.getvalue()
    return sound + SILENCE[: -len(sound) % FRAME_BYTES]
