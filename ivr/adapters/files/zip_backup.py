"""The file of a backup: a ZIP of tables, client files and recordings, with a manifest.

Every member is named in `manifest.json` with its size and its SHA-256. Tables are one JSON object a
line, times in ISO 8601, so that a backup of either database goes into either.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ivr.atomic_files import stored_atomically
from ivr.errors import BackupError
from ivr.services.archive.manifest import TABLES, Manifest, Member

FORMAT = 1
MANIFEST = "manifest.json"

_CHUNK = 1 << 20
_MEMBER = re.compile(r"(tables|flows|recordings)(/[^/\\\0]+)+")


class ZipBackup:
    """Implements `ivr.services.protocols.archive.BackupFile`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def packing(self) -> Iterator[ZipPacker]:
        """A backup that is there once it is whole, readable by our own user only.

        Raises `BackupError` where there is a file already, or it cannot be written.
        """
        path = self._path
        if path.exists():
            raise BackupError(f"There is a file {path} already; choose another name.")
        try:
            with stored_atomically(path.absolute()) as file, zipfile.ZipFile(file, "w") as archive:
                yield ZipPacker(archive)
        except OSError as error:
            raise BackupError(f"The backup cannot be written to {path}: {error}.") from error

    @contextmanager
    def unpacking(self) -> Iterator[ZipUnpacker]:
        """The backup that is there. Raises `BackupError` where there is none, or it is damaged."""
        path = self._path
        try:
            with zipfile.ZipFile(path) as archive:
                yield ZipUnpacker(archive)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
            raise BackupError(f"{path} is no backup, or is damaged: {error}.") from error
        except OSError as error:
            raise BackupError(f"{path} cannot be restored: {error}.") from error


class ZipPacker:
    """Implements `ivr.services.protocols.archive.Packer`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, Member] = {}

    @contextmanager
    def member(self, name: str, *, small: bool = True) -> Iterator[_Counted]:
        """A new member to write to; `small` ones are compressed."""
        how = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
        info = zipfile.ZipInfo(name)
        info.compress_type = how
        with self._archive.open(info, "w", force_zip64=True) as file:
            counted = _Counted(file)
            yield counted
        self.members[name] = Member(counted.size, counted.digest.hexdigest())

    def rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """The rows of a table, one JSON object a line; returns how many there were."""
        count = 0
        with self.member(f"{TABLES}/{table}.jsonl") as member:
            for row in rows:
                line = json.dumps(dict(row), ensure_ascii=False, default=_plain)
                member.write(line.encode() + b"\n")
                count += 1
        return count

    def file(self, name: str, source: IO[bytes], *, small: bool = True) -> None:
        """A member with what is in an open file. Raises what reading it does."""
        with self.member(name, small=small) as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which makes the backup whole."""
        data = {name: getattr(manifest, name) for name in Manifest.__slots__}
        members = {name: [each.size, each.sha256] for name, each in manifest.members.items()}
        text = json.dumps(data | {"format": FORMAT, "members": members}, indent=1)
        self._archive.writestr(MANIFEST, text, zipfile.ZIP_DEFLATED)


class _Counted:
    """Counts and digests what is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)
        self.digest.update(data)


class ZipUnpacker:
    """Implements `ivr.services.protocols.archive.Unpacker`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.manifest = _manifest(archive)

    def verify(self) -> None:
        """Read all of it, and compare it with the manifest. Raises `BackupError`."""
        known = {info.filename for info in self._archive.infolist()} - {MANIFEST}
        if known != set(self.manifest.members):
            raise BackupError("This backup has other files than its manifest says; do not use it.")
        for name, member in self.manifest.members.items():
            path = PurePosixPath(name)
            if not _MEMBER.fullmatch(name) or ".." in path.parts or "." in path.parts:
                raise BackupError(f"The file {name!r} has no place in a backup; do not use it.")
            digest, size = hashlib.sha256(), 0
            with self._archive.open(name) as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
            if (size, digest.hexdigest()) != (member.size, member.sha256):
                raise BackupError(f"The file {name} in this backup is damaged; use another one.")

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""
        with self._archive.open(f"{TABLES}/{table}.jsonl") as file:
            for line in file:
                yield json.loads(line)

    def files(self, folder: str) -> Iterator[tuple[str, IO[bytes]]]:
        """The name and the content of each file of one of the folders inside."""
        for name in self.manifest.members:
            top, _, rest = name.partition("/")
            if top == folder:
                with self._archive.open(name) as file:
                    yield rest, file


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept in a backup")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        data = json.loads(archive.read(MANIFEST))
        version = data.pop("format")
        members = {name: Member(*each) for name, each in data.pop("members").items()}
        manifest = Manifest(**data, members=members)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupError("This file is no backup of Tango: it has no manifest.") from error
    if version != FORMAT:
        raise BackupError(f"This backup has the format {version}; this Tango reads {FORMAT}.")
    return manifest
