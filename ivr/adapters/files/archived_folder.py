"""A folder whose files go into a backup, and come back from it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20


class ArchivedFolder:
    """Implements `ivr.services.protocols.archive`'s `ClientFiles` and `RestorePlace`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> str:
        """The folder."""
        return str(self._folder)

    def names(self) -> Iterator[str]:
        """Of every file below it that is not hidden."""
        for path in sorted(self._folder.rglob("*")):
            inner = path.relative_to(self._folder)
            if not any(part.startswith(".") for part in inner.parts) and path.is_file():
                yield inner.as_posix()

    def open(self, name: str) -> IO[bytes]:
        """The file itself."""
        return (self._folder / name).open("rb")

    def empty(self) -> bool:
        """Whether it is not there, or nothing is in it."""
        return not (self._folder.is_dir() and any(self._folder.iterdir()))

    @contextmanager
    def receiving(self, files: Iterator[tuple[str, IO[bytes]]]) -> Iterator[Callable[[], None]]:
        """Lay the files beside the folder, for our own user only."""
        folder = self._folder
        staging = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
        moved: list[Path] = []

        def move_in() -> None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for child in staging.iterdir():
                child.rename(folder / child.name)
                moved.append(folder / child.name)

        try:
            staging.mkdir(parents=True, mode=0o700)
            for name, file in files:
                _extract(file, staging / name)
            yield move_in
        except BaseException:
            for path in moved:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _extract(file: IO[bytes], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(file, target, _CHUNK)
        target.flush()
        os.fsync(target.fileno())
