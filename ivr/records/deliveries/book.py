"""`DeliveryBook`: what was sent to whom on which channel, what came of it, and who has read it.

A row of `deliveries` is made before anything is sent, and says afterwards what came of it. So
whoever finds one that is waiting, and was tried before, knows that it may have gone out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ivr.core.text_receipt import TextReceipt
from ivr.delivery.plan import Channel, DeliveryState, Tried
from ivr.jobs.acts import Read
from ivr.records import outbox
from ivr.records.database import reading, writing
from ivr.records.jobs import rows as job_rows
from ivr.records.outbox import OutboxKind
from ivr.records.programs import happenings
from ivr.records.programs.happenings import Happening
from ivr.records.tables import deliveries, insert, jobs, messages
from ivr.records.tables import outbox as promises

OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)
c = deliveries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryItem:
    """What is to be delivered to one recipient, whatever the channel.

    `promise` is the key of the outbox's row that promises it, `about` what kind of thing it is.
    """

    promise: str
    client: str
    about: str
    recipient: str
    message: str | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A parcel on one channel. `address` is where it went, `key` the same at every try.

    `arrived_at` is when the carrier said that a text had arrived, `error_code` is its code where it
    did not.
    """

    id: str
    key: str
    promise: str
    client: str
    message: str | None
    job: str | None
    about: str
    recipient: str
    channel: Channel
    address: str
    state: DeliveryState
    attempts: int
    began_at: datetime
    again_at: datetime | None
    sent_at: datetime | None
    provider_id: str | None
    digest: str | None
    error: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_how: str | None
    arrived_at: datetime | None = None
    error_code: int | None = None

    @property
    def tried(self) -> Tried:
        """What has happened so far, as the plan wants to know it."""
        return Tried(self.state, self.attempts, self.began_at, self.sent_at, self.again_at)


@dataclass(frozen=True, slots=True)
class Unread:
    """How much was sent and not acknowledged, and when the oldest of it was sent."""

    count: int
    oldest: datetime | None


class DeliveryBook:
    """The deliveries in the records. Each method is one transaction, and raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # What the relay writes down

    def tried(self, promise: str) -> dict[Channel, Delivery]:
        """What has happened to a parcel, by channel."""
        with reading(self._engine) as connection:
            return {each.channel: each for each in those(connection, c.promise == promise)}

    def begin(
        self, parcel: DeliveryItem, channel: Channel, address: str, now: datetime
    ) -> Delivery | None:
        """Note, before it is sent, that a parcel is about to be sent once more; None where it was
        read meanwhile."""
        with writing(self._engine) as connection:
            _make(connection, parcel, channel, address, now)
            row = connection.execute(
                sa.update(deliveries)
                .where(c.key == _key(parcel, channel), c.state.in_(OPEN))
                .values(state=DeliveryState.WAITING, attempts=c.attempts + 1, address=address)
                .returning(deliveries)
            ).first()
            return _from_row(row) if row else None

    def sent(self, delivery: Delivery, provider_id: str | None, now: datetime) -> None:
        """Note that it has been taken over, and lock the message that it brings."""
        with writing(self._engine) as connection:
            _sent(connection, c.id == delivery.id, provider_id, now)

    def failed(self, delivery: Delivery, error: str, again_at: datetime) -> None:
        """Note that it was not taken over, and when it is tried again."""
        with writing(self._engine) as connection:
            values = {"state": DeliveryState.FAILED, "error": error, "again_at": again_at}
            _update_open(connection, c.id == delivery.id, values)

    def give_up(self, delivery: Delivery, error: str | None = None) -> None:
        """Note that this channel is tried no more."""
        with writing(self._engine) as connection:
            values = {"state": DeliveryState.GIVEN_UP} | ({"error": error} if error else {})
            _update_open(connection, c.id == delivery.id, values)

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
        with writing(self._engine) as connection:
            promise = sa.select(promises.c.key).where(promises.c.id == item_id).scalar_subquery()
            now_known = those(connection, c.promise == promise, locked=True)
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
        with writing(self._engine) as connection:
            return note_receipt(connection, receipt)

    def is_known(self, provider_id: str) -> bool:
        """Whether the carrier's id belongs to a delivery that was noted."""
        with reading(self._engine) as connection:
            query = sa.select(c.id).where(c.provider_id == provider_id).limit(1)
            return connection.execute(query).first() is not None

    # The day's e-mail

    def gather(
        self,
        parcel: DeliveryItem,
        digest: str,
        payload: dict[str, Any],
        at: datetime,
        now: datetime,
    ) -> None:
        """Put a parcel into the digest of that key, which is promised once, for `at`."""
        address = str(payload["email"])
        with writing(self._engine) as connection:
            _make(connection, parcel, Channel.DIGEST, address, now)
            _update_open(connection, c.key == _key(parcel, Channel.DIGEST), {"digest": digest})
            outbox.add(connection, OutboxKind.DIGEST, digest[-32:], at, payload, digest)

    def gathered(self, digest: str) -> list[Delivery]:
        """What a digest brings, in the order in which it came."""
        with reading(self._engine) as connection:
            return list(those(connection, c.digest == digest))

    def digest_sent(self, digest: str, now: datetime) -> None:
        """Note that a digest has gone, with all that it brings."""
        with writing(self._engine) as connection:
            _sent(connection, c.digest == digest, None, now)

    def digest_given_up(self, digest: str, error: str, now: datetime) -> None:
        """Give up a digest; what it was to bring goes another way."""
        with writing(self._engine) as connection:
            values = {"state": DeliveryState.GIVEN_UP, "error": error}
            _update_open(connection, c.digest == digest, values)
            parcels = sa.select(c.promise).where(c.digest == digest)
            again = {"finished_at": None, "due_at": now, "leased_until": None}
            which = promises.c.key.in_(parcels)
            connection.execute(sa.update(promises).where(which).values(again))

    # Who has read it

    def acknowledge(self, delivery_id: str, by: str, how: str, now: datetime) -> Delivery | None:
        """Note that `by` has read what a delivery brought; it counts once, from the first time.

        What came in the same digest is read with it; what was still to go out to them about it on
        other channels no longer does. The job's history says so too. Returns the delivery as it
        is then; None where there is none.
        """
        with writing(self._engine) as connection:
            return acknowledge(connection, delivery_id, by, how, now)

    # What people ask

    def find(self, delivery_id: str) -> Delivery | None:
        """The delivery with this id."""
        with reading(self._engine) as connection:
            return next(those(connection, c.id == delivery_id), None)

    def of_message(self, message_id: str) -> list[Delivery]:
        """Every delivery of a message, its corrections and what was told of its job."""
        with reading(self._engine) as connection:
            return list(those(connection, c.message == message_id))

    def of_messages(self, message_ids: list[str]) -> dict[str, list[Delivery]]:
        """The deliveries of several messages, by message."""
        by_message: dict[str, list[Delivery]] = {each: [] for each in message_ids}
        with reading(self._engine) as connection:
            for each in those(connection, c.message.in_(message_ids)):
                by_message[str(each.message)].append(each)
        return by_message

    def unread(self) -> Unread:
        """How much has been sent that nobody has acknowledged."""
        with reading(self._engine) as connection:
            query = sa.select(sa.func.count(), sa.func.min(c.sent_at)).where(
                c.state == DeliveryState.SENT
            )
            count, oldest = connection.execute(query).one()
            return Unread(count, oldest)

    def counts(self) -> dict[tuple[str, str], int]:
        """How many deliveries there are by channel and state."""
        with reading(self._engine) as connection:
            query = sa.select(c.channel, c.state, sa.func.count()).group_by(c.channel, c.state)
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def acknowledge(
    connection: sa.Connection, delivery_id: str, by: str, how: str, now: datetime
) -> Delivery | None:
    """As `DeliveryBook.acknowledge`, in a transaction."""
    found = next(those(connection, c.id == delivery_id), None)
    if found is None:
        return None
    together = c.digest == found.digest if found.digest else c.id == delivery_id
    # Of several who say at once that they have read it, the first counts.
    for each in list(those(connection, together, locked=True)):
        _acknowledge(connection, each, by, how, now)
    return next(those(connection, c.id == delivery_id))


def _key(parcel: DeliveryItem, channel: Channel) -> str:
    return f"{parcel.promise}.{channel}"


def _make(
    connection: sa.Connection, parcel: DeliveryItem, channel: Channel, address: str, now: datetime
) -> None:
    row = {
        "id": uuid4().hex,
        "key": _key(parcel, channel),
        **asdict(parcel),
        "channel": channel,
        "address": address,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "began_at": now,
    }
    statement = insert(connection, deliveries).values(row)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def _sent(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    provider_id: str | None,
    now: datetime,
) -> None:
    values = {"state": DeliveryState.SENT, "sent_at": now, "provider_id": provider_id}
    _update_open(connection, which, {**values, "error": None, "again_at": None})
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
    """Note that a delivery is acknowledged, and bring no more of the same on other channels. What
    its job's history says of it, whoever calls notes."""
    read = {"acknowledged_at": now, "acknowledged_by": by, "acknowledged_how": how}
    sent = {"sent_at": sa.func.coalesce(c.sent_at, now), "again_at": None, "error": None}
    values = {"state": DeliveryState.ACKNOWLEDGED, **read, **sent}
    connection.execute(sa.update(deliveries).where(c.id == delivery.id).values(values))
    _update_open(connection, c.promise == delivery.promise, {"state": DeliveryState.SUPERSEDED})
    outbox.finish_promise(connection, delivery.promise, now)
    things = {"delivery": delivery.id, "message": delivery.message, "job": delivery.job}
    what = Happening.DELIVERY_READ
    happenings.tell(connection, what, delivery.client, delivery.id, now, **things)


def note_receipt(connection: sa.Connection, receipt: TextReceipt) -> Delivery | None:
    """As `DeliveryBook.receipt`, in a transaction."""
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
        _sent(connection, this, sid, receipt.at)
        connection.execute(sa.update(deliveries).where(this).values(arrived_at=receipt.at))
    elif receipt.failed and found.state is not DeliveryState.ACKNOWLEDGED:
        values = {"provider_id": sid, "error": receipt.why, "error_code": receipt.error}
        given_up = {"state": DeliveryState.GIVEN_UP, "again_at": None, **values}
        connection.execute(sa.update(deliveries).where(this).values(given_up))
        outbox.resume(connection, found.promise, receipt.at)
    else:
        return None
    return next(those(connection, this))


def _update_open(
    connection: sa.Connection, which: sa.ColumnElement[bool], values: dict[str, Any]
) -> None:
    """Change what is still to be sent: what has come of the rest stays as it was."""
    connection.execute(sa.update(deliveries).where(which, c.state.in_(OPEN)).values(values))


def those(
    connection: sa.Connection, which: sa.ColumnElement[bool], *, locked: bool = False
) -> Iterator[Delivery]:
    """The deliveries of which `which` holds; `locked`, nobody else changes them meanwhile."""
    query = sa.select(deliveries).where(which).order_by(c.began_at, c.key)
    for row in connection.execute(query.with_for_update() if locked else query).all():
        yield _from_row(row)


def _from_row(row: sa.Row[Any]) -> Delivery:
    values = row._asdict()
    return Delivery(
        **values | {"channel": Channel(values["channel"]), "state": DeliveryState(values["state"])}
    )
