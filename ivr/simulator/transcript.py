"""What happened in one call, dated by the call's own (virtual) clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal[
    "heard",
    "played",
    "paused",
    "pressed",
    "spoke",
    "silent",
    "recorded",
    "dialled",
    "rang",
    "answered",
    "joined",
    "connected",
    "held",
    "resumed",
    "left",
    "requested",
    "note",
    "hung up",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening: seconds since the call began, the moment, what, and in words.

    `detail` holds the same as values (for `requested`: `status`, `form`, `duplicate`).
    `noted_at` is when that was in reality, in seconds since 1970.
    """

    at: float
    when: datetime
    kind: Kind
    text: str
    detail: Mapping[str, object] = field(default_factory=dict)
    noted_at: float = field(default_factory=time.time, compare=False)

    def __str__(self) -> str:
        minutes, seconds = divmod(int(self.at), 60)
        return f"{minutes:02}:{seconds:02} {self.kind:<9} {self.text}"


class Transcript:
    """The entries of one call, in order. Entries may be added from any thread."""

    def __init__(self, began: datetime, listener: Callable[[Entry], None] | None = None) -> None:
        self._began = began
        self._listener = listener
        self._entries: list[Entry] = []

    def add(self, at: float, kind: Kind, text: str, **detail: object) -> None:
        """Note a happening `at` seconds of the call's clock."""
        entry = Entry(at, self._began + timedelta(seconds=at), kind, text, detail)
        self._entries.append(entry)
        if self._listener:
            self._listener(entry)

    def of(self, *kinds: Kind) -> list[Entry]:
        """The entries of the given kinds."""
        return [entry for entry in self if entry.kind in kinds]

    def texts(self, *kinds: Kind) -> list[str]:
        """The words of the entries of the given kinds."""
        return [entry.text for entry in self.of(*kinds)]

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def __str__(self) -> str:
        return "\n".join(str(entry) for entry in self)
