"""Fixtures of the conversations' tests: the application over HTTP, with a simulated carrier."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ivr.adapters.sql import migrate
from ivr.settings import Settings
from ivr.simulator import Carrier, Misbehaviour
from ivr.web.app import create_app
from tests.flow_files import always_open
from tests.services.conversations.stage_floor import Stage
from tests.web.console.conftest import chromium as chromium


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def _stopped(server: BaseWSGIServer, thread: threading.Thread) -> Iterator[None]:
    """Stop the server after the block, whatever a test says."""
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def misbehaviour() -> Misbehaviour:
    """What the carrier does wrong; a test module or a parameter may say otherwise."""
    return Misbehaviour()


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """The folder of the client files."""
    return always_open(tmp_path / "open flows")


@pytest.fixture
def stage(
    settings: Settings, redis: Redis, misbehaviour: Misbehaviour, flows: Path
) -> Iterator[Stage]:
    """The stage. What the carrier finds at fault fails the test."""
    migrate(settings.database_url)
    apps: list[Any] = []
    server = make_server(
        "127.0.0.1",
        0,
        lambda environ, start: apps[0](environ, start),
        threaded=True,
        request_handler=_Quiet,
    )
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    carrier = Carrier(
        url, url, settings.account_sid, settings.auth_token, misbehaviour=misbehaviour
    )
    with _stopped(server, thread), carrier:
        ours = replace(settings, flows=flows, public_url=url, twilio_api_url=carrier.api_url)
        app = create_app(ours)
        apps.append(app)
        yield Stage(carrier, app.extensions["services"], redis)
        for call in carrier.calls:
            call.hang_up()
        for call in carrier.calls:
            call.wait(5)
        carrier.check()
