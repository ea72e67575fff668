"""What only one process at a time does in PostgreSQL; SQLite has one writer at a time anyway.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

from enum import IntEnum, unique

import sqlalchemy as sa


@unique
class Alone(IntEnum):
    """Each a number that nobody else uses in the same database."""

    MIGRATING = 7_261_464_609
    DELETING = 7_261_464_610
    SETTLING_NUMBERS = 7_261_464_611
    MAKING_WEBHOOKS = 7_261_464_612


def alone(connection: sa.Connection, doing: Alone) -> None:
    """Wait until nobody else does this, and keep everybody else out until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int(doing))))
