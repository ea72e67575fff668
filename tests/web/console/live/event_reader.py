"""A console's connection for events, as a browser holds it."""

from __future__ import annotations

import http.client
from types import TracebackType
from urllib.parse import urlsplit

PATIENCE = 5.0
"""Seconds to wait for what must come."""


class EventReader:
    """Reads server-sent events from `/console/events`."""

    def __init__(self, address: str, cookie: str, topics: str) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=PATIENCE
        )
        path = f"/console/events?topics={topics}"
        self.connection.request("GET", path, headers={"Cookie": cookie})
        self.answer = self.connection.getresponse()

    def next(self) -> tuple[str, str]:
        """The next event: name and data. Raises `EOFError` where the stream has ended."""
        name, data = "", []
        while line := self.answer.readline():
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif not field and name:
                return name, "\n".join(data)
        raise EOFError

    def until(self, name: str, text: str = "") -> list[str]:
        """The names of all events up to the one called `name` that has `text` in it."""
        names = []
        while True:
            found, data = self.next()
            names.append(found)
            if found == name and text in data:
                return names

    def __enter__(self) -> EventReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.answer.close()
        self.connection.close()
