"""By what we are told of what was erased on request, as digests: it never comes back.

The carrier's SIDs and our ids of conversations have 128 random bits, so a digest leads to nothing
for whoever does not have them: it says that something was erased, and not of whom. Each function
works in the transaction of the connection it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import sqlalchemy as sa

from ivr.adapters.sql.tables import erased, insert


def note(connection: sa.Connection, sids: Iterable[str]) -> None:
    """Keep that the things with these SIDs were erased."""
    rows = [{"digest": _digest(sid)} for sid in set(sids)]
    if rows:
        statement = insert(connection, erased)
        connection.execute(statement.on_conflict_do_nothing(index_elements=["digest"]), rows)


def those_of(connection: sa.Connection, sids: Iterable[str]) -> set[str]:
    """Those of `sids` that were erased."""
    by_digest = {_digest(sid): sid for sid in sids}
    query = sa.select(erased.c.digest).where(erased.c.digest.in_(by_digest))
    return {by_digest[digest] for digest in connection.scalars(query)}


def _digest(sid: str) -> str:
    return sha256(sid.encode()).hexdigest()
