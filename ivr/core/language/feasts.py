"""Days of the year that have a name: Christmas Eve, Good Friday, Ash Wednesday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dateutil.easter import easter

_DATED: Mapping[str, tuple[int, int]] = {
    "new_years_day": (1, 1),
    "epiphany": (1, 6),
    "burns_night": (1, 25),
    "st_dwynwens_day": (1, 25),
    "valentines_day": (2, 14),
    "st_davids_day": (3, 1),
    "st_patricks_day": (3, 17),
    "st_georges_day": (4, 23),
    "may_day": (5, 1),
    "unity_day": (10, 3),
    "halloween": (10, 31),
    "all_saints": (11, 1),
    "bonfire_night": (11, 5),
    "st_martins_day": (11, 11),
    "st_andrews_day": (11, 30),
    "st_nicholas_day": (12, 6),
    "christmas_eve": (12, 24),
    "christmas_day": (12, 25),
    "boxing_day": (12, 26),
    "new_years_eve": (12, 31),
    "christmas": (12, 25),
}
_FROM_EASTER: Mapping[str, int] = {
    "shrove_monday": -48,
    "shrove_tuesday": -47,
    "ash_wednesday": -46,
    "maundy_thursday": -3,
    "good_friday": -2,
    "easter_sunday": 0,
    "easter_monday": 1,
    "ascension_day": 39,
    "whit_sunday": 49,
    "whit_monday": 50,
    "corpus_christi": 60,
    "easter": 0,
}
SEASONS = frozenset({"christmas", "easter"})
"""Names of more than one day, by which only other days are counted: `the Friday before Easter`."""

FEASTS = frozenset(_DATED) | frozenset(_FROM_EASTER)


def in_year(name: str, year: int) -> date:
    """The day of a feast, by its key in the files of the languages."""
    if name in _DATED:
        month, day = _DATED[name]
        return date(year, month, day)
    sunday: date = easter(year)
    return sunday + timedelta(days=_FROM_EASTER[name])


def nearest(name: str, today: date, *, past: bool = False) -> date:
    """The next such day, today included; with `past` the last one."""
    years: Iterator[int] = iter((today.year, today.year + (-1 if past else 1)))
    days = (in_year(name, year) for year in years)
    return next(day for day in days if (day <= today if past else day >= today))
