"""Opening hours: weekly pattern, public holidays, closures and dated exceptions.

The most specific rule wins: a date of its own, else a closure, else a public holiday, else the
weekly pattern. All times are wall-clock times of the client's time zone, so a change of the
clocks moves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import holidays as public_holidays
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of opening, in minutes from midnight; it may end on the next day."""

    opens: int
    closes: int


Pattern = tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a client is open."""

    weekly: dict[int, Pattern] = field(default_factory=dict)
    dates: dict[date, Pattern] = field(default_factory=dict)
    closed: tuple[tuple[date, date], ...] = ()
    holidays: str | None = None

    def is_open(self, local: datetime) -> bool:
        """Whether `local` (wall-clock time of the client) lies within opening hours."""
        minute = local.hour * 60 + local.minute
        today = any(h.opens <= minute < h.closes for h in self.pattern(local.date()))
        yesterday = local.date() - timedelta(days=1)
        return today or any(minute < h.closes - _MINUTES_A_DAY for h in self.pattern(yesterday))

    def pattern(self, day: date) -> Pattern:
        """The opening hours that count on `day`."""
        if day in self.dates:
            return self.dates[day]
        if any(first <= day <= last for first, last in self.closed):
            return ()
        if self.holidays and day in _holidays(self.holidays, day.year):
            return ()
        return self.weekly.get(day.weekday(), ())

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            _parse, core_schema.is_instance_schema(cls)
        )


def _parse(value: object) -> Calendar:
    if isinstance(value, Calendar):
        return value
    if not isinstance(value, dict):
        raise ValueError('a calendar needs days, such as mon-fri: "09:00-17:30"')
    weekly: dict[int, Pattern] = {}
    rest: dict[str, Any] = {}
    for key, setting in value.items():
        match key:
            case "holidays":
                rest["holidays"] = _region(str(setting))
            case "closed":
                rest["closed"] = tuple(_span(str(text)) for text in _listed(setting))
            case "dates":
                rest["dates"] = _dates(setting)
            case _:
                weekly |= dict.fromkeys(_days(key), parse_pattern(setting))
    return Calendar(weekly=weekly, **rest)


def parse_pattern(value: object) -> Pattern:
    """`09:00-12:00, 13:00-17:30`, or `closed` → hours. Raises ValueError."""
    texts = [part.strip() for item in _listed(value) for part in str(item).split(",")]
    return tuple(_hours(text) for text in texts if text and text != "closed")


def _hours(text: str) -> Hours:
    match = _HOURS.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a stretch of time; write 09:00-17:30 or closed")
    opens = _minute(int(match[1]), int(match[2]), text)
    closes = _minute(int(match[3]), int(match[4]), text)
    return Hours(opens, closes if closes > opens else closes + _MINUTES_A_DAY)


def _minute(hour: int, minute: int, text: str) -> int:
    if (hour, minute) == (24, 0):
        return _MINUTES_A_DAY
    try:
        time(hour, minute)
    except ValueError:
        raise ValueError(f"'{text}' is not a time of day; hours run from 00:00 to 24:00") from None
    return hour * 60 + minute


def _days(key: str) -> range | tuple[int, ...]:
    """`mon`, `mon-fri`, `sat-sun`, `fri-mon` → weekday numbers."""
    first, _, last = key.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f"'{key}' is not a day; write mon, tue … sun, or mon-fri")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + i) % 7 for i in range((end - start) % 7 + 1))


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def parse_date(text: str) -> date:
    """`2026-12-24` → date. Raises ValueError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date; write 2026-12-24") from None


def _span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    span = parse_date(first.strip()), parse_date((last or first).strip())
    if span[1] < span[0]:
        raise ValueError(f"'{text}' ends before it begins")
    return span


def _dates(setting: object) -> dict[date, Pattern]:
    if not isinstance(setting, dict):
        raise ValueError('dates need hours, such as "2026-12-24": "09:00-12:00"')
    return {parse_date(str(day)): parse_pattern(hours) for day, hours in setting.items()}


def _region(text: str) -> str:
    """A region of the `holidays` library: `GB`, `GB-ENG`, `DE-BY`."""
    try:
        _holidays(text, 2026)
    except (NotImplementedError, KeyError):
        raise ValueError(f"'{text}' is not a holiday region; write GB-ENG, GB-SCT, DE-BY") from None
    return text


@lru_cache(maxsize=512)
def _holidays(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    found = public_holidays.country_holidays(country, subdiv=part or None, years=year)
    return frozenset(found)
