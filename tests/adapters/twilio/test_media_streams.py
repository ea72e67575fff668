"""What a media stream may say; nothing that it says does more harm than that it is not heard."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.adapters.twilio.media_streams import sound
from ivr.errors import StreamUnusable

CALL = "CA" + "1" * 32
MEDIA = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
CONNECTED = {"event": "connected", "protocol": "Call", "version": "1.0.0"}


def _start(**fields: Any) -> dict[str, Any]:
    return {"event": "start", "start": {"callSid": CALL, "mediaFormat": MEDIA} | fields}


def _media(data: bytes, **fields: Any) -> dict[str, Any]:
    payload = base64.b64encode(data).decode()
    return {"event": "media", "media": {"payload": payload} | fields}


def _heard(*messages: Any) -> list[bytes]:
    texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    return [frame for frame in sound(iter(texts), CALL) if frame]


def test_the_sound_between_start_and_stop_is_heard() -> None:
    messages = (CONNECTED, _start(), _media(b"a"), _media(b"b"), {"event": "stop"}, _media(b"c"))
    assert _heard(*messages) == [b"a", b"b"]


def test_a_stream_that_breaks_ends() -> None:
    assert _heard(_start(), _media(b"a")) == [b"a"]


def test_sound_before_the_start_is_not_heard() -> None:
    assert _heard(_media(b"x"), _start(), _media(b"a")) == [b"a"]


def test_only_the_callers_own_track_is_heard() -> None:
    heard = _heard(_start(), _media(b"a", track="inbound"), _media(b"x", track="outbound"))
    assert heard == [b"a"]


@pytest.mark.parametrize(
    "start",
    [
        _start(mediaFormat=MEDIA | {"bitDepth": 8, "ptime": None}),
        _start(mediaFormat={"encoding": "audio/x-mulaw"}),
        _start(mediaFormat={}),
        _start(mediaFormat=None),
        _start(tracks=["inbound"], customParameters={"a": "b"}, newField=[1]),
        {"event": "start", "start": {}},
        {"event": "start"},
    ],
    ids=[
        "unknown fields of the format",
        "only the encoding",
        "an empty format",
        "no format",
        "unknown fields of the start",
        "nothing said",
        "no content",
    ],
)
def test_what_the_start_adds_or_leaves_out_stops_no_live_words(start: dict[str, Any]) -> None:
    assert _heard(start, _media(b"a")) == [b"a"]


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (_start(callSid="CA" + "2" * 32), "another call"),
        (_start(callSid=7), "another call"),
        (_start(mediaFormat=MEDIA | {"channels": 2}), "channels is 2, and we can hear 1"),
        (_start(mediaFormat=MEDIA | {"sampleRate": "fast"}), "sampleRate is 'fast'"),
        (_start(mediaFormat=MEDIA | {"encoding": "audio/opus"}), "encoding is 'audio/opus'"),
        (_start(mediaFormat=["audio/x-mulaw"]), "mediaFormat is not an object"),
    ],
)
def test_a_stream_that_cannot_be_heard_says_why(start: dict[str, Any], why: str) -> None:
    with pytest.raises(StreamUnusable, match=why):
        _heard(start, _media(b"a"))


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "{",
        "[]",
        "7",
        "[" * 50_000,
        '{"event": 1}',
        {"event": "dtmf", "dtmf": {"digit": "1"}},
        {"event": "media"},
        {"event": "media", "media": "x"},
        {"event": "media", "media": {"payload": 7}},
        {"event": "media", "media": {"payload": "%%%"}},
        {"event": "media", "media": {"payload": "ä"}},
    ],
    ids=lambda odd: repr(odd)[:40],
)
def test_messages_that_say_nothing_are_passed_over(odd: object) -> None:
    assert _heard(odd, _start(), odd, _media(b"a")) == [b"a"]


def test_sound_that_is_not_understood_is_said_once_in_the_log() -> None:
    broken = {"event": "media", "media": {"payload": "%%%"}}
    with capture_logs() as logs:
        assert _heard(_start(), *[broken] * 50, _media(b"a")) == [b"a"]
    assert [entry["event"] for entry in logs] == ["stream.not_understood"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(["event", "start", "media", "stop", "mediaFormat", "callSid", "payload"])
_content = st.dictionaries(_names | st.text(), _json | st.fixed_dictionaries({"payload": _json}))
_known = st.builds(
    lambda event, content, more: {**more, "event": event, event: content},
    st.sampled_from(["connected", "start", "media", "dtmf", "mark", "stop", "later"]),
    _content | _json,
    st.dictionaries(st.text(), _json, max_size=2),
)


@given(st.lists(_json | _known, max_size=8))
def test_no_message_does_more_than_make_the_stream_unusable(messages: list[Any]) -> None:
    try:
        assert all(isinstance(frame, bytes) for frame in _heard(_start(), *messages))
    except StreamUnusable:
        assert any(isinstance(each, dict) and each.get("event") == "start" for each in messages)


_new = st.text(min_size=1).map(lambda name: f"new {name}")


@given(st.dictionaries(_new, _json), _new, _json)
def test_new_fields_and_new_events_change_nothing(
    more: dict[str, Any], event: str, content: Any
) -> None:
    new = {"event": event, event: content}
    start = _start(mediaFormat=MEDIA | more, **more) | more
    assert _heard(new, start, new, _media(b"a", **more) | more, new) == [b"a"]
