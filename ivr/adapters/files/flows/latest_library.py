"""The clients' flows for a process that needs them now and then: read at the first use, looked at
again at each later one."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.core.nodes.base import Kind


class LatestLibrary:
    """`open_` reads the files. Any thread may ask."""

    def __init__(self, open_: Callable[[], FolderLibrary[Kind]]) -> None:
        self._open = open_
        self._library: FolderLibrary[Kind] | None = None
        self._lock = Lock()

    def __call__(self) -> FolderLibrary[Kind]:
        """The library as the files are now. Raises `FlowError` where they cannot be read at all."""
        with self._lock:
            if self._library is None:
                self._library = self._open()
            else:
                self._library.refresh()
            return self._library
