"""Addresses of streams, and who may connect to them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import request
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from ivr.adapters.twilio.signature import Signatures
from ivr.services.calls.stream_links import PATH, StreamLinks, StreamToken
from ivr.settings import Settings
from ivr.web.app import create_app
from tests.web.hooks.carrier_line import Clock

CALL = "CA" + "1" * 32


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
