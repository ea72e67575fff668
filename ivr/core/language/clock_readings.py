"""The times that one expression may mean, from its symbols (see `time_symbols.py`). Pure.

`half past nine` is one of two times of the day; which of them is likelier depends on the hour.
Words for the part of the day, `in the evening`, leave those that lie in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

DAY, HALF_DAY, HOUR = 24 * 60, 12 * 60, 60
"""In minutes."""

PARTS = {
    "am": (0, HALF_DAY),
    "pm": (HALF_DAY, DAY),
    "morning": (1, HALF_DAY),
    "midday": (11 * HOUR, 15 * HOUR),
    "afternoon": (HALF_DAY, 19 * HOUR),
    "evening": (16 * HOUR, DAY),
    "night": (18 * HOUR, DAY + 5 * HOUR),
}
"""The parts of the day, in minutes from the midnight before; the end is not in it."""

_LATEST_ASSUMED = 6
"""Up to this hour an hour alone is one of the afternoon: nobody is rung back at five at night."""

_EITHER_HALF = range(6 * HOUR, 9 * HOUR)
"""When people have the evening in mind as well as the morning."""

_ROUND_MINUTES = 5
"""`ten past` and `twenty to` go without the word minutes; `nine to five` is no time."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The times that are possible, in minutes after midnight, the likeliest first.

    `clear` where the likeliest needs no confirmation; `doubted` where the words may mean something
    else. `bare` where it was a number alone, without minutes or o'clock.
    """

    times: tuple[int, ...]
    clear: bool = True
    doubted: bool = False
    bare: bool = False

    def __and__(self, other: ClockReading) -> ClockReading:
        """Both said of the same time: `nine thirty`, `half past nine in the evening`."""
        times = tuple(time for time in self.times if time in other.times)
        clear, doubted = self.clear or other.clear, self.doubted and other.doubted
        return ClockReading(times, clear, doubted, self.bare and other.bare)

    def within(self, parts: Iterable[str]) -> ClockReading:
        """What is left of it in these parts of the day."""
        parts = set(parts)
        left = tuple(time for time in self.times if all(_lies_in(time, part) for part in parts))
        twelve = self.bare and any(time % HALF_DAY == 0 for time in left)
        unsaid = twelve and bool({"am", "pm"} & parts)  # people differ on 12 a.m. and 12 p.m.
        clear = self.clear or len(left) < len(self.times)
        return replace(self, times=left, clear=clear, doubted=self.doubted or unsaid)


def reading_at(said: str, start: int) -> tuple[ClockReading, int] | None:
    """The reading of the expression that begins at `start`, and where it ends."""
    for pattern in _RULES:
        if match := pattern.match(said, start):
            return _reading(match), match.end()
    return None


def _lies_in(time: int, part: str) -> bool:
    first, behind = PARTS[part]
    return any(first <= moment < behind for moment in (time, time + DAY))


def _reading(match: re.Match[str]) -> ClockReading:
    given = {name: text for name, text in match.groupdict().items() if text is not None}
    said, minutes = given.get("minutes"), int(given.get("minutes", 0))
    way = given.get("way")
    if minutes >= HOUR or (way and minutes % _ROUND_MINUTES and "word" not in given):
        return ClockReading(())
    after = (-minutes if way in ("before", "to") else minutes) + _PARTS.get(given.get("part"), 0)
    if name := given.get("named") or given.get("exact"):
        noon = name.strip() == "noon"
        fits = int(given.get("hour", 12)) in ((12,) if noon else (0, 12, 24))
        return ClockReading((_of_day((HALF_DAY if noon else 0) + after),) if fits else ())
    hour = int(given["hour"])
    bare = not given.keys() & {"minutes", "part", "clock"}
    if hour > 24 or (hour == 24 and minutes):
        return ClockReading(())
    whole_day = hour in (0, *range(13, 25)) or (hour < 10 and len(given["hour"]) == 2)
    if whole_day or given.get("hours"):
        return ClockReading((_of_day(hour * HOUR + after),), bare=bare)
    range_perhaps = way == "to" and "word" not in given and 0 < (hour - minutes) % 12 <= 6
    reading = _half_day(hour, after, early="oh" in given)
    unmarked = said is not None and not given.keys() & {"mark", "clock", "way"}
    odd = unmarked and minutes in (0, hour)  # `nine hundred`; `ten, ten` may be said twice
    return replace(reading, doubted=range_perhaps or odd, bare=bare)


def _half_day(hour: int, after: int, *, early: bool) -> ClockReading:
    """The two times of an hour of the 12-hour clock; `early` behind an `oh`, as in `oh seven`."""
    morning = _of_day(hour % 12 * HOUR + after)
    later = hour == 12 or (hour <= _LATEST_ASSUMED and not early)
    times = (morning, (morning + HALF_DAY) % DAY)
    unclear = morning in _EITHER_HALF or (early and hour <= _LATEST_ASSUMED)
    return ClockReading(times[::-1] if later else times, clear=not unclear)


def _of_day(minutes: int) -> int:
    return minutes % DAY


# --- the patterns ---
_PARTS: dict[str | None, int] = {
    "half_past": 30,
    "half_to": -30,
    "quarter_past": 15,
    "quarter_to": -15,
    "three_quarters": -15,
}
_HOUR = (
    r"(?:n(?P<hour>\d\d?) (?P<clock>hour )?(?P<exact>noon |midnight )?|(?P<named>noon|midnight) )"
    r"(?![:.] )"
)
_MINUTES = r"n(?P<minutes>\d\d?) (?P<word>minutes )?"
_OH = r"(?P<oh>n0 )?"

_RULES = tuple(
    re.compile(rule)
    for rule in (
        rf"(?P<part>{'|'.join(filter(None, _PARTS))}) {_HOUR}",
        rf"{_MINUTES}(?P<way>past|before) (?P<part>half_to) {_HOUR}",
        rf"{_MINUTES}(?P<way>past|before|to) {_HOUR}",
        r"n(?P<hour>\d\d?) (?P<mark>[:.]) n(?P<minutes>\d\d) (?:hour )?",
        rf"{_OH}n(?P<hour>\d\d?) (?:hour )?n0 n(?P<minutes>\d) ",
        r"n(?P<hour>\d\d?) (?P<clock>hour )n(?P<minutes>\d\d?) ",
        rf"{_OH}n(?P<hour>\d\d?) n(?P<minutes>[0-5]\d) (?P<hours>hours )?",
        rf"{_OH}n(?P<hour>\d\d?)(?P<minutes>[0-5]\d) (?P<hours>hours )?(?:hour )?",
        rf"{_OH}{_HOUR}(?!minutes |past |before |to )",
    )
)
