"""Where clients' people say that they are: set and ended, whichever way it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ivr.core.accounts.actor import Actor
from ivr.core.availability.status import How, Status, StatusChange, StatusRequest
from ivr.services.protocols.records import Records, UnitOfWork

AlsoDo = Callable[[UnitOfWork, StatusChange], None]
"""Does what else belongs into the transaction in which a status is set."""


def nothing_else(work: UnitOfWork, change: StatusChange) -> None:
    """Where setting it is all that there is to do."""


@dataclass(frozen=True, slots=True)
class StatusService:
    """Each method is one transaction, with its entry of the audit trail; after it the open
    consoles, and whoever answers calls in this process, are told.

    `changed` tells the consoles that something of a client's has changed; `refresh` has this
    process look again how people stand. `now` is aware. Every method raises `RecordsUnavailable`
    where the records cannot be used: then nothing is done.
    """

    records: Records
    changed: Callable[[str], None]
    refresh: Callable[[], None]

    def set(
        self, wish: StatusRequest, actor: Actor, now: datetime, also: AlsoDo = nothing_else
    ) -> StatusChange:
        """Set a status. Raises `StatusError` where it is not one that can be kept."""
        with self.records.unit_of_work() as work:
            change = work.statuses.set(wish, now, actor.account)
            also(work, change)
        self._tell(wish.client)
        return change

    def end(self, status_id: str, client: str, how: How, actor: Actor, now: datetime) -> Status:
        """End a status of a client's, or call it off. Raises `StatusError` where the client has
        none such, or it is over."""
        with self.records.unit_of_work() as work:
            ended = work.statuses.end(status_id, client, actor.name, how, now, actor.account)
        self._tell(client)
        return ended

    def carry_out(self, client: str, do: Callable[[UnitOfWork], str]) -> str:
        """Do what somebody has written of themselves (`ivr.services.status_texts`), and return
        what `do` says of it."""
        with self.records.unit_of_work() as work:
            said = do(work)
        self._tell(client)
        return said

    def _tell(self, client: str) -> None:
        self.refresh()
        self.changed(client)
