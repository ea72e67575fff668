"""Opening hours: weekly pattern, public holidays, closures and dated exceptions.

The most specific rule wins: a date of its own, else a closure, else a public holiday, else the
weekly pattern. All times are wall-clock times of the client's time zone, so a change of the
clocks moves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import holidays as public_holidays
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ivr.core.flow import right_amount, right_region
from ivr.core.flow.findings import nearest
from ivr.core.flow.types import Faults, Path

ParsedT = TypeVar("ParsedT")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_MINUTES_A_DAY = 24 * 60
_AHEAD_DAYS = 62
_COMPARED_YEARS = (2026, 2027)
"""Years in which the holidays of a country's regions are compared."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of opening, in minutes from midnight; it may end on the next day."""

    opens: int
    closes: int


Pattern = tuple[Hours, ...]


def shown(pattern: Pattern) -> str:
    """Opening hours as people write them."""
    return ", ".join(f"{clock(h.opens)}–{clock(h.closes)}" for h in pattern) or "closed"


def clock(minute: int) -> str:
    """Minutes from midnight as a time of day; a day later they begin anew."""
    hour, rest = divmod(minute, 60)
    return f"{hour if hour <= 24 else hour - 24:02}:{rest:02}"


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
        return self.rule(day)[0]

    def rule(self, day: date) -> tuple[Pattern, str]:
        """The opening hours that count on `day`, and why these do, in words."""
        if day in self.dates:
            return self.dates[day], f"hours of {day.isoformat()} itself"
        for first, last in self.closed:
            if first <= day <= last:
                return (), f"closed from {first.isoformat()} to {last.isoformat()}"
        holidays = _holidays(self.holidays, day.year) if self.holidays else {}
        if day in holidays:
            return (), f"public holiday: {holidays[day]}"
        return self.weekly.get(day.weekday(), ()), f"hours of a {day:%A}"

    def opens(self, local: datetime) -> datetime | None:
        """The first moment from `local` on (wall-clock time) within opening hours; None where
        there is none within two months."""
        if self.is_open(local):
            return local
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(_AHEAD_DAYS):
            day = midnight + timedelta(days=ahead)
            openings = (day + timedelta(minutes=h.opens) for h in self.pattern(day.date()))
            found = min((moment for moment in openings if moment >= local), default=None)
            if found is not None:
                return found
        return None

    def as_data(self) -> dict[str, Any]:
        """The calendar as `parse_calendar` reads it, of texts alone."""
        data: dict[str, Any] = {DAYS[day]: shown(hours) for day, hours in self.weekly.items()}
        data["dates"] = {day.isoformat(): shown(hours) for day, hours in self.dates.items()}
        data["closed"] = [f"{first}..{last}" for first, last in self.closed]
        return data | ({"holidays": self.holidays} if self.holidays else {})

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            parse_calendar, core_schema.is_instance_schema(cls)
        )


def parse_calendar(value: object) -> Calendar:
    """A calendar as it stands in a file. Raises `Faults`, or ValueError."""
    if isinstance(value, Calendar):
        return value
    if not isinstance(value, dict):
        raise ValueError('a calendar needs days, such as mon-fri: "09:00-17:30"')
    parsed: dict[str, Any] = {}
    weekly: list[tuple[tuple[int, ...], Pattern]] = []
    faults: list[tuple[Path, str]] = []
    for key, setting in value.items():
        try:
            match key:
                case "holidays":
                    parsed["holidays"] = _region(_one_region(setting))
                case "closed":
                    parsed["closed"] = tuple(_each(parse_span, _listed(setting)))
                case "dates":
                    parsed["dates"] = _dates(setting)
                case _:
                    weekly.append((parse_days(key), parse_pattern(setting)))
        except Faults as error:
            faults.extend(((key, *path), message) for path, message in error.faults)
        except ValueError as error:
            faults.append(((key,), str(error)))
    if faults:
        raise Faults(faults)
    # A day of its own counts more than a day within a range, wherever the two stand.
    weekly.sort(key=lambda entry: -len(entry[0]))
    return Calendar(weekly={day: hours for days, hours in weekly for day in days}, **parsed)


def _each(parse: Callable[[str], ParsedT], values: list[object]) -> list[ParsedT]:
    """Every value parsed. Raises `Faults` with all that cannot be."""
    parsed: list[ParsedT] = []
    faults: list[tuple[Path, str]] = []
    for index, value in enumerate(values):
        try:
            parsed.append(parse(str(value)))
        except ValueError as error:
            faults.append(((index,), str(error)))
    if faults:
        raise Faults(faults)
    return parsed


def parse_pattern(value: object) -> Pattern:
    """`09:00-12:00, 13:00-17:30`, or `closed` → hours. Raises ValueError."""
    texts = [part.strip() for item in _listed(value) for part in str(item).split(",")]
    if not any(texts):
        raise ValueError("the hours are missing; write 09:00-17:30 or closed")
    return tuple(_hours(text) for text in texts if text and text != "closed")


def parse_hours(value: object) -> Hours:
    """`21:00-07:00` → hours, which may end on the next day. Raises ValueError."""
    return _hours(str(value).strip())


def parse_time(value: object) -> int:
    """`08:00` → minutes from midnight. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", str(value).strip())
    if not match:
        meant = right_amount.time_of_day(str(value)) or "08:00"
        raise ValueError(f"'{value}' is not a time of day; write {meant}")
    return _minute(int(match[1]), int(match[2]), str(value)) % _MINUTES_A_DAY


def _hours(text: str) -> Hours:
    match = _HOURS.fullmatch(text)
    if not match:
        meant = right_amount.hours(text) or "09:00-17:30 or closed"
        raise ValueError(f"'{text}' is not a stretch of time; write {meant}")
    opens = _minute(int(match[1]), int(match[2]), text)
    closes = _minute(int(match[3]), int(match[4]), text)
    if opens in (closes, _MINUTES_A_DAY):
        raise ValueError(f"'{text}' has no length; write 00:00-24:00 for the whole day")
    return Hours(opens, closes if closes > opens else closes + _MINUTES_A_DAY)


def _minute(hour: int, minute: int, text: str) -> int:
    if (hour, minute) == (24, 0):
        return _MINUTES_A_DAY
    try:
        time(hour, minute)
    except ValueError:
        raise ValueError(f"'{text}' is not a time of day; hours run from 00:00 to 24:00") from None
    return hour * 60 + minute


def parse_days(key: str) -> tuple[int, ...]:
    """`mon`, `mon-fri`, `sat-sun`, `fri-mon` → weekday numbers. Raises ValueError."""
    first, _, last = key.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        meant = right_amount.days(key) or "mon, tue … sun, or mon-fri"
        raise ValueError(f"'{key}' is not a day; write {meant}")
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
        meant = right_amount.day(text) or "2026-12-24"
        raise ValueError(f"'{text}' is not a date; write {meant}") from None


def parse_span(text: str) -> tuple[date, date]:
    """`2026-12-24` or `2026-12-24..2027-01-02` → first and last day. Raises ValueError."""
    first, _, last = text.partition("..")
    try:
        span = parse_date(first.strip()), parse_date((last or first).strip())
    except ValueError:
        meant = right_amount.span(text)
        if not meant:
            raise
        raise ValueError(f"'{text}' is not a date; write {meant}") from None
    if span[1] < span[0]:
        raise ValueError(f"'{text}' ends before it begins")
    return span


def _dates(setting: object) -> dict[date, Pattern]:
    if not isinstance(setting, dict):
        raise ValueError('dates need hours, such as "2026-12-24": "09:00-12:00"')
    parsed: dict[date, Pattern] = {}
    faults: list[tuple[Path, str]] = []
    for day, hours in setting.items():
        try:
            parsed[parse_date(str(day))] = parse_pattern(hours)
        except ValueError as error:
            faults.append(((day,), str(error)))
    if faults:
        raise Faults(faults)
    return parsed


def _one_region(setting: object) -> str:
    """The region as text. Raises ValueError where several stand there."""
    if isinstance(setting, list | dict):
        regions = [right_region.advice(str(one)) or str(one) for one in setting]
        example = regions[0] if regions else "GB-ENG"
        raise ValueError(f"one holiday region stands here, not several; write {example}")
    return str(setting)


@lru_cache(maxsize=512)
def _region(text: str) -> str:
    """A region of the `holidays` library: `GB`, `GB-ENG`, `DE-BY`."""
    country, _, part = text.partition("-")
    known = any(country == codes[1] for codes in public_holidays.registry.COUNTRIES.values())
    parts = public_holidays.country_holidays(country).subdivisions if known and part else ()
    if not known or (part and part not in parts):
        hint = nearest(text, [f"{country}-{one}" for one in parts])
        meant = right_region.advice(text) or "GB-ENG or DE-BY"
        raise ValueError(f"'{text}' is not a holiday region{hint or f'; write {meant}'}")
    return text


@lru_cache(maxsize=512)
def differing_regions(region: str) -> tuple[str, ...]:
    """The regions of a country, such as `GB-ENG (England)`, where `region` is a whole country and
    some of them have holidays of their own; otherwise none."""
    country, _, part = region.partition("-")
    whole = public_holidays.country_holidays(country)
    if part or all(
        _holidays(f"{country}-{one}", year).keys() == _holidays(country, year).keys()
        for one in whole.subdivisions
        for year in _COMPARED_YEARS
    ):
        return ()
    names = {code: name for name, code in whole.subdivisions_aliases.items()}
    return tuple(
        f"{country}-{one} ({names[one]})" if one in names else f"{country}-{one}"
        for one in whole.subdivisions
    )


@lru_cache(maxsize=512)
def _holidays(region: str, year: int) -> dict[date, str]:
    country, _, part = region.partition("-")
    return dict(public_holidays.country_holidays(country, subdiv=part or None, years=year))
