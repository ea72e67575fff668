"""What is asked of whatever keeps the recordings: a folder, or a bucket of an object store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """A recording that is there: its size in bytes, when it was written (aware), and a `tag` that
    changes with its content."""

    size: int
    written_at: datetime
    tag: str


class RecordingStorage(Protocol):
    """Keeps recordings by names such as `acme/2026/03/RE1.wav`.

    A recording is there whole or not at all, whoever dies at whichever moment. Every method raises
    `StorageError` where the storage cannot be used or the name would lead out of it, and
    `RecordingMissing` where it needs a recording that is not there.
    """

    @property
    def address(self) -> str:
        """Where it is, for people; nothing secret."""

    def find(self, name: str) -> StoredRecording | None:
        """What is known of a recording; None where there is none."""

    def open(self, name: str) -> IO[bytes]:
        """A recording to be read, from anywhere in it; all that is read is of one version."""

    def local(self, name: str) -> AbstractContextManager[Path]:
        """A file on this machine with the recording, to be read for as long as the block lasts."""

    def store(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A new file on this machine, with a `name` by which it can be read. It becomes the
        recording once the block has ended well, and else leaves no trace."""

    def delete(self, names: Iterable[str]) -> None:
        """Delete recordings, all by one request where that can be; those that are not there
        are passed over."""

    def names(self) -> Iterator[str]:
        """The names of all recordings, in order."""

    def probe(self) -> None:
        """Write something. Raises `PartDown` where that cannot be done."""
