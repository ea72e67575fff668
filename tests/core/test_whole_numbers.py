"""Numbers from outside are bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.whole_numbers import LARGEST, whole_number


@given(st.integers(0, LARGEST))
def test_a_number_is_itself(number: int) -> None:
    assert whole_number(str(number)) == number


@pytest.mark.parametrize(
    "text", [None, "", "-1", "1.5", " 1", "1e3", "½", "٣", str(LARGEST + 1), "9" * 5000, "NaN"]
)
def test_all_else_is_none(text: str | None) -> None:
    assert whole_number(text) is None


def test_the_bound_can_be_lower() -> None:
    assert (whole_number("10", 10), whole_number("11", 10)) == (10, None)
