"""What has just failed is left alone for a while, then tried by one at a time."""

from __future__ import annotations

from ivr.services.breaker import CircuitBreaker


class Seconds:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_everybody_may_try_what_answers() -> None:
    breaker = CircuitBreaker(5, Seconds())
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()


def test_nobody_tries_for_a_while_what_has_failed() -> None:
    clock = Seconds()
    breaker = CircuitBreaker(5, clock)
    breaker.failed()
    clock.now += 4.9
    assert not breaker.allows()


def test_then_one_tries_at_a_time() -> None:
    clock = Seconds()
    breaker = CircuitBreaker(5, clock)
    breaker.failed()
    clock.now += 5
    assert breaker.allows()
    assert not breaker.allows()


def test_one_success_lets_everybody_try_again() -> None:
    clock = Seconds()
    breaker = CircuitBreaker(5, clock)
    breaker.failed()
    clock.now += 5
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_one_whose_outcome_is_never_told_does_not_keep_others_out_for_ever() -> None:
    clock = Seconds()
    breaker = CircuitBreaker(5, clock)
    breaker.failed()
    clock.now += 5
    assert breaker.allows()
    clock.now += 5
    assert breaker.allows()
