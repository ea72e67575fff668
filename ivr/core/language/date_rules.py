"""What single expressions for a day mean: patterns of symbols (see `date_symbols.py`), each with
the set of days that it may name. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from ivr.core.language import feasts
from ivr.core.language.date_arithmetic import (
    Days,
    Match,
    Viewpoint,
    date_or_none,
    days_from,
    end_of,
    first_of,
    in_week,
    month_first,
    moved,
    nearest_of,
    next_dated,
    nth_weekday,
    only,
    year_of,
)

Rule = tuple[re.Pattern[str], Callable[[Match, Viewpoint], Days]]


def _near(match: Match, view: Viewpoint) -> Days:
    return only(view.today + timedelta(days=_NEAR[match[1]]))


def weekdays(weekday: int, view: Viewpoint) -> Days:
    """`Friday`: the one after today; where a day far off is corrected, perhaps that of its week."""
    step = -1 if view.past else 1
    days = {next(d for d in days_from(view.today, step) if d.weekday() == weekday)}
    if view.spoken_of and abs((view.spoken_of - view.today).days) > 7:
        days.add(in_week(view.spoken_of, weekday, view))
    return frozenset(days)


def _this_weekday(match: Match, view: Viewpoint) -> Days:
    weekday = int(match[1])
    today = {view.today} if view.today.weekday() == weekday else set()
    return weekdays(weekday, replace(view, spoken_of=None)) | today


def _next_weekday(match: Match, view: Viewpoint) -> Days:
    """That of the next week: for this week's `Friday` or `this Friday` is said."""
    return only(in_week(view.today + timedelta(weeks=1), int(match[1]), view))


def _last_weekday(match: Match, view: Viewpoint) -> Days:
    """The one before today, and that of the last week: people differ."""
    weekday = int(match[1])
    latest = next(d for d in days_from(view.today, -1) if d.weekday() == weekday)
    return frozenset({latest, in_week(view.today - timedelta(weeks=1), weekday, view)})


def _of_week(match: Match, view: Viewpoint) -> Days:
    weeks = {"this": 0, "next": 1, "second": 2, "last": -1}[match["which"]]
    day = in_week(view.today + timedelta(weeks=weeks), int(match["weekday"]), view)
    return only(day)


def _feast(match: Match, view: Viewpoint) -> Days:
    year = year_of(match, view)
    if year is None:
        return only(feasts.nearest(match[1], view.today, past=view.past))
    return only(feasts.in_year(match[1], year))


def _ahead(match: Match, view: Viewpoint) -> Days:
    return moved(view.today, match, 1)


def _ago(match: Match, view: Viewpoint) -> Days:
    return moved(view.today, match, -1)


def _by_name(match: Match, view: Viewpoint) -> Days:
    day, month = int(match["day"]), int(match["month"])
    return next_dated(day, month, year_of(match, view), view)


def _in_figures(match: Match, view: Viewpoint) -> Days:
    """A date in figures, in the order of the country."""
    if not match.groupdict().get("mark") and _ANY_WEEKDAY.search(match.string):
        return Days()  # `Friday, nine ten`: a time
    one, two = match.group("one", "two")
    if month_first(view.phrases):
        one, two = two, one
    return next_dated(int(one), int(two), year_of(match, view), view)


def _iso(match: Match, view: Viewpoint) -> Days:
    return only(date_or_none(*(int(part) for part in match.groups())))


def _day_only(match: Match, view: Viewpoint) -> Days:
    """`the fifth`: the next such day, or the one in the month that is spoken of."""
    start = view.spoken_of.replace(day=1) if view.spoken_of else view.today
    walk = days_from(start, -1 if view.past and not view.spoken_of else 1, including=True)
    return only(
        next((d for d, _ in zip(walk, range(63), strict=False) if d.day == int(match[1])), None)
    )


def _day_of_month_named(match: Match, view: Viewpoint) -> Days:
    """`the fifth of next month`."""
    first = first_of(match["which"], view)
    return only(date_or_none(first.year, first.month, int(match["day"])))


def _nth_weekday(match: Match, view: Viewpoint) -> Days:
    """`the first Monday in January`, `the last Friday of next month`."""
    weekday, nth = int(match["weekday"]), match["nth"]
    given = match.groupdict()
    if given.get("which"):
        first = first_of(given["which"], view)
        day = nth_weekday(first.year, first.month, weekday, nth)
        return only(day if given["which"] == "next" or (day and day >= view.today) else None)
    return nearest_of(
        lambda year: nth_weekday(year, int(match["month"]), weekday, nth), match, view
    )


def _end_day(match: Match, view: Viewpoint) -> Days:
    """`the last day of December`, `the first day of next month`."""
    given = match.groupdict()
    if given.get("month"):
        month = int(given["month"])
        return nearest_of(lambda year: end_of(date(year, month, 1), match["nth"]), match, view)
    return only(end_of(first_of(given["which"] or "this", view), match["nth"]))


def _nothing(match: Match, view: Viewpoint) -> Days:
    return frozenset()


# --- the patterns ---
_NEAR = {
    "today": 0,
    "tomorrow": 1,
    "day_after_tomorrow": 2,
    "yesterday": -1,
    "day_before_yesterday": -2,
}
_ANY_WEEKDAY = re.compile(r"\bw\d ")
WEEKDAY = re.compile(r"w(\d) ")
SEASON = re.compile(rf"f:({'|'.join(sorted(feasts.SEASONS))}) ")
COUNT = r"(?:n(?P<count>\d+) )?"
UNIT = r"(?P<unit>day|week|fortnight|month|year) "
NEAR_DAY = rf"({'|'.join(_NEAR)}) "
LONG_UNIT = r"(?P<unit>week|fortnight|month|year) "
WEEKS = r"(?P<unit>week|fortnight) "
_YEAR = (
    r"(?:n(?P<century>19|20) (?:n0 )?n(?P<rest>\d\d?) |(?:in )?n(?P<year>\d{4}) "
    r"|(?P<this_year>this|next) year )?"
)
_YEAR_SHORT = _YEAR.replace(r"\d{4}", r"\d{4}|[2-9]\d")
_WHICH = r"(?:in )?(?P<which>this|next) month "
_NTH = r"(?P<nth>o[1-5]|last) "


def _rules(*rules: tuple[str, Callable[[Match, Viewpoint], Days]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), read) for pattern, read in rules)


RULES = _rules(
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
    (rf"o(?P<day>\d+) (?:day )?(?:in )?m(?P<month>\d+) {_YEAR_SHORT}", _by_name),
    (rf"n(?P<day>\d+) (?:day )?m(?P<month>\d+) {_YEAR_SHORT}", _by_name),
    (r"m\d+ n(?:19|20) n\d\d (?!n\d)", _nothing),  # `December twenty twenty six`: no day
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
    (rf"in {COUNT}{UNIT}(?:time |now )?", _ahead),
    (rf"{COUNT}{UNIT}(?:time|now) ", _ahead),
    (rf"{COUNT}{UNIT}ago ", _ago),
    (rf"before {COUNT}{UNIT}", _ago),  # German: vor drei Tagen
    (NEAR_DAY, _near),
)
