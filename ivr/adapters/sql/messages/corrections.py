"""Corrections of delivered messages: added to them, never put in their place.

Each function works in the transaction of the connection it is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.tables import corrections, messages
from ivr.core.records.message import Correction
from ivr.core.records.outbox import OutboxKind
from ivr.errors import DeliveryRefused

LONGEST = 4000
"""Characters of a correction, and of its reason."""


def add(
    connection: sa.Connection, message_id: str, text: str, why: str, by: str, now: datetime
) -> Correction:
    """Add a correction, and promise to bring it to whoever was told of the message.

    Raises `DeliveryRefused` where nothing was delivered yet, or something is missing.
    """
    query = sa.select(messages.c.delivered_at, messages.c.reach).where(messages.c.id == message_id)
    message = connection.execute(query).first()
    if message is None:
        raise DeliveryRefused(f"There is no message {message_id}.")
    if message.delivered_at is None:
        raise DeliveryRefused("Nobody has been told of this message yet; there is nothing to mend.")
    made = Correction(uuid4().hex, message_id, now, by.strip(), text.strip(), why.strip())
    if not (made.text and made.why and made.by):
        raise DeliveryRefused("Say what is right, and why it was wrong.")
    if max(len(made.text), len(made.why)) > LONGEST:
        raise DeliveryRefused(f"That is too long; {LONGEST} characters are the most.")
    row = {"id": made.id, "message": message_id, "at": now, "by": made.by}
    connection.execute(sa.insert(corrections).values(**row, text=made.text, why=made.why))
    payload = {"correction": made.id}
    outbox.add(connection, OutboxKind.CORRECTION, message_id, now, payload, made.id)
    if message.reach and message.reach["hook"]:
        outbox.add(connection, OutboxKind.WEBHOOK, message_id, now, payload, made.id)
    return made


def of_message(connection: sa.Connection, message_id: str) -> list[Correction]:
    """The corrections of a message, the first one first."""
    return _where(connection, corrections.c.message == message_id)


def of_messages(
    connection: sa.Connection, message_ids: Collection[str]
) -> dict[str, list[Correction]]:
    """The corrections of several messages, by message, the first one first."""
    found: dict[str, list[Correction]] = defaultdict(list)
    for each in _where(connection, corrections.c.message.in_(message_ids)):
        found[each.message].append(each)
    return found


def find(connection: sa.Connection, correction_id: str) -> Correction | None:
    """The correction with this id."""
    return next(iter(_where(connection, corrections.c.id == correction_id)), None)


def _where(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Correction]:
    query = sa.select(corrections).where(which).order_by(corrections.c.at, corrections.c.id)
    return [Correction(**row._asdict()) for row in connection.execute(query)]
