"""Days played on the real queue agree with theory, and nobody starves.

The seeds are fixed, so that a test passes or fails for good.
"""

from __future__ import annotations

import math
from statistics import fmean, stdev

import pytest
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.queue.erlang import answered_within, erlang_a, erlang_b, erlang_c
from ivr.services.queue.planner import EmptyQueue, Load, Strategy, enough, least_by_theory, play
from ivr.services.queue.simulation import Arrival, SimulatedDay, SimulationResult, poisson

RATE = 120
"""Calls an hour."""


def test_the_formulas_give_the_known_values() -> None:
    # Two operators, one erlang: B = 0.2, C = 1/3, by hand from the definitions.
    assert erlang_b(2, 1.0) == pytest.approx(0.2)
    found = erlang_c(2, 1 / 60, 60)
    assert found.waits == pytest.approx(1 / 3)
    assert found.mean_wait == pytest.approx(20)
    assert answered_within(0, 2, 1 / 60, 60) == pytest.approx(2 / 3)


def test_too_few_operators_are_refused_where_nobody_gives_up() -> None:
    with pytest.raises(ValueError, match="can never do"):
        erlang_c(2, 1 / 30, 60)


def test_patience_that_lasts_for_ever_is_erlang_c_and_none_at_all_is_erlang_b() -> None:
    assert erlang_a(3, 1 / 60, 120, 1e9).waits == pytest.approx(erlang_c(3, 1 / 60, 120).waits)
    assert erlang_a(3, 1 / 60, 120, 1e-6).abandons == pytest.approx(erlang_b(3, 2), rel=1e-3)
    assert math.isfinite(erlang_a(400, 3, 150, 60).mean_wait)


@pytest.fixture
def empty(redis: Redis) -> EmptyQueue:
    """A queue that is emptied each time it is asked for."""

    def emptied() -> tuple[RedisOperatorQueue, RedisOperators]:
        redis.flushall()
        return RedisOperatorQueue(redis), RedisOperators(redis)

    return emptied


def played(empty: EmptyQueue, operators: int, patience: float | None) -> SimulationResult:
    staff = {f"operator-{number}": None for number in range(operators)}
    return SimulatedDay(*empty(), staff).play(poisson(5, 12, RATE, 120, patience))


def assert_agrees(values: list[float], expected: float, precision: float) -> None:
    """Whether the mean is what was expected, as far as so many callers can tell.

    Neighbours share their luck, so the error is that of the means of ten stretches of the day. Of
    right programs 99 in 100 pass (Student's t of nine degrees); `precision` is what the error must
    not exceed, or the day would tell nothing.
    """
    size = len(values) // 10
    means = [fmean(values[size * number : size * (number + 1)]) for number in range(10)]
    error = stdev(means) / math.sqrt(10)
    assert error <= precision
    assert abs(fmean(means) - expected) <= 3.25 * error


def waits_of(result: SimulationResult) -> list[float]:
    return [visit.wait.total_seconds() for visit in result.visits if visit.wait is not None]


def test_a_day_without_impatience_goes_as_erlang_c_says(empty: EmptyQueue) -> None:
    result, expected = played(empty, 6, None), erlang_c(6, RATE / 3600, 120)
    waits = waits_of(result)
    in_time = answered_within(20, 6, RATE / 3600, 120)
    assert_agrees([float(wait <= 20) for wait in waits], in_time, 0.05)
    assert_agrees([float(wait > 0) for wait in waits], expected.waits, 0.05)
    assert_agrees(waits, expected.mean_wait, 5)
    assert result.measures.service_level == sum(wait <= 20 for wait in waits) / len(waits)
    assert result.measures.abandoned == 0


def test_a_day_with_impatience_goes_as_erlang_a_says(empty: EmptyQueue) -> None:
    result, expected = played(empty, 4, 60), erlang_a(4, RATE / 3600, 120, 60)
    assert_agrees([float(visit.abandoned) for visit in result.visits], expected.abandons, 0.03)
    assert_agrees(waits_of(result), expected.mean_wait, 3)
    assert result.occupancy == pytest.approx(expected.occupancy, abs=0.05)


def test_the_same_day_goes_the_same_way(empty: EmptyQueue) -> None:
    first = play(empty, Strategy.USUAL_FIRST, 3, Load(60, hours=1))
    assert play(empty, Strategy.USUAL_FIRST, 3, Load(60, hours=1)).measures == first.measures


def test_callers_come_to_those_who_know_them_where_the_strategy_says_so(empty: EmptyQueue) -> None:
    load = Load(60, hours=1)
    shares = {each: play(empty, each, 6, load).familiar or 0.0 for each in Strategy}
    assert shares[Strategy.LONGEST_IDLE] < 0.5
    assert shares[Strategy.USUAL_FIRST] > 0.7
    assert shares[Strategy.SKILLS_FIRST] > 0.7


def test_as_many_operators_are_found_as_the_target_takes(empty: EmptyQueue) -> None:
    load = Load(40, hours=2, clients=1)
    operators, result = enough(empty, Strategy.LONGEST_IDLE, load, 0.8)
    assert result.measures.service_level is not None
    assert result.measures.service_level >= 0.8
    fewer = play(empty, Strategy.LONGEST_IDLE, operators - 1, load)
    assert fewer.measures.service_level is not None
    assert fewer.measures.service_level < 0.8
    assert abs(operators - least_by_theory(load, 0.8)) <= 2


def test_a_stream_of_callers_with_priority_starves_nobody(empty: EmptyQueue) -> None:
    """One operator, and those who go first alone are more than they can serve."""
    ordinary = Arrival(30, "acme", 60)
    first = [Arrival(30.0 * number, "acme", 60, priority=10) for number in range(100)]
    result = SimulatedDay(*empty(), {"sam": None}).play([ordinary, *first])
    served = sorted(result.visits, key=lambda visit: visit.answered_at or visit.joined_at)
    place = next(
        at
        for at, visit in enumerate(served)
        if visit.priority == 0 and visit.call_sid == "CA000000"
    )
    (they,) = [visit for visit in result.visits if visit.call_sid == "CA000000"]
    later = [(each.joined_at - they.joined_at).total_seconds() for each in served[:place]]
    assert max(later) <= 600  # whoever came more than ten minutes later has not overtaken them
    assert max(later) > 500  # and those before that have, or the test would show nothing
