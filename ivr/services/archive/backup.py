"""Making a backup while everything runs.

All tables are read as they were at one moment. A recording is on the disk before the database names
it, so the recordings are read afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ivr.errors import RecordingMissing
from ivr.services.archive.manifest import FLOWS, RECORDINGS, Manifest
from ivr.services.protocols.archive import BackupFile, ClientFiles, Installation, Packer
from ivr.services.recording_storage import RecordingStorage


def back_up(installation: Installation, file: BackupFile, now: datetime) -> Manifest:
    """Write a backup of an installation; returns what it holds.

    Raises `BackupError`, `RecordsError` where the database cannot be read and `StorageError` where
    the recordings cannot.
    """
    with file.packing() as packer:
        with installation.tables.reading() as tables:
            rows = {table: packer.rows(table, tables.rows(table)) for table in tables.names}
        gone = list(_flows(packer, installation.client_files))
        gone += _recordings(packer, installation.recordings)
        manifest = Manifest(
            made_at=now.isoformat(),
            database=tables.database,
            revision=tables.revision,
            rows=rows,
            members=packer.members,
            gone=gone,
        )
        packer.finish(manifest)
    return manifest


def _flows(packer: Packer, files: ClientFiles) -> Iterator[str]:
    """Pack the clients' files; yields those that went away meanwhile."""
    for name in files.names():
        member = f"{FLOWS}/{name}"
        try:
            with files.open(name) as file:
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
