"""Text messages that are to be sent: each is a promise in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from ivr.records import outbox
from ivr.records.outbox import OutboxKind


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


def promise(connection: sa.Connection, note: TextNote, now: datetime) -> None:
    """Promise to send the text, once."""
    name = f"{note.call_sid} {note.turn} {note.node}"
    subject = sha256(name.encode()).hexdigest()[:32]
    payload = {
        "client": note.client,
        "call_sid": note.call_sid,
        "to": note.to,
        "from": note.from_,
        "body": note.body,
    }
    outbox.add(connection, OutboxKind.SMS, subject, now, payload)
