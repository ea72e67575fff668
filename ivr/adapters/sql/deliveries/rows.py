"""Deliveries as rows: made, changed and acknowledged in the transaction of a connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.programs import domain_events
from ivr.adapters.sql.tables import deliveries, insert, jobs, messages
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.jobs.acts import Read
from ivr.core.records.delivery import Delivery, DeliveryItem
from ivr.core.records.domain_event import DomainEvent
from ivr.core.text_receipt import TextReceipt

OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)
c = deliveries.c


def acknowledge(
    connection: sa.Connection, delivery_id: str, by: str, how: str, now: datetime
) -> Delivery | None:
    """As `SqlDeliveryRepository.acknowledge`, in a transaction."""
    found = next(those(connection, c.id == delivery_id), None)
    if found is None:
        return None
    together = c.digest == found.digest if found.digest else c.id == delivery_id
    # Of several who say at once that they have read it, the first counts.
    for each in list(those(connection, together, locked=True)):
        _acknowledge(connection, each, by, how, now)
    return next(those(connection, c.id == delivery_id))


def key_of(item: DeliveryItem, channel: Channel) -> str:
    """The key of an item on a channel: the same at every attempt."""
    return f"{item.promise}.{channel}"


def make(
    connection: sa.Connection, item: DeliveryItem, channel: Channel, address: str, now: datetime
) -> None:
    """Add the row of an item on a channel, unless it is there."""
    row = {
        "id": uuid4().hex,
        "key": key_of(item, channel),
        **asdict(item),
        "channel": channel,
        "address": address,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "began_at": now,
    }
    statement = insert(connection, deliveries).values(row)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def mark_sent(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    provider_id: str | None,
    now: datetime,
) -> None:
    """Note that deliveries have been taken over, and lock the messages that they bring."""
    values = {"state": DeliveryState.SENT, "sent_at": now, "provider_id": provider_id}
    update_open(connection, which, {**values, "error": None, "again_at": None})
    of_message = sa.select(c.message).where(which)
    connection.execute(
        sa.update(messages)
        .where(messages.c.id.in_(of_message), messages.c.delivered_at.is_(None))
        .values(delivered_at=now)
    )


def _acknowledge(
    connection: sa.Connection, delivery: Delivery, by: str, how: str, now: datetime
) -> None:
    if delivery.acknowledged_at is not None:
        return
    note_read(connection, delivery, by, how, now)
    of_message = jobs.c.message == delivery.message if delivery.message else sa.false()
    job = job_rows.find(connection, sa.or_(jobs.c.id == delivery.job, of_message))
    if job is not None:
        job_rows.act(connection, job.id, Read(how), by, now)


def note_read(
    connection: sa.Connection, delivery: Delivery, by: str, how: str, now: datetime
) -> None:
    """Acknowledge a delivery and stop the same promise on other channels.

    The caller adds it to the history of the job.
    """
    read = {"acknowledged_at": now, "acknowledged_by": by, "acknowledged_how": how}
    sent = {"sent_at": sa.func.coalesce(c.sent_at, now), "again_at": None, "error": None}
    values = {"state": DeliveryState.ACKNOWLEDGED, **read, **sent}
    connection.execute(sa.update(deliveries).where(c.id == delivery.id).values(values))
    update_open(connection, c.promise == delivery.promise, {"state": DeliveryState.SUPERSEDED})
    outbox.finish_promise(connection, delivery.promise, now)
    things = {"delivery": delivery.id, "message": delivery.message, "job": delivery.job}
    what = DomainEvent.DELIVERY_READ
    domain_events.tell(connection, what, delivery.client, delivery.id, now, **things)


def note_receipt(connection: sa.Connection, receipt: TextReceipt) -> Delivery | None:
    """As `SqlDeliveryRepository.receipt`, in a transaction."""
    sid = receipt.message_sid
    which = c.id == receipt.delivery if receipt.delivery else c.provider_id == sid
    found = next(those(connection, which, locked=True), None)
    if found is None or found.provider_id not in (None, sid):
        return None  # another try brings it
    if found.arrived_at is not None or found.state in (
        DeliveryState.GIVEN_UP,
        DeliveryState.SUPERSEDED,
    ):
        return None
    this = c.id == found.id
    if receipt.arrived:
        mark_sent(connection, this, sid, receipt.at)
        connection.execute(sa.update(deliveries).where(this).values(arrived_at=receipt.at))
    elif receipt.failed and found.state is not DeliveryState.ACKNOWLEDGED:
        values = {"provider_id": sid, "error": receipt.why, "error_code": receipt.error}
        given_up = {"state": DeliveryState.GIVEN_UP, "again_at": None, **values}
        connection.execute(sa.update(deliveries).where(this).values(given_up))
        outbox.resume(connection, found.promise, receipt.at)
    else:
        return None
    return next(those(connection, this))


def update_open(
    connection: sa.Connection, which: sa.ColumnElement[bool], values: dict[str, Any]
) -> None:
    """Change deliveries that are still to be sent; the others stay as they are."""
    connection.execute(sa.update(deliveries).where(which, c.state.in_(OPEN)).values(values))


def those(
    connection: sa.Connection, which: sa.ColumnElement[bool], *, locked: bool = False
) -> Iterator[Delivery]:
    """The deliveries that match `which`; with `locked` their rows are locked."""
    query = sa.select(deliveries).where(which).order_by(c.began_at, c.key)
    for row in connection.execute(query.with_for_update() if locked else query).all():
        yield from_row(row)


def from_row(row: sa.Row[Any]) -> Delivery:
    """The delivery of a row."""
    values = row._asdict()
    return Delivery(
        **values | {"channel": Channel(values["channel"]), "state": DeliveryState(values["state"])}
    )
