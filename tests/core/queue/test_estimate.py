"""What the expected wait is worked out from."""

from __future__ import annotations

import pytest

from ivr.core.queue.estimate import expected_wait


def test_each_call_before_costs_its_time_shared_among_the_operators() -> None:
    assert expected_wait(1, 120, 1) == 120
    assert expected_wait(6, 100, 3) == 200


@pytest.mark.parametrize(("handling", "at_work"), [(None, 3), (120, 0)])
def test_where_nothing_is_known_nothing_is_estimated(handling: float | None, at_work: int) -> None:
    assert expected_wait(3, handling, at_work) is None
