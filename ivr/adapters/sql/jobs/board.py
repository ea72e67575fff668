"""What is asked of the jobs as a whole: lists that are narrowed down, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.deliveries.of_jobs import TO_PEOPLE
from ivr.adapters.sql.jobs.rows import from_row
from ivr.adapters.sql.tables import deliveries, jobs, messages, outbox
from ivr.core.delivery.plan import DeliveryState
from ivr.core.jobs.job import JobState, OwnerKind
from ivr.core.records.job_list import SOON, Count, Row, Wanted


def rows(connection: sa.Connection, wanted: Wanted, limit: int, offset: int) -> Iterator[Row]:
    """The jobs that are wanted: open ones before closed ones, the first to be due first."""
    query = (
        sa.select(
            jobs,
            messages.c.text.label("words"),
            messages.c.number_given,
            _undelivered().label("undelivered"),
        )
        .select_from(jobs.outerjoin(messages, messages.c.id == jobs.c.message))
        .where(*_conditions(wanted))
        .order_by(jobs.c.state.desc(), jobs.c.closed_at.desc(), jobs.c.due_at, jobs.c.id)
        .limit(limit)
        .offset(offset)
    )
    for row in connection.execute(query):
        yield Row(from_row(row), row.words, row.undelivered, row.number_given)


def count(connection: sa.Connection, now: datetime, wanted: Wanted) -> Count:
    """How many of the open jobs that are wanted there are."""
    overdue = sa.func.count(sa.case((jobs.c.due_at <= now, 1)))
    is_soon = sa.and_(jobs.c.due_at > now, jobs.c.due_at <= now + SOON)
    soon = sa.func.count(sa.case((is_soon, 1)))
    is_unnamed = sa.and_(is_soon, jobs.c.owner_kind == OwnerKind.AGENCY)
    unnamed = sa.func.count(sa.case((is_unnamed, 1)))
    query = (
        sa.select(sa.func.count(), overdue, soon, unnamed)
        .select_from(jobs.outerjoin(messages, messages.c.id == jobs.c.message))
        .where(jobs.c.state == JobState.OPEN, *_conditions(wanted))
    )
    return Count(*connection.execute(query).one())


def clients(connection: sa.Connection) -> list[str]:
    """The clients that have open jobs, by name."""
    query = sa.select(jobs.c.client).where(jobs.c.state == JobState.OPEN).distinct()
    return [row.client for row in connection.execute(query.order_by(jobs.c.client))]


def kinds(connection: sa.Connection, client: str | None) -> list[str]:
    """The kinds of a client's open jobs, or of all clients', by name."""
    query = sa.select(jobs.c.kind).where(*_conditions(Wanted(client=client))).distinct()
    return [row.kind for row in connection.execute(query.order_by(jobs.c.kind))]


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    yield sa.true()
    if wanted.state is not None:
        yield jobs.c.state == wanted.state
    if wanted.client is not None:
        yield jobs.c.client == wanted.client
    if wanted.kind:
        yield jobs.c.kind == wanted.kind
    if wanted.owner is not None:
        yield jobs.c.owner_kind == wanted.owner.kind
        yield jobs.c.owner == wanted.owner.id
    if wanted.due_before is not None:
        yield jobs.c.due_at <= wanted.due_before
    if wanted.due_after is not None:
        yield jobs.c.due_at > wanted.due_after
    if wanted.unnamed:
        yield jobs.c.owner_kind == OwnerKind.AGENCY
    if wanted.undelivered:
        yield _undelivered() > 0
    for word in wanted.text.split():
        yield _says(word)


def _says(word: str) -> sa.ColumnElement[bool]:
    """Whether a job has to do with a word, or part of one; a telephone number may begin with the
    nought of its country."""
    columns: list[sa.ColumnElement[Any]] = [
        jobs.c.summary,
        jobs.c.client,
        jobs.c.action,
        jobs.c.owner_name,
        sa.cast(jobs.c.fields, sa.Text),
        messages.c.text,
    ]
    number = word.lstrip("0") if word.isdecimal() else word
    return sa.or_(
        jobs.c.caller.icontains(number, autoescape=True),
        *(column.icontains(word, autoescape=True) for column in columns),
    )


def _undelivered() -> sa.ScalarSelect[int]:
    ours = sa.or_(outbox.c.subject == jobs.c.id, outbox.c.subject == jobs.c.message)
    arrived = (
        sa.select(deliveries.c.id)
        .where(deliveries.c.promise == outbox.c.key, deliveries.c.sent_at.is_not(None))
        .where(deliveries.c.state != DeliveryState.GIVEN_UP)
        .correlate(outbox)
        .exists()
    )
    return (
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(ours, outbox.c.kind.in_(TO_PEOPLE))
        .where(sa.or_(outbox.c.finished_at.is_(None), outbox.c.given_up), ~arrived)
        .correlate(jobs)
        .scalar_subquery()
    )
