"""The file in which all about one caller is handed over: a ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.atomic_files import stored_atomically
from ivr.errors import BackupError


class ZipExport:
    """Implements `ivr.services.protocols.archive.ExportFile`; only our own user may read it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def writing(self) -> Iterator[ZipPages]:
        """A new file that is there once it is whole."""
        path = self._path
        if path.exists():
            raise BackupError(f"There is a file {path} already; choose another name.")
        try:
            with (
                stored_atomically(path.absolute()) as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                yield ZipPages(archive)
        except OSError as error:
            raise BackupError(f"The file {path} cannot be written: {error}.") from error


class ZipPages:
    """Implements `ivr.services.protocols.archive.ExportPages`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def text(self, name: str, text: str) -> None:
        """Compressed."""
        self._archive.writestr(name, text)

    def audio(self, name: str, path: Path) -> None:
        """As it is: sound hardly gets smaller."""
        self._archive.write(path, name, zipfile.ZIP_STORED)
