"""A status: what one of a client's people said of themselves, for a time; and which one counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ivr.core.availability.standing import Availability, StatusKind
from ivr.errors import StatusError

LONGEST = timedelta(days=366)
"""How far ahead a status may begin, and how long it may last."""


class How(StrEnum):
    """By which way a status was set or ended."""

    PAGE = "page"
    """On the client's own page."""
    TEXT = "text"
    """By a text message from a known telephone."""
    OPERATOR = "operator"
    """By the agency, on somebody's word."""
    COMMAND = "command"
    """By the command `status`."""
    API = "api"
    """By a program, through the API."""
    REPLACED = "replaced"
    """By another status that takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRequest:
    """A status as somebody wants it. `person` is a short name of the client's file, None for
    everybody. All times are aware; without `ends` it lasts until somebody ends it."""

    client: str
    person: str | None
    kind: StatusKind
    starts: datetime
    ends: datetime | None
    by: str
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status as it is kept. `ended_at` is where it was cut short, by whom and how."""

    id: str
    client: str
    person: str | None
    kind: StatusKind
    starts: datetime
    ends: datetime | None
    set_at: datetime
    set_by: str
    set_how: How
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_how: How | None = None

    @property
    def until(self) -> datetime | None:
        """When it is over: as planned, or as it was cut short; None for no end yet."""
        ends = [moment for moment in (self.ends, self.ended_at) if moment is not None]
        return min(ends) if ends else None

    def counts(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.starts <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended by then, or will never begin."""
        until = self.until
        return until is not None and (until <= at or until <= self.starts)

    def is_of(self, client: str, person: str | None) -> bool:
        """Whether it says something of this person; None is everybody."""
        return self.client == client and self.person == person


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What came of setting a status: it, and those that it cut short, as they are now."""

    status: Status
    replaced: tuple[Status, ...] = ()


def checked(wish: StatusRequest, now: datetime) -> StatusRequest:
    """The wish as it may be kept: one whose beginning has just passed begins now.

    Raises `StatusError` with the reason why not.
    """
    if wish.ends is not None and wish.ends <= max(wish.starts, now):
        raise StatusError(
            "That time has passed already; choose an end that is still to come."
            if wish.ends <= now
            else "It would end before it begins; choose a later end."
        )
    if wish.starts > now + LONGEST or (wish.ends is not None and wish.ends > wish.starts + LONGEST):
        raise StatusError("That is more than a year ahead; choose an earlier time.")
    if not wish.by.strip():
        raise StatusError("Every status needs a name: say who sets it.")
    return replace(wish, starts=max(wish.starts, now))


def made(wish: StatusRequest, status_id: str, now: datetime) -> Status:
    """The status that a checked wish becomes."""
    return Status(
        id=status_id,
        client=wish.client,
        person=wish.person,
        kind=wish.kind,
        starts=wish.starts,
        ends=wish.ends,
        set_at=now,
        set_by=wish.by,
        set_how=wish.how,
    )


def replaced(earlier: Iterable[Status], new: Status) -> list[Status]:
    """The statuses that `new` cuts short, as they are then: those of the same person that would
    hold at the same time end where it begins, and do not come back after it."""
    return [
        ended(each, max(each.starts, new.starts), new.set_by, How.REPLACED)
        for each in earlier
        if each.id != new.id and each.is_of(new.client, new.person) and _overlap(each, new)
    ]


def ended(status: Status, at: datetime, by: str, how: How) -> Status:
    """The status as it is after somebody has ended it; one still to come never begins."""
    return replace(status, ended_at=max(at, status.starts), ended_by=by, ended_how=how)


def as_planned(status: Status) -> Status:
    """The status as it was set, before anybody ended it."""
    return replace(status, ended_at=None, ended_by=None, ended_how=None)


def counting(
    statuses: Iterable[Status], client: str, person: str | None, at: datetime
) -> Status | None:
    """The one that counts at a moment for a person, by what they said of themselves; for None, by
    what was said for everybody. Of several, the one that was set last."""
    held = [each for each in statuses if each.is_of(client, person) and each.counts(at)]
    return max(held, key=lambda each: (each.set_at, each.id), default=None)


def standing(statuses: Iterable[Status], client: str, at: datetime) -> Availability:
    """How a client's people stand at a moment."""
    own = [each for each in statuses if each.client == client and each.counts(at)]
    people = {each.person: each for each in sorted(own, key=lambda each: (each.set_at, each.id))}
    everybody = people.pop(None, None)
    return Availability(
        {name: each.kind for name, each in people.items() if name is not None},
        everybody.kind if everybody else None,
    )


def _overlap(one: Status, other: Status) -> bool:
    begins = max(one.starts, other.starts)
    return not one.is_over(begins) and not other.is_over(begins)
