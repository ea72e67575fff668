"""Where the parser stopped in a text that is no YAML, and the lines around that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

KEY = r"[A-Za-z_][\w-]*"


@dataclass(frozen=True, slots=True)
class ErrorPlace:
    """Where the parser stopped: the lines of the text, and the line and column there, from 0."""

    lines: Sequence[str]
    line: int
    column: int
    problem: str
    context: str = ""
    opened: tuple[int, int] | None = None
    """Where what it was reading had begun."""

    def around(self) -> Iterator[tuple[int, str]]:
        """The line where it stopped, and the one with something on it before."""
        before = [n for n in range(min(self.line, len(self.lines))) if self.lines[n].strip()]
        for number in (self.line, *before[-1:]):
            if number < len(self.lines):
                yield number, self.lines[number]


Slip = tuple[int, int, str]
"""Line and column from 0, and what is wrong."""


def short(text: str) -> str:
    """The beginning of `text`."""
    return text if len(text) <= 60 else f"{text[:59]}…"
