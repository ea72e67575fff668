"""`SqlUnitOfWork`: one transaction over the records, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.jobs import drafts
from ivr.adapters.sql.jobs.repository import SqlJobRepository
from ivr.adapters.sql.people.audit import SqlAuditRepository
from ivr.adapters.sql.people.status_book import SqlStatusRepository
from ivr.adapters.sql.people.supervisors import SqlSupervisorRepository
from ivr.adapters.sql.programs import kept_answers
from ivr.core.records.kept_answer import KeptAnswer
from ivr.core.records.outbox import OutboxKind


class SqlUnitOfWork:
    """A `UnitOfWork` on a connection to the database."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.jobs = SqlJobRepository(connection)
        self.statuses = SqlStatusRepository(connection)
        self.audit = SqlAuditRepository(connection)
        self.supervisors = SqlSupervisorRepository(connection)

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
        outbox.add(self._connection, kind, subject, due_at, payload, once)

    def close_draft(self, draft_id: str, operator: str, outcome: str, now: datetime) -> bool:
        """Close what an operator has written of a call. False where it is closed already or
        somebody else's."""
        return drafts.close(self._connection, draft_id, operator, outcome, now)

    def keep_answer(self, answer: KeptAnswer, now: datetime) -> None:
        """Keep what a program is answered. Raises `AnsweredBefore`."""
        kept_answers.keep(self._connection, answer, now)
