"""How commands show what comes from outside."""

from __future__ import annotations

from datetime import datetime


def local_time(moment: datetime) -> str:
    """A moment on this machine's clock, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def printable(text: str) -> str:
    """Text from outside, unable to command the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
