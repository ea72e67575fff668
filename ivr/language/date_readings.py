"""The days that one expression may mean, from its symbols (see `date_symbols.py`).

A rule is a pattern and what it means: a set of days. Where people mean different days by the same
words (`next Friday` as some say it, `in two weeks on Friday`) the set has them all, and it is for
the reader to ask again; where the calendar has no such day it is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from babel.dates import get_date_format

from ivr.language import feasts
from ivr.language.phrases import Phrases

Days = frozenset[date]
_FARTHEST = 3660
"""Days ahead from which on nobody means what was heard."""


@dataclass(frozen=True, slots=True)
class View:
    """From where days are counted: `today`, ahead or, with `past`, back. `spoken_of` is the day
    that was being spoken of, where one is corrected: `the fifth` then lies in its month."""

    today: date
    phrases: Phrases
    past: bool = False
    spoken_of: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The days that words may mean; `weekday` where they were the name of a weekday alone."""

    days: Days
    weekday: int | None = None

    def __and__(self, other: Reading) -> Reading:
        """Both said of the same day: `Friday`, `the fourth`."""
        for one, two in ((self, other), (other, self)):
            if one.weekday is not None and two.weekday is None:
                return Reading(frozenset(d for d in two.days if d.weekday() == one.weekday))
        return Reading(self.days & other.days, self.weekday)


Match = re.Match[str]
Rule = tuple[re.Pattern[str], Callable[[Match, View], Days]]


def reading_at(said: str, start: int, view: View) -> tuple[Reading, int] | None:
    """The reading of the expression that begins at `start`, and where it ends."""
    for pattern, shift in _BEFORE:
        if match := pattern.match(said, start):
            anchor = _anchor(said, match.end(), view)
            if anchor:
                return Reading(shift(match, anchor[0], view)), anchor[1]
    found = _simple(said, start, view)
    if found is None:
        return None
    reading, end = found
    for pattern, shift in _BEHIND:
        if match := pattern.match(said, end):
            return Reading(shift(match, reading, view)), match.end()
    return _with_date(said, reading, end, view)


def _with_date(said: str, reading: Reading, end: int, view: View) -> tuple[Reading, int]:
    """`Friday` and the date behind it: `the fourth`, which has to be one."""
    date_behind = _simple(said, end, view) if reading.weekday is not None else None
    if date_behind is None or date_behind[0].weekday is not None:
        return reading, end
    both = reading & date_behind[0]
    return (both, date_behind[1]) if both.days or _DATE.match(said, end) else (reading, end)


def _simple(said: str, start: int, view: View) -> tuple[Reading, int] | None:
    for pattern, read in _RULES:
        if match := pattern.match(said, start):
            return Reading(read(match, view)), match.end()
    if match := _WEEKDAY.match(said, start):
        weekday = int(match[1])
        return Reading(_weekdays(weekday, view), weekday), match.end()
    return None


def _anchor(said: str, start: int, view: View) -> tuple[Reading, int] | None:
    """What other days are counted from: any expression, or a season."""
    if match := _SEASON.match(said, start):
        return Reading(frozenset({feasts.nearest(match[1], view.today)})), match.end()
    return _simple(said, start, view)


# --- single days ---------------------------------------------------------------------------------
def _near(match: Match, view: View) -> Days:
    return _only(view.today + timedelta(days=_NEAR[match[1]]))


def _weekdays(weekday: int, view: View) -> Days:
    """`Friday`: the one after today; where a day far off is corrected, perhaps that of its week."""
    step = -1 if view.past else 1
    days = {next(d for d in _walk(view.today, step) if d.weekday() == weekday)}
    if view.spoken_of and abs((view.spoken_of - view.today).days) > 7:
        days.add(_in_week(view.spoken_of, weekday, view))
    return frozenset(days)


def _this_weekday(match: Match, view: View) -> Days:
    weekday = int(match[1])
    today = {view.today} if view.today.weekday() == weekday else set()
    return _weekdays(weekday, replace(view, spoken_of=None)) | today


def _next_weekday(match: Match, view: View) -> Days:
    """That of the next week: for this week's `Friday` or `this Friday` is said."""
    return _only(_in_week(view.today + timedelta(weeks=1), int(match[1]), view))


def _last_weekday(match: Match, view: View) -> Days:
    """The one before today, and that of the last week: people differ."""
    weekday = int(match[1])
    latest = next(d for d in _walk(view.today, -1) if d.weekday() == weekday)
    return frozenset({latest, _in_week(view.today - timedelta(weeks=1), weekday, view)})


def _of_week(match: Match, view: View) -> Days:
    weeks = {"this": 0, "next": 1, "second": 2, "last": -1}[match["which"]]
    day = _in_week(view.today + timedelta(weeks=weeks), int(match["weekday"]), view)
    return _only(day)


def _feast(match: Match, view: View) -> Days:
    year = _year(match, view)
    if year is None:
        return _only(feasts.nearest(match[1], view.today, past=view.past))
    return _only(feasts.in_year(match[1], year))


def _ahead(match: Match, view: View) -> Days:
    return _moved(view.today, match, 1)


def _ago(match: Match, view: View) -> Days:
    return _moved(view.today, match, -1)


# --- days of a month -----------------------------------------------------------------------------
def _by_name(match: Match, view: View) -> Days:
    day, month = int(match["day"]), int(match["month"])
    return _dated(day, month, _year(match, view), view)


def _in_figures(match: Match, view: View) -> Days:
    """A date in figures, in the order of the country."""
    if not match.groupdict().get("mark") and _ANY_WEEKDAY.search(match.string):
        return Days()  # `Friday, nine ten`: a time
    one, two = match.group("one", "two")
    if month_first(view.phrases):
        one, two = two, one
    return _dated(int(one), int(two), _year(match, view), view)


def _iso(match: Match, view: View) -> Days:
    return _only(_date(*(int(part) for part in match.groups())))


def _day_only(match: Match, view: View) -> Days:
    """`the fifth`: the next such day, or the one in the month that is spoken of."""
    start = view.spoken_of.replace(day=1) if view.spoken_of else view.today
    walk = _walk(start, -1 if view.past and not view.spoken_of else 1, including=True)
    return _only(
        next((d for d, _ in zip(walk, range(63), strict=False) if d.day == int(match[1])), None)
    )


def _day_of_month_named(match: Match, view: View) -> Days:
    """`the fifth of next month`."""
    first = _first_of(match["which"], view)
    return _only(_date(first.year, first.month, int(match["day"])))


def _nth_weekday(match: Match, view: View) -> Days:
    """`the first Monday in January`, `the last Friday of next month`."""
    weekday, nth = int(match["weekday"]), match["nth"]
    given = match.groupdict()
    if given.get("which"):
        first = _first_of(given["which"], view)
        day = _nth(first.year, first.month, weekday, nth)
        return _only(day if given["which"] == "next" or (day and day >= view.today) else None)
    return _nearest_of(lambda year: _nth(year, int(match["month"]), weekday, nth), match, view)


def _end_day(match: Match, view: View) -> Days:
    """`the last day of December`, `the first day of next month`."""
    given = match.groupdict()
    if given.get("month"):
        month = int(given["month"])
        return _nearest_of(lambda year: _end(date(year, month, 1), match["nth"]), match, view)
    return _only(_end(_first_of(given["which"] or "this", view), match["nth"]))


def _nothing(match: Match, view: View) -> Days:
    return frozenset()


# --- days counted from another -------------------------------------------------------------------
def _weeks_on(match: Match, anchor: Reading, view: View) -> Days:
    """`a week on Friday`, `three weeks from tomorrow`; with `in` it may be that week's Friday."""
    days = {moved for day in anchor.days for moved in _moved(day, match, 1)}
    if match.groupdict().get("in") and anchor.weekday is not None:
        weeks = _moved(view.today, match, 1)
        days |= {_in_week(day, anchor.weekday, view) for day in weeks}
    return frozenset(days)


def _beside(match: Match, anchor: Reading, view: View) -> Days:
    """`two days before Christmas Eve`, `the day after Boxing Day`."""
    sign = 1 if match["way"] == "after" else -1
    return frozenset(moved for day in anchor.days for moved in _moved(day, match, sign))


def _weekday_beside(match: Match, anchor: Reading, view: View) -> Days:
    """`the Friday before Easter`."""
    step = 1 if match["way"] == "after" else -1
    weekday, days = int(match["weekday"]), anchor.days
    if step == 1 and _SEASON.match(match.string, match.end()):
        days |= {day + timedelta(days=1) for day in days}  # Easter Monday is Easter too
    return frozenset(next(d for d in _walk(day, step) if d.weekday() == weekday) for day in days)


# --- reckoning -----------------------------------------------------------------------------------
def month_first(phrases: Phrases) -> bool:
    """Whether the country writes the month before the day."""
    pattern = get_date_format("short", locale=phrases.locale).pattern
    return pattern.find("M") < pattern.find("d")


def dated(day: str, month: str, year: str | None, view: View) -> date | None:
    """The date of these figures; without a year the next one, with `past` the last one."""
    return next(iter(_dated(int(day), int(month), _full(year, view) if year else None, view)), None)


def _dated(day: int, month: int, year: int | None, view: View) -> Days:
    if year is not None:
        return _only(_date(year, month, day))
    step = -1 if view.past else 1
    years = range(view.today.year, view.today.year + 9 * step, step)  # 29 February: 8 years off
    days = (_date(one, month, day) for one in years)
    return _only(next((d for d in days if d and not _over(d, view)), None))


def _nearest_of(in_year: Callable[[int], date | None], match: Match, view: View) -> Days:
    year = _year(match, view)
    if year is not None:
        return _only(in_year(year))
    years = (view.today.year, view.today.year + (-1 if view.past else 1))
    return _only(next((d for d in map(in_year, years) if d and not _over(d, view)), None))


def _over(day: date, view: View) -> bool:
    return day > view.today if view.past else day < view.today


def _year(match: Match, view: View) -> int | None:
    given = match.groupdict()
    if given.get("year"):
        return _full(given["year"], view)
    if given.get("century"):
        return _year_in_reach(int(given["century"]) * 100 + int(given["rest"]), view)
    if given.get("this_year"):
        return view.today.year + (given["this_year"] == "next")
    return None


def _full(year: str, view: View) -> int:
    """The year of two or four figures."""
    if len(year) == 4:
        return int(year)
    this = 2000 + int(year)
    return this - 100 if view.past and this > view.today.year else _year_in_reach(this, view)


def _year_in_reach(year: int, view: View) -> int:
    """The year, or none that there is: `twenty thirty` is a time of day rather than a year."""
    return year if view.past or year <= view.today.year + 3 else 0


def _first_of(which: str, view: View) -> date:
    this = view.today.replace(day=1)
    return this if which == "this" else (this + timedelta(days=31)).replace(day=1)


def _end(first: date, nth: str) -> date:
    if nth != "last":
        return first
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _nth(year: int, month: int, weekday: int, nth: str) -> date | None:
    first = date(year, month, 1)
    days = [d for d, _ in zip(_walk(first, 1, including=True), range(31), strict=False)]
    fitting = [d for d in days if d.month == month and d.weekday() == weekday]
    if nth == "last":
        return fitting[-1]
    number = int(nth[1:])
    return fitting[number - 1] if number <= len(fitting) else None


def _moved(day: date, match: Match, sign: int) -> Days:
    """`day`, moved by the period in `match`."""
    given = match.groupdict()
    count, unit = int(given["count"] or 1) * sign, given["unit"]
    if unit in ("month", "year"):
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        return _only(_date(months // 12, months % 12 + 1, day.day)) if abs(count) < 120 else Days()
    days = count * {"day": 1, "week": 7, "fortnight": 14}[unit]
    return _only(day + timedelta(days=days)) if abs(days) <= _FARTHEST else Days()


def _in_week(day: date, weekday: int, view: View) -> date:
    """The weekday of the week of `day`, as weeks begin in the country."""
    first = view.phrases.locale.first_week_day
    return day + timedelta(days=(weekday - first) % 7 - (day.weekday() - first) % 7)


def _walk(start: date, step: int, *, including: bool = False) -> Iterator[date]:
    day = start if including else start + timedelta(days=step)
    while True:
        yield day
        day += timedelta(days=step)


def _only(day: date | None) -> Days:
    return frozenset({day} if day else ())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- the rules -----------------------------------------------------------------------------------
_NEAR = {
    "today": 0,
    "tomorrow": 1,
    "day_after_tomorrow": 2,
    "yesterday": -1,
    "day_before_yesterday": -2,
}
_ANY_WEEKDAY = re.compile(r"\bw\d ")
_WEEKDAY = re.compile(r"w(\d) ")
_DATE = re.compile(r"[nom]\d")
_SEASON = re.compile(rf"f:({'|'.join(sorted(feasts.SEASONS))}) ")
_COUNT = r"(?:n(?P<count>\d+) )?"
_UNIT = r"(?P<unit>day|week|fortnight|month|year) "
_NEAR_DAY = rf"({'|'.join(_NEAR)}) "
_LONG_UNIT = r"(?P<unit>week|fortnight|month|year) "
_WEEKS = r"(?P<unit>week|fortnight) "
_YEAR = (
    r"(?:n(?P<century>19|20) (?:n0 )?n(?P<rest>\d\d?) |(?:in )?n(?P<year>\d{4}) "
    r"|(?P<this_year>this|next) year )?"
)
_YEAR_SHORT = _YEAR.replace(r"\d{4}", r"\d{4}|[2-9]\d")
_WHICH = r"(?:in )?(?P<which>this|next) month "
_NTH = r"(?P<nth>o[1-5]|last) "
_SPOKEN_DAY = r"(?:(?<=\bw\d )|(?<=\btoday )|(?<=tomorrow ))"  # behind Friday, today, tomorrow


def _rules(*rules: tuple[str, Callable[[Match, View], Days]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), read) for pattern, read in rules)


_RULES = _rules(
    (r"(?P<which>this|next|second|last) week w(?P<weekday>\d) ", _of_week),
    (r"w(?P<weekday>\d) (?:in )?(?P<which>this|next|second|last) week ", _of_week),
    (rf"{_NTH}w(?P<weekday>\d) (?:in )?m(?P<month>\d+) {_YEAR}", _nth_weekday),
    (rf"w(?P<weekday>\d) {_NTH}in m(?P<month>\d+) {_YEAR}", _nth_weekday),
    (rf"w(?P<weekday>\d) (?P<nth>last) m(?P<month>\d+) {_YEAR}", _nth_weekday),
    (rf"{_NTH}w(?P<weekday>\d) {_WHICH}", _nth_weekday),
    (rf"w(?P<weekday>\d) {_NTH}{_WHICH}", _nth_weekday),
    (rf"(?P<nth>o1|last) day (?:in )?m(?P<month>\d+) {_YEAR}", _end_day),
    (r"(?P<nth>o1|last) day (?:in )?(?P<which>this|next) month ", _end_day),
    (r"(?P<nth>last) day (?:in )?(?P<which>)month ", _end_day),
    (r"o[1-5] w\d (?:month )?|last w\d month ", _nothing),
    (r"w(\d) this ", _this_weekday),
    (r"this w(\d) ", _this_weekday),
    (r"next w(\d) ", _next_weekday),
    (r"w(\d) next ", _next_weekday),
    (r"last w(\d) ", _last_weekday),
    (r"w(\d) last ", _last_weekday),
    (r"n(\d{4}) - n(\d\d) - n(\d\d) ", _iso),
    (rf"[no](?P<day>\d+) (?:day )?(?:in )?m(?P<month>\d+) {_YEAR_SHORT}", _by_name),
    (rf"m(?P<month>\d+) [no](?P<day>\d+) {_YEAR_SHORT}", _by_name),
    (rf"o(?P<day>\d+) o(?P<month>\d+) {_YEAR}", _by_name),
    (
        r"n(?P<one>\d\d?) (?P<mark>[/.-]) n(?P<two>\d\d?) (?:(?P=mark) n(?P<year>\d{4}|\d\d) )?",
        _in_figures,
    ),
    (rf"(?:n0 )?n(?P<one>\d\d?) (?:n0 )?n(?P<two>\d\d?) {_YEAR_SHORT}", _in_figures),
    (rf"[no](?P<day>\d+) {_WHICH}", _day_of_month_named),
    (r"(?P<which>next) month o(?P<day>\d+) ", _day_of_month_named),
    (r"o(\d+) (?:(?:day )?month )?", _day_only),
    (rf"f:(?!(?:{'|'.join(sorted(feasts.SEASONS))}) )(\w+) {_YEAR}", _feast),
    (rf"in {_COUNT}{_UNIT}(?:time |now )?", _ahead),
    (rf"{_COUNT}{_UNIT}(?:time|now) ", _ahead),
    (rf"{_COUNT}{_UNIT}ago ", _ago),
    (rf"before {_COUNT}{_UNIT}", _ago),  # German: vor drei Tagen
    (_NEAR_DAY, _near),
)

Shift = tuple[re.Pattern[str], Callable[[Match, Reading, View], Days]]
_BEFORE: tuple[Shift, ...] = tuple(
    (re.compile(pattern), shift)
    for pattern, shift in (
        (rf"(?P<in>in ){_COUNT}{_WEEKS}(?:time )?(?=w\d )", _weeks_on),
        (rf"{_COUNT}{_WEEKS}(?:from |to )?(?=(?:this |next )?w\d )", _weeks_on),
        (
            rf"(?:in )?{_COUNT}{_LONG_UNIT}(?:from |to )?(?={_NEAR_DAY})",
            _weeks_on,
        ),
        (rf"{_COUNT}{_UNIT}from ", _weeks_on),
        (rf"{_COUNT}(?P<unit>day|week|fortnight) (?P<way>before|after) ", _beside),
        (r"(?:o1 )?w(?P<weekday>\d) (?P<way>before|after) ", _weekday_beside),
    )
)
_BEHIND: tuple[Shift, ...] = tuple(
    (re.compile(pattern), shift)
    for pattern, shift in (
        (rf"{_SPOKEN_DAY}(?P<in>in ){_COUNT}{_UNIT}(?:time )?", _weeks_on),
        (rf"{_SPOKEN_DAY}(?P<count>)(?P<unit>week|fortnight) ", _weeks_on),
    )
)
