"""Addresses of streams, and the messages that come on them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from carrier_line import Clock
from flask import request
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from ivr.carrier.live.streams import PATH, StreamLinks, StreamToken, sound
from ivr.carrier.signature import Signatures
from ivr.settings import Settings
from ivr.web import create_app

CALL = "CA" + "1" * 32
MEDIA = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
START = {"event": "start", "start": {"callSid": CALL, "mediaFormat": MEDIA}}


def _links(clock: Clock, key: str = "key") -> StreamLinks:
    return StreamLinks(key, "https://tango.example", clock)


def _token(url: str) -> str:
    return url.rpartition("/")[2]


def test_an_address_is_secure_and_says_nothing_of_the_caller(clock: Clock) -> None:
    parts = urlsplit(_links(clock).url(CALL, 3))
    assert (parts.scheme, parts.netloc, parts.query) == ("wss", "tango.example", "")
    assert parts.path.startswith(PATH)


def test_an_address_leads_back_to_its_turn_for_five_minutes(clock: Clock) -> None:
    links = _links(clock)
    token = _token(links.url(CALL, 3))
    assert links.read(token) == StreamToken(CALL, 3)
    clock.pass_(299)
    assert links.read(token) == StreamToken(CALL, 3)
    clock.pass_(2)
    assert links.read(token) is None


def test_a_token_that_is_not_ours_is_none(clock: Clock) -> None:
    links, others = _links(clock), _links(clock, key="another")
    token = _token(links.url(CALL, 3))
    for forged in ("", "x", token[:-1], token + "A", _token(others.url(CALL, 3))):
        assert links.read(forged) is None


def _messages(*messages: Any) -> list[bytes]:
    texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    return list(sound(iter(texts), CALL))


def _media(data: bytes) -> dict[str, Any]:
    return {"event": "media", "media": {"payload": base64.b64encode(data).decode()}}


def test_the_sound_between_start_and_stop_is_heard() -> None:
    connected = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    messages = (connected, START, _media(b"a"), _media(b"b"), {"event": "stop"}, _media(b"c"))
    assert _messages(*messages) == [b"a", b"b"]


def test_a_stream_that_breaks_ends() -> None:
    assert _messages(START, _media(b"a")) == [b"a"]


@pytest.mark.parametrize(
    "start",
    [
        {"event": "start", "start": {"callSid": "CA" + "2" * 32, "mediaFormat": MEDIA}},
        {"event": "start", "start": {"callSid": CALL, "mediaFormat": MEDIA | {"channels": 2}}},
        {"event": "start"},
        _media(b"x"),
    ],
    ids=["another call", "another format", "no content", "no start"],
)
def test_sound_of_another_call_or_form_is_not_heard(start: dict[str, Any]) -> None:
    assert _messages(start, _media(b"a")) == []


@pytest.mark.parametrize(
    "odd",
    ["", "{", "[]", "7", '{"event": 1}', {"event": "media"}, {"event": "media", "media": "x"}],
    ids=repr,
)
def test_messages_that_say_nothing_are_passed_over(odd: object) -> None:
    assert _messages(odd, START, odd, _media(b"a")) == [b"a"]


def test_a_payload_that_is_not_base64_has_no_sound() -> None:
    broken = {"event": "media", "media": {"payload": "%%%"}}
    assert b"".join(_messages(START, broken, _media(b"a"))) == b"a"


def _shake(client: FlaskClient, path: str, signature: str | None) -> TestResponse:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    if signature is not None:
        headers["X-Twilio-Signature"] = signature
    return client.get(path, headers=headers)


def test_a_stream_is_refused_without_both_signatures(
    example_settings: Settings, clock: Clock
) -> None:
    settings = replace(example_settings, public_url="https://tango.example")
    client = create_app(settings, clock).test_client()
    links = StreamLinks(settings.secret_key, settings.public_url, clock)
    url, forged = links.url(CALL, 3), _links(clock).url(CALL, 3)
    signer = RequestValidator(settings.auth_token)
    good = signer.compute_signature(url, {})
    assert _shake(client, urlsplit(url).path, None).status_code == 403
    assert _shake(client, urlsplit(url).path, "x").status_code == 403
    assert _shake(client, urlsplit(forged).path, good).status_code == 403
    well_signed = signer.compute_signature(forged, {})
    assert _shake(client, urlsplit(forged).path, well_signed).status_code == 403
    clock.pass_(301)
    assert _shake(client, urlsplit(url).path, good).status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["wss://tango.example", "wss://tango.example:443", "https://tango.example"],
)
def test_a_handshake_may_be_signed_with_either_scheme_and_with_the_port(
    example_settings: Settings, clock: Clock, origin: str
) -> None:
    app = create_app(example_settings, clock)
    signatures = Signatures("12345", "https://tango.example", "AC1")
    signature = RequestValidator("12345").compute_signature(f"{origin}{PATH}token", {})
    with app.test_request_context(f"{PATH}token", headers={"X-Twilio-Signature": signature}):
        assert signatures.valid_stream(request)
        assert not Signatures("other", "https://tango.example", "AC1").valid_stream(request)


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_handshake_is_refused(
    example_settings: Settings, clock: Clock, method: str
) -> None:
    client = create_app(example_settings, clock).test_client()
    path = urlsplit(_links(clock).url(CALL, 3)).path
    assert getattr(client, method)(path).status_code == 403
