"""Recordings in a bucket of an object store: Amazon S3, or another that speaks the same.

The client runs threads, which no fork survives: it is made when it is first needed, so that a
worker's parent never has one and each of its children has its own.
https://docs.aws.amazon.com/AmazonS3/latest/API/Type_API_Reference.html
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import obstore
from obstore.exceptions import BaseError, NotFoundError, PreconditionError
from obstore.store import S3Store

from ivr.adapters.files.nameless import nameless_file
from ivr.core.bucket import Bucket
from ivr.core.recording_names import checked_name, is_recording
from ivr.errors import PartDown, RecordingMissing, StorageError
from ivr.services.recording_storage import StoredRecording

PROBE = ".tango"
"""An object that is written to find out whether that can be done; it is no recording."""

_READ_BYTES = 1 << 20
_PART_BYTES = 8 << 20
_PARTS_AT_ONCE = 2  # bounds what a worker holds in memory
_CONNECT, _WHOLE = timedelta(seconds=3), timedelta(seconds=60)
_RETRIES, _RETRIED_FOR = 3, timedelta(seconds=10)


class BucketStorage:
    """Implements `ivr.services.recording_storage.RecordingStorage`: an object is there once all of
    it has been sent, so nobody ever sees half of one."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @property
    def address(self) -> str:
        """As in the setting."""
        return self._bucket.url

    def find(self, name: str) -> StoredRecording | None:
        """What the store says of the object."""
        try:
            with _told(name):
                return _stored(obstore.head(self._store, checked_name(name)))
        except RecordingMissing:
            return None

    def open(self, name: str) -> IO[bytes]:
        """Reads by ranges, a megabyte at a time."""
        found = self.find(name)
        if found is None:
            raise _missing(name)
        return io.BufferedReader(_Ranges(self._store, name, found), _READ_BYTES)

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A copy without a name, which is gone with the block."""
        with nameless_file() as (file, path):
            with _told(name):
                for piece in obstore.get(self._store, checked_name(name)).stream(_READ_BYTES):
                    file.write(piece)
            file.flush()
            yield path

    @contextmanager
    def store(self, name: str) -> Iterator[IO[bytes]]:
        """A file of this machine until the block ends, which is sent then."""
        checked_name(name)
        with tempfile.NamedTemporaryFile(prefix="tango-") as file:  # mode 0600
            yield file
            file.flush()
            with _told(name):
                self._put(name, Path(file.name))

    def delete(self, names: Iterable[str]) -> None:
        """By one request for up to a thousand."""
        doomed = [checked_name(name) for name in names]
        if doomed:
            with _told(", ".join(doomed[:3])):
                obstore.delete(self._store, doomed)

    def names(self) -> Iterator[str]:
        """As the store lists them, in order of their bytes."""
        with _told(self.address):
            for page in obstore.list(self._store):
                yield from (each["path"] for each in page if is_recording(each["path"]))

    def probe(self) -> None:
        """Write a small object."""
        try:
            with _told(PROBE):
                self._put(PROBE, b"Tango keeps its recordings beside this.\n")
        except RecordingMissing as error:
            raise PartDown("not there", f"There is no bucket {self._bucket.name}.") from error
        except StorageError as error:
            raise PartDown("refuses writes", str(error)) from error

    def _put(self, name: str, content: Path | bytes) -> None:
        obstore.put(
            self._store,
            name,
            content,
            chunk_size=_PART_BYTES,
            max_concurrency=_PARTS_AT_ONCE,
        )

    @cached_property
    def _store(self) -> S3Store:
        bucket = self._bucket
        known = {
            "endpoint": bucket.endpoint,
            "region": bucket.region,
            "access_key_id": bucket.access_key_id,
            "secret_access_key": bucket.secret_access_key,
            "session_token": bucket.session_token,
        }
        given: dict[str, Any] = {name: value for name, value in known.items() if value}
        with _told(self.address):
            return S3Store(
                bucket.name,
                prefix=bucket.prefix or None,
                client_options={
                    "allow_http": (bucket.endpoint or "").startswith("http:"),
                    "connect_timeout": _CONNECT,
                    "timeout": _WHOLE,
                },
                retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRIED_FOR},
                **given,
            )


class _Ranges(io.RawIOBase):
    """An object as a file: each read asks for a range of the version that was found first."""

    def __init__(self, store: S3Store, name: str, found: StoredRecording) -> None:
        self._store, self._name, self._found = store, name, found
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._found.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._found.size)
        if end <= self._at:
            return 0
        with _told(self._name):
            options = {"range": (self._at, end), "if_match": self._found.tag}
            piece = obstore.get(self._store, self._name, options=options).bytes()  # type: ignore[arg-type]
        buffer[: len(piece)] = memoryview(piece)
        self._at += len(piece)
        return len(piece)


def _stored(found: Any) -> StoredRecording:
    return StoredRecording(found["size"], found["last_modified"], found["e_tag"] or "")


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise _missing(name) from error
    except PreconditionError as error:
        raise StorageError(f"The recording {name} was replaced while it was read.") from error
    except (BaseError, OSError, ValueError) as error:
        raise StorageError(
            f"The object store did not do what was asked for {name} ({_cause(error)}); see "
            "IVR_RECORDINGS and the AWS_ settings."
        ) from error


def _cause(error: Exception) -> str:
    """The kind of error and the beginning of its text, which goes on for a page."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first[:200]}"


def _missing(name: str) -> RecordingMissing:
    return RecordingMissing(f"The recording {name} is not in the object store.")
