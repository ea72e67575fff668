"""`python -m ivr status`, as a person and as a program sees it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.__main__ import main
from ivr.adapters.sql import SqlRecords, migrate, open_records
from ivr.core.availability.standing import Availability, StatusKind
from tests.flow_files import EXAMPLES
from tests.statuses import standing_of


@pytest.fixture
def records(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> SqlRecords:
    """An agency with the example clients."""
    shutil.copytree(EXAMPLES, tmp_path / "flows")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("IVR_DATABASE_URL", database_url)
    migrate(database_url)
    return open_records(database_url)


def standing(records: SqlRecords) -> Availability:
    return standing_of(records, "rainbow-frost", datetime.now(UTC))


def test_a_status_is_set_listed_and_ended(
    records: SqlRecords, capsys: pytest.CaptureFixture[str]
) -> None:
    maya = ["status", "rainbow-frost", "--person", "maya"]
    assert main([*maya, "--say", "away 2h"]) == 0
    assert capsys.readouterr().out.startswith("Maya Frost: away until ")
    assert standing(records) == Availability({"maya": StatusKind.AWAY})
    assert main(["status", "rainbow-frost"]) == 0
    assert "set by the agency by command" in capsys.readouterr().out
    assert main([*maya, "--by", "Sam", "--say", "back"]) == 0
    assert not standing(records)
    capsys.readouterr()
    assert main(["status", "rainbow-frost"]) == 0
    assert capsys.readouterr().out == "Nobody has said anything: calls come as usual.\n"
    assert main(["status", "rainbow-frost", "--history"]) == 0
    assert "by Sam by command" in capsys.readouterr().out


def test_without_a_person_it_is_for_everybody(
    records: SqlRecords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "rainbow-frost", "--say", "messages"]) == 0
    assert standing(records) == Availability({}, StatusKind.MESSAGES)
    capsys.readouterr()
    assert main(["status", "rainbow-frost", "--json"]) == 0
    [shown] = json.loads(capsys.readouterr().out)
    assert (shown["person"], shown["kind"], shown["ends"]) == (None, "messages", None)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["rainbow-frosty", "--say", "away"], "did you mean 'rainbow-frost'"),
        (["rainbow-frost", "--person", "mayo", "--say", "away"], "did you mean 'maya'"),
        (["rainbow-frost", "--say", "away 3"], "3PM"),
    ],
)
def test_what_is_not_understood_is_said(
    records: SqlRecords, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert main(["status", *words]) == 2
    assert why in capsys.readouterr().err
    assert not standing(records)


def test_explain_heeds_what_is_set_for_its_moment(
    records: SqlRecords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "rainbow-frost", "--person", "maya", "--say", "away 2h"]) == 0
    capsys.readouterr()
    assert main(["explain", "rainbow-frost"]) == 0
    assert "Maya Frost said “away”" in capsys.readouterr().out
    later = datetime.now(UTC) + timedelta(hours=3)
    assert main(["explain", "rainbow-frost", "--at", later.isoformat()]) == 0
    assert "Maya Frost said" not in capsys.readouterr().out
