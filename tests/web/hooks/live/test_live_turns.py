"""Live words and the carrier's own ears at one call: whoever hears an answer first has the turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client import REGISTRY

from ivr.adapters.speech.live.hearing import RecognisedUtterance
from ivr.errors import SpeechError, StreamUnusable
from ivr.services.calls.stream_links import StreamToken
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.web.hooks.live.words import LOOK_EVERY, LiveWords
from tests.web.hooks.carrier_line import Clock, Line

FLOW = """\
schema: 1
client: {name: Acme, say_as: Acme, numbers: "+44 1632 960001", voice: Polly.Amy}
start: main
nodes:
  main:
    menu: "Booking or complaint?"
    choices:
      - {key: "1", words: [booking, new booking], next: booked}
      - {key: "2", words: complaint, next: sorry}
    listen: live
    give_up: bye
  booked: {menu: "Boiler or tap?", choices: [{key: "1", words: boiler, next: bye}], give_up: bye}
  sorry: {say: "We are sorry.", next: bye}
  bye: {hangup: "Goodbye."}
"""


@dataclass
class Script:
    """A recogniser that hears what a test says, at the frames that it says.

    What a frame brings may also be an act: something that happens to the call just then.
    """

    frames: dict[int, RecognisedUtterance | Callable[[], object]] = field(default_factory=dict)
    asked: tuple[str, tuple[str, ...]] | None = None
    closed: bool = False
    count: int = 0

    def open(self, language: str, phrases: tuple[str, ...], pause: float) -> Script:
        self.asked = language, phrases
        return self

    def hear(self, sound: bytes) -> list[RecognisedUtterance]:
        self.count += 1
        match self.frames.get(self.count):
            case None:
                return []
            case RecognisedUtterance() as heard:
                return [heard]
            case act:
                act()
                return []

    def close(self) -> None:
        self.closed = True


def _heard(words: str, others: bool = False) -> RecognisedUtterance:
    return RecognisedUtterance(words, others, 0.9)


@pytest.fixture
def app(example_settings: Settings, tmp_path: Path, redis: object, clock: Clock) -> Flask:
    """The web application with a client who has a live menu. Its carrier cannot be reached."""
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "acme.yaml").write_text(FLOW, encoding="utf-8")
    settings = replace(
        example_settings, flows=flows, twilio_api_url="http://127.0.0.1:9", http_private=frozenset()
    )
    return create_app(settings, clock)


@pytest.fixture
def line(app: Flask, example_settings: Settings) -> Line:
    """A caller who is asked."""
    line = Line(
        app.test_client(),
        example_settings.auth_token,
        example_settings.public_url,
        called="+441632960001",
    )
    line.dial()
    return line


@pytest.fixture
def listen(app: Flask, line: Line) -> Callable[[Script, int], str]:
    """Listen to the first turn, for so many frames; returns what came of it."""

    def listen_(script: Script, frames: int = 10) -> str:
        words: LiveWords = replace(app.extensions["live_words"], open_hearing=script.open)
        before = _results()
        words.listen(StreamToken(line.sid, 0), iter([b"\xff" * 160] * frames))
        after = _results()
        (result,) = [name for name in after if after[name] > before.get(name, 0)]
        return result

    return listen_


def _results() -> dict[str, float]:
    names = ("decided", "ended", "late", "failed")
    metric = "tango_live_streams_total"
    return {name: REGISTRY.get_sample_value(metric, {"result": name}) or 0.0 for name in names}


Listen = Callable[..., str]


def test_the_document_has_a_stream_beside_the_gather(line: Line) -> None:
    start, gather = line.document
    (stream,) = start
    assert (start.tag, stream.tag, gather.tag) == ("Start", "Stream", "Gather")
    assert stream.attrib["track"] == "inbound_track"
    assert stream.attrib["url"].startswith("ws://127.0.0.1:8080/twilio/stream/")
    assert gather.attrib["input"] == "dtmf speech"


def test_a_node_without_live_words_has_no_stream(line: Line) -> None:
    assert [verb.tag for verb in line.act(Digits="1")] == ["Gather"]


def test_an_installation_without_places_has_no_stream(
    example_settings: Settings, tmp_path: Path, app: Flask, clock: Clock
) -> None:
    settings = replace(example_settings, flows=tmp_path / "flows", live_streams=0)
    line = Line(
        create_app(settings, clock).test_client(),
        settings.auth_token,
        settings.public_url,
        sid="CA" + "2" * 32,
        called="+441632960001",
    )
    assert [verb.tag for verb in line.dial()] == ["Gather"]


def test_the_recogniser_is_asked_for_the_words_and_the_keys_names(listen: Listen) -> None:
    script = Script()
    assert listen(script) == "ended"
    assert script.asked == ("en-GB", ("booking", "new booking", "complaint", "one", "two"))
    assert script.closed


def test_words_heard_live_take_the_turn(listen: Listen, line: Line) -> None:
    assert listen(Script({3: _heard("complaint")})) == "decided"
    assert "We are sorry." in line.post("/twilio/turn/1/taken").text


def test_the_carriers_late_answer_gets_what_live_words_have_decided(
    listen: Listen, line: Line
) -> None:
    """Also where the call could not be fetched, as here: its carrier cannot be reached."""
    listen(Script({3: _heard("booking")}))
    line.act(SpeechResult="complaint")
    assert "Boiler or tap?" in line.answer.text  # type: ignore[union-attr]


@pytest.mark.parametrize("fields", [{"Digits": "2"}, {"SpeechResult": "a complaint"}], ids=repr)
def test_live_words_after_the_carriers_answer_change_nothing(
    listen: Listen, line: Line, fields: dict[str, str]
) -> None:
    script = Script({3: lambda: line.act(**fields), 4: _heard("booking")})
    assert listen(script) == "late"
    assert "We are sorry." in line.answer.text  # type: ignore[union-attr]


def test_a_fetch_that_comes_late_gives_the_latest_document(listen: Listen, line: Line) -> None:
    listen(Script({3: _heard("booking")}))
    line.act(SpeechResult="booking")
    line.act(Digits="1")
    assert "Goodbye." in line.answer.text  # type: ignore[union-attr]
    assert line.post("/twilio/turn/1/taken").text == line.answer.text  # type: ignore[union-attr]


def test_words_that_are_no_answer_are_left_to_the_carrier(listen: Listen, line: Line) -> None:
    assert listen(Script({3: _heard("boiler"), 5: _heard("tap")})) == "ended"
    line.act(SpeechResult="complaint")
    assert "We are sorry." in line.answer.text  # type: ignore[union-attr]


def test_the_streams_of_a_turn_that_is_over_end(listen: Listen, line: Line) -> None:
    script = Script({3: lambda: line.act(Digits="2")})
    assert listen(script, 100 * LOOK_EVERY) == "ended"
    assert script.count == LOOK_EVERY


def test_a_stream_that_begins_after_its_turn_hears_nothing(listen: Listen, line: Line) -> None:
    line.act(Digits="2")
    script = Script({1: _heard("booking")})
    assert listen(script) == "late"
    assert script.asked is None


def test_a_process_that_is_to_end_ends_its_streams(app: Flask, listen: Listen, line: Line) -> None:
    script = Script({3: app.extensions["live_words"].stopping.set, 5: _heard("booking")})
    assert listen(script) == "ended"
    assert script.count == 3


def test_a_recogniser_that_fails_leaves_the_call_to_the_carrier(listen: Listen, line: Line) -> None:
    def fail() -> None:
        raise SpeechError("The listener has died.")

    assert listen(script := Script({2: fail})) == "failed"
    assert script.closed
    assert "We are sorry." in line.post(line.action, Digits="2").text


def test_a_stream_that_cannot_be_heard_leaves_the_call_to_the_carrier(
    listen: Listen, line: Line
) -> None:
    def fail() -> None:
        raise StreamUnusable("The stream's channels is 2, and we can hear 1.")

    assert listen(Script({2: fail})) == "failed"
    assert "We are sorry." in line.post(line.action, Digits="2").text


def test_a_call_that_has_ended_is_not_listened_to(listen: Listen, line: Line) -> None:
    line.post("/twilio/status", CallStatus="completed")
    assert listen(Script({1: _heard("booking")})) == "late"
