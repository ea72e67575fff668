"""What the carrier refuses is said in words that tell what to do, and never as "not reached"."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ivr.adapters.twilio.rest.conferences import TwilioConferences
from ivr.adapters.twilio.rest.numbers import Numbers
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.errors import CallGone, CarrierBusy, CarrierError
from ivr.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

Reply = tuple[int, str, dict[str, str]]
"""Status, body, headers."""


@pytest.fixture
def carrier() -> Iterator[Callable[[dict[str, Reply]], str]]:
    """A carrier that answers each request whose address holds a key as told; its URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(replies: dict[str, Reply]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                found = (reply for part, reply in replies.items() if part in self.path)
                status, body, headers = next(found)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def error(code: int, message: str) -> str:
    """The carrier's own words for a refusal."""
    return json.dumps({"code": code, "message": message, "status": 400})


REFUSALS = {
    "401": (
        (401, error(20003, "Authenticate"), {}),
        "refuses the account's credentials (401: Auth",
    ),
    "401 page": ((401, "<html>", {}), "refuses the account's credentials (401)"),
    "403": ((403, error(20005, "Account not active"), {}), "(403: Account not active)"),
    "429": (
        (429, error(20429, "Too Many Requests"), {}),
        "too many requests of this account (429)",
    ),
    "503": ((503, "<html>Service Unavailable", {}), "out of order for the moment (503)"),
    "no JSON": ((200, "<html>Sign in to our network", {}), "is not the carrier's REST interface"),
    "empty": ((200, "", {}), "is not the carrier's REST interface"),
    "a list": ((200, "[1]", {}), "is not the carrier's REST interface"),
    "elsewhere": ((302, "", {"Location": "/login"}), "is not the carrier's REST interface"),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize(
    "ask",
    [
        lambda settings: Numbers(settings).held(),
        lambda settings: TwilioTelephone(settings).send_text(
            "+447700900001", "+447700900002", "Hello"
        ),
        lambda settings: TwilioTelephone(settings).hang_up("CA1"),
        lambda settings: TwilioTelephone(settings).delete_recording("RE1"),
        lambda settings: TwilioConferences(settings).conference_sid("room-1"),
    ],
    ids=["list", "create", "update", "delete", "find"],
)
def test_a_refusal_is_told_apart_in_words(
    settings: Settings,
    carrier: Callable[[dict[str, Reply]], str],
    name: str,
    ask: Callable[[Settings], object],
) -> None:
    reply, words = REFUSALS[name]
    url = carrier({"": reply})
    with pytest.raises(CarrierError) as refused:
        ask(replace(settings, twilio_api_url=url))
    assert words in str(refused.value)
    assert not isinstance(refused.value, CallGone)
    assert "cannot be reached" not in str(refused.value)
    assert isinstance(refused.value, CarrierBusy) == (reply[0] in (429, 503))


def test_a_busy_carrier_says_for_how_long(
    settings: Settings, carrier: Callable[[dict[str, Reply]], str]
) -> None:
    url = carrier({"": (429, "{}", {"Retry-After": "7"})})
    with pytest.raises(CarrierBusy) as busy:
        Numbers(replace(settings, twilio_api_url=url)).held()
    assert busy.value.after == 7


def first_page() -> str:
    """A page of the account's numbers that is not the last."""
    number = {"sid": "PN1", "phone_number": "+441604529170", "capabilities": {"sms": True}}
    return json.dumps(
        {"incoming_phone_numbers": [number], "next_page_uri": "/2010-04-01/Numbers.json?Page=1"}
    )


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ((404, error(20404, "not found"), {}), "A page of the carrier's list is missing (404)"),
        ((400, error(20001, "bad page"), {}), "refused a page of its list (400)"),
        ((503, "", {}), "out of order for the moment (503)"),
        ((200, '{"numbers": "none"}', {}), "another form than its REST interface"),
        ((200, '{"page": 1}', {}), "cannot be understood"),
    ],
)
def test_half_a_list_is_no_list(
    settings: Settings, carrier: Callable[[dict[str, Reply]], str], second: Reply, words: str
) -> None:
    url = carrier({"Page=1": second, "IncomingPhoneNumbers": (200, first_page(), {})})
    with pytest.raises(CarrierError) as refused:
        Numbers(replace(settings, twilio_api_url=url)).held()
    assert words in str(refused.value)


def test_what_is_not_there_is_not_reached(settings: Settings) -> None:
    with pytest.raises(CarrierError, match="cannot be reached"):
        Numbers(replace(settings, twilio_api_url="http://127.0.0.1:1")).held()


def test_what_cannot_be_reached_is_said_without_the_number_that_was_asked_about(
    settings: Settings,
) -> None:
    away = TwilioTelephone(replace(settings, twilio_api_url="http://127.0.0.1:1"))
    with pytest.raises(CarrierError, match="no connection") as failed:
        away.find_text("+447700900123", "+441632960001", "Hello", NOON)
    assert "7700900123" not in str(failed.value)
    assert "Accounts" not in str(failed.value)
