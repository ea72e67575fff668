"""What is gone on purpose stays gone: whatever was erased or is over its time is not fetched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ivr.records import Records
from ivr.records.keeping.purge_proofs import Purged
from ivr.retention.rules import Rules


class Deleted:
    """What the records, and the proofs of what was deleted, say of things by their SIDs and times.
    Every method raises `RecordsError`."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def among(self, sids: Iterable[str | None]) -> set[str]:
        """Those of these things that were deleted, or that the carrier is to delete."""
        return self._records.at_carrier.deleted([sid for sid in sids if sid])

    def over(self, client: str | None, kind: Purged, at: datetime, now: datetime) -> bool:
        """Whether a client's things of a kind from `at` are over their time: by the rule as it is
        now, or because those of that time were deleted before. Where the rule cannot be read,
        nothing is."""
        until = self._records.at_carrier.deleted_until(client, kind)
        rule = Rules(self._records, now).rule(client)
        kept_from = now - timedelta(days=rule.days(kind)) if rule else None
        return any(at < moment for moment in (until, kept_from) if moment is not None)
