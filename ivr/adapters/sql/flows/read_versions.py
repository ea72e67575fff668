"""The versions of flows for commands that only look: a server may run beside them, or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from ivr.adapters.sql.flows.recorded_versions import RecordedVersions, flow_text
from ivr.adapters.sql.records import SqlRecords, open_records
from ivr.core.flow.holders import Claims, NumberHold, settle
from ivr.errors import RecordsError


def read_versions(database_url: str) -> ReadVersions | None:
    """The versions at `database_url`; None where there is no database yet.

    Raises `RecordsError` where it cannot be read.
    """
    url = sa.make_url(database_url)
    file = Path(url.database or "")
    if url.get_backend_name() == "sqlite" and not (file.is_file() and file.stat().st_size):
        return None
    return ReadVersions(open_records(database_url), lambda: datetime.now(UTC))


class ReadVersions(RecordedVersions):
    """A `VersionStore` in which everything is as the server would have it with the files of this
    moment, and that keeps nothing. Raises `RecordsError` where the database cannot be read."""

    def __init__(self, records: SqlRecords, clock: Callable[[], datetime]) -> None:
        super().__init__(records, clock)
        self._holds = records.versions.holds()
        self._new: Mapping[str, str] = {}
        self._with_new: Mapping[str, str] = {}

    def publish_files(self, found: Iterable[tuple[str, str, Mapping[str, str], Path]]) -> bool:
        """Note what the server would publish."""
        flows = [flow_text(*each) for each in found]
        try:
            new = self._records.versions.unpublished(flows)
        except RecordsError:
            new = []
        self._new = {flow.client: flow.version for flow in new}
        return True

    def live(self) -> Mapping[str, str]:
        """What would be live."""
        live = {**super().live(), **self._new}
        if live != self._with_new:
            self._with_new = live
        return self._with_new

    def holds(self) -> Mapping[str, NumberHold]:
        """Who has each number, or would have."""
        return self._holds

    def settle(self, claims: Claims, arrived: Collection[str]) -> bool:
        """Settle who would have which number."""
        self._know(settle(self._holds, claims, self._place, arrived, self._first))
        return True
