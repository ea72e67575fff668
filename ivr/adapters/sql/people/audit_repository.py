"""`SqlAuditRepository`: who saw and did what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import audit
from ivr.core.records.audit_entry import AuditEntry

PAGE = 100


class SqlAuditRepository:
    """The audit trail in the records. Every method raises `RecordsUnavailable` where the database
    cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def add(self, entry: AuditEntry) -> None:
        """Keep what somebody did."""
        with writing(self._source) as connection:
            connection.execute(sa.insert(audit).values(asdict(entry)))

    def add_once(self, entry: AuditEntry, since: datetime) -> None:
        """Keep what somebody did, unless the same account has done the same since then."""
        if not self._has(entry, since):
            self.add(entry)

    def page(
        self, *, who: str = "", act: str = "", client: str = "", page: int = 1
    ) -> tuple[list[AuditEntry], bool]:
        """A page of the trail, the newest first, and whether there is another. What is empty does
        not narrow it; `act` may be a part of what was done."""
        query = sa.select(audit).order_by(audit.c.at.desc(), audit.c.id.desc())
        if act:
            query = query.where(audit.c.act.icontains(act, autoescape=True))
        for column, value in ((audit.c.who, who), (audit.c.client, client)):
            if value:
                query = query.where(column == value)
        query = query.limit(PAGE + 1).offset((page - 1) * PAGE)
        with reading(self._source) as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        found = [AuditEntry(**{key: row[key] for key in row if key != "id"}) for row in rows]
        return found[:PAGE], len(found) > PAGE

    def _has(self, entry: AuditEntry, since: datetime) -> bool:
        c = audit.c
        same = (c.account == entry.account, c.act == entry.act, c.client == entry.client)
        query = sa.select(c.id).where(c.at > since, *same, c.about == entry.about).limit(1)
        with reading(self._source) as connection:
            return connection.execute(query).first() is not None
