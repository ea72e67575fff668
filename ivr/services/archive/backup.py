"""Making a backup while everything runs.

All tables are read in one transaction that sees the database as it was at its beginning: SQLite's
write-ahead log and PostgreSQL's REPEATABLE READ both give that, and neither keeps writers waiting
(https://www.sqlite.org/isolation.html,
https://www.postgresql.org/docs/current/transaction-iso.html). A recording is on the disk before the
database names it, so the recordings are read afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ivr.adapters.recordings import open_storage
from ivr.adapters.sql.database import connect, newest_revision, reading, revision_of
from ivr.adapters.sql.tables import metadata, sessions
from ivr.errors import BackupError, RecordingMissing
from ivr.services.archive.pack import FLOWS, RECORDINGS, TABLES, Manifest, Packer, packing
from ivr.services.recording_storage import RecordingStorage
from ivr.settings import Settings

NOT_KEPT = frozenset({sessions.name})
"""Tables that a backup leaves out: who is signed in signs in again."""

_CHUNK = 500


def back_up(settings: Settings, path: Path, now: datetime) -> Manifest:
    """Write a backup of the installation to `path`; returns what it holds.

    Raises `BackupError`, `RecordsError` where the database cannot be read and `StorageError` where
    the recordings cannot.
    """
    engine = connect(settings.database_url)
    try:
        with packing(path) as packer:
            with reading(_as_it_is_now(engine)) as connection:
                revision = revision_of(connection)
                if revision != newest_revision():
                    raise BackupError(
                        "The records database is not up to date; start `python -m ivr serve` once."
                    )
                rows = {table.name: _table(packer, connection, table) for table in _tables()}
            gone = list(_flows(packer, settings.flows))
            gone += _recordings(packer, open_storage(settings.recordings))
            manifest = Manifest(
                made_at=now.isoformat(),
                database=engine.dialect.name,
                revision=revision,
                rows=rows,
                members=packer.members,
                gone=gone,
            )
            packer.finish(manifest)
    finally:
        engine.dispose()
    return manifest


def _as_it_is_now(engine: sa.Engine) -> sa.Engine:
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _tables() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if table.name not in NOT_KEPT]


def _table(packer: Packer, connection: sa.Connection, table: sa.Table) -> int:
    """Write a table; returns how many rows it has."""
    query = sa.select(table).order_by(*table.primary_key.columns)
    count = 0
    with packer.member(f"{TABLES}/{table.name}.jsonl") as member:
        for row in connection.execution_options(yield_per=_CHUNK).execute(query).mappings():
            line = json.dumps(dict(row), ensure_ascii=False, default=_plain)
            member.write(line.encode() + b"\n")
            count += 1
    return count


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept in a backup")


def _flows(packer: Packer, folder: Path) -> Iterator[str]:
    """Pack the files below a folder; yields those that went away meanwhile."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if any(part.startswith(".") for part in inner.parts) or not path.is_file():
            continue
        member = f"{FLOWS}/{inner.as_posix()}"
        try:
            with path.open("rb") as file:
                packer.file(member, file)
        except FileNotFoundError:
            yield member


def _recordings(packer: Packer, storage: RecordingStorage) -> Iterator[str]:
    """Pack the recordings; yields those that went away meanwhile."""
    for name in storage.names():
        member = f"{RECORDINGS}/{name}"
        try:
            with storage.local(name) as path, path.open("rb") as file:
                packer.file(member, file, small=False)
        except (RecordingMissing, FileNotFoundError):
            yield member
