"""Recordings in a folder of this machine, or one that several machines share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ivr.adapters.files import probe
from ivr.atomic_files import stored_atomically
from ivr.core.recording_names import checked_name, is_recording
from ivr.errors import RecordingMissing, StorageError
from ivr.services.recording_storage import StoredRecording


class FolderStorage:
    """Implements `ivr.services.recording_storage.RecordingStorage`; only our own user may read what
    it keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> str:
        """The folder."""
        return str(self._folder)

    def find(self, name: str) -> StoredRecording | None:
        """What its file says."""
        path = self._path(name)
        with _told(name):
            if not path.is_file():
                return None
            found = path.stat()
        written = datetime.fromtimestamp(found.st_mtime, UTC)
        tag = f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"
        return StoredRecording(found.st_size, written, tag)

    def open(self, name: str) -> IO[bytes]:
        """The file itself: one that is replaced stays readable for whoever has opened it.

        Without a buffer, as web servers send a file from where its descriptor stands.
        """
        with _told(name):
            return self._path(name).open("rb", buffering=0)

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """The file itself."""
        if self.find(name) is None:
            raise _missing(name)
        yield self._path(name)

    @contextmanager
    def store(self, name: str) -> Iterator[IO[bytes]]:
        """See `stored_atomically`."""
        with _told(name), stored_atomically(self._path(name)) as file:
            yield file

    def delete(self, names: Iterable[str]) -> None:
        """One after the other."""
        for name in names:
            with _told(name):
                self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Of every file that is not hidden."""
        with _told(self.address):
            paths = sorted(self._folder.rglob("*"))
        for path in paths:
            name = path.relative_to(self._folder).as_posix()
            if is_recording(name) and path.is_file():
                yield name

    def probe(self) -> None:
        """See `ivr.adapters.files.probe`."""
        probe.probe([self._folder])

    def _path(self, name: str) -> Path:
        return self._folder / checked_name(name)


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise _missing(name) from error
    except OSError as error:
        raise StorageError(f"The recording {name} cannot be read or written ({error}).") from error


def _missing(name: str) -> RecordingMissing:
    return RecordingMissing(f"The recording {name} is not there.")
