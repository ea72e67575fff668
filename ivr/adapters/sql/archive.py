"""All tables as a whole, read and filled again: for backup and restore.

They are read in one transaction that sees the database as it was at its beginning: SQLite's
write-ahead log and PostgreSQL's REPEATABLE READ both give that, and neither keeps writers waiting
(https://www.sqlite.org/isolation.html,
https://www.postgresql.org/docs/current/transaction-iso.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa

from ivr.adapters.sql.database import (
    connect,
    migrating,
    newest_revision,
    reading,
    revision_of,
    to_revision,
)
from ivr.adapters.sql.tables import metadata, sessions
from ivr.errors import BackupError

NOT_KEPT = frozenset({sessions.name})
"""Tables that a backup leaves out: who is signed in signs in again."""

BOOKKEEPING = "alembic_version"

_CHUNK = 500


class SqlTables:
    """Implements `ivr.services.protocols.archive.Tables`."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    @contextmanager
    def reading(self) -> Iterator[SqlTableReader]:
        """A transaction that sees the tables as they are now. Raises `BackupError` where they are
        not up to date."""
        engine = connect(self._database_url)
        try:
            with reading(_as_it_is_now(engine)) as connection:
                revision = revision_of(connection)
                if revision != newest_revision():
                    raise BackupError(
                        "The records database is not up to date; start `python -m ivr serve` once."
                    )
                yield SqlTableReader(connection, revision)
        finally:
            engine.dispose()

    @contextmanager
    def filling(self) -> Iterator[SqlTableWriter]:
        """See `migrating`."""
        with migrating(self._database_url) as connection:
            yield SqlTableWriter(connection)


def _as_it_is_now(engine: sa.Engine) -> sa.Engine:
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


class SqlTableReader:
    """Implements `ivr.services.protocols.archive.TableReader`."""

    def __init__(self, connection: sa.Connection, revision: str) -> None:
        self._connection = connection
        self._tables = {
            table.name: table for table in metadata.sorted_tables if table.name not in NOT_KEPT
        }
        self.database = connection.dialect.name
        self.revision = revision
        self.names = tuple(self._tables)

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a table, by its key."""
        read = self._tables[table]
        query = sa.select(read).order_by(*read.primary_key.columns)
        found = self._connection.execution_options(yield_per=_CHUNK).execute(query).mappings()
        return cast(Iterator[Mapping[str, Any]], iter(found))


class SqlTableWriter:
    """Implements `ivr.services.protocols.archive.TableWriter`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def make(self, revision: str) -> None:
        """Make the tables as they were at a revision; there may be others, without a row."""
        known = sa.inspect(self._connection).get_table_names()
        for name in known:
            if name != BOOKKEEPING and not name.startswith("search_index"):
                self._refuse_full(name)
        if known and revision_of(self._connection) != revision:
            to_revision(self._connection, "base")
        to_revision(self._connection, revision)

    def _refuse_full(self, name: str) -> None:
        one = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        if self._connection.execute(one).first():
            raise BackupError(
                f"The records database is not empty: there are rows in '{name}'. A backup is "
                "restored into an empty installation only; set IVR_DATABASE_URL to another one."
            )

    def fill(self, table: str, rows: Iterator[dict[str, Any]], count: int) -> None:
        """Fill a table, by chunks."""
        filled, made = 0, sa.Table(table, sa.MetaData(), autoload_with=self._connection)
        times = [c.name for c in made.c if isinstance(c.type, sa.DateTime)]
        for column in made.c:
            if isinstance(column.type, sa.JSON):
                column.type = sa.JSON(none_as_null=True)
        while chunk := list(islice(rows, _CHUNK)):
            self._connection.execute(sa.insert(made), [_typed(row, times) for row in chunk])
            filled += len(chunk)
        if filled != count:
            raise BackupError(
                f"The table {table} in this backup has {filled} rows instead of {count}."
            )
        numbered = isinstance(made.c[0].type, sa.Integer)
        if self._connection.dialect.name == "postgresql" and filled and numbered:
            self._count_on(made)

    def _count_on(self, table: sa.Table) -> None:
        """Let new rows be numbered from behind the restored ones."""
        column = table.c[0]
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        newest = sa.select(sa.func.max(column)).scalar_subquery()
        self._connection.execute(sa.select(sa.func.setval(sequence, newest)))

    def bring_up_to_date(self) -> None:
        """Bring the tables to the newest revision."""
        to_revision(self._connection, "head")


def _typed(row: dict[str, Any], times: list[str]) -> dict[str, Any]:
    moments = {name: datetime.fromisoformat(row[name]) for name in times if row[name]}
    return row | moments
