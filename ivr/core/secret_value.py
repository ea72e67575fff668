"""What a caller gives in confidence, such as a PIN. Pure."""

from __future__ import annotations

from ivr.core.flow.types import Value

MASK = "••••"


class SecretValue(str):
    """A value whose text is nothing but dots, whatever its length.

    Whoever says, writes, compares or stores it gets the dots. `clear` is the value itself, for a
    condition that checks it and for a request to the client's own system that names it.
    """

    __slots__ = ("clear",)
    clear: Value

    def __new__(cls, clear: Value) -> SecretValue:
        self = super().__new__(cls, MASK)
        self.clear = clear
        return self


def revealed(value: Value) -> Value:
    """Return the value itself if it is secret; anything else unchanged."""
    return value.clear if isinstance(value, SecretValue) else value
