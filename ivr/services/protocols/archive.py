"""What backup, restore and handing over ask of the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from ivr.services.archive.manifest import Manifest, Member
from ivr.services.recording_storage import RecordingStorage


class Packer(Protocol):
    """Writes a backup, member by member."""

    members: dict[str, Member]
    """What was written so far, by name."""

    def rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """The rows of a table; returns how many there were."""

    def file(self, name: str, source: IO[bytes], *, small: bool = True) -> None:
        """A member with what is in an open file; `small` ones are compressed. Raises what reading
        it does."""

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which makes the backup whole."""


class Unpacker(Protocol):
    """Reads a backup."""

    manifest: Manifest

    def verify(self) -> None:
        """Read all of it, and compare it with the manifest. Raises `BackupError`."""

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""

    def files(self, folder: str) -> Iterator[tuple[str, IO[bytes]]]:
        """The name and the content of each file of one of the folders inside."""


class BackupFile(Protocol):
    """The file of a backup."""

    def packing(self) -> AbstractContextManager[Packer]:
        """A new backup, which is there once it is whole. Raises `BackupError` where there is a file
        already, or it cannot be written."""

    def unpacking(self) -> AbstractContextManager[Unpacker]:
        """The backup that is there. Raises `BackupError` where there is none, or it is damaged."""


class TableReader(Protocol):
    """All tables as they were at one moment."""

    database: str
    """The kind of database."""

    revision: str
    """That of the tables."""

    names: tuple[str, ...]
    """The tables, in an order in which they can be filled again."""

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a table, by its key. Raises `RecordsError`."""


class TableWriter(Protocol):
    """Tables that are filled by one transaction."""

    def make(self, revision: str) -> None:
        """Make the tables as they were at a revision. Raises `BackupError` where there is a row in
        one already, and `RecordsError` where the revision is not known."""

    def fill(self, table: str, rows: Iterator[dict[str, Any]], count: int) -> None:
        """Fill a table. Raises `BackupError` where there are not `count` rows."""

    def bring_up_to_date(self) -> None:
        """Bring the tables to the newest revision."""


class Tables(Protocol):
    """The tables of the records, as a whole. All may raise `RecordsError`."""

    def reading(self) -> AbstractContextManager[TableReader]:
        """A transaction that sees them as they are now. Raises `BackupError` where they are not up
        to date."""

    def filling(self) -> AbstractContextManager[TableWriter]:
        """A transaction that fills them; makes the database where there is none."""


class ClientFiles(Protocol):
    """The clients' files."""

    def names(self) -> Iterator[str]:
        """The names of all, in order, such as `templates/nights.yaml`."""

    def open(self, name: str) -> IO[bytes]:
        """One to be read. Raises `FileNotFoundError`."""


class RestorePlace(Protocol):
    """Where files of a backup are put back."""

    @property
    def address(self) -> str:
        """Where it is, for people; nothing secret."""

    def empty(self) -> bool:
        """Whether nothing is there."""

    def receiving(
        self, files: Iterator[tuple[str, IO[bytes]]]
    ) -> AbstractContextManager[Callable[[], None]]:
        """Make ready to take `files` in; gives what moves them in. Where anything fails afterwards
        in the block, they are taken out again."""


@dataclass(frozen=True, slots=True)
class Installation:
    """All that an installation keeps. `places` are those of the folders inside a backup; `alone`
    keeps servers away while it lasts, and raises `ProcessError` where one runs."""

    tables: Tables
    client_files: ClientFiles
    recordings: RecordingStorage
    places: Mapping[str, RestorePlace]
    alone: Callable[[], AbstractContextManager[None]]


class ExportPages(Protocol):
    """What is written about one caller."""

    def text(self, name: str, text: str) -> None:
        """Add a text."""

    def audio(self, name: str, path: Path) -> None:
        """Add a recording."""


class ExportFile(Protocol):
    """The file in which all about one caller is handed over."""

    def writing(self) -> AbstractContextManager[ExportPages]:
        """A new file, which is there once it is whole. Raises `BackupError` where there is a file
        already, or it cannot be written."""
