"""Times that a change of the clocks leaves out or repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.local_time import local_time

LONDON = ZoneInfo("Europe/London")
ZONES = st.sampled_from([LONDON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_usual_time_is_just_that() -> None:
    found = local_time(wall("2026-12-01T09:00"), LONDON)
    assert (found.moment, found.unclear) == (datetime(2026, 12, 1, 9, tzinfo=UTC), "")


def test_an_hour_that_the_clocks_leave_out_is_none() -> None:
    found = local_time(wall("2027-03-28T01:30"), LONDON)
    assert found.left_out == (
        "There is no 01:30 on 28 March 2027: the clocks go forward past it. "
        "Write 02:30, or a time an hour earlier."
    )


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    found = local_time(wall("2026-10-25T01:30"), LONDON)
    assert found.moment.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.twice == (
        "01:30 comes twice on 25 October 2026, as the clocks go back; the first is meant. "
        "For the second write 2026-10-25T01:30+00:00."
    )
    assert found.unclear_without_offset == (
        "01:30 comes twice on 25 October 2026, as the clocks go back. "
        "Choose a time before or after that hour."
    )


@given(st.datetimes(wall("2020-01-01"), wall("2035-01-01")), ZONES)
def test_what_is_clear_is_shown_by_the_clocks_just_once(shows: datetime, zone: ZoneInfo) -> None:
    found = local_time(shows, zone)
    shown = [
        moment.astimezone(zone).replace(tzinfo=None, fold=0)
        for hours in range(-3, 4)
        for minutes in (0, 30)
        if (moment := found.moment.astimezone(UTC) + timedelta(hours=hours, minutes=minutes))
    ]
    count = shown.count(shows)
    assert count == (0 if found.left_out else 2 if found.twice else 1)
