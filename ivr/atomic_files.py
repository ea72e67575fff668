"""Files that are written whole or not at all, whatever happens to the disk, the power or us."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def stored_atomically(path: Path) -> Iterator[IO[bytes]]:
    """A new file that becomes `path` once the block has ended well, and else leaves no trace.

    It is written beside `path`, synced to the disk and then renamed, so that `path` is never
    seen half-written. Only our own user may read it. Missing folders are made; what a killed
    process left of an earlier try is removed, and of two tries at once one fails. Raises
    `OSError` as the disk does.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*"):
        leftover.unlink(missing_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    os.close(descriptor)
    temporary = Path(name)
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file, or a rename in a folder, outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a file for whoever runs a command: with the rights that they give to new files, or
    those of the file that it replaces. What is no regular file, such as `/dev/stdout`, is written
    to directly. The folder must be there. Raises `OSError`; the file is then as it was.
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    with stored_atomically(path) as file:
        file.write(text.encode())
        os.fchmod(file.fileno(), mode)


def write_once(path: Path, text: str) -> None:
    """Make a file for our own user; of several who do so at once, the first one's stays. The folder
    must be there. Raises `OSError`, and leaves nothing then."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    """The umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
