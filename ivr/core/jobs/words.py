"""The history of a job in words, as people read it in the console and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from ivr.core.jobs.acts import (
    Act,
    Alarm,
    Close,
    Entry,
    Hand,
    HandOn,
    Note,
    Opened,
    Plan,
    Read,
    Remind,
    Reopen,
    Return,
    Snooze,
    Take,
)
from ivr.core.jobs.job import Owner

PARTICIPLES = {
    "take": "taken",
    "hand": "assigned",
    "return": "returned",
    "snooze": "snoozed",
    "note": "noted",
    "read": "read",
    "plan": "rescheduled",
    "close": "closed",
    "reopen": "opened again",
}
"""What a job is after somebody has acted on it, by the act."""


def done(act: Act) -> str:
    """What a job is after an act: `taken`, `assigned`."""
    return PARTICIPLES[act.act]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One act of a history: when it was done, and what, by whom and why."""

    at: datetime
    text: str


def told(history: Iterable[Entry], zone: tzinfo) -> Iterator[HistoryEntry]:
    """A history in words, its times in `zone`."""
    before: Owner | None = None
    for entry in history:
        yield HistoryEntry(entry.at.astimezone(zone), in_words(entry.act, before, entry, zone))
        before = entry.owner


def in_words(act: Opened | Act, before: Owner | None, entry: Entry, zone: tzinfo) -> str:
    """One act in words: `assigned from Ian to the agency by Sam: on holiday`."""
    match act:
        case Opened(owner):
            what = f"opened by {entry.by} for {owner.name}, due {when(act.due_at, zone)}"
            return f"{what}: {act.action}"
        case Take(to):
            return f"taken from {_name(before)} by {to.name}"
        case Hand(to, reason):
            return _why(f"assigned from {_name(before)} to {to.name} by {entry.by}", reason)
        case Return(reason):
            ways = f"from {_name(before)} to {entry.owner.name}"
            return _why(f"returned {ways} by {entry.by}", reason)
        case Snooze(until, reason):
            return _why(f"snoozed until {when(until, zone)} by {entry.by}", reason)
        case Note(text):
            return f"noted by {entry.by}: {text}"
        case Read(how):
            return f"read by {entry.by}" + (f", {how}" if how else "")
        case Plan(action, due_at):
            due = f"due {when(due_at, zone)}" if due_at else ""
            return f"rescheduled by {entry.by}: " + ", ".join(filter(None, (action, due)))
        case Close(outcome, reason):
            return f"closed as {outcome} by {entry.by}: {reason}"
        case Reopen(reason):
            return _why(f"opened again by {entry.by}", reason)
        case Remind():
            return f"{_name(before)} reminded, by {entry.by}"
        case HandOn(to, unread):
            why = "not read in time" if unread else "overdue"
            return f"{why}: passed on from {_name(before)} to {to.name}, by {entry.by}"
        case Alarm():
            return f"overdue with {_name(before)}: the supervisors told, by {entry.by}"
        case _:
            assert_never(act)


def when(moment: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """A moment as people write it: `Mon 23 Nov 16:00`; one on the day of `now` `16:00`."""
    local = moment.astimezone(zone)
    if now is not None and local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def length(time: timedelta) -> str:
    """A length of time, roughly: `3 min`, `2 h 5 min`, `4 d 3 h`."""
    minutes = int(abs(time).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def _name(owner: Owner | None) -> str:
    return owner.name if owner else "nobody"


def _why(what: str, reason: str) -> str:
    return f"{what}: {reason.strip()}" if reason.strip() else what
