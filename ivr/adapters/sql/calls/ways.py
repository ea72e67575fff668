"""Which ways callers took: counted from the paths of calls.

A call's path lists the nodes that it passed, so two that follow one another are a way it took.
Reading a call costs about 10 µs (SQLite, ten nodes); a query reads at most `MAX_CALLS` of them,
over the index on client and time, row by row, so that memory does not grow with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa

from ivr.adapters.sql.tables import calls

MAX_CALLS = 50_000
"""Calls that one query reads: the newest."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class WaysTaken:
    """How many times callers went from one node to the next, of how many calls."""

    counts: Mapping[tuple[str, str], int]
    calls: int


def count(connection: sa.Connection, client: str, since: datetime) -> WaysTaken:
    query = (
        sa.select(calls.c.path)
        .where(calls.c.client == client, calls.c.started_at >= since)
        .order_by(calls.c.started_at.desc())
        .limit(MAX_CALLS)
    )
    counts: Counter[tuple[str, str]] = Counter()
    number = 0
    for path in connection.execution_options(yield_per=_CHUNK).scalars(query):
        counts.update(pairwise(path))
        number += 1
    return WaysTaken(counts, number)
