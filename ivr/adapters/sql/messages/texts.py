"""Text messages: those to be sent, each a promise in the outbox, and those that have come in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.deliveries import rows as delivery_rows
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.tables import deliveries, insert, texts_received
from ivr.adapters.sql.tables import outbox as promises
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import Delivery
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt

ANSWERED_WITHIN = timedelta(days=7)
"""How long after a text an answer to it is understood as one."""


def promise(connection: sa.Connection, note: TextNote, now: datetime) -> None:
    """Promise to send the text, once."""
    subject = subject_of(note.call_sid, note.turn, note.node)
    payload = {
        "client": note.client,
        "call_sid": note.call_sid,
        "to": note.to,
        "from": note.from_,
        "body": note.body,
    }
    outbox.add(connection, OutboxKind.SMS, subject, now, payload)


def subject_of(call_sid: str, turn: int, node: str) -> str:
    """What the text that a turn asks for at a node is called in the outbox."""
    return sha256(f"{call_sid} {turn} {node}".encode()).hexdigest()[:32]


def note_receipt(connection: sa.Connection, receipt: TextReceipt) -> str | None:
    """Note what has come of a text that a call has asked for, once. Returns the client whose call
    it was where it did not arrive and that is news."""
    c = promises.c
    this = c.key == f"{OutboxKind.SMS}-{receipt.text}"
    if receipt.arrived:
        outbox.finish_promise(connection, f"{OutboxKind.SMS}-{receipt.text}", receipt.at)
        return None
    if not receipt.failed:
        return None
    values = {
        "given_up": True,
        "error": receipt.why,
        "finished_at": sa.func.coalesce(c.finished_at, receipt.at),
    }
    failed = sa.update(promises).where(this, c.given_up.is_(False)).values(values)
    row = connection.execute(failed.returning(c.payload)).first()
    return str(row.payload["client"]) if row else None


def keep(connection: sa.Connection, text: TextReceived) -> bool:
    """Keep a text that has come in, once; False where it was kept before."""
    row = insert(connection, texts_received).values(asdict(text))
    once = row.on_conflict_do_nothing(index_elements=["message_sid"])
    kept = connection.execute(once.returning(texts_received.c.message_sid)).first()
    search.keep_text(
        connection, text.message_sid, text.client, text.from_, text.body, text.received_at
    )
    return kept is not None


def those(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[TextReceived]:
    """All texts of which `which` holds."""
    query = sa.select(texts_received).where(which)
    return [TextReceived(**row._asdict()) for row in connection.execute(query)]


def after(connection: sa.Connection, text: TextReceived) -> list[TextReceived]:
    """Those from the same telephone to the same number, sent later."""
    c = texts_received.c
    same = sa.and_(c.from_ == text.from_, c.to == text.to)
    return those(connection, sa.and_(same, c.received_at > text.received_at))


def newest(connection: sa.Connection, limit: int) -> list[TextReceived]:
    query = sa.select(texts_received).order_by(texts_received.c.received_at.desc()).limit(limit)
    return [TextReceived(**row._asdict()) for row in connection.execute(query)]


def answered(connection: sa.Connection, phone: str, number: str, now: datetime) -> Delivery | None:
    """What a text from `phone` to `number` answers: the latest that went the other way and was
    not acknowledged."""
    c = deliveries.c
    went = sa.and_(c.channel == Channel.SMS, c.address == f"{number} {phone}")
    fresh = sa.and_(c.state == DeliveryState.SENT, c.sent_at >= now - ANSWERED_WITHIN)
    query = sa.select(c.id).where(went, fresh).order_by(c.sent_at.desc(), c.id).limit(1)
    return next(delivery_rows.those(connection, c.id.in_(query)), None)
