"""Where clients' people say that they are: set and ended, whichever way it is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ivr.core.accounts.actor import Actor
from ivr.core.availability import status as rules
from ivr.core.availability.standing import Availability
from ivr.core.availability.status import How, Status, StatusChange, StatusRequest
from ivr.core.flow.people import EVERYBODY
from ivr.errors import StatusError
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

    def standing(self, client: str, now: datetime) -> Availability:
        """How a client's people stand."""
        return rules.standing(self.records.statuses.ahead(client, now), client, now)

    def set(
        self, wish: StatusRequest, actor: Actor, now: datetime, also: AlsoDo = nothing_else
    ) -> StatusChange:
        """Set a status. Raises `StatusError` where it is not one that can be kept."""
        with self.records.unit_of_work() as work:
            change = set_status(work, wish, actor, now)
            also(work, change)
        self._tell(wish.client)
        return change

    def end(self, status_id: str, client: str, how: How, actor: Actor, now: datetime) -> Status:
        """End a status of a client's, or call it off. Raises `StatusError` where the client has
        none such, or it is over."""
        with self.records.unit_of_work() as work:
            ahead = work.statuses.ahead(client, now)
            found = next((each for each in ahead if each.id == status_id), None)
            if found is None:
                raise StatusError("That status is over already; look again.")
            ended = _end(work, found, how, actor, now)
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


def set_status(work: UnitOfWork, wish: StatusRequest, actor: Actor, now: datetime) -> StatusChange:
    """Set a status, in a transaction that is open; it cuts short what the same person had set for
    the same time. Raises `StatusError` where it is not one that can be kept."""
    new = rules.made(rules.checked(wish, now), secrets.token_hex(16), now)
    cut = rules.replaced(work.statuses.ahead(wish.client, now), new)
    for each in cut:
        work.statuses.cut_short(each)
    work.statuses.add(new)
    _note(work, new, f"set a status ({new.kind}, {new.set_how})", actor, now)
    return StatusChange(new, tuple(cut))


def end_statuses(
    work: UnitOfWork,
    client: str,
    person: str | None,
    how: How,
    actor: Actor,
    now: datetime,
    *,
    planned: bool = False,
) -> tuple[Status, ...]:
    """End what counts for a person now (None: what was said for everybody), and with `planned` also
    what is still to come, in a transaction that is open; returns what was ended."""
    return tuple(
        _end(work, each, how, actor, now)
        for each in work.statuses.ahead(client, now)
        if each.person == person and (planned or each.counts(now))
    )


def _end(work: UnitOfWork, status: Status, how: How, actor: Actor, now: datetime) -> Status:
    after = rules.ended(status, now, actor.name, how)
    work.statuses.cut_short(after)
    _note(work, after, f"ended a status ({after.kind}, {how})", actor, now)
    return after


def _note(work: UnitOfWork, status: Status, act: str, actor: Actor, now: datetime) -> None:
    about = f"{status.person or EVERYBODY} {status.id}"
    work.audit.add(actor.entry(act, now, status.client, about))
