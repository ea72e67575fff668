"""Files that nobody finds, and that are gone with whoever has them open, however that ends."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def nameless_file() -> Iterator[tuple[IO[bytes], Path]]:
    """An empty file to write to, and the path at which our processes read it meanwhile."""
    with tempfile.TemporaryFile(prefix="tango-") as file:
        path = Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        if path.exists():
            yield file, path
            return
    with tempfile.NamedTemporaryFile(prefix="tango-") as named:  # not Linux
        yield named, Path(named.name)
