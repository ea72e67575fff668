"""`SqlInboxRepository`: jobs with what callers have said, as a client sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql import tables
from ivr.adapters.sql.database import Source, reading
from ivr.adapters.sql.deliveries import of_jobs as job_deliveries
from ivr.adapters.sql.deliveries import rows as delivery_rows
from ivr.adapters.sql.jobs import board as job_board
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.messages import corrections
from ivr.adapters.sql.messages import queries as message_queries
from ivr.core.delivery.plan import Channel, DeliveryState
from ivr.core.jobs.acts import Read
from ivr.core.jobs.job import Job
from ivr.core.records.delivery import Delivery
from ivr.core.records.inbox import InboxItem, Reader
from ivr.core.records.job_list import Wanted

HOW = "on the client’s page"


class SqlInboxRepository:
    """The inboxes in the records. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def items(self, wanted: Wanted, limit: int, offset: int = 0) -> list[InboxItem]:
        """The jobs that are wanted, in the order of `SqlJobRepository.board`."""
        with reading(self._source) as connection:
            found = [row.job for row in job_board.rows(connection, wanted, limit, offset)]
            return _items(connection, found)

    def item(self, job: Job) -> InboxItem:
        """One job with what belongs to it."""
        with reading(self._source) as connection:
            return _items(connection, [job])[0]


def mark_read(connection: sa.Connection, job_id: str, reader: Reader, now: datetime) -> bool:
    """Note that somebody has read what a job is about; whether that was new.

    It acknowledges what was brought to them of it, and what was still to be brought to them
    on other channels is not. What came in the same e-mail about other jobs is not read by it.
    """
    job = job_rows.find(connection, tables.jobs.c.id == job_id)
    if job is None:
        return False
    about = job_deliveries.about([job])
    brought = list(delivery_rows.those(connection, about, locked=True))
    job = job_rows.locked(connection, job_id) or job
    unread = unread_by(reader.names, brought)
    is_theirs = reader.person is not None and job.owner.is_same(reader.person)
    if not unread and not (is_theirs and job.read_at is None):
        return False
    name = job.owner.name if is_theirs else reader.name
    for each in unread:
        delivery_rows.note_read(connection, each, name, HOW, now)
    job_rows.act(connection, job_id, Read(HOW), name, now)
    return True


def unread_by(names: Collection[str], deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Of what was brought to people of these names, what nobody has acknowledged on any channel:
    of each thing the delivery that has arrived, if one has."""
    read: set[str] = set()
    unread: dict[str, Delivery] = {}
    for each in sorted(deliveries, key=lambda each: each.state is not DeliveryState.SENT):
        if each.recipient not in names or each.channel is Channel.WEBHOOK:
            continue
        if each.acknowledged_at:
            read.add(each.promise)
        unread.setdefault(each.promise, each)
    return [each for promise, each in unread.items() if promise not in read]


def _items(connection: sa.Connection, jobs: list[Job]) -> list[InboxItem]:
    ids = [job.message for job in jobs if job.message]
    left = {
        message.id: message
        for message in message_queries.those(connection, tables.messages.c.id.in_(ids))
    }
    mended = corrections.of_messages(connection, ids)
    brought = job_deliveries.of_jobs(connection, jobs)
    return [
        InboxItem(
            job,
            left.get(job.message or ""),
            tuple(mended.get(job.message or "", ())),
            tuple(brought[job.id]),
        )
        for job in jobs
    ]
