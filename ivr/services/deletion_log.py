"""What has been deleted on purpose, so that it is not fetched from the carrier again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ivr.core.records.purge import Purged
from ivr.services.protocols.records import Records
from ivr.services.retention.rules import Rules


class DeletionLog:
    """Looks up deletions by SID and by time. Every method raises `RecordsError`."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def among(self, sids: Iterable[str | None]) -> set[str]:
        """Return those of `sids` that were deleted, or that the carrier is to delete."""
        return self._records.at_carrier.deleted([sid for sid in sids if sid])

    def over(self, client: str | None, kind: Purged, at: datetime, now: datetime) -> bool:
        """Return whether a client's data of a kind from `at` is past its retention period.

        That is so under the client's current rule, and also if data of that time has been deleted
        before. If the rule cannot be read, nothing counts as past its period.
        """
        until = self._records.at_carrier.deleted_until(client, kind)
        rule = Rules(self._records, now).rule(client)
        kept_from = now - timedelta(days=rule.days(kind)) if rule else None
        return any(at < moment for moment in (until, kept_from) if moment is not None)

    def discard(self, recording_sid: str, now: datetime) -> None:
        """Have the carrier delete a recording of a caller who has been erased."""
        self._records.purges.discard_late(recording_sid, now)
