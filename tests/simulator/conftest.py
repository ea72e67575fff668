"""A throw-away server, and a carrier that calls it."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.simulator import Carrier
from tests.simulator.throwaway_server import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL, Server


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.says("/twilio/status", Response(status=204))
    server.says("/twilio/fallback", "<Say>Something went wrong.</Say>")
    app = Flask("throw-away")
    app.add_url_rule("/<path:path>", "any", lambda path: server.answer(), methods=["GET", "POST"])
    listening = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    listening.shutdown()
    listening.server_close()


@pytest.fixture
def new_carrier(server: Server) -> Iterator[Callable[..., Carrier]]:
    """Makes carriers with options of their own."""
    running: list[Carrier] = []

    def make(**options: Any) -> Carrier:
        settings: dict[str, Any] = {"hold_turn_seconds": 0.02, "patience_seconds": 5.0} | options
        carrier = Carrier(server.url, PUBLIC_URL, ACCOUNT_SID, AUTH_TOKEN, **settings)
        running.append(carrier.__enter__())
        return carrier

    yield make
    for carrier in running:
        carrier.__exit__(None, None, None)


@pytest.fixture
def carrier(new_carrier: Callable[..., Carrier]) -> Carrier:
    return new_carrier()


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """Three seconds of telephone audio."""
    path = tmp_path / "message.wav"
    with wave.open(str(path), "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(8000)
        audio.writeframes(bytes(2 * 8000 * 3))
    return path
