"""Putting a backup into an empty installation, on either kind of database.

Everything is read and compared with its checksums before anything is written. The rows go in by
one transaction, at the state of the tables that the backup was made of, and are brought up to date
in it; the files are laid beside their folders first and moved in before it is committed. What goes
into an object store is sent there before that, too.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ivr.adapters.recordings import open_storage
from ivr.adapters.sql.database import migrating, revision_of, to_revision
from ivr.adapters.system.running import only_server
from ivr.errors import BackupError
from ivr.services.archive.pack import FLOWS, RECORDINGS, Manifest, Unpacker, unpacking
from ivr.services.recording_storage import RecordingStorage
from ivr.settings import Settings

_CHUNK = 500
_COPIED = 1 << 20
BOOKKEEPING = "alembic_version"


def check(path: Path) -> Manifest:
    """Read all of a backup and compare it with its checksums. Raises `BackupError`."""
    with unpacking(path) as backup:
        backup.verify()
        return backup.manifest


def restore(settings: Settings, path: Path) -> Manifest:
    """Put the backup at `path` into the installation of `settings`, which must be empty.

    Raises `BackupError` where the backup is damaged or the installation is not empty,
    `ProcessError` where a server runs on it, `RecordsError`, and `StorageError` where an object
    store does not take the recordings. Then nothing was changed.
    """
    with unpacking(path) as backup:
        backup.verify()
        with only_server(settings):
            folders, storage = {FLOWS: settings.flows}, open_storage(settings.recordings)
            if isinstance(settings.recordings, Path):
                folders[RECORDINGS] = settings.recordings
            elif next(storage.names(), None):
                raise _full(storage.address)
            for folder in folders.values():
                _refuse_full(folder)
            with (
                _staged(backup, folders) as move_in,
                _stored(storage) as stored,
                migrating(settings.database_url) as records,
            ):
                _prepare(records, backup.manifest)
                for table, count in backup.manifest.rows.items():
                    _fill(records, backup, table, count)
                to_revision(records, "head")
                if RECORDINGS not in folders:
                    _send(backup, storage, stored)
                move_in()
        return backup.manifest


def _refuse_full(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise _full(str(folder))


def _full(place: str) -> BackupError:
    return BackupError(
        f"{place} is not empty; a backup is restored into an empty installation only. Move "
        "what is there away, or set IVR_DATA, IVR_FLOWS and IVR_RECORDINGS to empty places."
    )


def _prepare(records: sa.Connection, manifest: Manifest) -> None:
    """Make the tables as they were when the backup was made."""
    known = sa.inspect(records).get_table_names()
    full = [name for name in known if name != BOOKKEEPING and not name.startswith("search_index")]
    for name in full:
        if records.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first():
            raise BackupError(
                f"The records database is not empty: there are rows in '{name}'. A backup is "
                "restored into an empty installation only; set IVR_DATABASE_URL to another one."
            )
    if known and revision_of(records) != manifest.revision:
        to_revision(records, "base")
    to_revision(records, manifest.revision)


def _fill(records: sa.Connection, backup: Unpacker, name: str, count: int) -> None:
    table = sa.Table(name, sa.MetaData(), autoload_with=records)
    times = [c.name for c in table.c if isinstance(c.type, sa.DateTime)]
    for column in table.c:
        if isinstance(column.type, sa.JSON):
            column.type = sa.JSON(none_as_null=True)
    filled = 0
    found = backup.rows(name)
    while rows := list(islice(found, _CHUNK)):
        records.execute(sa.insert(table), [_typed(row, times) for row in rows])
        filled += len(rows)
    if filled != count:
        raise BackupError(f"The table {name} in this backup has {filled} rows instead of {count}.")
    if records.dialect.name == "postgresql" and filled and isinstance(table.c[0].type, sa.Integer):
        _count_on(records, table)


def _typed(row: dict[str, Any], times: list[str]) -> dict[str, Any]:
    moments = {name: datetime.fromisoformat(row[name]) for name in times if row[name]}
    return row | moments


def _count_on(records: sa.Connection, table: sa.Table) -> None:
    """Let new rows be numbered from behind the restored ones."""
    column = table.c[0]
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    newest = sa.select(sa.func.max(column)).scalar_subquery()
    records.execute(sa.select(sa.func.setval(sequence, newest)))


def _send(backup: Unpacker, storage: RecordingStorage, stored: list[str]) -> None:
    """Put the recordings into an object store, and the names of them into `stored`."""
    for name, file in backup.files(RECORDINGS):
        stored.append(name)
        with storage.store(name) as target:
            shutil.copyfileobj(file, target, _COPIED)


@contextlib.contextmanager
def _stored(storage: RecordingStorage) -> Iterator[list[str]]:
    """A list for the names of recordings that are sent to an object store; where anything fails
    afterwards, they are deleted again."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        storage.delete(stored)
        raise


@contextlib.contextmanager
def _staged(backup: Unpacker, folders: dict[str, Path]) -> Iterator[Any]:
    """Lay the files beside their folders; yields what moves them in. Where anything fails
    afterwards, they are taken out again."""
    staging = {
        name: folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
        for name, folder in folders.items()
    }
    moved: list[Path] = []

    def move_in() -> None:
        for name, folder in folders.items():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for child in staging[name].iterdir():
                child.rename(folder / child.name)
                moved.append(folder / child.name)

    try:
        for name, folder in staging.items():
            folder.mkdir(parents=True, mode=0o700)
            backup.extract(name, folder)
        yield move_in
    except BaseException:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    finally:
        for folder in staging.values():
            shutil.rmtree(folder, ignore_errors=True)
