"""Putting a backup into an empty installation, on either kind of database.

Everything is read and compared with its checksums before anything is written. The rows go in by
one transaction, at the state of the tables that the backup was made of, and are brought up to date
in it; the files are laid beside their folders first and moved in before it is committed. What goes
into an object store is sent there before that, too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from ivr.errors import BackupError
from ivr.services.archive.manifest import Manifest
from ivr.services.protocols.archive import BackupFile, Installation, RestorePlace
from ivr.services.recording_storage import RecordingStorage

_COPIED = 1 << 20


def check(file: BackupFile) -> Manifest:
    """Read all of a backup and compare it with its checksums. Raises `BackupError`."""
    with file.unpacking() as backup:
        backup.verify()
        return backup.manifest


def restore(installation: Installation, file: BackupFile) -> Manifest:
    """Put a backup into an installation, which must be empty.

    Raises `BackupError` where the backup is damaged or the installation is not empty,
    `ProcessError` where a server runs on it, `RecordsError`, and `StorageError` where an object
    store does not take the recordings. Then nothing was changed.
    """
    with file.unpacking() as backup:
        backup.verify()
        with installation.alone(), ExitStack() as stack:
            for place in installation.places.values():
                _refuse_full(place)
            move_in = [
                stack.enter_context(place.receiving(backup.files(folder)))
                for folder, place in installation.places.items()
            ]
            tables = stack.enter_context(installation.tables.filling())
            tables.make(backup.manifest.revision)
            for table, count in backup.manifest.rows.items():
                tables.fill(table, backup.rows(table), count)
            tables.bring_up_to_date()
            for move in move_in:
                move()
        return backup.manifest


def _refuse_full(place: RestorePlace) -> None:
    if not place.empty():
        raise BackupError(
            f"{place.address} is not empty; a backup is restored into an empty installation only. "
            "Move what is there away, or set IVR_DATA, IVR_FLOWS and IVR_RECORDINGS to empty "
            "places."
        )


class StoragePlace:
    """Implements `RestorePlace` where recordings go into an object store."""

    def __init__(self, storage: RecordingStorage) -> None:
        self._storage = storage

    @property
    def address(self) -> str:
        """That of the store."""
        return self._storage.address

    def empty(self) -> bool:
        """Whether there is no recording."""
        return next(self._storage.names(), None) is None

    @contextmanager
    def receiving(self, files: Iterator[tuple[str, IO[bytes]]]) -> Iterator[Callable[[], None]]:
        """What moves the files in sends them: none is laid anywhere before."""
        stored: list[str] = []

        def send() -> None:
            for name, file in files:
                stored.append(name)
                with self._storage.store(name) as target:
                    shutil.copyfileobj(file, target, _COPIED)

        try:
            yield send
        except BaseException:
            self._storage.delete(stored)
            raise
