"""Dates and times as they are said in English."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel.dates import get_month_names

from ivr.core.language.numbers import number_at
from ivr.core.language.phrases import phrases
from ivr.core.transcript.pieces import Rewriting, Words, word_set

_AT = word_set("at by till until from before after around about past between")
_SURELY_AT = word_set("at by till until before it's")
_QUARTERS = {"quarter": 15, "half": 30}


@cache
def _ordinals() -> dict[str, int]:
    said = {word: n for n, word in enumerate(phrases("en").listed("ordinals"), start=1)}
    endings = ("st", "nd", "rd", "th")
    return said | {f"{n}{end}": n for n in range(1, 32) for end in endings}


@cache
def _months() -> dict[str, int]:
    return {name.lower(): n for n, name in get_month_names("wide", locale="en_GB").items()}


def day_and_month(words: Words, start: int) -> Rewriting | None:
    """`the fifth of december twenty twenty six` → `5 December 2026`; `december the fifth` too."""
    if start and words[start - 1] in ("twenty", "thirty"):
        return None  # the 31st of June is no 1st of June
    at = start + (words[start] == "the")
    day = _day(words, at)
    if day:
        of = day[1] + (_word(words, day[1]) == "of")
        month = _months().get(_word(words, of))
        return _date(words, day[0], month, of + 1) if month else None
    month = _months().get(words[start])
    if month:
        the = start + 1 + (_word(words, start + 1) == "the")
        day = _day(words, the, ordinal=True)
        return _date(words, day[0], month, day[1]) if day else None
    return None


def _date(words: Words, day: int, month: int, end: int) -> Rewriting | None:
    year = year_at(words, end)
    if not _exists(day, month, year[0] if year else 2024):
        return None
    text = f"{day} {get_month_names('wide', locale='en_GB')[month]}"
    return Rewriting(year[1], f"{text} {year[0]}") if year else Rewriting(end, text)


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _day(words: Words, at: int, *, ordinal: bool = False) -> tuple[int, int] | None:
    two = f"{_word(words, at)}-{_word(words, at + 1)}"
    if two in _ordinals():
        return _ordinals()[two], at + 2
    if _word(words, at) in _ordinals():
        return _ordinals()[words[at]], at + 1
    number = None if ordinal or at >= len(words) else number_at(words, at, phrases("en"))
    return number if number and 1 <= number[0] <= 31 else None


def year_at(words: Words, at: int) -> tuple[int, int] | None:
    """The year at a position, and the one behind it: `twenty twenty six`, `nineteen oh five`."""
    first = number_at(words, at, phrases("en")) if at < len(words) else None
    if first is None:
        return None
    if 1900 <= first[0] <= 2099:
        return first
    if first[0] not in (19, 20) or first[1] >= len(words):
        return None
    oh = words[first[1]] in ("oh", "o")
    rest = number_at(words, first[1] + oh, phrases("en")) if first[1] + oh < len(words) else None
    if rest is None or not (1 <= rest[0] <= 9 if oh else 10 <= rest[0] <= 99):
        return None
    return first[0] * 100 + rest[0], rest[1]


def year(words: Words, start: int) -> Rewriting | None:
    """`in nineteen eighty four` → `in 1984`; elsewhere two numbers stay two."""
    told = words[start] == "nineteen" or words[max(start - 1, 0)] in ("in", "since", "year", "of")
    found = year_at(words, start) if told else None
    return Rewriting(found[1], str(found[0])) if found else None


def clock(words: Words, start: int) -> Rewriting | None:
    """`half past five` → `5:30`, `five p m` → `5 pm`, `at five thirty` → `at 5:30`."""
    before = words[start - 1] if start else ""
    for reading in (_to_or_past, _hour_and_minutes):
        found = reading(words, start, before)
        if found:
            return _with_part_of_day(words, found)
    return None


def _to_or_past(words: Words, start: int, before: str) -> Rewriting | None:
    """`quarter to six`, `ten past five`, `half five`."""
    minutes = _QUARTERS.get(words[start])
    at = start + 1
    if minutes is None:
        number = number_at(words, start, phrases("en"))
        if number is None or number[0] not in (5, 10, 20, 25):
            return None
        minutes, at = number
        at += _word(words, at) == "minutes"
    way = _word(words, at)
    if way not in ("past", "to"):
        is_half = minutes == 30 and before in _AT
        return _time(words, at, 30) if is_half else None
    sure = words[start] in _QUARTERS or way == "past" or before in _SURELY_AT
    if not sure or (minutes == 30 and way == "to"):
        return None
    return _time(words, at + 1, minutes if way == "past" else -minutes)


def _time(words: Words, at: int, minutes: int) -> Rewriting | None:
    hour = number_at(words, at, phrases("en")) if at < len(words) else None
    if hour is None or not 1 <= hour[0] <= 12:
        return None
    total = (hour[0] % 12) * 60 + minutes
    return Rewriting(hour[1], f"{(total // 60 - 1) % 12 + 1}:{total % 60:02}")


def _hour_and_minutes(words: Words, start: int, before: str) -> Rewriting | None:
    """`five p m`, `five o'clock`, `at five thirty`, `at nine oh five`."""
    hour = number_at(words, start, phrases("en"))
    if hour is None or not hour[0] <= 23 or words[start] in ("oh", "o"):
        return None
    end = hour[1]
    if _word(words, end) == "o'clock":
        return Rewriting(end + 1, f"{hour[0]} o'clock")
    oh = _word(words, end) in ("oh", "o", "zero")
    minutes = number_at(words, end + oh, phrases("en")) if end + oh < len(words) else None
    if minutes and (minutes[0] < 10 if oh else 10 <= minutes[0] <= 59):
        told = before in _AT or _part_of_day(words, minutes[1])
        return Rewriting(minutes[1], f"{hour[0]}:{minutes[0]:02}") if told else None
    return Rewriting(end, str(hour[0])) if hour[0] and _part_of_day(words, end) else None


def _with_part_of_day(words: Words, found: Rewriting) -> Rewriting:
    part = _part_of_day(words, found.end)
    return Rewriting(part[1], f"{found.text} {part[0]}") if part else found


def _part_of_day(words: Words, at: int) -> tuple[str, int] | None:
    one, two = _word(words, at).replace(".", ""), _word(words, at + 1)
    if one in ("am", "pm"):
        return one, at + 1
    return (one + two, at + 2) if one in ("a", "p") and two == "m" else None


def _word(words: Words, at: int) -> str:
    return words[at] if at < len(words) else ""
