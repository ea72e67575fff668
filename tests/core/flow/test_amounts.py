"""Amounts are read with their units."""

from __future__ import annotations

import pytest

from ivr.core.flow.amounts import between, days, seconds


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 seconds"), (1, "1 second"), (90, "90 seconds"), (60, "1 minute"), (5400, "90 minutes"),
     (14_400, "4 hours"), (86_400, "1 day"), (210_600, "2 days 10 hours 30 minutes")],
)  # fmt: skip
def test_a_length_of_time_is_said_in_the_largest_unit_that_fits(number: int, said: str) -> None:
    assert seconds(number) == said


@pytest.mark.parametrize(("number", "said"), [(1, "1 day"), (30, "30 days"), (730, "2 years")])
def test_days_are_said_as_days_or_years(number: int, said: str) -> None:
    assert days(number) == said


def test_a_range_names_its_unit_once() -> None:
    assert between("3 digits", "4 digits") == "3 to 4 digits"
    assert between("6 digits", "6 digits") == "6 digits"
