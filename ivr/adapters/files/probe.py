"""Whether files can be written now."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ivr.errors import PartDown

PROBE_BYTES = 64 * 1024
_CAUSES = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read-only"}


def probe(folders: Iterable[Path]) -> None:
    """Write a file into each, which is gone at once. Raises `PartDown`."""
    for folder in folders:
        try:
            with tempfile.TemporaryFile(dir=existing(folder), buffering=0) as file:
                file.write(os.urandom(PROBE_BYTES))
        except OSError as error:
            why = _CAUSES.get(error.errno or 0, "refuses writes")
            raise PartDown(why, f"{folder} cannot be written to ({error}).") from error


def used(folder: Path) -> float:
    """Which part of the disk under a folder is used, from 0 to 1."""
    usage = shutil.disk_usage(existing(folder))
    return usage.used / (usage.used + usage.free)  # what is kept back for root is neither


def existing(folder: Path) -> Path:
    """The folder, or the one in which it will be made."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())
