"""When a status that somebody wants first makes a difference to callers, and which."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ivr.core.availability.status import Status, StatusRequest, standing
from ivr.core.availability.words import moment
from ivr.core.call.engine import CallFlow
from ivr.core.flow.agreement import AGENCY
from ivr.tools.rehearsal.callers_hear import Way, callers_hear, in_short, with_status
from ivr.tools.rehearsal.clock_facts import clock_facts

LOOKED_AHEAD = timedelta(days=7)
"""How far ahead it is looked for: a week has every opening hour in it."""


def first_change(
    flow: CallFlow, known: Sequence[Status], wish: StatusRequest, agency_name: str = f"the {AGENCY}"
) -> tuple[datetime, tuple[Way, ...]]:
    """The first full hour of the status, or its beginning, at which callers hear something else
    than without it, and what they hear then; its beginning where they never do. `known` are the
    statuses there are besides. Takes some milliseconds for each hour that is unlike those before
    it: not within a transaction."""
    at_first: tuple[datetime, tuple[Way, ...]] | None = None
    clock, seen = clock_facts(flow), set[Hashable]()
    for at in _moments(wish):
        before = standing(known, wish.client, at)
        after = with_status(before, wish.person, wish.kind)
        alike = clock(at), tuple(before.to_data().items())
        if alike in seen:
            continue
        seen.add(alike)
        found = at, tuple(callers_hear(flow, before, after, at, agency_name))
        if any(way.changes for way in found[1]):
            return found
        at_first = at_first or found
    return at_first or (wish.starts, ())


def change_in_short(
    flow: CallFlow, known: Sequence[Status], wish: StatusRequest, now: datetime
) -> str:
    """The same in one sentence, with the moment where it is not the beginning."""
    at, ways = first_change(flow, known, wish)
    zone = flow.client.timezone
    short = in_short(ways)
    if at == wish.starts:
        return short
    return f"From {moment(at.astimezone(zone), now.astimezone(zone).date())}: {short}"


def _moments(wish: StatusRequest) -> Iterator[datetime]:
    """When it begins, and every full hour of it from then on."""
    yield wish.starts
    last = wish.starts + LOOKED_AHEAD
    ends = min(wish.ends, last) if wish.ends else last
    at = wish.starts.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while (at := at + timedelta(hours=1)) < ends:
        yield at
