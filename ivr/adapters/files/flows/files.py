"""Reading a folder of client files, whatever people and programs have put there.

Links may lead round in a circle, files may be pipes, devices or without end, names may be no text,
and anything may go away at any moment. Nothing here waits, or reads more than it was asked for:
what cannot be read is an `OSError` whose `strerror` says in plain words why.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

Stamp = tuple[int, ...]

_BELOW = (".yaml", ".wav", ".mp3")
"""How files that matter end, below the folder itself."""

_WHY = {
    errno.ELOOP: "it is a link that leads round in a circle",
    errno.EACCES: "Tango's user may not read it",
    errno.EPERM: "Tango's user may not read it",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EIO: "the disk has an error there",
}


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a file, or its first `most` bytes. Raises `OSError`."""
    try:
        _refuse_other_kinds(path.stat())  # first: to open some devices is to act on them
        # A pipe that has taken the file's place meanwhile must not keep us waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _refuse_other_kinds(os.fstat(descriptor))
            return file.read(most)
    except (OSError, ValueError) as error:
        raise _plain(path, error) from error


def real(path: Path) -> Path | None:
    """Where `path` leads, or None where it is no regular file that could be looked at."""
    try:
        return path.resolve(strict=True) if stat.S_ISREG(path.stat().st_mode) else None
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a circle, before Python 3.13
        return None


def why_missing(path: Path) -> str | None:
    """Why something at `path` cannot be looked at; None where there is nothing."""
    try:
        path.lstat()
        read_bytes(path, 0)
    except FileNotFoundError:
        return None if not _is_link(path) else _plain(path, FileNotFoundError()).strerror
    except (OSError, ValueError) as error:
        return _plain(path, error).strerror
    return None


def names_in(folder: Path) -> list[str]:
    """The names of what lies in a folder, in order, without hidden ones. Raises `OSError`."""
    try:
        return sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    except OSError as error:
        raise _plain(folder, error) from error


def stamps(folder: Path, unreadable: dict[Path, str]) -> Iterator[tuple[Path, Stamp]]:
    """What tells one content of a file from another, of the files in `folder` that may matter.

    Folders that cannot be looked into are noted in `unreadable`, with the reason.
    """

    def note(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename or folder))
        unreadable[path] = str(_plain(path, error).strerror)

    for inner, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files if inner != str(folder) else (*files, *folders):
            if not name.startswith(".") and (inner == str(folder) or name.endswith(_BELOW)):
                path = Path(inner, name)
                yield path, _stamp(path)


def shown(path: Path | str) -> str:
    """A name as it can be printed: bytes that are no text and control characters are escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as error:  # it has just been renamed, or leads nowhere: reading it will tell
        return (-1, error.errno or 0)
    # The time of change and the permission too: a file may become readable without being written.
    when = (found.st_mtime_ns, found.st_ctime_ns)
    return (*when, found.st_size, found.st_ino, os.access(path, os.R_OK))


def _refuse_other_kinds(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, "it is a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe, socket or device, not a file")


def _plain(path: Path, error: OSError | ValueError) -> OSError:
    """The same error with words for people."""
    if not isinstance(error, OSError):
        return OSError(errno.EINVAL, "its name cannot be that of a file")
    if isinstance(error, FileNotFoundError):
        there = _is_link(path)
        words = "it is a link to something that is not there" if there else "it is not there"
        return FileNotFoundError(errno.ENOENT, words)
    known = _WHY.get(error.errno or 0, error.strerror or str(error))
    return OSError(error.errno or errno.EIO, known)


def _is_link(path: Path) -> bool:
    try:
        return stat.S_ISLNK(path.lstat().st_mode)
    except (OSError, ValueError):
        return False
