"""Whoever runs the server makes, lists and revokes tokens."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.sql import open_records
from ivr.adapters.sql.records import SqlRecords
from ivr.core.accounts.scopes import TokenScope


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlRecords:
    """The records that the commands work on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATA", str(tmp_path / "var"))
    return open_records(f"sqlite:///{tmp_path / 'var' / 'records.sqlite3'}")


def test_a_token_is_made_before_the_first_start_then_listed_and_revoked(
    records: SqlRecords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tokens", "list"]) == 0
    assert "No token yet" in capsys.readouterr().out
    asked = ["tokens", "make", "The till", "--client", "acme", "--scope", "jobs:read"]
    assert main([*asked, "--days", "30"]) == 0
    key = re.search(r"tango_[\w-]+", capsys.readouterr().out)
    assert key
    token = records.tokens.holder(key[0], datetime.now(UTC))
    assert token
    assert (token.client, token.scopes) == ("acme", frozenset({TokenScope.JOBS_READ}))
    assert main(["tokens", "list"]) == 0
    listed = capsys.readouterr().out
    assert token.id[:8] in listed
    assert key[0] not in listed
    assert main(["tokens", "revoke", token.id[:8]]) == 0
    assert records.tokens.holder(key[0], datetime.now(UTC)) is None
    assert main(["tokens", "list"]) == 0
    assert "revoked" in capsys.readouterr().out
    acts, _ = records.audit.page(who="server")
    assert [act.act for act in acts] == ["revoked a token", "made a token: jobs:read"]


def test_an_unknown_id_and_a_life_too_long_are_refused(
    records: SqlRecords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tokens", "revoke", "x"]) == 2
    assert "No tokens" in capsys.readouterr().err
    assert main(["tokens", "make", "x", "--scope", "jobs:read", "--days", "4000"]) == 2
