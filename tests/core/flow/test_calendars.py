"""When a client is open: the most specific rule wins, and the clock on the wall counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.core.flow.calendars import Calendar, parse_calendar, parse_pattern

LONDON = ZoneInfo("Europe/London")
Days = dict[str, object]


def open_at(days: Days, moment: str) -> bool:
    """Whether a client with these hours is open at `moment`, by the clock on the wall."""
    return parse_calendar(days).is_open(datetime.fromisoformat(moment).replace(tzinfo=LONDON))


WEEK: Days = {"mon-fri": "09:00-17:30", "sat": "09:00-12:00"}
SPLIT: Days = {"mon": "08:30-12:30, 13:30-18:00"}
NIGHT: Days = {"fri": "22:00-06:00"}
ROUND: Days = {"mon-sun": "00:00-24:00"}


@pytest.mark.parametrize(
    ("days", "moment", "is_open"),
    [
        (WEEK, "2026-11-23T09:00", True),
        (WEEK, "2026-11-23T08:59", False),
        (WEEK, "2026-11-23T17:29:59", True),
        (WEEK, "2026-11-23T17:30", False),
        (WEEK, "2026-11-28T11:59", True),
        (WEEK, "2026-11-28T12:00", False),
        (WEEK, "2026-11-29T11:00", False),
        (SPLIT, "2026-11-23T12:29", True),
        (SPLIT, "2026-11-23T13:00", False),
        (SPLIT, "2026-11-23T13:30", True),
        (NIGHT, "2026-11-27T21:59", False),
        (NIGHT, "2026-11-27T23:59", True),
        (NIGHT, "2026-11-28T00:00", True),
        (NIGHT, "2026-11-28T05:59", True),
        (NIGHT, "2026-11-28T06:00", False),
        (NIGHT, "2026-11-27T03:00", False),
        (ROUND, "2026-11-23T00:00", True),
        (ROUND, "2026-11-23T23:59", True),
        ({"fri-mon": "10:00-11:00"}, "2026-11-22T10:30", True),
        ({"fri-mon": "10:00-11:00"}, "2026-11-24T10:30", False),
        ({"mon": "closed"}, "2026-11-23T10:30", False),
        ({}, "2026-11-23T10:30", False),
    ],
)
def test_the_weekly_pattern_counts_from_its_first_minute_to_before_its_last(
    days: Days, moment: str, is_open: bool
) -> None:
    assert open_at(days, moment) is is_open


@pytest.mark.parametrize("order", [("mon-fri", "wed"), ("wed", "mon-fri")])
def test_a_day_of_its_own_counts_more_than_a_range_wherever_it_stands(
    order: tuple[str, str],
) -> None:
    hours = {"mon-fri": "09:00-17:30", "wed": "09:00-12:00"}
    assert not open_at({day: hours[day] for day in order}, "2026-11-25T15:00")


@pytest.mark.parametrize(
    ("region", "day", "is_open"),
    [
        ("GB-ENG", "2026-12-25", False),
        ("GB-ENG", "2026-08-31", False),
        ("GB-SCT", "2026-08-31", True),
        ("GB-SCT", "2026-11-30", False),
        ("GB-ENG", "2026-11-30", True),
        ("DE-BY", "2026-01-06", False),
        ("DE", "2026-01-06", True),
        ("GB", "2031-12-25", False),
    ],
)
def test_a_public_holiday_of_the_region_is_closed(region: str, day: str, is_open: bool) -> None:
    assert open_at(WEEK | {"holidays": region}, day + "T10:00") is is_open


def test_a_closure_holds_from_its_first_day_to_its_last() -> None:
    days = WEEK | {"closed": ["2026-12-21..2026-12-23", "2026-12-30"]}
    found = {f"12-{day}": open_at(days, f"2026-12-{day}T10:00") for day in (18, 21, 23, 24, 30, 31)}
    assert found == {
        "12-18": True,
        "12-21": False,
        "12-23": False,
        "12-24": True,
        "12-30": False,
        "12-31": True,
    }


def test_a_date_of_its_own_counts_more_than_closures_and_holidays() -> None:
    dates = {"2026-12-25": "10:00-11:00", "2026-12-29": "closed"}
    days = WEEK | {"closed": "2026-12-24..2027-01-02", "holidays": "GB-ENG", "dates": dates}
    assert open_at(days, "2026-12-25T10:30")
    assert not open_at(days, "2026-12-25T12:00")
    assert not open_at(days, "2026-12-29T10:30")


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    days: Days = {"thu-fri": "22:00-06:00", "holidays": "GB-ENG"}
    assert open_at(days, "2026-12-25T05:00")  # the night of 24 December
    assert not open_at(days, "2026-12-26T05:00")  # the night of Christmas Day


def utc(days: Days, moment: str) -> bool:
    """Whether a client in London is open at a moment in UTC."""
    there = datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(LONDON)
    return parse_calendar(days).is_open(there)


def test_when_the_clocks_go_forward_nine_o_clock_stays_nine_o_clock() -> None:
    days: Days = {"mon-sun": "09:00-17:00"}
    assert not utc(days, "2026-03-28T08:59")  # GMT
    assert utc(days, "2026-03-28T09:00")
    assert not utc(days, "2026-03-29T07:59")  # BST since one in the morning
    assert utc(days, "2026-03-29T08:00")


def test_the_hour_that_does_not_exist_is_neither_open_nor_closed() -> None:
    days: Days = {"sun": "00:30-02:30"}
    assert utc(days, "2026-03-29T00:59")  # 00:59
    assert utc(days, "2026-03-29T01:00")  # 02:00
    assert not utc(days, "2026-03-29T01:30")  # 02:30


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    days: Days = {"sun": "01:00-02:00"}
    found = [utc(days, f"2026-10-25T0{hour}:30") for hour in range(3)]
    assert found == [True, True, False]  # 01:30 BST, 01:30 GMT, 02:30 GMT


def test_a_night_through_the_change_ends_at_its_hour_on_the_wall() -> None:
    days: Days = {"sat": "22:00-06:00"}
    assert utc(days, "2026-10-25T05:59")
    assert not utc(days, "2026-10-25T06:00")


def test_hours_may_stand_in_a_list_and_with_a_long_dash() -> None:
    assert parse_pattern(["09:00–12:00", "13:00 - 17:00"]) == parse_pattern(
        "09:00-12:00, 13:00-17:00"
    )


def test_the_hours_of_a_date_can_be_asked() -> None:
    calendar = parse_calendar(WEEK)
    assert isinstance(calendar, Calendar)
    assert [h.opens for h in calendar.pattern(date(2026, 11, 23))] == [9 * 60]
