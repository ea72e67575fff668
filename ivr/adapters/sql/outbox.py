"""The outbox: work that a transaction has promised and that is not finished yet.

A claim leases a row: whoever claimed it and dies loses it when the lease ends, and the next
claimer gets it. So work may be done twice, and must bear that. Each function works in the
transaction of the connection it is given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.tables import insert, outbox
from ivr.core.records.outbox import Backlog, OutboxItem, OutboxKind, Promise


def add(
    connection: sa.Connection,
    kind: OutboxKind,
    subject: str,
    due_at: datetime,
    payload: Mapping[str, Any],
    once: str | None = None,
) -> None:
    """Promise work of one kind for a message, once: a second promise changes nothing.

    `once` tells promises of one kind and subject from one another, where there are several.
    """
    row = {
        "kind": kind,
        "key": f"{kind}-{once or subject}",
        "subject": subject,
        "payload": dict(payload),
        "due_at": due_at,
        "attempts": 0,
        "given_up": False,
    }
    connection.execute(
        insert(connection, outbox).values(row).on_conflict_do_nothing(index_elements=["key"])
    )


def add_again(
    connection: sa.Connection,
    kind: OutboxKind,
    subject: str,
    due_at: datetime,
    payload: Mapping[str, Any],
) -> None:
    """Promise work of one kind for a message, also where it was done or given up before."""
    add(connection, kind, subject, due_at, payload)
    again = {
        "due_at": due_at,
        "leased_until": None,
        "first_claimed_at": None,
        "attempts": 0,
        "finished_at": None,
        "given_up": False,
        "error": None,
    }
    key = outbox.c.key == f"{kind}-{subject}"
    connection.execute(sa.update(outbox).where(key).values(again))


def claim(
    connection: sa.Connection,
    kinds: Collection[str],
    now: datetime,
    lease: timedelta,
    limit: int,
) -> list[OutboxItem]:
    """Claim at most `limit` due items until `now + lease`, the longest due first."""
    free = sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    due = (
        sa.select(outbox.c.id)
        .where(outbox.c.finished_at.is_(None), outbox.c.kind.in_(kinds))
        .where(outbox.c.due_at <= now, free)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer at a time
    )
    claimed = connection.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_(due))
        .values(
            attempts=outbox.c.attempts + 1,
            leased_until=now + lease,
            first_claimed_at=sa.func.coalesce(outbox.c.first_claimed_at, now),
        )
        .returning(outbox)
    )
    rows = sorted(claimed, key=lambda row: (row.due_at, row.id))  # RETURNING has no order
    return [_from_row(row) for row in rows]


def _from_row(row: sa.Row[Any]) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        kind=OutboxKind(row.kind),
        key=row.key,
        subject=row.subject,
        attempts=row.attempts,
        payload=row.payload,
        first_claimed_at=row.first_claimed_at,
    )


def is_open(connection: sa.Connection, promise: Promise) -> bool:
    """Whether a promise is still to be kept."""
    query = sa.select(outbox.c.first_claimed_at).where(
        outbox.c.id == promise.item_id, outbox.c.finished_at.is_(None)
    )
    return connection.execute(query).scalar() == promise.since


def finish(connection: sa.Connection, item_id: int, now: datetime) -> None:
    _update_open(connection, outbox.c.id == item_id, finished_at=now)


def finish_for(
    connection: sa.Connection, subject: str, kinds: Collection[str], now: datetime
) -> None:
    """Finish whatever there is of these kinds for a message."""
    which = sa.and_(outbox.c.subject == subject, outbox.c.kind.in_(kinds))
    _update_open(connection, which, finished_at=now)


def finish_promise(connection: sa.Connection, key: str, now: datetime) -> None:
    """Finish the promise with this key."""
    _update_open(connection, outbox.c.key == key, finished_at=now)


def bring_forward(connection: sa.Connection, subject: str, kind: OutboxKind, now: datetime) -> None:
    """Make a message's unfinished work of one kind due now, where it is due later."""
    which = sa.and_(outbox.c.subject == subject, outbox.c.kind == kind, outbox.c.due_at > now)
    _update_open(connection, which, due_at=now)


def resume(connection: sa.Connection, key: str, now: datetime) -> None:
    """Have the promise with this key looked at again at once. Whoever has it in hand keeps it, as
    they will see what has changed."""
    open_ = outbox.c.finished_at.is_(None)
    again = {
        "finished_at": None,
        "given_up": False,
        "due_at": now,
        "leased_until": sa.case((open_, outbox.c.leased_until), else_=None),
    }
    connection.execute(sa.update(outbox).where(outbox.c.key == key).values(again))


def put_back(connection: sa.Connection, item_id: int, at: datetime, error: str | None) -> None:
    """End the lease of an item, which failed where there is an `error`; it is due at `at`."""
    _update_open(connection, outbox.c.id == item_id, due_at=at, leased_until=None, error=error)


def give_up(connection: sa.Connection, item_id: int, error: str, now: datetime) -> None:
    _update_open(connection, outbox.c.id == item_id, finished_at=now, given_up=True, error=error)


def _update_open(connection: sa.Connection, which: sa.ColumnElement[bool], **values: Any) -> None:
    """Update unfinished items: what is finished stays finished, as it was."""
    unfinished = outbox.c.finished_at.is_(None)
    connection.execute(sa.update(outbox).where(which, unfinished).values(**values))


def waiting(connection: sa.Connection, kind: str) -> Backlog:
    query = sa.select(sa.func.count(), sa.func.min(outbox.c.due_at)).where(
        outbox.c.finished_at.is_(None), outbox.c.kind == kind
    )
    count, oldest_due = connection.execute(query).one()
    return Backlog(count, oldest_due)
