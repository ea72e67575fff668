"""`SqlDeliveryRepository`: what was sent to whom, what came of it, and who has read it.

A row of `deliveries` is made before anything is sent, and says afterwards what came of it. So
whoever finds one that is waiting, and was tried before, knows that it may have gone out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.deliveries import rows
from ivr.adapters.sql.deliveries.rows import OPEN
from ivr.adapters.sql.tables import deliveries
from ivr.adapters.sql.tables import outbox as promises
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.records.delivery import Delivery, DeliveryItem, Unread
from ivr.core.records.outbox import OutboxKind
from ivr.core.text_receipt import TextReceipt

c = deliveries.c


class SqlDeliveryRepository:
    """The deliveries in the records. Every method raises `RecordsUnavailable` where the
    database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    # What the relay writes down

    def tried(self, promise: str) -> dict[Channel, Delivery]:
        """What has happened to a item, by channel."""
        with reading(self._source) as connection:
            return {each.channel: each for each in rows.those(connection, c.promise == promise)}

    def begin(
        self, item: DeliveryItem, channel: Channel, address: str, now: datetime
    ) -> Delivery | None:
        """Note, before it is sent, that a item is about to be sent once more; None where it was
        read meanwhile."""
        with writing(self._source) as connection:
            rows.make(connection, item, channel, address, now)
            row = connection.execute(
                sa.update(deliveries)
                .where(c.key == rows.key_of(item, channel), c.state.in_(OPEN))
                .values(state=DeliveryState.WAITING, attempts=c.attempts + 1, address=address)
                .returning(deliveries)
            ).first()
            return rows.from_row(row) if row else None

    def sent(self, delivery: Delivery, provider_id: str | None, now: datetime) -> None:
        """Note that it has been taken over, and lock the message that it brings."""
        with writing(self._source) as connection:
            rows.mark_sent(connection, c.id == delivery.id, provider_id, now)

    def failed(self, delivery: Delivery, error: str, again_at: datetime) -> None:
        """Note that it was not taken over, and when it is tried again."""
        with writing(self._source) as connection:
            values = {"state": DeliveryState.FAILED, "error": error, "again_at": again_at}
            rows.update_open(connection, c.id == delivery.id, values)

    def give_up(self, delivery: Delivery, error: str | None = None) -> None:
        """Note that this channel is tried no more."""
        with writing(self._source) as connection:
            values = {"state": DeliveryState.GIVEN_UP} | ({"error": error} if error else {})
            rows.update_open(connection, c.id == delivery.id, values)

    def settle(
        self,
        item_id: int,
        known: Mapping[Channel, Delivery],
        now: datetime,
        again_at: datetime | None = None,
    ) -> bool:
        """Finish a promise, or put it back until `again_at`, if its deliveries are as they were
        `known`; False where something has come of one meanwhile, and another step is to be taken.
        """
        with writing(self._source) as connection:
            promise = sa.select(promises.c.key).where(promises.c.id == item_id).scalar_subquery()
            now_known = rows.those(connection, c.promise == promise, locked=True)
            if {each.channel: each.tried for each in now_known} != {
                channel: each.tried for channel, each in known.items()
            }:
                return False
            if again_at is None:
                outbox.finish(connection, item_id, now)
            else:
                error = next((each.error for each in known.values() if each.error), None)
                outbox.put_back(connection, item_id, again_at, error)
            return True

    def receipt(self, receipt: TextReceipt) -> Delivery | None:
        """Note what has come of a text, once: the first final word counts, in whatever order they
        come, and before it was noted that it was sent as well. What did not arrive goes the next
        way at once. Returns the delivery where that is news."""
        with writing(self._source) as connection:
            return rows.note_receipt(connection, receipt)

    def is_known(self, provider_id: str) -> bool:
        """Whether the carrier's id belongs to a delivery that was noted."""
        with reading(self._source) as connection:
            query = sa.select(c.id).where(c.provider_id == provider_id).limit(1)
            return connection.execute(query).first() is not None

    # The day's e-mail

    def gather(
        self,
        item: DeliveryItem,
        digest: str,
        payload: dict[str, Any],
        at: datetime,
        now: datetime,
    ) -> None:
        """Put a item into the digest of that key, which is promised once, for `at`."""
        address = str(payload["email"])
        with writing(self._source) as connection:
            rows.make(connection, item, Channel.DIGEST, address, now)
            rows.update_open(
                connection, c.key == rows.key_of(item, Channel.DIGEST), {"digest": digest}
            )
            outbox.add(connection, OutboxKind.DIGEST, digest[-32:], at, payload, digest)

    def gathered(self, digest: str) -> list[Delivery]:
        """What a digest brings, in the order in which it came."""
        with reading(self._source) as connection:
            return list(rows.those(connection, c.digest == digest))

    def digest_sent(self, digest: str, now: datetime) -> None:
        """Note that a digest has gone, with all that it brings."""
        with writing(self._source) as connection:
            rows.mark_sent(connection, c.digest == digest, None, now)

    def digest_given_up(self, digest: str, error: str, now: datetime) -> None:
        """Give up a digest; what it was to bring goes another way."""
        with writing(self._source) as connection:
            values = {"state": DeliveryState.GIVEN_UP, "error": error}
            rows.update_open(connection, c.digest == digest, values)
            promised = sa.select(c.promise).where(c.digest == digest)
            again = {"finished_at": None, "due_at": now, "leased_until": None}
            which = promises.c.key.in_(promised)
            connection.execute(sa.update(promises).where(which).values(again))

    # Who has read it

    def acknowledge(self, delivery_id: str, by: str, how: str, now: datetime) -> Delivery | None:
        """Note that `by` has read what a delivery brought; it counts once, from the first time.

        What came in the same digest is read with it; what was still to go out to them about it on
        other channels no longer does. The job's history says so too. Returns the delivery as it
        is then; None where there is none.
        """
        with writing(self._source) as connection:
            return rows.acknowledge(connection, delivery_id, by, how, now)

    # What people ask

    def find(self, delivery_id: str) -> Delivery | None:
        """The delivery with this id."""
        with reading(self._source) as connection:
            return next(rows.those(connection, c.id == delivery_id), None)

    def of_message(self, message_id: str) -> list[Delivery]:
        """Every delivery of a message, its corrections and what was told of its job."""
        with reading(self._source) as connection:
            return list(rows.those(connection, c.message == message_id))

    def of_messages(self, message_ids: list[str]) -> dict[str, list[Delivery]]:
        """The deliveries of several messages, by message."""
        by_message: dict[str, list[Delivery]] = {each: [] for each in message_ids}
        with reading(self._source) as connection:
            for each in rows.those(connection, c.message.in_(message_ids)):
                by_message[str(each.message)].append(each)
        return by_message

    def unread(self) -> Unread:
        """How much has been sent that nobody has acknowledged."""
        with reading(self._source) as connection:
            query = sa.select(sa.func.count(), sa.func.min(c.sent_at)).where(
                c.state == DeliveryState.SENT
            )
            count, oldest = connection.execute(query).one()
            return Unread(count, oldest)

    def counts(self) -> dict[tuple[str, str], int]:
        """How many deliveries there are by channel and state."""
        with reading(self._source) as connection:
            query = sa.select(c.channel, c.state, sa.func.count()).group_by(c.channel, c.state)
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}
