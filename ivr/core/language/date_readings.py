"""The days that one expression may mean, from its symbols (see `date_symbols.py`).

A rule is a pattern and what it means: a set of days. Where people mean different days by the same
words (`next Friday` as some say it, `in two weeks on Friday`) the set has them all, and it is for
the reader to ask again; where the calendar has no such day it is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ivr.core.language import feasts
from ivr.core.language.date_arithmetic import Days, Match, Viewpoint, days_from, in_week, moved
from ivr.core.language.date_rules import (
    COUNT,
    LONG_UNIT,
    NEAR_DAY,
    RULES,
    SEASON,
    UNIT,
    WEEKDAY,
    WEEKS,
    weekdays,
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """The days that words may mean; `weekday` where they were the name of a weekday alone."""

    days: Days
    weekday: int | None = None

    def __and__(self, other: DateReading) -> DateReading:
        """Both said of the same day: `Friday`, `the fourth`."""
        for one, two in ((self, other), (other, self)):
            if one.weekday is not None and two.weekday is None:
                return DateReading(frozenset(d for d in two.days if d.weekday() == one.weekday))
        return DateReading(self.days & other.days, self.weekday)


def reading_at(said: str, start: int, view: Viewpoint) -> tuple[DateReading, int] | None:
    """The reading of the expression that begins at `start`, and where it ends."""
    for pattern, shift in _BEFORE:
        if match := pattern.match(said, start):
            anchor = _anchor(said, match.end(), view)
            if anchor:
                return DateReading(shift(match, anchor[0], view)), anchor[1]
    found = _simple(said, start, view)
    if found is None:
        return None
    reading, end = found
    if match := _NEXT_WEEKDAY_WEEK.match(said, start):  # `next Friday week`: as `Friday week`?
        weekday = WEEKDAY.match(said, match.start("day"))
        days = reading.days | (weekdays(int(weekday[1]), view) if weekday else Days())
        return DateReading(frozenset(t for d in days for t in moved(d, match, 1))), match.end()
    for pattern, shift in _BEHIND:
        if match := pattern.match(said, end):
            return DateReading(shift(match, reading, view)), match.end()
    return _with_date(said, reading, end, view)


def _with_date(
    said: str, reading: DateReading, end: int, view: Viewpoint
) -> tuple[DateReading, int]:
    """`Friday` and the date behind it: `the fourth`, which has to be one."""
    date_behind = _simple(said, end, view) if reading.weekday is not None else None
    if date_behind is None or date_behind[0].weekday is not None:
        return reading, end
    both = reading & date_behind[0]
    return (both, date_behind[1]) if both.days or _DATE.match(said, end) else (reading, end)


def _simple(said: str, start: int, view: Viewpoint) -> tuple[DateReading, int] | None:
    for pattern, read in RULES:
        if match := pattern.match(said, start):
            return DateReading(read(match, view)), match.end()
    if match := WEEKDAY.match(said, start):
        weekday = int(match[1])
        return DateReading(weekdays(weekday, view), weekday), match.end()
    return None


def _anchor(said: str, start: int, view: Viewpoint) -> tuple[DateReading, int] | None:
    """What other days are counted from: any expression, or a season."""
    if match := SEASON.match(said, start):
        return DateReading(frozenset({feasts.nearest(match[1], view.today)})), match.end()
    return _simple(said, start, view)


def _weeks_on(match: Match, anchor: DateReading, view: Viewpoint) -> Days:
    """`a week on Friday`, `three weeks from tomorrow`; with `in` it may be that week's Friday.

    Without `from` a day that is over (`a week yesterday`) may as well be counted from backwards.
    """
    if max(anchor.days, default=view.today) < view.today and "from " not in match[0]:
        return Days()
    days = {then for day in anchor.days for then in moved(day, match, 1)}
    if match.groupdict().get("in") and anchor.weekday is not None:
        weeks = moved(view.today, match, 1)
        days |= {in_week(day, anchor.weekday, view) for day in weeks}
    return frozenset(days)


def _beside(match: Match, anchor: DateReading, view: Viewpoint) -> Days:
    """`two days before Christmas Eve`, `the day after Boxing Day`."""
    sign = 1 if match["way"] == "after" else -1
    return frozenset(then for day in anchor.days for then in moved(day, match, sign))


def _weekday_beside(match: Match, anchor: DateReading, view: Viewpoint) -> Days:
    """`the Friday before Easter`."""
    step = 1 if match["way"] == "after" else -1
    weekday, days = int(match["weekday"]), anchor.days
    if step == 1 and SEASON.match(match.string, match.end()):
        days |= {day + timedelta(days=1) for day in days}  # Easter Monday is Easter too
    return frozenset(
        next(d for d in days_from(day, step) if d.weekday() == weekday) for day in days
    )


_DATE = re.compile(r"[nom]\d")
_NEXT_WEEKDAY_WEEK = re.compile(r"next (?P<day>w\d )(?P<count>)(?P<unit>week|fortnight) ")
_SPOKEN_DAY = r"(?:(?<=\bw\d )|(?<=\btoday )|(?<=tomorrow ))"  # behind Friday, today, tomorrow

Shift = tuple[re.Pattern[str], Callable[[Match, DateReading, Viewpoint], Days]]
_BEFORE: tuple[Shift, ...] = tuple(
    (re.compile(pattern), shift)
    for pattern, shift in (
        (rf"(?P<in>in ){COUNT}{WEEKS}(?:time )?(?=w\d )", _weeks_on),
        (rf"{COUNT}{WEEKS}(?:from |to )?(?=(?:this |next )?w\d )", _weeks_on),
        (rf"(?:in )?{COUNT}{LONG_UNIT}(?:from |to )?(?={NEAR_DAY})", _weeks_on),
        (rf"{COUNT}{UNIT}from ", _weeks_on),
        (rf"{COUNT}(?P<unit>day|week|fortnight) (?P<way>before|after) ", _beside),
        (r"(?:o1 )?w(?P<weekday>\d) (?P<way>before|after) ", _weekday_beside),
    )
)
_BEHIND: tuple[Shift, ...] = tuple(
    (re.compile(pattern), shift)
    for pattern, shift in (
        (rf"{_SPOKEN_DAY}(?P<in>in ){COUNT}{UNIT}(?:time )?", _weeks_on),
        (rf"{_SPOKEN_DAY}(?P<count>)(?P<unit>week|fortnight) ", _weeks_on),
    )
)
