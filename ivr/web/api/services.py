"""What the operations work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from redis import Redis

from ivr.adapters.files.flows.library import Library
from ivr.adapters.sql import Records
from ivr.core.agency import Agency
from ivr.core.nodes.base import Kind
from ivr.errors import UnknownClient
from ivr.services.jobs import JobService
from ivr.services.statuses import StatusService
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class ApiServices:
    """The parts of this installation that the API uses."""

    settings: Settings
    library: Library[Kind]
    records: Records
    redis: Redis
    agency: Agency
    jobs: JobService
    statuses: StatusService
    clock: Callable[[], datetime]

    def zone(self, client: str) -> tzinfo:
        """Where the client's clocks are; UTC where its file is gone."""
        try:
            zone: tzinfo = self.library.flow(client).client.timezone
            return zone
        except UnknownClient:
            return UTC
