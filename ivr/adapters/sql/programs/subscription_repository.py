"""`SqlSubscriptionRepository`: where programs want to be told of what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.locks import Alone, alone
from ivr.adapters.sql.tables import outbox as promises
from ivr.adapters.sql.tables import subscriptions
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.subscription import Subscription

c = subscriptions.c


class SqlSubscriptionRepository:
    """The webhooks in the records. Every method raises `RecordsUnavailable` where the
    database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def add(self, new: Subscription) -> None:
        """Keep a new one."""
        row = {each.name: getattr(new, each.name) for each in fields(new)}
        with writing(self._source) as connection:
            connection.execute(sa.insert(subscriptions).values({**row, "events": list(new.events)}))

    def count(self, client: str | None) -> int:
        """How many there are of the same client's; with None, of those that are for all. Nobody
        else can count them before the transaction ends."""
        query = sa.select(sa.func.count()).where(c.client.is_not_distinct_from(client))
        with writing(self._source) as connection:
            alone(connection, Alone.MAKING_WEBHOOKS)
            return int(connection.execute(query).scalar_one())

    def find(self, subscription_id: str) -> Subscription | None:
        """The one with this id."""
        with reading(self._source) as connection:
            query = sa.select(subscriptions).where(c.id == subscription_id)
            row = connection.execute(query).first()
            return _from_row(row) if row else None

    def all(self, client: str | None = None) -> list[Subscription]:
        """All of a client's (None: of everybody's), the newest first."""
        query = sa.select(subscriptions).order_by(c.made_at.desc(), c.id)
        with reading(self._source) as connection:
            rows = connection.execute(query.where(c.client == client) if client else query)
            return [_from_row(row) for row in rows]

    def delete(self, subscription_id: str, now: datetime) -> None:
        """Delete one; what was still to be told is not told."""
        with writing(self._source) as connection:
            connection.execute(sa.delete(subscriptions).where(c.id == subscription_id))
            outbox.finish_for(connection, subscription_id, [OutboxKind.EVENT], now)

    def resume(self, subscription_id: str) -> None:
        """Tell it of things again, as if it had never failed."""
        values = {"paused_at": None, "reason": None, "failures": 0, "failing_since": None}
        self._update(subscription_id, values)

    def recovered(self, subscription_id: str) -> None:
        """Note that it answers again."""
        self._update(subscription_id, {"failures": 0, "failing_since": None})

    def failed(
        self, subscription: Subscription, error: str, now: datetime, again_at: datetime
    ) -> None:
        """Note that it did not answer; whatever it is to be told waits until `again_at`."""
        values = {
            "failures": c.failures + 1,
            "failing_since": sa.func.coalesce(c.failing_since, now),
        }
        waits = {"due_at": again_at, "leased_until": None, "error": error}
        with writing(self._source) as connection:
            connection.execute(_of(subscription.id).values(values))
            connection.execute(sa.update(promises).where(*_untold(subscription.id)).values(waits))

    def pause(
        self,
        subscription_id: str,
        reason: str,
        now: datetime,
        notice: Mapping[str, Any] | None = None,
    ) -> None:
        """Tell it of nothing any more, for a `reason`, and promise to send the agency `notice`.
        What was still to be told is given up."""
        with writing(self._source) as connection:
            values = {"paused_at": now, "reason": reason}
            changed = connection.execute(
                _of(subscription_id).where(c.paused_at.is_(None)).values(values)
            )
            given_up = {"finished_at": now, "given_up": True, "error": reason}
            connection.execute(
                sa.update(promises).where(*_untold(subscription_id)).values(given_up)
            )
            if notice is not None and changed.rowcount:
                once = f"{subscription_id}-{int(now.timestamp())}"
                outbox.add(connection, OutboxKind.NOTICE, subscription_id, now, notice, once)

    def _update(self, subscription_id: str, values: dict[str, Any]) -> None:
        with writing(self._source) as connection:
            connection.execute(_of(subscription_id).values(values))


def _of(subscription_id: str) -> sa.Update:
    return sa.update(subscriptions).where(c.id == subscription_id)


def _untold(subscription_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    p = promises.c
    kind = p.kind == OutboxKind.EVENT
    return (p.subject == subscription_id, kind, p.finished_at.is_(None))


def _from_row(row: sa.Row[Any]) -> Subscription:
    values = {each.name: getattr(row, each.name) for each in fields(Subscription)}
    # Events that a newer or an older Tango knows happen here never.
    known = tuple(DomainEvent(each) for each in row.events if each in set(DomainEvent))
    return Subscription(**{**values, "events": known})
