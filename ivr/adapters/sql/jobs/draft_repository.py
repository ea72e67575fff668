"""Drafts: what operators write down about a call, kept while they write it.

A draft belongs to a call and to the operator who has the call now. It is closed when it has been
sent, or when there was nothing to send; then its words are forgotten here, and nothing that comes
in late opens it again. A call may have several, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import drafts, insert
from ivr.core.records.draft import Draft


class SqlDraftRepository:
    """The drafts in the records. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def begin(self, new: Draft) -> tuple[Draft, bool]:
        """The open draft of the call that `new` is about, now with the operator who has the call.

        Where there is none, `new` is kept as the call's next. Also says whether the draft is new
        to the operator.
        """
        with writing(self._source) as connection:
            last = _last_of_call(connection, new.call_sid)
            if last is not None and last.closed_at is None:
                if last.operator == new.operator:
                    return last, False
                taken = replace(last, operator=new.operator, began_at=new.began_at)
                values = {"operator": taken.operator, "began_at": taken.began_at}
                connection.execute(sa.update(drafts).where(*_is(last.id)).values(**values))
                return taken, True
            draft = replace(new, number=last.number + 1 if last else 0)
            values = asdict(draft) | {"fields": dict(draft.fields)}
            connection.execute(insert(connection, drafts).values(**values).on_conflict_do_nothing())
            return draft, True

    def save(
        self, draft_id: str, operator: str, kind: str, fields: Mapping[str, str], now: datetime
    ) -> bool:
        """Keep what `operator` has typed. False where the draft is closed or somebody else's."""
        values = {"kind": kind, "fields": dict(fields), "updated_at": now}
        with writing(self._source) as connection:
            return _write(connection, draft_id, operator, values)

    def close(self, draft_id: str, operator: str, outcome: str, now: datetime) -> bool:
        """Close a draft, of which `outcome` says what was made. False where it is closed already or
        somebody else's."""
        values = {"fields": {}, "outcome": outcome, "updated_at": now, "closed_at": now}
        with writing(self._source) as connection:
            return _write(connection, draft_id, operator, values)

    def find(self, draft_id: str) -> Draft | None:
        """The draft of this id."""
        with reading(self._source) as connection:
            row = connection.execute(sa.select(drafts).where(*_is(draft_id))).first()
            return _from_row(row) if row else None

    def last_of(self, operator: str) -> Draft | None:
        """The draft of an operator's latest call, open or closed."""
        query = sa.select(drafts).where(drafts.c.operator == operator)
        newest = query.order_by(drafts.c.began_at.desc(), drafts.c.number.desc()).limit(1)
        with reading(self._source) as connection:
            row = connection.execute(newest).first()
            return _from_row(row) if row else None

    def unfinished_of(self, operator: str, limit: int = 20) -> list[Draft]:
        """An operator's drafts that are open, those of the newest calls first."""
        mine = (drafts.c.operator == operator, drafts.c.closed_at.is_(None))
        query = sa.select(drafts).where(*mine).order_by(drafts.c.began_at.desc()).limit(limit)
        with reading(self._source) as connection:
            return [_from_row(row) for row in connection.execute(query)]


def _write(connection: sa.Connection, draft_id: str, operator: str, values: dict[str, Any]) -> bool:
    mine = (*_is(draft_id), drafts.c.operator == operator, drafts.c.closed_at.is_(None))
    return connection.execute(sa.update(drafts).where(*mine).values(**values)).rowcount == 1


def _is(draft_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    call_sid, _, number = draft_id.rpartition(".")
    wanted = int(number) if number.isdecimal() and len(number) < 6 else -1
    return drafts.c.call_sid == call_sid, drafts.c.number == wanted


def _last_of_call(connection: sa.Connection, call_sid: str) -> Draft | None:
    query = sa.select(drafts).where(drafts.c.call_sid == call_sid)
    row = connection.execute(query.order_by(drafts.c.number.desc()).limit(1)).first()
    return _from_row(row) if row else None


def _from_row(row: sa.Row[Any]) -> Draft:
    return Draft(**row._asdict())
