"""What the operator queue did, in the records: visits, offers, operators' states.

Each fact sets its own columns of the row that it is about, and makes the row where there is none.
So facts may come twice and in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import calls, insert, operator_states, queue_offers, queue_visits
from ivr.core.queue.entry import moment
from ivr.core.queue.facts import (
    CallerJoined,
    CallerLeft,
    Ended,
    Fact,
    Offered,
    OfferEnd,
    OperatorAnswered,
    StateBegan,
    VisitEnd,
)
from ivr.core.queue.states import Presence
from ivr.core.queue.visits import Offer, Span, Visit


@dataclass(frozen=True, slots=True)
class _Part:
    """Some columns of one row."""

    table: sa.Table
    key: dict[str, Any]
    always: dict[str, Any]
    """What the row needs wherever it is made."""
    values: dict[str, Any]


class SqlQueueRepository:
    """The queue's history in the records. Every method raises `RecordsUnavailable` where the
    database cannot be used. Times are aware."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def note(self, facts: Iterable[Fact]) -> None:
        """Keep what has happened, all or nothing."""
        parts = [_part(fact) for fact in facts]
        if parts:
            with writing(self._source) as connection:
                for part in parts:
                    row = insert(connection, part.table).values(
                        **part.key, **part.always, **part.values
                    )
                    connection.execute(
                        row.on_conflict_do_update(index_elements=list(part.key), set_=part.values)
                    )

    def visits(self, since: datetime, until: datetime, client: str | None = None) -> list[Visit]:
        """The stays of callers who joined in this time, of one client or of all, in the order of
        joining."""
        joined = queue_visits.c.joined_at
        query = (
            sa.select(queue_visits, calls.c.started_at)
            .select_from(queue_visits.outerjoin(calls, calls.c.call_sid == queue_visits.c.call_sid))
            .where(joined >= since, joined < until)
            .order_by(joined, queue_visits.c.call_sid)
        )
        if client is not None:
            query = query.where(queue_visits.c.client == client)
        offers = sa.select(queue_offers).where(
            queue_offers.c.joined_at >= since, queue_offers.c.joined_at < until
        )
        with reading(self._source) as connection:
            rows = connection.execute(query).all()
            found: defaultdict[tuple[str, datetime], list[Offer]] = defaultdict(list)
            for row in connection.execute(offers.order_by(queue_offers.c.offered_at)):
                found[row.call_sid, row.joined_at].append(_offer(row))
        return [_visit(row, tuple(found[row.call_sid, row.joined_at])) for row in rows]

    def spans(self, since: datetime, until: datetime) -> list[Span]:
        """What operators did in this time, each from the state that they were in when it began.
        States that lasted for no time are left out."""
        states = operator_states.c
        last = (
            sa.select(states.operator, sa.func.max(states.since).label("since"))
            .where(states.since < since)
            .group_by(states.operator)
            .subquery()
        )
        before = sa.select(operator_states).join(
            last, sa.and_(states.operator == last.c.operator, states.since == last.c.since)
        )
        within = sa.select(operator_states).where(states.since >= since, states.since < until)
        with reading(self._source) as connection:
            rows = [*connection.execute(before), *connection.execute(within)]
        rows.sort(key=lambda row: (row.operator, row.since, row.number))
        spans: list[Span] = []
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            goes_on = after is not None and after.operator == row.operator
            ended: datetime | None = after.since if after is not None and goes_on else None
            if ended != row.since:
                spans.append(Span(row.operator, Presence(row.state), row.since, ended, row.reason))
        return spans


def _part(fact: Fact) -> _Part:
    at = moment(fact.at)
    match fact:
        case StateBegan():
            values = {"state": fact.state.value, "reason": fact.reason}
            key = {"operator": fact.operator, "since": at, "number": fact.number}
            return _Part(operator_states, key, {}, values)
        case CallerJoined():
            stay = {
                "client": fact.client,
                "priority": fact.priority,
                "callback": fact.callback,
            }
            return _Part(queue_visits, _stay(fact), {}, stay)
        case CallerLeft():
            return _Part(queue_visits, _stay(fact), {}, {"left_at": at, "how": fact.how.value})
        case Offered():
            return _of_offer(fact, {"offered_at": at})
        case OperatorAnswered():
            return _of_offer(fact, {"answered_at": at})
        case Ended():
            return _of_offer(fact, {"ended_at": at, "how": fact.how.value})


def _stay(fact: CallerJoined | CallerLeft | Offered | OperatorAnswered | Ended) -> dict[str, Any]:
    return {"call_sid": fact.call_sid, "joined_at": moment(fact.joined)}


def _of_offer(fact: Offered | OperatorAnswered | Ended, values: dict[str, Any]) -> _Part:
    return _Part(queue_offers, {"id": fact.id}, {**_stay(fact), "operator": fact.operator}, values)


def _offer(row: sa.Row[Any]) -> Offer:
    how = OfferEnd(row.how) if row.how else None
    return Offer(row.id, row.operator, row.offered_at, row.answered_at, row.ended_at, how)


def _visit(row: sa.Row[Any], offers: Sequence[Offer]) -> Visit:
    return Visit(
        call_sid=row.call_sid,
        client=row.client,
        joined_at=row.joined_at,
        rang_at=row.started_at,
        priority=row.priority or 0,
        callback=bool(row.callback),
        left_at=row.left_at,
        how=VisitEnd(row.how) if row.how else None,
        offers=tuple(offers),
    )
