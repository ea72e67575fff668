"""`SqlCarrierRepository`: what is known of the carrier's calls, recordings and texts.

For comparing them with what the carrier has; see `ivr.services.reconciliation`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.calls import snapshots
from ivr.adapters.sql.database import Source, reading
from ivr.adapters.sql.deliveries import rows as delivery_rows
from ivr.adapters.sql.keeping import erased
from ivr.adapters.sql.keeping.purge_repository import REQUEST
from ivr.adapters.sql.messages import queries as message_queries
from ivr.adapters.sql.tables import (
    call_recordings,
    calls,
    deliveries,
    legs,
    messages,
    outbox,
    purges,
    texts_received,
)
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Message
from ivr.core.records.purge import Purged
from ivr.core.records.timeline import LegNote


class SqlCarrierRepository:
    """What is known. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def calls(self, sids: Collection[str]) -> dict[str, CallSnapshot]:
        """The calls that were noted, by SID."""
        with reading(self._source) as connection:
            found = snapshots.those(connection, calls.c.call_sid.in_(sids))
            return {call.call_sid: call for call in found}

    def open_calls(self, since: datetime, limit: int) -> list[CallSnapshot]:
        """Calls that began since then and of whose end nobody has told, the oldest first."""
        is_open = sa.and_(calls.c.started_at >= since, calls.c.ended_at.is_(None))
        query = sa.select(calls).where(is_open).order_by(calls.c.started_at).limit(limit)
        with reading(self._source) as connection:
            return [snapshots.from_row(row) for row in connection.execute(query)]

    def open_legs(self, sids: Collection[str]) -> dict[str, LegNote]:
        """Legs that were noted and of whose end nobody has told, by their own SID."""
        query = sa.select(legs).where(legs.c.sid.in_(sids), legs.c.ended_at.is_(None))
        with reading(self._source) as connection:
            return {row.sid: LegNote(**row._asdict()) for row in connection.execute(query)}

    def messages(self, recording_sids: Collection[str]) -> dict[str, Message]:
        """The messages of these recordings, by the recording's SID."""
        with reading(self._source) as connection:
            found = message_queries.those(connection, messages.c.recording_sid.in_(recording_sids))
            return {message.recording_sid: message for message in found}

    def conversations(self, recording_sids: Collection[str]) -> set[str]:
        """Those of these recordings that are known as a conversation's."""
        c = call_recordings.c.recording_sid
        with reading(self._source) as connection:
            return set(connection.scalars(sa.select(c).where(c.in_(recording_sids))))

    def texts(self, sids: Collection[str]) -> set[str]:
        """Those of these texts that are known to have come in."""
        c = texts_received.c.message_sid
        with reading(self._source) as connection:
            return set(connection.scalars(sa.select(c).where(c.in_(sids))))

    def sent(self, sids: Collection[str]) -> list[Delivery]:
        """What was brought to somebody by these texts."""
        with reading(self._source) as connection:
            return list(delivery_rows.those(connection, deliveries.c.provider_id.in_(sids)))

    def deleted(self, sids: Collection[str]) -> set[str]:
        """Those of these things that were erased on request, or that the carrier is to delete: a
        recording whose row is gone is named by that promise alone."""
        promised = outbox.c.payload["recording_sid"].as_string()
        query = sa.select(promised).where(outbox.c.kind == "discard", promised.in_(sids))
        with reading(self._source) as connection:
            return erased.those_of(connection, sids) | set(connection.scalars(query))

    def erased(self, sids: Collection[str]) -> bool:
        """Whether any of these things was erased on request."""
        with reading(self._source) as connection:
            return bool(erased.those_of(connection, sids))

    def deleted_until(self, client: str | None, kind: Purged) -> datetime | None:
        """Up to which time a client's things of a kind were deleted because their time was over,
        by the proofs."""
        c = purges.c
        which = sa.and_(c.kind == kind, c.rule != REQUEST)
        theirs = c.client.is_(None) if client is None else c.client == client
        query = sa.select(c.until).where(which, theirs).order_by(c.until.desc()).limit(1)
        with reading(self._source) as connection:
            found: datetime | None = connection.scalar(query)
            return found
