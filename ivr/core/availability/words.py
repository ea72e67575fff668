"""Statuses in words: `away until 3 pm`, `only emergencies from Mon 7 Dec, 9 am`."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, Status

KINDS = {
    StatusKind.AWAY: "away",
    StatusKind.MESSAGES: "all to message",
    StatusKind.EMERGENCIES: "only emergencies",
}
_DOES = {
    StatusKind.AWAY: "is away",
    StatusKind.MESSAGES: "has callers leave a message",
    StatusKind.EMERGENCIES: "takes only emergencies",
}
HOWS = {
    How.PAGE: "on the client’s page",
    How.TEXT: "by text",
    How.OPERATOR: "at the agency",
    How.COMMAND: "by command",
    How.API: "by a program",
    How.REPLACED: "by another status",
}


def said(status: Status, now: datetime, zone: tzinfo) -> str:
    """What it says and when, as of `now`, its times in `zone`: `away until 3 pm`."""
    return f"{KINDS[status.kind]}{span(status.starts, status.until, now, zone)}"


def span(starts: datetime, ends: datetime | None, now: datetime, zone: tzinfo) -> str:
    """When, with a blank before it; nothing for what has begun and has no end."""
    today = now.astimezone(zone).date()
    begins, closes = starts.astimezone(zone), ends.astimezone(zone) if ends else None
    if closes and starts > now and _whole_day(begins, closes):
        return f" all of {day_in_words(begins.date(), today)}"
    opens = f" from {moment(begins, today)}" if starts > now else ""
    if closes is None:
        return opens
    same = bool(opens) and closes.date() == begins.date()
    return f"{opens} until {clock(closes) if same else moment(closes, today)}"


def moment(local: datetime, today: date) -> str:
    """`3 pm` for today, `Mon 7 Dec, 9 am`, and `the start of Mon 7 Dec` for midnight."""
    midnight = local.hour == local.minute == 0
    if midnight and local.date() == today + timedelta(days=1):
        return "midnight"
    if local.date() == today:
        return clock(local)
    day = day_in_words(local.date(), today)
    return f"the start of {day}" if midnight else f"{day}, {clock(local)}"


def clock(local: datetime) -> str:
    """`3 pm`, `3.30 pm`, `noon`, `midnight`."""
    if local.minute == 0 and local.hour in (0, 12):
        return "noon" if local.hour else "midnight"
    minutes = f".{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes} {'am' if local.hour < 12 else 'pm'}"


def day_in_words(day: date, today: date) -> str:
    """`tomorrow`, `Mon 7 Dec`, with the year where it is another."""
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def history(status: Status, now: datetime, zone: tzinfo) -> str:
    """What was set by whom and what became of it, for whoever looks back."""
    begins, ends = status.starts.astimezone(zone), status.ends
    today = status.set_at.astimezone(zone).date()
    planned = span(status.starts, ends, status.set_at, zone)
    text = f"{KINDS[status.kind]}{planned or f' from {moment(begins, today)}'}"
    text += f", set by {status.set_by} {HOWS[status.set_how]}"
    if status.ended_at is not None and status.ended_how is not None:
        never = status.ended_at <= status.starts
        when = "before it began" if never else _ended(status.ended_at.astimezone(zone), today)
        text += f"; ended {when} by {status.ended_by} {HOWS[status.ended_how]}"
    return text


def sentence(status: Status, name: str, now: datetime, zone: tzinfo) -> str:
    """Who says what: `Ian Frost is away until 3 pm`. `name` is the person's, or
    `everybody_at` the client."""
    return f"{name} {_DOES[status.kind]}{span(status.starts, status.until, now, zone)}"


def everybody_at(client: str) -> str:
    """How all of a client's people are called."""
    return f"Everybody at {client}"


def _whole_day(begins: datetime, ends: datetime) -> bool:
    midnights = (begins.hour, begins.minute, ends.hour, ends.minute) == (0, 0, 0, 0)
    return midnights and ends.date() == begins.date() + timedelta(days=1)


def _ended(local: datetime, today: date) -> str:
    return f"at {clock(local)}" if local.date() == today else f"on {moment(local, today)}"
