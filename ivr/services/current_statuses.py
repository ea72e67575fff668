"""How clients' people stand now, from memory: no turn of a call waits for the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from ivr.core.availability.standing import Availability
from ivr.core.availability.status import Status, standing
from ivr.errors import RecordsError
from ivr.services.protocols.people_repositories import StatusRepository

log = structlog.get_logger()


class CurrentStatuses:
    """What a process knows of the statuses: those of its last look, which begin and end by
    themselves in between. Where the database cannot be used, they stay, and it is said."""

    def __init__(self, book: StatusRepository, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._clock = clock
        self._known: tuple[Status, ...] = ()
        self._away = False
        self.refresh()

    def refresh(self) -> None:
        """Look again. Any thread may."""
        try:
            self._known = self._book.all_ahead(self._clock())
            self._away = False
        except RecordsError as error:
            if not self._away:  # said once, not every second
                log.error("status.unknown", error=str(error))
            self._away = True

    def standing(self, client: str, now: datetime) -> Availability:
        """How a client's people stand."""
        return standing(self._known, client, now)
