"""Another system is asked over real sockets, and may do what it likes."""

from __future__ import annotations

import json
import socket
import time

import pytest

from ivr.adapters.http.request import LARGEST_REPLY, request
from ivr.errors import OutsideError, OutsideRefused
from ivr.services.protocols.http import HttpReply
from tests.outside_system import Answer, System, broken, cut_short, drips, say, silent

LOCAL = {"127.0.0.1"}


def get(url: str, seconds: float = 2) -> HttpReply:
    return request("GET", url, {}, None, seconds, LOCAL)


def test_a_system_is_asked_and_answers(system: System) -> None:
    system.answer = lambda handler: say(handler, '{"städte": 1}'.encode())
    reply = request("GET", f"{system.url}/a/b?c=d", {"X-Key": "schlüssel"}, None, 2, LOCAL)
    assert reply == HttpReply(200, '{"städte": 1}')
    [(method, path, headers, body)] = system.asked
    assert (method, path, body) == ("GET", "/a/b?c=d", b"")
    assert headers["Host"] == system.url.removeprefix("http://")
    assert headers["X-Key"].encode("latin-1").decode() == "schlüssel"
    assert headers["Accept"] == "application/json"


def test_a_body_is_sent_as_json(system: System) -> None:
    request("POST", system.url, {}, {"a": "ü", "n": 1, "yes": True}, 2, LOCAL)
    [(method, path, headers, body)] = system.asked
    assert (method, path, headers["Content-Type"]) == ("POST", "/", "application/json")
    assert json.loads(body) == {"a": "ü", "n": 1, "yes": True}


@pytest.mark.parametrize("status", [204, 404, 500])
def test_any_status_is_an_answer(system: System, status: int) -> None:
    system.answer = lambda handler: say(handler, b"", status)
    assert get(system.url) == HttpReply(status, "")


def test_a_redirect_is_not_followed(system: System) -> None:
    system.answer = lambda handler: say(handler, b"", 302, Location=f"{system.url}/elsewhere")
    assert get(system.url).status == 302
    assert len(system.asked) == 1


def test_a_reply_may_be_64_kb_and_no_more(system: System) -> None:
    system.answer = lambda handler: say(handler, b"x" * LARGEST_REPLY)
    assert len(get(system.url).body) == LARGEST_REPLY
    system.answer = lambda handler: say(handler, b"x" * (LARGEST_REPLY + 1))
    with pytest.raises(OutsideRefused, match="more than 64 KB"):
        get(system.url)


@pytest.mark.parametrize("answer", [silent, drips, broken, cut_short])
def test_no_usable_answer_in_time_is_an_error(system: System, answer: Answer) -> None:
    system.answer = answer
    began = time.monotonic()
    with pytest.raises(OutsideError, match=r"^127\.0\.0\.1 did not answer") as caught:
        get(system.url, 0.3)
    assert not isinstance(caught.value, OutsideRefused)
    assert time.monotonic() - began < 1.5


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(OutsideError, match="ConnectionRefusedError"):
        get("http://127.0.0.1:9/")
    with pytest.raises(OutsideError, match="gaierror"):
        request("GET", "https://nowhere.invalid/", {}, None, 2)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "2130706433",
        "0x7f.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
        "[::ffff:0:10.0.0.1]",
        "192.0.0.1",
        "192.88.99.1",
        "[5f00::1]",
        "[3fff::1]",
    ],
)
def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(OutsideRefused, match="IVR_HTTP_PRIVATE"):
        request("GET", f"https://{host}/", {}, None, 2)


def test_without_tls_only_a_named_host_is_asked(system: System) -> None:
    with pytest.raises(OutsideRefused, match="without TLS"):
        request("GET", system.url, {}, None, 2)
    with pytest.raises(OutsideRefused, match="without TLS"):
        request("GET", "http://example.com/", {}, None, 2)
    assert system.asked == []


def test_a_certificate_is_checked(system: System) -> None:
    """A named host may be private; with https:// it must still prove who it is."""
    url = system.url.replace("http:", "https:")
    with pytest.raises(OutsideError, match="SSL"):
        get(url)


def test_a_server_that_never_finishes_its_greeting_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(OutsideError):
            get(f"https://127.0.0.1:{port}/", 0.3)
