"""What somebody wants callers to find, as the form of the client's page says it, and what callers
would hear then. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.core.availability.moments import understood
from ivr.core.availability.reading import SetStatus, read
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, Status, StatusRequest, checked, made, replaced
from ivr.core.availability.words import everybody_at, sentence
from ivr.core.call.engine import CallFlow
from ivr.core.flow.people import EVERYBODY
from ivr.errors import StatusError
from ivr.tools.rehearsal.callers_hear import Way
from ivr.tools.rehearsal.first_change import first_change
from ivr.web.console.client.client_user import ClientUser

KINDS = {
    StatusKind.AWAY: "Away",
    StatusKind.MESSAGES: "Send everything to message",
    StatusKind.EMERGENCIES: "Only emergencies",
}

SOON = {"1h": "1 hour", "2h": "2 hours", "4h": "4 hours", "tomorrow 9am": "tomorrow 9 am"}
"""Ends that can be chosen with one press."""

_LASTS = re.compile(r"(for )?\d+ ?(?![ap]m\b)[a-z]+")


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in: `until` and `begins` as people write moments, empty for no end and for
    now; `whose` is a person's short name or `everybody`."""

    kind: str = StatusKind.AWAY
    until: str = ""
    begins: str = ""
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a wish: what it says, what it takes the place of, and what callers hear at
    `at`, the first moment of it at which that changes, if there is one within a week."""

    wish: StatusRequest
    says: str
    instead_of: tuple[str, ...]
    at: datetime
    ways: tuple[Way, ...]

    @property
    def changed(self) -> tuple[Way, ...]:
        """For whom something changes."""
        return tuple(way for way in self.ways if way.changes)


def speaks_for(visitor: ClientUser, flow: CallFlow | None) -> Mapping[str, str]:
    """Of whom somebody may say something, by short name: people of themselves and of everybody,
    whoever acts for the client of each of its people too."""
    everybody = {EVERYBODY: everybody_at(visitor.client_name)}
    if visitor.person is not None:
        return {visitor.person.id: visitor.person.name, **everybody}
    people = flow.people if flow else {}
    return {**everybody, **{short: person.name for short, person in people.items()}}


def wish_of(form: Form, visitor: ClientUser, flow: CallFlow, now: datetime) -> StatusRequest:
    """What the form asks for. Raises `StatusError` where that is not clear."""
    if form.kind not in KINDS:
        raise StatusError("Choose what callers are to find.")
    starts, ends = _span(form, now, flow.client.timezone, flow.client.language)
    whose = form.whose or next(iter(speaks_for(visitor, flow)))
    wish = StatusRequest(
        client=visitor.client,
        person=None if whose == EVERYBODY else whose,
        kind=StatusKind(form.kind),
        starts=starts,
        ends=ends,
        by=visitor.name,
        how=How.PAGE,
    )
    return allowed(wish, visitor, flow, now)


def allowed(
    wish: StatusRequest, visitor: ClientUser, flow: CallFlow | None, now: datetime
) -> StatusRequest:
    """The wish as it may be kept. Raises `StatusError` where it is not theirs to have."""
    whose = EVERYBODY if wish.person is None else wish.person
    if whose not in speaks_for(visitor, flow):
        raise StatusError("Choose for whom it is to count.")
    return checked(wish, now)


def preview(
    wish: StatusRequest, known: Iterable[Status], flow: CallFlow, now: datetime, agency: str
) -> Preview:
    """What would come of it, while these statuses are `known`."""
    known, zone = tuple(known), flow.client.timezone
    new = made(wish, "", now)
    at, ways = first_change(flow, known, wish, agency)
    return Preview(
        wish=wish,
        says=sentence(new, name_of(wish.person, flow), now, zone),
        instead_of=tuple(
            sentence(old, name_of(old.person, flow), now, zone)
            for old in known
            if any(cut.id == old.id for cut in replaced([old], new))
        ),
        at=at,
        ways=ways,
    )


def name_of(person: str | None, flow: CallFlow | None, client: str = "") -> str:
    """How a person, or None: everybody, is called; one who has gone from the file by short name."""
    if person is None:
        return everybody_at(flow.client.name if flow else client)
    found = flow.people.get(person) if flow else None
    return found.name if found else person


def _span(
    form: Form, now: datetime, zone: ZoneInfo, language: str
) -> tuple[datetime, datetime | None]:
    """When it is to begin and to end, each written as in a text message."""

    def span(when: str) -> tuple[datetime, datetime | None]:
        found = read(f"away {when}", now, zone, language)
        if not isinstance(found, SetStatus):
            raise StatusError("Write a time, as in 3PM or FRI 9AM.")
        return found.starts, found.ends

    until, begins = _plain(form.until, "until"), _plain(form.begins, "from")
    lasts = _LASTS.fullmatch(until) is not None
    end = until if lasts or not until else f"until {until}"
    if not begins:
        return span(end)
    starts, _ = span(f"from {begins}")
    if not until:
        return starts, None
    if not lasts and understood(until, now.astimezone(zone).date(), language).day is None:
        return span(f"from {begins} until {until}")  # a time alone is that of the day it begins
    _, ends = span(end)
    return starts, starts + (ends - now) if lasts and ends else ends


def _plain(text: str, word: str) -> str:
    """What was typed, without the word that stands beside the field already."""
    return " ".join(text.casefold().split()).removeprefix(f"{word} ")
