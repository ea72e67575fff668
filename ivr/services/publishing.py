"""Versions of clients' flows are made live, taken back and rolled back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.core.flow.publication import FlowText, How, Publication, version_before
from ivr.errors import UnknownVersion
from ivr.services.protocols.records import Records


@dataclass(frozen=True, slots=True)
class PublishingService:
    """Each method is one transaction; who did what, when and why is the client's history. `by` is
    somebody's name. `now` is aware. Every method raises `RecordsUnavailable` where the records
    cannot be used: then nothing is done."""

    records: Records

    def publish(self, flow: FlowText, live_from: datetime, note: str, now: datetime) -> None:
        """Make a version live from `live_from` on, by whoever brings it."""
        self._make_live(flow, live_from, "publish", note, now)

    def withdraw(self, client: str, by: str, now: datetime) -> int:
        """Take back what is planned for a client; returns how many versions that were."""
        return self.records.versions.withdraw(client, by, now)

    def earlier_version(
        self, client: str, version: str | None, now: datetime, *, gone: bool
    ) -> str:
        """The version to roll back to: the one that is named, or the one before the live one; where
        the client's file is `gone`, the last one. Raises `UnknownVersion`."""
        publications = self.records.versions.publications(client)
        return version or version_before(client, publications, now, gone=gone)

    def roll_back(self, client: str, version: str, by: str, note: str, now: datetime) -> None:
        """Make an earlier version live again. Raises `UnknownVersion` where it is not known."""
        texts = self.records.versions.texts(client, version)
        if texts is None:
            raise UnknownVersion(f"'{client}' has no version {version}; see `history {client}`.")
        self._make_live(FlowText(client, version, texts, now, by), now, "rollback", note, now)

    def _make_live(
        self, flow: FlowText, live_from: datetime, how: How, note: str, now: datetime
    ) -> None:
        publication = Publication(
            client=flow.client,
            version=flow.version,
            live_from=live_from,
            published_at=now,
            by=flow.by,
            how=how,
            note=note,
        )
        self.records.versions.publish(flow, publication)
