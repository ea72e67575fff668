"""Dates: as they are said, written, heard and keyed in. A date is a `datetime.date`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from babel.dates import format_date

from ivr.core.language.date_arithmetic import Viewpoint, dated, month_first
from ivr.core.language.date_readings import DateReading, reading_at
from ivr.core.language.date_symbols import date_symbols
from ivr.core.language.phrases import Phrases
from ivr.core.language.symbols import OTHER


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
    spoken_of: date | None = None,
) -> date | None:
    """The day that `words` name: `next Friday`, `the fifth of December`, `a week on Friday`.

    Without a year it is the next such day, today included; with `past` the last one. A caller may
    correct themselves (`the fourth, no sorry, the fifth`); `spoken_of` is the day that was read
    back to them, where they correct that. None where people mean different days by such words,
    where two days are named, where no calendar has the day, and where a word is not known: then
    it may change everything (`the Friday before the wedding`).
    """
    said = date_symbols(words, phrases)
    reading = _asserted(said, Viewpoint(today, phrases, past, spoken_of))
    return next(iter(reading.days)) if reading and len(reading.days) == 1 else None


def is_date(words: str, phrases: Phrases) -> bool:
    """Whether `words` are those of dates and nothing besides: no courtesy and no correction."""
    said = date_symbols(words, phrases).split()
    return bool(said) and {_ASIDE, _INSTEAD, _NOT, _NOT_FIRST, OTHER}.isdisjoint(said)


def hear_keys(keys: str, today: date, phrases: Phrases, *, past: bool = False) -> date | None:
    """The date keyed in as day and month, and the year if wanted: `0512`, `051226`, `05122026`.

    Where the country writes the month first (`en-US`), it comes first here too.
    """
    if not keys.isdecimal() or len(keys) not in (4, 6, 8):
        return None
    day, month = keys[:2], keys[2:4]
    if month_first(phrases):
        day, month = month, day
    return dated(day, month, keys[4:] or None, Viewpoint(today, phrases, past))


_NOT, _NOT_FIRST, _INSTEAD, _ASIDE = "not", "not_first", "instead", "~"


def _asserted(said: str, view: Viewpoint) -> DateReading | None:
    """The day that is left when what was said is heard to its end."""
    day: DateReading | None = None
    not_meant: frozenset[date] = frozenset()
    at, corrects, beside = 0, False, True
    while at < len(said):
        symbol = said[at : said.index(" ", at)]
        behind = at + len(symbol) + 1
        if symbol == _ASIDE:
            at, beside = behind, day is None
        elif symbol == _INSTEAD:
            at, corrects, beside = behind, day is not None, True
        elif symbol == _NOT or (symbol == _NOT_FIRST and day is None):
            denied = reading_at(said, behind, view) if beside else None
            if denied is None:
                return None
            if day and day.days & denied[0].days:
                day, corrects = None, False
            not_meant |= denied[0].days
            view, at = _speaking_of(denied[0], view), denied[1]
        else:
            found = reading_at(said, at, _speaking_of(day, view) if corrects and day else view)
            if found is None:
                return None
            day = found[0] if corrects or day is None else day & found[0]
            at, corrects, beside = found[1], False, True
    return None if corrects or day is None or day.days & not_meant else day


def _speaking_of(reading: DateReading, view: Viewpoint) -> Viewpoint:
    return replace(view, spoken_of=min(reading.days, default=view.spoken_of))


@cache
def hints(phrases: Phrases) -> tuple[str, ...]:
    """Words of dates that a recogniser should expect."""
    locale = phrases.locale
    months, days = locale.months["format"]["wide"], locale.days["format"]["wide"]
    near = (
        word
        for table in ("dates", "feasts")
        for symbol, words in phrases.words_by(table)
        if symbol not in _NO_HINTS
        for word in words
    )
    names = (*months.values(), *days.values(), *phrases.listed("ordinals"), *near)
    return tuple(dict.fromkeys(names))


_NO_HINTS = frozenset({"polite", "unsure", ""})
