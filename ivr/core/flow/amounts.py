"""Amounts with their units, as editors read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from ivr.core.flow.calendars import clock, parse_time
from ivr.core.flow.types import parse_duration, parse_period

_TIMES = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_MANY = 120
"""So many of one unit are told in several."""
_DAYS = ((365, "year"), (1, "day"))


def seconds(number: float) -> str:
    """A length of time: `90 seconds`, `15 minutes`, `1 day`, `2 days 10 hours 30 minutes`."""
    whole = round(number)
    exact = next(size for size, _ in _TIMES if whole % size == 0 and (whole or size == 1))
    if whole // exact < _MANY:
        return _counted(whole, _TIMES)
    parts: list[str] = []
    for size, _ in _TIMES:
        if whole >= size:
            parts.append(_counted(whole // size * size, _TIMES))
            whole %= size
    return " ".join(parts)


def days(number: float) -> str:
    """A number of days: `30 days`, `2 years`."""
    return _counted(round(number), _DAYS)


def between(least: str, most: str) -> str:
    """Two amounts of one unit as a range: `3 to 4 digits`."""
    return most if least == most else f"{least.split()[0]} to {most}"


def _counted(number: int, units: tuple[tuple[int, str], ...]) -> str:
    size, unit = next((s, u) for s, u in units if number % s == 0 and (number or s == 1))
    count = number // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


_UNITS: dict[Callable[..., Any], Callable[[int], str]] = {
    parse_duration: seconds,
    parse_period: days,
    parse_time: clock,
}


_COUNTED = {
    "guests": "guest",
    "length": "digit",
    "max_waiting": "caller",
    "minutes": "minute",
    "retries": "time",
    "rounds": "time",
    "tries": "time",
}
"""What settings count that are plain numbers."""


def unit_of(name: str, field: FieldInfo) -> Callable[[int], str] | None:
    """How a number of the setting `name` is shown with its unit; None where it has none."""
    if name in _COUNTED:
        return lambda number: _counted(number, ((1, _COUNTED[name]),))
    found = [*field.metadata, *(each for way in get_args(field.annotation) for each in _meta(way))]
    for each in found:
        if isinstance(each, BeforeValidator) and each.func in _UNITS:
            return _UNITS[each.func]
    return None


def _meta(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__metadata__", ())
