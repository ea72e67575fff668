"""Answers to writes that carried a key, so that the same write sent again is done once.

An answer is kept in the transaction that does what it answers: either both are there or neither.
What was refused has changed nothing, and is not kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.tables import insert, kept_answers
from ivr.core.records.kept_answer import KeptAnswer
from ivr.errors import AnsweredBefore

KEPT_FOR = timedelta(hours=24)
BATCH = 1000

c = kept_answers.c


class SqlAnswerRepository:
    """The kept answers. Every method raises
    `RecordsUnavailable` where the database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def keep(self, answer: KeptAnswer, now: datetime) -> None:
        """Keep an answer. Raises `AnsweredBefore` where there is one under this key: then the
        transaction that it tells of must end without having done anything."""
        row = {
            "token": answer.token,
            "key": answer.key,
            "request": answer.request,
            "status": answer.status,
            "body": answer.body,
            "made_at": now,
        }
        with writing(self._source) as connection:
            statement = insert(connection, kept_answers).values(row)
            kept = statement.on_conflict_do_update(
                index_elements=["token", "key"], set_=row, where=c.made_at <= now - KEPT_FOR
            ).returning(c.key)
            if connection.execute(kept).first() is None:
                raise AnsweredBefore("This was done before, under the same key.")

    def find(self, token: str, key: str, now: datetime) -> KeptAnswer | None:
        """What was answered to a token under this key in the last `KEPT_FOR`."""
        which = sa.and_(c.token == token, c.key == key, c.made_at > now - KEPT_FOR)
        with reading(self._source) as connection:
            row = connection.execute(sa.select(kept_answers).where(which)).first()
        return KeptAnswer(row.token, row.key, row.request, row.status, row.body) if row else None

    def forget(self, now: datetime) -> int:
        """Forget a batch of what has been kept for long enough; returns how many it were."""
        old = sa.select(c.token, c.key).where(c.made_at <= now - KEPT_FOR).limit(BATCH)
        which = sa.tuple_(c.token, c.key).in_(old)
        with writing(self._source) as connection:
            return connection.execute(sa.delete(kept_answers).where(which)).rowcount
