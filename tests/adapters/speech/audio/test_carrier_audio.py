"""A recording is fetched from the carrier, with its credentials, which nobody else gets."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from ivr.adapters.twilio.recording_audio import fetch_recording
from ivr.errors import AudioRefused, CarrierError
from ivr.settings import Settings
from tests.adapters.speech.web_server import Serve, reply, send_head


def fetched(url: str, settings: Settings, carrier: str) -> bytes:
    """The bytes at `url`, with the carrier at `carrier`."""
    file = io.BytesIO()
    fetch_recording(url, replace(settings, twilio_api_url=carrier), file)
    return file.getvalue()


def test_the_carrier_gets_the_account_s_credentials(serve: Serve, settings: Settings) -> None:
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["Authorization"])
        reply(handler, b"audio")

    url = serve(answer)
    assert fetched(f"{url}/Recordings/RE1", settings, url) == b"audio"
    expected = base64.b64encode(f"{settings.account_sid}:{settings.auth_token}".encode()).decode()
    assert seen == [f"Basic {expected}"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/Recordings/RE1",
        "http://api.twilio.com/Recordings/RE1",
        "https://api.twilio.com.example/RE1",
        "https://api.twilio.com@evil.example/RE1",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_that_is_not_the_carrier_s_is_never_asked(
    serve: Serve, settings: Settings, url: str
) -> None:
    asked: list[str] = []
    carrier = serve(lambda handler: asked.append(handler.path))
    with pytest.raises(AudioRefused, match="not the carrier"):
        fetched(url, settings, carrier)
    assert asked == []


def test_a_redirect_to_elsewhere_does_not_take_the_credentials_along(
    serve: Serve, settings: Settings
) -> None:
    seen: list[str | None] = []

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["Authorization"])
        reply(handler, b"audio")

    storage = serve(elsewhere)
    carrier = serve(lambda handler: reply(handler, b"", 302, Location=f"{storage}/RE1"))
    assert fetched(f"{carrier}/RE1", settings, carrier) == b"audio"
    assert seen == [None]


def test_a_redirect_back_to_the_carrier_takes_them_along(serve: Serve, settings: Settings) -> None:
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["Authorization"])
        if handler.path == "/RE1":
            reply(handler, b"", 307, Location="/stored/RE1")
        else:
            reply(handler, b"audio")

    carrier = serve(answer)
    assert fetched(f"{carrier}/RE1", settings, carrier) == b"audio"
    assert seen[0] == seen[1] is not None


def test_behind_a_proxy_a_recording_at_the_carrier_s_own_address_is_fetched_through_it(
    serve: Serve, settings: Settings
) -> None:
    """The proxy knows a carrier that we do not, and are never told to trust."""
    asked: list[str] = []
    other = serve(lambda handler: asked.append("other"))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, b"audio")

    proxy = serve(answer)
    path = f"/2010-04-01/Accounts/{settings.account_sid}/Recordings/RE1"
    assert fetched(other + path, settings, proxy) == b"audio"
    assert asked == [path]


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_a_page_in_place_of_the_recording_may_pass(
    serve: Serve, settings: Settings, kind: str
) -> None:
    carrier = serve(lambda handler: reply(handler, b"<html>Sign in", Content_Type=kind))
    with pytest.raises(CarrierError, match="in place of the recording"):
        fetched(f"{carrier}/RE1", settings, carrier)


def test_redirects_without_end_are_given_up(serve: Serve, settings: Settings) -> None:
    asked: list[str] = []

    def round_and_round(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, b"", 302, Location="/again")

    carrier = serve(round_and_round)
    with pytest.raises(CarrierError, match="TooManyRedirects"):
        fetched(f"{carrier}/RE1", settings, carrier)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "not have the recording yet"),
        (401, "refuses the account's credentials"),
        (429, "too many requests"),
        (503, "out of order"),
        (302, "answered 302"),
    ],
)
def test_what_may_pass_is_the_carrier_s_error(
    serve: Serve, settings: Settings, status: int, reason: str
) -> None:
    carrier = serve(lambda handler: reply(handler, b"<html>no</html>", status))
    with pytest.raises(CarrierError, match=reason):
        fetched(f"{carrier}/RE1", settings, carrier)


def test_an_answer_that_breaks_off_is_no_recording(serve: Serve, settings: Settings) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        send_head(handler, 1000)
        handler.wfile.write(b"half")
        handler.close_connection = True

    carrier = serve(break_off)
    with pytest.raises(CarrierError, match="asked again"):
        fetched(f"{carrier}/RE1", settings, carrier)


def test_more_than_a_recording_can_have_is_refused(serve: Serve, settings: Settings) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        send_head(handler, 1 << 40)
        try:
            while True:
                handler.wfile.write(bytes(1 << 20))
        except ConnectionError:
            handler.close_connection = True

    carrier = serve(endless)

    class Nowhere(io.BytesIO):
        def write(self, data: object) -> int:
            return len(memoryview(data))  # type: ignore[arg-type]

    with pytest.raises(AudioRefused, match="larger than 256 MB"):
        fetch_recording(f"{carrier}/RE1", replace(settings, twilio_api_url=carrier), Nowhere())


def test_a_carrier_out_of_reach_is_asked_again(settings: Settings) -> None:
    with pytest.raises(CarrierError, match="asked again"):
        fetched("http://127.0.0.1:1/RE1", settings, "http://127.0.0.1:1")
