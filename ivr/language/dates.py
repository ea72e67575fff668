"""Dates: as they are said, written, heard and keyed in. A date is a `datetime.date`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from babel.dates import format_date, get_date_format

from ivr.language.phrases import Phrases
from ivr.language.symbols import Lexicon, lexicon, symbols

_YEAR = r"(?: (?:n(?P<year>\d{4})|n(?P<century>19|20) n(?P<rest>\d\d)))?"
_WEEKDAY = r"(?:w(?P<weekday>\d) )?"
_BY_NAME = (
    re.compile(rf"{_WEEKDAY}[no](?P<day>\d+) m(?P<month>\d+){_YEAR}\b"),
    re.compile(rf"{_WEEKDAY}m(?P<month>\d+) [no](?P<day>\d+){_YEAR}\b"),
    re.compile(rf"{_WEEKDAY}o(?P<day>\d+) o(?P<month>\d+){_YEAR}\b"),
    re.compile(r"n(?P<year>\d{4}) - n(?P<month>\d\d) - n(?P<day>\d\d)\b"),
)
_IN_FIGURES = re.compile(r"n(?P<one>\d\d?) ([/.-]) n(?P<two>\d\d?)(?: \2 n(?P<year>\d{4}|\d\d))?\b")
_AHEAD = re.compile(r"in n(\d+) (days|weeks)\b")
_NEAR = re.compile(r"\bd(\d)\b")
_ALONE = re.compile(
    r"d\d|(next |this )?w\d|(w\d )?o\d+|(w\d )?[no]\d+ m\d+( n\d{4})?|(w\d )?m\d+ [no]\d+( n\d{4})?"
    r"|n\d{4} - n\d\d - n\d\d|n\d\d? ([/-]) n\d\d?( \7 n(\d{4}|\d\d))?"
)
_WEEKDAY_ONLY = re.compile(r"(next |this )?w(\d)( weeks| next)?\b")
_DAY_ONLY = re.compile(rf"{_WEEKDAY}o(?P<day>\d+)\b")


def say(day: date, today: date, phrases: Phrases) -> str:
    """`Saturday the fifth of December`; with the year where it is not that of `today`."""
    pattern = phrases["date" if day.year == today.year else "date_of_year"]
    months = phrases.listed("months_said")
    return pattern.format(
        weekday=weekday(day, phrases),
        day=phrases.listed("ordinals")[day.day - 1],
        d=day.day,
        month=months[day.month - 1] if months else format_date(day, "MMMM", locale=phrases.locale),
        year=day.year,
    )


def write(day: date, phrases: Phrases) -> str:
    """`Saturday, 5 December 2026`."""
    return str(format_date(day, "full", locale=phrases.locale))


def weekday(day: date, phrases: Phrases) -> str:
    """`Saturday`."""
    return str(format_date(day, "EEEE", locale=phrases.locale))


def hear(
    words: str,
    today: date,
    phrases: Phrases,
    *,
    past: bool = False,
    month: date | None = None,
) -> date | None:
    """The date that `words` name: `next Friday`, `the fifth of December`, `5/12`, `in two weeks`.

    Without a year it is the next such day, today included; with `past` the last one. `the sixth`
    alone lies in the month of `month`, where that is given. None where there is no date in
    `words`, or one that no calendar has.
    """
    said = symbols(words, _lexicon(phrases), phrases)
    for reading in (_by_name, _figures, _ahead, _weekday):
        found, day = reading(said, today, phrases, past)
        if found:
            return day
    return _day_of_month(said, month.replace(day=1) if month else today, past and not month)


def is_date(words: str, phrases: Phrases) -> bool:
    """Whether `words` are a date and nothing besides, as `hear` reads it."""
    return _ALONE.fullmatch(symbols(words, _lexicon(phrases), phrases)) is not None


def hear_keys(keys: str, today: date, phrases: Phrases, *, past: bool = False) -> date | None:
    """The date keyed in as day and month, and the year if wanted: `0512`, `051226`, `05122026`.

    Where the country writes the month first (`en-US`), it comes first here too.
    """
    if not keys.isdecimal() or len(keys) not in (4, 6, 8):
        return None
    return _ordered(keys[:2], keys[2:4], keys[4:] or None, today, phrases, past)


_NOTHING = (False, None)


def _by_name(said: str, today: date, phrases: Phrases, past: bool) -> tuple[bool, date | None]:
    for pattern in _BY_NAME:
        if match := pattern.search(said):
            given = match.groupdict()
            year = given["year"] or (given.get("century") or "") + (given.get("rest") or "")
            day = _dated(int(given["day"]), int(given["month"]), year or None, today, past)
            return True, _on_weekday(day, given.get("weekday"))
    return _NOTHING


def _figures(said: str, today: date, phrases: Phrases, past: bool) -> tuple[bool, date | None]:
    match = _IN_FIGURES.search(said)
    if match is None:
        return _NOTHING
    return True, _ordered(match["one"], match["two"], match["year"], today, phrases, past)


def _ahead(said: str, today: date, phrases: Phrases, past: bool) -> tuple[bool, date | None]:
    if match := _AHEAD.search(said):
        days = int(match[1]) * (7 if match[2] == "weeks" else 1)
        return True, today + timedelta(days=days) if days <= 3660 else None
    if match := _NEAR.search(said):
        return True, today + timedelta(days=int(match[1]))
    return _NOTHING


def _weekday(said: str, today: date, phrases: Phrases, past: bool) -> tuple[bool, date | None]:
    """`Friday` is the one after today, `next Friday` that of the next week."""
    match = _WEEKDAY_ONLY.search(said)
    if match is None or _DAY_ONLY.search(said):
        return _NOTHING
    weekday = int(match[2])
    if past:
        return True, today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    if "next" in (match[1] or match[3] or ""):
        return True, today + timedelta(days=7 - today.weekday() + weekday)
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return True, coming + timedelta(weeks=1) if match[3] else coming


def _day_of_month(said: str, start: date, past: bool) -> date | None:
    """`the fifth`, `Saturday the fifth`: the first day from `start` that has this number."""
    match = _DAY_ONLY.search(said)
    if match is None:
        return None
    days = (start + timedelta(days=-n if past else n) for n in range(63))  # two months at most
    day = next((day for day in days if day.day == int(match["day"])), None)
    return _on_weekday(day, match["weekday"])


def _ordered(
    one: str, two: str, year: str | None, today: date, phrases: Phrases, past: bool
) -> date | None:
    """A date in figures, in the order of the country."""
    pattern = get_date_format("short", locale=phrases.locale).pattern
    month_first = pattern.find("M") < pattern.find("d")
    day, month = (two, one) if month_first else (one, two)
    if year is not None and len(year) == 2:
        year = f"20{year}" if not past or int(f"20{year}") <= today.year else f"19{year}"
    return _dated(int(day), int(month), year, today, past)


def _dated(day: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    if year is not None:
        return _date(int(year), month, day)
    years = range(today.year, today.year + 9) if not past else range(today.year, today.year - 9, -1)
    possible = (_date(one, month, day) for one in years)  # the next 29 February may be 8 years off
    return next(
        (found for found in possible if found and (found <= today if past else found >= today)),
        None,
    )


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _on_weekday(day: date | None, weekday: str | None) -> date | None:
    """`day`, unless the caller named another day of the week: then one of the two is wrong."""
    if day is None or weekday is None or day.weekday() == int(weekday):
        return day
    return None


@cache
def _lexicon(phrases: Phrases) -> Lexicon:
    return lexicon(_entries(phrases), phrases)


def _entries(phrases: Phrases) -> Iterator[tuple[str, str]]:
    yield from _calendar_names(phrases)
    endings = ("", *phrases.listed("ordinal_endings"))
    for number, word in enumerate(phrases.listed("ordinals"), start=1):
        for ending in endings:
            yield word + ending, f"o{number}"
        for ending in phrases.listed("figure_endings"):
            yield f"{number}{ending}", f"o{number}"
    for days, name in enumerate(("today", "tomorrow", "day_after_tomorrow")):
        for word in phrases.listed("dates", name):
            yield word, f"d{days}"
    for name in ("next", "this", "in", "days", "weeks"):
        for word in phrases.listed("dates", name):
            yield word, name


def _calendar_names(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """The months and the days of the week, in full and shortened."""
    months, days = phrases.locale.months, phrases.locale.days
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in months[context][width].items():
                yield name, f"m{number}"
            for number, name in days[context][width].items():
                yield name, f"w{number}"
    for number, name in enumerate(phrases.listed("months_said"), start=1):
        yield name, f"m{number}"
    for word, number in phrases.named("month_names"):
        yield word, f"m{number}"
    for word, number in phrases.named("weekday_names"):
        yield word, f"w{number}"


@cache
def hints(phrases: Phrases) -> tuple[str, ...]:
    """Words of dates that a recogniser should expect."""
    locale = phrases.locale
    months, days = locale.months["format"]["wide"], locale.days["format"]["wide"]
    return (*months.values(), *days.values(), *phrases.listed("ordinals"))
