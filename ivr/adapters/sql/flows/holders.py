"""Who has which telephone number, in the records: one row a number, so that it has one holder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.flows import versions
from ivr.adapters.sql.locks import Alone, alone
from ivr.adapters.sql.tables import number_holders, publications
from ivr.core.flow.holders import NumberHold

Decide = Callable[[Mapping[str, NumberHold]], Mapping[str, NumberHold]]
"""Who is to have which number, given who has it."""


def holds(connection: sa.Connection) -> dict[str, NumberHold]:
    rows = connection.execute(sa.select(number_holders))
    return {row.number: NumberHold(row.client, row.place) for row in rows}


def settle(
    connection: sa.Connection, seen: tuple[int, str], decide: Decide, now: datetime
) -> dict[str, NumberHold] | None:
    """Let `decide` say who has which number, and keep it. None where more was published than it
    has `seen`: it must look again first."""
    alone(connection, Alone.SETTLING_NUMBERS)
    if versions.mark(connection, now) != seen:
        return None
    before = holds(connection)
    after = dict(decide(before))
    c = number_holders.c
    changed = {number for number in before | after if before.get(number) != after.get(number)}
    for number in sorted(changed):
        connection.execute(sa.delete(number_holders).where(c.number == number))
        if hold := after.get(number):
            row = {"number": number, "client": hold.client, "place": hold.place, "since": now}
            connection.execute(sa.insert(number_holders).values(row))
    return after


def release(connection: sa.Connection, number: str) -> str | None:
    """Let a number go; returns who had it."""
    alone(connection, Alone.SETTLING_NUMBERS)
    query = sa.delete(number_holders).where(number_holders.c.number == number)
    row = connection.execute(query.returning(number_holders.c.client)).first()
    return row.client if row else None


def begun(connection: sa.Connection, client: str, now: datetime) -> list[tuple[datetime, str]]:
    """From when on a client had which version, the latest first."""
    c = publications.c
    query = sa.select(c.live_from, c.version).where(
        c.client == client, c.live_from <= now, c.withdrawn_at.is_(None)
    )
    rows = connection.execute(query.order_by(c.live_from.desc(), c.id.desc()))
    return [(row.live_from, row.version) for row in rows]
