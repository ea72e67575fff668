"""`SqlRecords`: the records database, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ivr.adapters.sql import probe
from ivr.adapters.sql.database import connect, writing
from ivr.adapters.sql.repositories import SqlRepositories
from ivr.errors import RecordsError


class SqlRecords(SqlRepositories):
    """The records database.

    Each method of a repository is one transaction; what belongs together is done in a
    `unit_of_work`. Safe across threads; connects on first use, and may be opened before a fork. All
    times are aware. Every method raises `RecordsUnavailable` where the database cannot be used, and
    `RecordsError` where it refuses.
    """

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._engine = engine

    @contextmanager
    def unit_of_work(self) -> Iterator[SqlRepositories]:
        """The repositories in one transaction that writes: all of it or nothing."""
        with writing(self._engine) as connection:
            yield SqlRepositories(connection)

    def probe(self) -> None:
        """Write, and change nothing. Raises `PartDown`."""
        try:
            with writing(self._engine) as connection:
                probe.write(connection)
        except RecordsError as error:
            raise probe.part_down(error) from error

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        self._engine.dispose()


def open_records(database_url: str) -> SqlRecords:
    """The records at `database_url` (an SQLAlchemy URL), which `migrate` has set up.

    Connects on first use. Raises `SettingsError` where the URL is none.
    """
    return SqlRecords(connect(database_url))
