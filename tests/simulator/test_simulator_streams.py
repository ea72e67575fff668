"""The simulated carrier's streams: a server that listens gets what Twilio would send."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
import soundfile
from flask import Flask, request
from simple_websocket import ConnectionClosed, Server
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from ivr.errors import TwimlRefused
from ivr.simulator import Carrier, Misbehaviour, Press, Speak
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, FROM, TO

PUBLIC_URL = "https://tango.example"
STREAM = f"wss://{PUBLIC_URL.removeprefix('https://')}/stream/token"
GATHER = '<Gather input="dtmf speech" action="/next" actionOnEmptyResult="true" timeout="1"/>'


@dataclass
class Ears:
    """A server that listens: what came, and after how many messages it hangs up the stream."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    signature: str = ""
    enough: int | None = None
    ended: Event = field(default_factory=Event)
    verbs: str = f'<Start><Stream url="{STREAM}"/></Start>{GATHER}'
    url: str = ""

    def listen(self) -> str:
        self.signature = request.headers["X-Twilio-Signature"]
        socket = Server(request.environ)
        try:
            while self.enough is None or len(self.messages) < self.enough:
                self.messages.append(json.loads(socket.receive(timeout=5)))
            socket.close()
        except ConnectionClosed:
            pass
        self.ended.set()
        return ""

    @property
    def sound(self) -> bytes:
        media = [one["media"] for one in self.messages if one["event"] == "media"]
        return b"".join(base64.b64decode(one["payload"]) for one in media)

    @property
    def events(self) -> list[str]:
        return [one["event"] for one in self.messages]


@pytest.fixture
def ears() -> Iterator[Ears]:
    ears = Ears()
    app = Flask("ears")
    app.add_url_rule("/stream/token", "stream", ears.listen, websocket=True)
    say: dict[str, Callable[[], str]] = {
        "/twilio/voice": lambda: ears.verbs,
        "/next": lambda: "<Say>Thank you.</Say>",
    }

    @app.post("/<path:path>")
    def answer(path: str) -> tuple[str, int, dict[str, str]]:
        verbs = say.get(f"/{path}", lambda: "")()
        return f"<Response>{verbs}</Response>", 200, {"Content-Type": "text/xml"}

    listening = make_server("127.0.0.1", 0, app, threaded=True)
    ears.url = f"http://127.0.0.1:{listening.server_port}"
    thread = Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    yield ears
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def place(ears: Ears) -> Iterator[Callable[..., Carrier]]:
    running: list[Carrier] = []

    def make(**options: Any) -> Carrier:
        carrier = Carrier(ears.url, PUBLIC_URL, ACCOUNT_SID, AUTH_TOKEN, speed=20, **options)
        running.append(carrier.__enter__())
        return carrier

    yield make
    for carrier in running:
        carrier.__exit__(None, None, None)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A quarter of a second of telephone audio, and a bit."""
    path = tmp_path / "words.wav"
    soundfile.write(path, np.arange(2100, dtype=np.int16), 8000)
    return path


def test_what_is_said_aloud_goes_out_in_frames_of_mu_law(
    place: Callable[..., Carrier], ears: Ears, words: Path
) -> None:
    call = place().call(TO, FROM, [Speak("yes", aloud=words)])
    assert "Thank you." in call.heard
    assert ears.ended.wait(60)
    assert ears.events[:2] == ["connected", "start"]
    assert ears.events[-1] == "stop"
    start = ears.messages[1]["start"]
    assert start["callSid"] == call.sid
    assert start["mediaFormat"] == {
        "encoding": "audio/x-mulaw",
        "sampleRate": 8000,
        "channels": 1,
    }
    said = ears.sound.strip(b"\xff")
    coded = io.BytesIO(said)
    decoded, _ = soundfile.read(coded, samplerate=8000, channels=1, format="RAW", subtype="ULAW")
    assert np.abs(decoded - np.arange(2100)[-len(decoded) :] / 32768).max() < 0.002
    frames = [one for one in ears.messages if one["event"] == "media"]
    assert {len(base64.b64decode(one["media"]["payload"])) for one in frames} == {160}
    assert [int(one["media"]["chunk"]) for one in frames] == list(range(1, len(frames) + 1))
    assert [int(one["media"]["timestamp"]) for one in frames][:3] == [0, 20, 40]
    sequence = [int(one["sequenceNumber"]) for one in ears.messages[1:]]
    assert sequence == list(range(1, len(sequence) + 1))


def test_the_handshake_is_signed_for_its_public_address(
    place: Callable[..., Carrier], ears: Ears, words: Path
) -> None:
    place().call(TO, FROM, [Speak("yes", aloud=words)])
    assert RequestValidator(AUTH_TOKEN).validate(STREAM, {}, ears.signature)


def test_keys_come_by_the_gather_and_not_by_the_stream(
    place: Callable[..., Carrier], ears: Ears
) -> None:
    call = place().call(TO, FROM, [Press("1")])
    assert "Thank you." in call.heard
    assert ears.ended.wait(60)
    assert "dtmf" not in ears.events


def test_a_stream_that_the_server_ends_leaves_the_call_alone(
    place: Callable[..., Carrier], ears: Ears, words: Path
) -> None:
    ears.enough = 5
    carrier = place()
    assert "Thank you." in carrier.call(TO, FROM, [Speak("yes", aloud=words)]).heard
    carrier.check()


def test_a_stream_may_break_on_purpose(
    place: Callable[..., Carrier], ears: Ears, words: Path
) -> None:
    carrier = place(misbehaviour=Misbehaviour(streams="broken"))
    carrier.call(TO, FROM, [Speak("yes", aloud=words)])
    assert ears.ended.wait(60)
    assert "stop" not in ears.events
    assert ears.events.count("media") == 25


def test_a_stream_may_be_impossible_on_purpose(
    place: Callable[..., Carrier], ears: Ears, words: Path
) -> None:
    carrier = place(misbehaviour=Misbehaviour(streams="refused"))
    call = carrier.call(TO, FROM, [Speak("yes", aloud=words)])
    assert "Thank you." in call.heard
    assert ears.messages == []


def test_a_server_that_takes_no_stream_is_a_fault_that_the_call_survives(
    place: Callable[..., Carrier], ears: Ears, words: Path
) -> None:
    ears.verbs = f'<Start><Stream url="{STREAM}/nowhere"/></Start>{GATHER}'
    carrier = place()
    assert "Thank you." in carrier.call(TO, FROM, [Speak("yes", aloud=words)]).heard
    assert any("31920" in fault for fault in carrier.faults)


@pytest.mark.parametrize(
    "url",
    ["https://tango.example/a", "ws://tango.example/a", "wss://other.example/a", f"{STREAM}?a=b"],
)
def test_an_address_that_twilio_would_not_take_is_refused(
    place: Callable[..., Carrier], ears: Ears, url: str
) -> None:
    ears.verbs = f'<Start><Stream url="{url}"/></Start>{GATHER}'
    with pytest.raises(TwimlRefused, match="Stream url"):
        place().call(TO, FROM, [Press("1")])
