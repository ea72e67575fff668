"""`SqlOutboxRepository`: work that is owed, and who has it in hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from ivr.adapters.sql import outbox
from ivr.adapters.sql.database import Source, reading, writing
from ivr.core.records.outbox import Backlog, OutboxItem, OutboxKind


class SqlOutboxRepository:
    """The outbox in the records. Every method raises `RecordsUnavailable` where the database cannot
    be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def enqueue(
        self,
        kind: OutboxKind,
        subject: str,
        due_at: datetime,
        payload: Mapping[str, Any],
        once: str | None = None,
    ) -> None:
        """Put work of one kind for `subject` into the outbox, once; `once` tells entries of one
        kind and subject from one another, where there are several."""
        with writing(self._source) as connection:
            outbox.add(connection, kind, subject, due_at, payload, once)

    def claim(
        self, kinds: Collection[str], now: datetime, lease: timedelta, limit: int
    ) -> list[OutboxItem]:
        """Claim at most `limit` due items until `now + lease`, the longest due first. Two
        claimers never hold one item."""
        with writing(self._source) as connection:
            return outbox.claim(connection, kinds, now, lease, limit)

    def finish(self, item_id: int, now: datetime) -> None:
        """Finish an item."""
        with writing(self._source) as connection:
            outbox.finish(connection, item_id, now)

    def put_back(self, item_id: int, at: datetime, error: str | None) -> None:
        """Give an item back, to be due at `at`; it failed where there is an `error`."""
        with writing(self._source) as connection:
            outbox.put_back(connection, item_id, at, error)

    def give_up(self, item_id: int, error: str, now: datetime) -> None:
        """Finish an item without having done it."""
        with writing(self._source) as connection:
            outbox.give_up(connection, item_id, error, now)

    def waiting(self, kind: str) -> Backlog:
        """How much unfinished work of one kind there is."""
        with reading(self._source) as connection:
            return outbox.waiting(connection, kind)
