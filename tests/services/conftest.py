"""A server in this process, a carrier that calls it, and the comparison of the two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.adapters.redis.turn_journal import drain
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.adapters.twilio.lists import CarrierLists
from ivr.bootstrap import utc_now
from ivr.core.reconciliation import Comparison
from ivr.processes.reconciliation import open_reconciliation
from ivr.settings import Settings
from ivr.simulator import Carrier, Misbehaviour
from ivr.web.app import create_app
from tests.adapters.sql.conftest import (  # noqa: F401 - fixtures, for tests of services on both
    postgres_records,
    postgres_server,
    records,
    records_url,
)
from tests.flow_files import write

NUMBER = "+441632960001"  # of the client in `flow_files`
CALLER = "+441632960123"

FLOW = """\
people:
  ian: {name: Ian Frost, email: ian@frost.example, phone: +44 7700 900123}
agreement:
  order: {owner: ian}
vars:
  number: {type: string}
start: what
nodes:
  what:
    menu: "Press 1 for orders or 2 for a message."
    choices:
      - {key: "1", next: number}
      - {key: "2", next: take}
  number: {collect: Key your number., into: number, type: digits, length: 4, next: order}
  order: {message: {say: "What would you like?", kind: order}, next: bye}
  take: {message: {say: Please speak.}, next: bye}
  bye: {hangup: Goodbye.}
"""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@dataclass
class World:
    """The server, its stores, and the carriers that call it."""

    settings: Settings
    redis: Redis
    records: SqlRecords
    url: str
    carrier: Carrier

    def settle(self) -> None:
        """Move the journal into the records."""
        drain(self.redis, self.records, block_ms=1)
        while drain(self.redis, self.records, block_ms=1):
            pass

    def compare(self, *, dry_run: bool = False, days: float = 1) -> Comparison:
        """Compare everything of the last days with the carrier."""
        self.settle()
        settings = replace(self.settings, twilio_api_url=self.carrier.api_url)
        lists = CarrierLists(settings, pause=lambda seconds: None)
        comparison = open_reconciliation(settings, self.redis, self.records, utc_now, lists)
        return comparison.run(datetime.now(UTC) - timedelta(days=days), dry_run=dry_run)


@pytest.fixture
def open_world(tmp_path: Path, settings: Settings, redis: Redis) -> Iterator[Callable[..., Any]]:
    """Opens a world whose carrier misbehaves as told."""
    migrate(settings.database_url)
    (tmp_path / "clients").mkdir()
    write(tmp_path / "clients", FLOW)
    settings = replace(settings, flows=tmp_path / "clients")
    server = make_server(
        "127.0.0.1", 0, create_app(settings), threaded=True, request_handler=_Quiet
    )
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    opened = open_records(settings.database_url)

    @contextmanager
    def start(**misbehaviour: Any) -> Iterator[World]:
        bad_day = Misbehaviour(**misbehaviour)
        account = (settings.public_url, settings.account_sid, settings.auth_token)
        with Carrier(url, *account, misbehaviour=bad_day) as carrier:
            yield World(settings, redis, opened, url, carrier)

    yield start
    opened.close()
    server.shutdown()
    server.server_close()
