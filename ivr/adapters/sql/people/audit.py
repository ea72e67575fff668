"""`SqlAuditRepository`: who did what, kept in the transaction in which it is done."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from ivr.adapters.sql.tables import audit
from ivr.core.records.audit_entry import AuditEntry


class SqlAuditRepository:
    """The audit trail, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        """Keep what somebody did."""
        self._connection.execute(sa.insert(audit).values(asdict(entry)))
