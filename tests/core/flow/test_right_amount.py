"""Hours, days, dates and lengths of time as people type them, and what `check` says to type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.flow import right_amount
from ivr.core.flow.calendars import parse_days, parse_pattern, parse_span, parse_time
from ivr.core.flow.types import parse_duration, parse_period


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:00-17.30", "09:00-17:30"),
        ("9am - 5pm", "09:00-17:00"),
        ("9 to 5", "09:00-17:00"),
        ("9am-5", "09:00-17:00"),
        ("9-5pm", "09:00-17:00"),
        ("1 - 5pm", "13:00-17:00"),
        ("9am to noon", "09:00-12:00"),
        ("6pm-6am", "18:00-06:00"),
        ("22-6", "22:00-06:00"),
        ("9.00 bis 17.00 Uhr", "09:00-17:00"),
        ("09:00-12:00 and 13:00-17:30", "09:00-12:00, 13:00-17:30"),
        ("24 hours", "00:00-24:00"),
        ("24/7", "00:00-24:00"),
        ("all day", "00:00-24:00"),
        ("no", "closed"),
        ("9yb-5yh", "09:00-17:00"),
        ("ar gau", "closed"),
        ("09:00", ""),
        ("25:00-26:00", ""),
        ("8 until late", ""),
    ],
)
def test_hours(typed: str, meant: str) -> None:
    assert right_amount.hours(typed) == meant
    if meant:
        parse_pattern(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mon-Fri", "mon-fri"),
        ("monday-friday", "mon-fri"),
        ("mon to fri", "mon-fri"),
        ("Mo-Fr", "mon-fri"),
        ("Montag", "mon"),
        ("dydd Llun", "mon"),
        ("Tues", "tue"),
        ("llun-gwener", "mon-fri"),
        ("sadwrn", "sat"),
        ("mon, tue, wed", "mon-wed"),
        ("sat & sun", "sat-sun"),
        ("weekdays", "mon-fri"),
        ("weekend", "sat-sun"),
        ("on", ""),
    ],
)
def test_days(typed: str, meant: str) -> None:
    assert right_amount.days(typed) == meant
    if meant:
        parse_days(meant)


def test_days_apart_each_have_a_line() -> None:
    assert right_amount.days("mon, wed") == "mon and wed, each on a line of its own"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("4 hours", "4h"),
        ("four hours", "4h"),
        ("60 seconds", "60s"),
        ("1 min", "1m"),
        ("1h30", "90m"),
        ("4h30m", "270m"),
        ("1 hour 30 minutes", "90m"),
        ("half an hour", "30m"),
        ("an hour", "1h"),
        ("diwrnod", "1d"),
        ("2 working days", "2d"),
        ("zwei Stunden", ""),
        ("2 Stunden", "2h"),
        ("4", "4s, 4m, 4h or 4d"),
        ("soon", ""),
        ("0", ""),
        ("1.5h", ""),
    ],
)
def test_lengths_of_time(typed: str, meant: str) -> None:
    assert right_amount.duration(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("30 days", "30d"), ("6 months", "6m"), ("2 years", "2y"), ("ever", "")]
)
def test_numbers_of_days(typed: str, meant: str) -> None:
    assert right_amount.period(typed) == meant
    if meant:
        parse_period(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("8am", "08:00"), ("8.30", "08:30"), ("20 Uhr", "20:00"), ("noon", "12:00")],
)
def test_times_of_day(typed: str, meant: str) -> None:
    assert right_amount.time_of_day(typed) == meant
    parse_time(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24/12/2026", "2026-12-24"),
        ("24.12.2026", "2026-12-24"),
        ("12/31/2026", "2026-12-31"),
        ("2026/12/24", "2026-12-24"),
        ("24 December 2026", "2026-12-24"),
        ("24. Dezember 2026", "2026-12-24"),
        ("Christmas Day 2026", "2026-12-25"),
        ("2026-12-24 - 2027-01-02", "2026-12-24..2027-01-02"),
        ("2026-12-24-2027-01-02", "2026-12-24..2027-01-02"),
        ("24/12/2026 to 2 January 2027", "2026-12-24..2027-01-02"),
        ("2026-12-24, 2026-12-25", '["2026-12-24", "2026-12-25"]'),
        ("2026-13-24", ""),
        ("24 December", ""),
    ],
)
def test_days_and_spans_of_days(typed: str, meant: str) -> None:
    assert right_amount.span(typed) == meant
    if meant and not meant.startswith("["):
        parse_span(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorrow 9am", "2026-12-01T09:00"),
        ("9pm", "2026-11-30T21:00"),
        ("friday 17:30", "2026-12-04T17:30"),
        ("next friday", "2026-12-11T09:00"),
        ("25/12/2026", "2026-12-25T09:00"),
        ("25 December 2026 at 14:30", "2026-12-25T14:30"),
        ("1 Dec 2026 10am", "2026-12-01T10:00"),
        ("rubbish", ""),
    ],
)
def test_moments(typed: str, meant: str) -> None:
    assert right_amount.moment(typed, date(2026, 11, 30)) == meant


@given(st.text(max_size=40) | st.from_regex(r"[0-9a-z:. ,/-]{0,25}"))
def test_whatever_is_typed_what_is_advised_can_be_read(typed: str) -> None:
    if hours := right_amount.hours(typed):
        with_length = hours == "closed" or all(
            one.partition("-")[0] != one.partition("-")[2] for one in hours.split(", ")
        )
        if with_length and not any(one.startswith("24:00") for one in hours.split(", ")):
            parse_pattern(hours)
    if (duration := right_amount.duration(typed)) and " or " not in duration:
        assert parse_duration(duration) > 0
    if (days := right_amount.days(typed)) and " " not in days:
        parse_days(days)
