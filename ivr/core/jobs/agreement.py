"""What a client's file says of a job: who owns it, by when, and how it is followed up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.core.availability.standing import AS_USUAL, Availability
from ivr.core.flow.agreement import AGENCY, Duty
from ivr.core.flow.calendars import Calendar
from ivr.core.flow.flow import Flow
from ivr.core.jobs.job import FollowUpTerms, Opening, Owner, OwnerKind

SHORTEST_GRACE = 300
LONGEST_WAIT = timedelta(days=366)
"""A calendar that opens too seldom in this time counts for nothing: better early than never."""


def the_agency(name: str) -> Owner:
    """The agency, of this name, as an owner."""
    return Owner(OwnerKind.AGENCY, AGENCY, name)


def opening(
    flow: Flow[Any], kind: str, now: datetime, agency_name: str, standing: Availability = AS_USUAL
) -> Opening:
    """What is agreed of a job of `kind` that is opened at `now`; of a kind of which nothing is
    agreed, what `Duty` says of itself. While its owner is away (`standing`), it is the next one's
    in line, and in the end the agency's."""
    duty = _duty(flow, kind)
    owner, line = first_there(flow, (duty.owner, *duty.then), kind, now, agency_name, standing)
    return Opening(owner, due_at(flow, duty, now), replace(_terms(duty), line=line), duty.action)


def owner_at(
    flow: Flow[Any], kind: str, now: datetime, agency_name: str, standing: Availability = AS_USUAL
) -> Owner:
    """Whose a job of `kind` would be that is opened at `now`; as in `opening`, which costs more."""
    duty = _duty(flow, kind)
    return first_there(flow, (duty.owner, *duty.then), kind, now, agency_name, standing)[0]


def _duty(flow: Flow[Any], kind: str) -> Duty:
    return flow.agreement.get(kind) or Duty.model_validate({})


def first_there(
    flow: Flow[Any],
    line: Sequence[str],
    kind: str,
    now: datetime,
    agency_name: str,
    standing: Availability = AS_USUAL,
) -> tuple[Owner, tuple[str, ...]]:
    """Who of a line has a job of `kind` now, passing over those who are away, and who comes after
    them; the agency where nobody is left."""
    urgent = kind in flow.emergencies
    for place, name in enumerate(line, start=1):
        asked = _meant(flow, name, now)
        there = [one for one in asked if one == AGENCY or standing.takes_jobs(one, urgent)]
        if there or not asked:
            return _owner(flow, next(iter(there), AGENCY), agency_name), tuple(line[place:])
    return the_agency(agency_name), ()


def _meant(flow: Flow[Any], name: str, now: datetime) -> tuple[str, ...]:
    """The people of a rota on that day, else the one who is named; nobody who is not known."""
    rota = flow.rotas.get(name)
    if rota is not None:
        return rota.people(now.astimezone(flow.client.timezone).date())
    return (name,) if name in flow.people else ()


def _owner(flow: Flow[Any], name: str, agency_name: str) -> Owner:
    person = flow.people.get(name)
    return Owner(OwnerKind.PERSON, name, person.name) if person else the_agency(agency_name)


def possible_owners(
    flow: Flow[Any] | None, agency_name: str, operators: Mapping[str, str]
) -> tuple[Owner, ...]:
    """Everybody whom a job of this client's can be handed to: the agency, the client's people,
    the agency's `operators` (names by their short ones)."""
    people = flow.people if flow else {}
    return (
        the_agency(agency_name),
        *(Owner(OwnerKind.PERSON, short, person.name) for short, person in people.items()),
        *(Owner(OwnerKind.OPERATOR, short, name) for short, name in operators.items()),
    )


def due_at(flow: Flow[Any], duty: Duty, now: datetime) -> datetime:
    """When a job that is opened at `now` is due."""
    lasts = timedelta(seconds=duty.due)
    calendar = flow.calendars.get(duty.hours) if duty.hours else None
    if calendar is None:
        return now + lasts
    left = lasts
    for begins, ends in _open(calendar, now.astimezone(flow.client.timezone)):
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    return now + lasts


def _terms(duty: Duty) -> FollowUpTerms:
    return FollowUpTerms(
        remind=duty.remind,
        before=duty.due // 4 if duty.remind_before is None else duty.remind_before,
        grace=max(duty.due // 2, SHORTEST_GRACE) if duty.grace is None else duty.grace,
        line=duty.then,
        read=duty.read or 0,
    )


def _open(calendar: Calendar, local: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When a calendar is open from `local` on: stretches in UTC that follow one another."""
    cursor = local.astimezone(UTC)
    last = local.date() + LONGEST_WAIT
    day = local.date() - timedelta(days=1)  # yesterday's hours may end today
    while day <= last:
        midnight = datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)
        for hours in sorted(calendar.pattern(day), key=lambda each: each.opens):
            # On the wall clock first, as people mean it; a change of the clocks moves nothing.
            opens = (midnight + timedelta(minutes=hours.opens)).astimezone(UTC)
            closes = (midnight + timedelta(minutes=hours.closes)).astimezone(UTC)
            begins = max(opens, cursor)
            if begins < closes:
                yield begins, closes
                cursor = closes
        day += timedelta(days=1)
