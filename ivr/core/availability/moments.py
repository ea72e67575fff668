"""Moments as people write them in a hurry: `3pm`, `tomorrow`, `fri 9am`, `24 Dec noon`.

Read strictly: whatever could be meant in two ways is refused with an example, as nobody looks over
what a text message has done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.core.language import dates, times
from ivr.core.language.phrases import phrases
from ivr.core.local_time import local_time
from ivr.errors import StatusError

DAY = timedelta(days=1)
_TIME = re.compile(
    r"(?:\bat )?(?P<time>\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b\.?|\b\d{1,2}[:.]\d\d\b(?![/.-])"
    r"|\bnoon\b|\bmidday\b|\bmidnight\b)"
)
_BARE = re.compile(r"(at )?\d{1,4}( o'?clock)?")
_HALF_DAY = re.compile(r"(\d{1,2})(?:[:.](\d\d))? ?([ap])\.?m\.?")
_WHOLE_DAY = re.compile(r"(\d{1,2})[:.](\d\d)")
_WEEKDAY = re.compile(r"(?:this )?([a-z]+)")


@dataclass(frozen=True, slots=True)
class StatedMoment:
    """A moment as it was written: a day, a time of that day, or both; not neither."""

    day: date | None = None
    at: time | None = None


def understood(text: str, today: date, language: str) -> StatedMoment:
    """What `text` names, a weekday being the next such day after `today`.

    Raises `StatusError`, with an example, where it names no moment or could name two.
    """
    rest, at = text, None
    if found := _TIME.search(text):
        at = _time(found["time"])
        rest = f"{text[: found.start()]} {text[found.end() :]}"
    rest = " ".join(rest.split())
    if not rest:
        return StatedMoment(at=at)
    if _BARE.fullmatch(rest):
        raise StatusError(
            f"“{rest}” could be a time, hours or days. Write {_clock(rest)}, or 2H for two hours."
        )
    return StatedMoment(_date(rest, today, language), at)


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in `zone` show it. Where they show it twice, the first; where
    they leave it out, as much later. In UTC."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def typed(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment that somebody wrote as the clocks in `zone` show it, in UTC. Raises `StatusError`
    where a change of the clocks leaves it out or repeats it."""
    found = local_time(datetime.combine(day, at), zone)
    if found.unclear_without_offset:
        raise StatusError(found.unclear_without_offset)
    return found.moment.astimezone(UTC)


def _time(written: str) -> time:
    if written in ("noon", "midday"):
        return time(12)
    if written == "midnight":
        return time(0)
    if half := _HALF_DAY.fullmatch(written):
        hour, minute = int(half[1]), int(half[2] or 0)
        if 1 <= hour <= 12 and minute < 60:
            return time(hour % 12 + (12 if half[3] == "p" else 0), minute)
    elif whole := _WHOLE_DAY.fullmatch(written):
        hour, minute = int(whole[1]), int(whole[2])
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise StatusError(f"“{written}” is not a time. Write 3PM or 15:30.")


def _clock(bare: str) -> str:
    """How a time that was written without its half of the day should have been."""
    digits = re.sub(r"\D", "", bare)
    if len(digits) >= 3:
        return f"{digits[:-2]}:{digits[-2:]}"
    found = times.hear(digits, phrases("en-GB"))
    return f"{found:%-I%p}" if found else "3PM"


def _date(text: str, today: date, language: str) -> date:
    words = text.removeprefix("on ")
    spoken = phrases(language)
    day = dates.hear(words, today, spoken) if dates.is_date(words, spoken) else None
    if day is None:
        raise StatusError(f"“{text}” is not a day or a time I know. Write 3PM, FRI 9AM or 24 DEC.")
    if day == today + 7 * DAY and _WEEKDAY.fullmatch(words):
        raise StatusError(
            f"Today is {day:%A}. Write TODAY, or {day.day} {day:%b} for the one in a week.".upper()
            if text.isupper()
            else f"Today is {day:%A}. Write TODAY, or “{day.day} {day:%b}” for the one in a week."
        )
    return day
