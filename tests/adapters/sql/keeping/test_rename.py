"""A client under a new name: everything that is kept goes with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ivr.__main__ import main
from ivr.adapters.sql.database import connect, migrate, reading, writing
from ivr.adapters.sql.keeping.rename import rename_client
from ivr.adapters.sql.tables import callbacks, flow_versions, metadata, outbox

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def value(column: sa.Column[Any]) -> object:
    """Some value of a column's type."""
    if column.name == "client":
        return "acme"
    match column.type:
        case sa.JSON():
            return {"client": "acme", "acme.yaml": "words"}
        case sa.Boolean():
            return False
        case sa.Integer() | sa.Float():
            return 1
        case sa.String():
            return "waiting" if column.name == "state" else '{"client": "acme"}'
        case _:
            return None if column.name == "finished_at" else NOW


def full(url: str) -> sa.Engine:
    """Records with a row of `acme` in every table that has a client, and one still to be sent."""
    migrate(url)
    engine = connect(url)
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            if "client" in table.c or table is outbox:
                row = {column.name: value(column) for column in table.c}
                connection.execute(sa.insert(table).values(row))
    return engine


def test_every_table_that_has_a_client_goes_with_it(empty_database: str) -> None:
    engine = full(empty_database)
    with writing(engine) as connection:
        counts = rename_client(connection, "acme", "acme-ltd")
    owned = [t for t in metadata.sorted_tables if "client" in t.c and t is not flow_versions]
    assert set(counts) == {"outbox", *(table.name for table in owned)}
    with reading(engine) as connection:
        for table in owned:
            assert connection.scalars(sa.select(table.c.client)).all() == ["acme-ltd"], table.name
        versions = connection.execute(sa.select(flow_versions.c.client, flow_versions.c.texts))
        assert dict(tuple(row) for row in versions)["acme-ltd"]["acme-ltd.yaml"] == "words"
        ticket = connection.scalar(sa.select(callbacks.c.ticket))
        assert json.loads(str(ticket)) == {"client": "acme-ltd"}
        payload = connection.scalar(sa.select(outbox.c.payload))
        assert payload is not None
        assert payload["client"] == "acme-ltd"
    with writing(engine) as connection:
        assert rename_client(connection, "acme", "acme-ltd") == {}
    engine.dispose()


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `acme`, its audio, and full records."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", "flows")
    url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    full(url).dispose()
    (tmp_path / "flows" / "audio" / "acme").mkdir(parents=True)
    (tmp_path / "flows" / "acme.yaml").write_text("words")
    return tmp_path / "flows"


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_command_renames_the_file_and_its_audio_unless_that_was_done(
    by_hand: bool, flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if by_hand:
        (flows / "acme.yaml").rename(flows / "acme-ltd.yaml")
    assert main(["rename", "acme", "acme-ltd"]) == 0
    assert "acme is acme-ltd now: 1 call, 1 message" in capsys.readouterr().out
    assert sorted(path.name for path in flows.iterdir()) == ["acme-ltd.yaml", "audio"]
    assert [path.name for path in (flows / "audio").iterdir()] == ["acme-ltd"]


@pytest.mark.parametrize("name", ["Acme Ltd", "bell", "acme", "../x"])
def test_what_cannot_be_changes_nothing(
    name: str, flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "bell.yaml").write_text("words")
    assert main(["rename", "acme", name]) == 2
    assert capsys.readouterr().err
    assert (flows / "acme.yaml").exists()


def test_where_the_records_refuse_the_file_keeps_its_name(
    flows: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "records.sqlite3").write_text("no database")
    assert main(["rename", "acme", "acme-ltd"]) == 2
    assert (flows / "acme.yaml").exists()
    assert (flows / "audio" / "acme").exists()
