"""What people were told of jobs: what was brought to them, and what is still promised. Each
function works in the transaction of the connection it is given."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from ivr.adapters.sql.deliveries import rows as delivery_rows
from ivr.adapters.sql.tables import deliveries, messages, outbox
from ivr.core.jobs.job import Job
from ivr.core.records.delivery import Delivery, Promised
from ivr.core.records.outbox import OutboxKind

TO_PEOPLE = (OutboxKind.EMAIL, OutboxKind.NOTICE, OutboxKind.CORRECTION)
"""What is promised to people because of a job or of the message that has opened it."""


def about(jobs: Collection[Job]) -> sa.ColumnElement[bool]:
    """Whether a delivery has to do with one of several jobs, or the messages that opened them."""
    opened = [job.message for job in jobs if job.message]
    c = deliveries.c
    return sa.or_(c.job.in_([job.id for job in jobs]), c.message.in_(opened))


def of_jobs(connection: sa.Connection, jobs: Collection[Job]) -> dict[str, list[Delivery]]:
    """What was brought to anybody of several jobs and their messages, by the id of the job."""
    by_message = {job.message: job.id for job in jobs if job.message}
    found: dict[str, list[Delivery]] = {job.id: [] for job in jobs}
    for each in delivery_rows.those(connection, about(jobs)):
        job = each.job if each.job in found else by_message[str(each.message)]
        found[str(job)].append(each)
    return found


def outstanding(connection: sa.Connection, job: Job) -> list[Promised]:
    """What is promised to people of one job and was not even begun, the first to be due first."""
    begun = sa.select(deliveries.c.id).where(deliveries.c.promise == outbox.c.key).exists()
    waits = sa.or_(outbox.c.finished_at.is_(None), outbox.c.given_up)
    query = (
        sa.select(outbox, messages.c.recipient_name)
        .select_from(outbox.outerjoin(messages, messages.c.id == outbox.c.subject))
        .where(outbox.c.subject.in_([job.id, job.message or job.id]), outbox.c.kind.in_(TO_PEOPLE))
        .where(waits, ~begun)
        .order_by(outbox.c.due_at, outbox.c.id)
    )
    return [
        Promised(
            row.key,
            row.payload.get("name") or row.recipient_name or "",
            row.due_at,
            row.given_up,
            row.error,
        )
        for row in connection.execute(query)
    ]
