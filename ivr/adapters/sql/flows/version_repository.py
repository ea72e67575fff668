"""`SqlVersionRepository`: all that is asked of the records about the versions of flows."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from datetime import datetime

from ivr.adapters.sql.database import Source, reading, writing
from ivr.adapters.sql.flows import holders, versions
from ivr.adapters.sql.flows.holders import Decide
from ivr.core.flow.holders import NumberHold
from ivr.core.flow.publication import FlowText, Publication


class SqlVersionRepository:
    """The versions of flows. Every method raises `RecordsUnavailable` where the
    database cannot be used."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def place(self) -> str:
        """What tells this machine from others that use the same records."""
        return "" if self._source.dialect.name == "sqlite" else platform.node()

    def publish_files(self, found: Iterable[FlowText], now: datetime) -> list[FlowText]:
        """Make live what stands in client files and is new; returns what was. Any number of
        processes may say the same."""
        with writing(self._source) as connection:
            return versions.publish_files(connection, list(found), now)

    def unpublished(self, found: Iterable[FlowText]) -> list[FlowText]:
        """What `publish_files` would make live of `found`."""
        with reading(self._source) as connection:
            return [flow for flow in found if versions.is_new(connection, flow)]

    def publish(self, flow: FlowText, publication: Publication) -> None:
        """Keep a version and make it live from `publication.live_from` on."""
        with writing(self._source) as connection:
            versions.publish(connection, flow, publication)

    def withdraw(self, client: str, by: str, now: datetime) -> int:
        """Withdraw a client's publications that are still to come; returns how many there were."""
        with writing(self._source) as connection:
            return versions.withdraw(connection, client, by, now)

    def publications(self, client: str, limit: int = 1000) -> list[Publication]:
        """A client's publications, also those to come, the latest first."""
        with reading(self._source) as connection:
            return versions.publications_of(connection, client, limit)

    def live(self, now: datetime) -> dict[str, str]:
        """The version of each client that is live at `now`."""
        with reading(self._source) as connection:
            return versions.live(connection, now)

    def mark(self, now: datetime) -> tuple[int, str]:
        """Something that changes whenever what is live may have changed."""
        with reading(self._source) as connection:
            return versions.mark(connection, now)

    def texts(self, client: str, version: str) -> dict[str, str] | None:
        """The files of a version, by their paths in the folder of client files."""
        with reading(self._source) as connection:
            return versions.texts_of(connection, client, version)

    def holds(self) -> dict[str, NumberHold]:
        """Who has each telephone number."""
        with reading(self._source) as connection:
            return holders.holds(connection)

    def settle(
        self, seen: tuple[int, str], decide: Decide, now: datetime
    ) -> dict[str, NumberHold] | None:
        """Let `decide` say who has which number; returns who has now. None where the `mark` is not
        the one `seen` any more: then nothing was done."""
        with writing(self._source) as connection:
            return holders.settle(connection, seen, decide, now)

    def release(self, number: str) -> str | None:
        """Let a number go, whoever has it; returns the client who had it."""
        with writing(self._source) as connection:
            return holders.release(connection, number)

    def begun(self, client: str, now: datetime) -> list[tuple[datetime, str]]:
        """From when on a client had which version, the latest first, until `now`."""
        with reading(self._source) as connection:
            return holders.begun(connection, client, now)
