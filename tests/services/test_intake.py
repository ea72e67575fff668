"""What a webhook says is kept by the records, else by the journal, else the webhook is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ivr.errors import NotKept, RecordsError, RecordsUnavailable, StateUnavailable
from ivr.services.breaker import CircuitBreaker
from ivr.services.facts import Fact
from ivr.services.intake import LEFT_ALONE_SECONDS, Intake
from tests.services.fact_samples import FACTS, message

FIRST, SECOND = FACTS[:2]


class InMemoryJournal:
    """A journal that may be away."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.away = False

    def append(self, fact: Fact) -> None:
        self.waiting()
        self.facts.append(fact)

    def waiting(self) -> int:
        if self.away:
            raise StateUnavailable("Redis is away.")
        return len(self.facts)


class Stores:
    """The two places where a fact may be kept, and an intake that uses them."""

    def __init__(self) -> None:
        self.records: list[Fact] = []
        self.failure: Exception | None = None
        self.asked = 0
        self.seconds = 0.0
        self.journal = InMemoryJournal()
        breaker = CircuitBreaker(LEFT_ALONE_SECONDS, lambda: self.seconds)
        self.intake = Intake(self.journal, self.record, breaker, patience=0.05)

    def record(self, fact: Fact) -> None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        self.records.append(fact)


@pytest.fixture
def stores() -> Stores:
    return Stores()


def test_a_fact_goes_straight_into_the_records(stores: Stores) -> None:
    stores.intake.keep(FIRST)
    assert (stores.records, stores.journal.facts) == ([FIRST], [])


@pytest.mark.parametrize("failure", [RecordsUnavailable("locked"), RecordsError("refused")])
def test_what_the_records_do_not_take_waits_in_the_journal(
    stores: Stores, failure: Exception
) -> None:
    stores.failure = failure
    stores.intake.keep(FIRST)
    assert (stores.records, stores.journal.facts) == ([], [FIRST])


def test_with_the_journal_away_the_records_alone_keep_it(stores: Stores) -> None:
    stores.journal.away = True
    stores.intake.keep(FIRST)
    assert stores.records == [FIRST]


def test_where_neither_takes_it_the_webhook_is_told(stores: Stores) -> None:
    stores.journal.away, stores.failure = True, RecordsUnavailable("locked")
    with pytest.raises(NotKept, match=r"locked.*Redis is away"):
        stores.intake.keep(FIRST)


def test_later_facts_wait_behind_earlier_ones(stores: Stores) -> None:
    stores.failure = RecordsUnavailable("locked")
    stores.intake.keep(FIRST)
    stores.failure, stores.seconds = None, LEFT_ALONE_SECONDS
    stores.intake.keep(SECOND)
    assert stores.journal.facts == [FIRST, SECOND]


def test_records_that_have_just_failed_are_left_alone(stores: Stores) -> None:
    stores.failure = RecordsUnavailable("locked")
    for _ in range(50):
        stores.intake.keep(FIRST)
        stores.journal.facts.clear()
    assert stores.asked == 1
    stores.seconds, stores.failure = LEFT_ALONE_SECONDS, None
    stores.intake.keep(SECOND)
    assert stores.records == [SECOND]


def test_what_is_refused_does_not_count_as_records_that_are_away(stores: Stores) -> None:
    stores.failure = RecordsError("refused")
    stores.intake.keep(FIRST)
    stores.journal.facts.clear()
    stores.failure = None
    stores.intake.keep(SECOND)
    assert stores.records == [SECOND]


def test_records_that_hang_are_waited_for_no_longer_than_a_webhook_can(stores: Stores) -> None:
    release = threading.Event()
    with pytest.raises(RecordsUnavailable, match="too slow"):
        stores.intake.attempt(lambda: release.wait(30))
    with pytest.raises(RecordsUnavailable, match="just not answered"):
        stores.intake.attempt(lambda: None)
    release.set()


def test_what_else_goes_wrong_comes_through(stores: Stores) -> None:
    def fail() -> None:
        raise ValueError("a fault")

    work: Callable[[], None] = fail
    with pytest.raises(ValueError, match="a fault"):
        stores.intake.attempt(work)
    stores.intake.keep(message())
    assert stores.records == [message()]
