"""Facts that wait in Redis come out as they went in, in order, once the records take them."""

from __future__ import annotations

import pytest
from redis import Redis
from structlog.testing import capture_logs

from ivr import keys
from ivr.adapters.redis.fact_journal import FactJournal
from ivr.errors import RecordsError, RecordsUnavailable, StateUnavailable
from ivr.services.facts import KINDS, Fact, kind_of
from tests.services.fact_samples import FACTS


@pytest.fixture
def journal(redis: Redis) -> FactJournal:
    journal = FactJournal(redis)
    journal.drain(lambda fact: None)  # sets the consumers up
    return journal


def test_there_is_a_sample_of_every_kind() -> None:
    assert {kind_of(fact) for fact in FACTS} == set(KINDS)


def test_facts_come_out_as_they_went_in_and_in_order(journal: FactJournal) -> None:
    for fact in FACTS:
        journal.append(fact)
    assert journal.waiting() == len(FACTS)
    found: list[Fact] = []
    assert journal.drain(found.append) == len(FACTS)
    assert tuple(found) == FACTS
    assert journal.waiting() == 0


def test_what_the_records_cannot_take_now_comes_again_first(journal: FactJournal) -> None:
    def away(_: Fact) -> None:
        raise RecordsUnavailable("locked")

    journal.append(FACTS[0])
    with pytest.raises(RecordsUnavailable):
        journal.drain(away)
    journal.append(FACTS[1])
    found: list[Fact] = []
    while journal.waiting():
        journal.drain(found.append)
    assert found == list(FACTS[:2])


def test_what_a_dead_relay_had_read_is_written_before_what_came_later(journal: FactJournal) -> None:
    def away(_: Fact) -> None:
        raise RecordsUnavailable("locked")

    journal.append(FACTS[0])
    with pytest.raises(RecordsUnavailable):
        journal.drain(away, consumer="killed")
    journal.append(FACTS[1])
    found: list[Fact] = []
    assert journal.drain(found.append, consumer="next") == 0  # who was killed might still live
    while journal.waiting():
        journal.drain(found.append, consumer="next", dead_after_ms=0)
    assert found == list(FACTS[:2])


def test_what_they_refuse_is_set_aside_loudly_and_holds_up_nothing(journal: FactJournal) -> None:
    found: list[Fact] = []

    def record(fact: Fact) -> None:
        if fact == FACTS[0]:
            raise RecordsError("Never.")
        found.append(fact)

    journal.append(FACTS[0])
    journal.append(FACTS[1])
    with capture_logs() as logs:
        journal.drain(record)
    assert FACTS[1] in found
    assert (journal.waiting(), journal.refused()) == (0, 1)
    assert [entry["event"] for entry in logs] == ["facts.refused"]


def test_what_is_no_fact_is_set_aside_without_its_words(redis: Redis, journal: FactJournal) -> None:
    redis.xadd(keys.FACTS, {"kind": "message", "fact": '{"call_sid": "my secret"}'})
    redis.xadd(keys.FACTS, {"kind": "something newer", "fact": "{}"})
    with capture_logs() as logs:
        journal.drain(lambda fact: None)
    assert journal.refused() == 2
    assert "my secret" not in str(logs)


def test_without_redis_nothing_is_kept() -> None:
    journal = FactJournal(Redis.from_url("redis://127.0.0.1:9"))
    with pytest.raises(StateUnavailable, match="See that it runs"):
        journal.append(FACTS[0])
    with pytest.raises(StateUnavailable):
        journal.waiting()
