"""Text messages, as values: those to be sent, and those that have come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNote:
    """A text that a call has asked for. Numbers are E.164.

    A call's turn passes a node once, so `call_sid`, `turn` and `node` tell it from any other.
    """

    client: str
    call_sid: str
    turn: int
    node: str
    to: str
    from_: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """A text that has come in. `client` is None where nobody has the number `to`."""

    message_sid: str
    client: str | None
    from_: str
    to: str
    body: str
    received_at: datetime
