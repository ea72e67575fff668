"""Whatever others send, the carrier's webhooks are answered: with the real web server."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from ivr.adapters.sql import migrate
from ivr.settings import Settings, load_settings

PROJECT = Path(__file__).parents[2]
PUBLIC = "https://tango.example"
CARRIER_WAITS = 15
"""Seconds: https://www.twilio.com/docs/usage/webhooks/webhooks-faq"""

HALF_SENT = 130


class Web:
    """One process of the real web server, with few threads, behind what speaks TLS for it."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.address: tuple[str, int] = listener.getsockname()
        self.token = settings.auth_token
        environ = {
            "IVR_FLOWS": str(settings.flows),
            "IVR_DATA": str(settings.data),
            "IVR_REDIS_URL": settings.redis_url or "",
            "IVR_DATABASE_URL": settings.database_url,
            "IVR_PUBLIC_URL": PUBLIC,
            "IVR_WEB_PROCESSES": "1",
            "IVR_WEB_THREADS": "4",
            "IVR_LIVE_STREAMS": "0",
            "PROMETHEUS_MULTIPROC_DIR": str(settings.data),
        }
        number = listener.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ivr.processes.web", str(number), "app:app"],
            env=os.environ | environ,
            cwd=PROJECT,
            pass_fds=[number],
        )

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        wait: float = CARRIER_WAITS,
        **headers: str,
    ) -> tuple[HTTPResponse, str]:
        """The answer to one request on a connection of its own, and its text."""
        connection = HTTPConnection(*self.address, timeout=wait)
        body = urlencode(form) if form is not None else None
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()

    def call(self) -> str:
        """What the carrier is answered when somebody rings."""
        form = {"CallSid": "CA" + "1" * 32, "From": "+441632960111", "To": "+441632960000"}
        signed = RequestValidator(self.token).compute_signature(f"{PUBLIC}/twilio/voice", form)
        answer, text = self.ask("POST", "/twilio/voice", form, X_Twilio_Signature=signed)
        assert answer.status == 200
        return text

    def send(self, data: bytes) -> socket.socket:
        """A connection that has sent this, and goes on saying nothing."""
        connection = socket.create_connection(self.address, CARRIER_WAITS)
        connection.sendall(data)
        return connection


@pytest.fixture(scope="module")
def web(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """One for all examples, as it takes a while to start. Its Redis has nothing of others."""
    folder = tmp_path_factory.mktemp("web")
    settings = load_settings(
        {
            "IVR_FLOWS": str(folder / "flows"),
            "IVR_DATA": str(folder / "var"),
            "IVR_REDIS_URL": redis_server,
            "IVR_DATABASE_URL": f"sqlite:///{folder / 'records.sqlite3'}",
        },
        dotenv=None,
    )
    settings.flows.mkdir()
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        web = Web(settings, listener)
        try:
            assert web.ask("GET", "/healthz", wait=60)[0].status == 200
            yield web
        finally:
            web.process.kill()
            web.process.wait()


def test_half_sent_requests_do_not_stop_the_port_and_end_in_time(web: Web) -> None:
    head = b"POST /twilio/voice HTTP/1.1\r\nHost: tango.example\r\n"
    body = head + b"Content-Length: 1000\r\n\r\nCallSid="
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n"
    with ExitStack() as stack:
        half = [
            stack.enter_context(web.send(data))
            for data in [b"", b"P", head, body, chunked]
            for _ in range(HALF_SENT)
        ]
        assert "<Response>" in web.call()
        assert web.ask("GET", "/healthz")[0].status == 200
        for each in half[HALF_SENT::40]:
            each.sendall(b"x")  # a byte now and then gains no time
        assert "<Response>" in web.call()
        assert half[-1].recv(100).startswith(b"HTTP/1.1 408 ")
        assert half[0].recv(100) == b""


def test_clients_that_do_not_close_their_connection_hold_nobody_up(web: Web) -> None:
    with ExitStack() as stack:
        for _ in range(HALF_SENT):
            stack.enter_context(web.send(b"GET /healthz HTTP/1.0\r\n\r\n"))
        assert "<Response>" in web.call()


def test_a_request_may_come_in_pieces_and_another_behind_it(web: Web) -> None:
    with web.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n") as line:
        line.sendall(b"\r\nGET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answered = b"".join(iter(lambda: line.recv(4096), b""))
    assert answered.count(b"HTTP/1.1 ") == 2


def test_what_is_too_large_is_refused(web: Web) -> None:
    with web.send(b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000) as line:
        assert line.recv(100).startswith(b"HTTP/1.1 431 ")
    with web.send(
        b"POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n"
    ) as line:
        assert re.match(rb"HTTP/1.1 (401|413) ", line.recv(100))


def test_what_is_refused_at_the_api_is_a_problem_whoever_refuses_it(web: Web) -> None:
    at = b"GET /api/v1/jobs"
    ends = b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    for sent, status in (
        (
            at + b"/" + b"a" * 9000 + ends.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
            414,
        ),
        (at + b"?state=" + b"a" * 20_000 + ends, 414),
        (at + b"?" + b"a" * 40_000 + ends, 431),
        (at + b" HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
        (at + b" HTTP/1.1\r\nHost: a\r\nB@d: 1\r\n\r\n", 400),
        (at + b" HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    ):
        with web.send(sent) as line:
            head, _, body = b"".join(iter(partial(line.recv, 4096), b"")).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), sent[:60]
        assert b"application/problem+json" in head
        assert json.loads(body)["status"] == status


def test_forged_headers_change_nothing(web: Web) -> None:
    plain, text = web.ask("GET", "/console/accounts")
    assert plain.headers["Location"].startswith(f"{PUBLIC}/")
    headers = {"SCRIPT_NAME": "/console", "PATH_INFO": "/x", "X-Forwarded-Proto": "ftp"}
    connection = HTTPConnection(*web.address, timeout=CARRIER_WAITS)
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", **headers}
    connection.request("GET", "/console/accounts", headers=forged)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (plain.status, plain.headers["Location"])
    assert answer.read().decode() == text
    connection.close()


def test_guessers_of_passwords_keep_no_caller_waiting(web: Web) -> None:
    page, text = web.ask("GET", "/console/sign-in")
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
    form = {"csrf_token": found[1], "password": "a wrong password"}

    def guess(number: int) -> int:
        address = f"2001:db8:1:2::{number:x}"
        sent = {**form, "login": f"login{number}"}
        answer, _ = web.ask(
            "POST", "/console/sign-in", sent, 120, Cookie=cookie, X_Forwarded_For=address
        )
        return answer.status

    with ThreadPoolExecutor(32) as pool:
        guesses = [pool.submit(guess, number) for number in range(1, 251)]
        for _ in range(10):
            assert "<Response>" in web.call()
        pool.shutdown(cancel_futures=True)  # those under way are answered
    statuses = [each.result() for each in guesses if not each.cancelled()]
    assert statuses
    assert set(statuses) <= {403, 429, 503}
    assert statuses.count(403) <= 60
