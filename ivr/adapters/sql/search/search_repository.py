"""`SqlSearchRepository`: finding calls, messages, texts and jobs by what is said in them."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.adapters.sql.database import Source, reading
from ivr.adapters.sql.search import findings, index
from ivr.adapters.sql.search.findings import Thing
from ivr.adapters.sql.search.index import Hit


class SqlSearchRepository:
    """The search over the records. Every method raises `RecordsUnavailable` where the database
    cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def find(
        self, query: str, client: str | None = None, limit: int = 50, page: int = 1
    ) -> list[Hit]:
        """The newest calls, messages, texts and jobs that `query` finds: by callers' numbers
        however they are written, by what was collected or filled in, by words. Each word may be
        the beginning of one."""
        with reading(self._source) as connection:
            return index.search(connection, query, client, limit, page)

    def look_up(self, hits: Sequence[Hit]) -> list[Thing]:
        """The calls, messages, texts and jobs that were found, in their order."""
        with reading(self._source) as connection:
            return findings.look_up(connection, hits)
