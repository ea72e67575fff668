"""Days of the calendar, reckoned from those of a caller's words: the arithmetic of dates. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import get_date_format

from ivr.core.language.phrases import Phrases

Days = frozenset[date]
Match = re.Match[str]
"""Of symbols, whose groups are named as the functions here name them."""

_FARTHEST, _MOST_COUNTED = 3660, 120
"""Days, and months or years, ahead from which on nobody means what was heard."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """From where days are counted: `today`, ahead or, with `past`, back. `spoken_of` is the day
    that was being spoken of, where one is corrected: `the fifth` then lies in its month."""

    today: date
    phrases: Phrases
    past: bool = False
    spoken_of: date | None = None


def month_first(phrases: Phrases) -> bool:
    """Whether the country writes the month before the day."""
    pattern = get_date_format("short", locale=phrases.locale).pattern
    return pattern.find("M") < pattern.find("d")


def dated(day: str, month: str, year: str | None, view: Viewpoint) -> date | None:
    """The date of these figures; without a year the next one, with `past` the last one."""
    whole = _full_year(year, view) if year else None
    return next(iter(next_dated(int(day), int(month), whole, view)), None)


def next_dated(day: int, month: int, year: int | None, view: Viewpoint) -> Days:
    """As `dated`, of numbers, as a set."""
    if year is not None:
        return only(date_or_none(year, month, day))
    step = -1 if view.past else 1
    years = range(view.today.year, view.today.year + 9 * step, step)  # 29 February: 8 years off
    days = (date_or_none(one, month, day) for one in years)
    return only(next((d for d in days if d and not _over(d, view)), None))


def nearest_of(in_year: Callable[[int], date | None], match: Match, view: Viewpoint) -> Days:
    """The day that `in_year` gives for the year in `match`; without one the next such day, with
    `past` the last one."""
    year = year_of(match, view)
    if year is not None:
        return only(in_year(year))
    years = (view.today.year, view.today.year + (-1 if view.past else 1))
    return only(next((d for d in map(in_year, years) if d and not _over(d, view)), None))


def _over(day: date, view: Viewpoint) -> bool:
    return day > view.today if view.past else day < view.today


def year_of(match: Match, view: Viewpoint) -> int | None:
    """The year in `match`; None where none was said."""
    given = match.groupdict()
    if given.get("year"):
        return _full_year(given["year"], view)
    if given.get("century"):
        return _year_in_reach(int(given["century"]) * 100 + int(given["rest"]), view)
    if given.get("this_year"):
        return view.today.year + (given["this_year"] == "next")
    return None


def _full_year(year: str, view: Viewpoint) -> int:
    """The year of two or four figures."""
    if len(year) == 4:
        return int(year)
    this = 2000 + int(year)
    return this - 100 if view.past and this > view.today.year else _year_in_reach(this, view)


def _year_in_reach(year: int, view: Viewpoint) -> int:
    """The year, or none that there is: `twenty thirty` is a time of day rather than a year."""
    return year if view.past or year <= view.today.year + 3 else 0


def first_of(which: str, view: Viewpoint) -> date:
    """The first day of `this` or of the `next` month."""
    this = view.today.replace(day=1)
    return this if which == "this" else (this + timedelta(days=31)).replace(day=1)


def end_of(first: date, nth: str) -> date:
    """The first day of a month, or the `last` one."""
    if nth != "last":
        return first
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def nth_weekday(year: int, month: int, weekday: int, nth: str) -> date | None:
    """`o1` to `o5`, or the `last`, such weekday of a month; None where it has no fifth."""
    first = date(year, month, 1)
    days = [d for d, _ in zip(days_from(first, 1, including=True), range(31), strict=False)]
    fitting = [d for d in days if d.month == month and d.weekday() == weekday]
    if nth == "last":
        return fitting[-1]
    number = int(nth[1:])
    return fitting[number - 1] if number <= len(fitting) else None


def moved(day: date, match: Match, sign: int) -> Days:
    """`day`, moved by the period in `match`."""
    given = match.groupdict()
    count, unit = int(given["count"] or 1) * sign, given["unit"]
    if unit in ("month", "year"):
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        if abs(count) >= _MOST_COUNTED:
            return Days()
        return only(date_or_none(months // 12, months % 12 + 1, day.day))
    days = count * {"day": 1, "week": 7, "fortnight": 14}[unit]
    return only(day + timedelta(days=days)) if abs(days) <= _FARTHEST else Days()


def in_week(day: date, weekday: int, view: Viewpoint) -> date:
    """The weekday of the week of `day`, as weeks begin in the country."""
    first = view.phrases.locale.first_week_day
    return day + timedelta(days=(weekday - first) % 7 - (day.weekday() - first) % 7)


def days_from(start: date, step: int, *, including: bool = False) -> Iterator[date]:
    """The days ahead of `start`, or back from it (`step` -1); with it first where `including`."""
    day = start if including else start + timedelta(days=step)
    while True:
        yield day
        day += timedelta(days=step)


def only(day: date | None) -> Days:
    """The set of this one day, or the empty one."""
    return frozenset({day} if day else ())


def date_or_none(year: int, month: int, day: int) -> date | None:
    """The date; None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
