"""`python -m ivr reconcile`, against the simulated carrier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from ivr import keys
from ivr.__main__ import main
from ivr.adapters.sql import migrate
from ivr.simulator import Carrier
from ivr.web.app import create_app
from tests.flow_files import write

ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "a token"
NUMBER, CALLER = "+441632960001", "+447700900555"


@pytest.fixture
def carrier(
    tmp_path: Path,
    redis: Redis,
    redis_server: str,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Carrier]:
    """An account, and an agency with one client."""
    (tmp_path / "flows").mkdir()
    write(tmp_path / "flows", "start: bye\nnodes:\n  bye: {hangup: Goodbye.}\n")
    migrate(database_url)
    with Carrier("http://127.0.0.1:9", "http://127.0.0.1:9", ACCOUNT_SID, AUTH_TOKEN) as carrier:
        for name, value in {
            "IVR_FLOWS": tmp_path / "flows",
            "IVR_DATA": tmp_path / "var",
            "IVR_REDIS_URL": redis_server,
            "IVR_DATABASE_URL": database_url,
            "IVR_TWILIO_API_URL": carrier.api_url,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        }.items():
            monkeypatch.setenv(name, str(value))
        create_app()  # a server gives the client its number
        yield carrier


def test_nothing_missing_is_good(carrier: Carrier, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["reconcile"]) == 0
    out = capsys.readouterr().out
    assert "0 calls, 0 recordings, 0 texts" in out
    assert "Nothing is missing." in out


def test_what_is_missing_is_shown_then_fetched(
    carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    carrier.text(NUMBER, CALLER, "I shall be late", lost=True)
    capsys.readouterr()
    assert main(["reconcile", "--dry-run"]) == 1
    assert "was not told of: to be mended" in capsys.readouterr().out
    assert main(["reconcile", "--json"]) == 0
    came = json.loads(capsys.readouterr().out)
    assert came["compared"] == {"calls": 0, "recordings": 0, "texts": 1}
    assert [(each["kind"], each["client"], each["result"]) for each in came["found"]] == [
        ("text", "acme", "done")
    ]
    assert main(["reconcile", "--since", "7d"]) == 0


def test_a_carrier_that_refuses_is_said_in_words(
    carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    carrier.refuse(401)
    capsys.readouterr()
    assert main(["reconcile"]) == 1
    assert "Broken off: The carrier refuses the account's credentials" in capsys.readouterr().out


def test_two_at_a_time_are_one_too_many(
    carrier: Carrier, redis: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    redis.set(keys.RECONCILE_LEASE, "another process", ex=keys.RECONCILE_LEASE_SECONDS)
    assert main(["reconcile"]) == 2
    assert "Another process is comparing just now" in capsys.readouterr().err


@pytest.mark.parametrize("span", ["", "24", "0h", "3 days", "-1d", "401d", "1w"])
def test_a_span_that_is_none_is_refused(span: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["reconcile", f"--since={span}"])
    assert refused.value.code == 2
    assert "is no span of time" in capsys.readouterr().err
