"""What the queue did reaches the records, once, whatever dies in between."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

from redis import Redis

from ivr import keys
from ivr.adapters.redis.queue.fact_stream import drain_facts
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import SqlRecords
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.facts import OfferEnd, VisitEnd, fact_from_json
from ivr.core.queue.states import Presence
from ivr.core.queue.visits import Visit
from tests.adapters.sql.records_samples import snapshot
from tests.stream_entries import entries

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LEASE = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def drain_all(redis: Redis, records: SqlRecords, **options: int) -> None:
    drain_facts(redis, records.queue, 1, **options)  # may only make the consumer group
    while drain_facts(redis, records.queue, 1, **options):
        pass


def visits(records: SqlRecords) -> list[Visit]:
    return records.queue.visits(NOON, NOON + DAY)


def a_day(redis: Redis) -> None:
    """One caller is answered, after an operator missed them; one hangs up, one waits too long."""
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    for call_sid, joined in (("CA1", 0), ("CA2", 1), ("CA3", 2)):
        ticket = QueueEntry(call_sid, "acme", "", "", 5, (), at(joined), 120, wrap_up=30)
        queue.wait(ticket, at(joined))
    operators.sign_on("sam", None, at(5))
    (first,) = queue.match(at(5), LEASE)
    queue.rung(first.id, "CAleg")
    queue.release(first.id, at(25), OfferEnd.MISSED)
    operators.sign_on("joy", None, at(30))
    (second,) = queue.match(at(30), LEASE)
    queue.operator_answered(second.id, at(36))
    queue.hang_up("CA2", at(40))
    queue.finish(second.id, at(96))
    queue.expire(at(200))


def test_a_visit_is_kept_with_its_offers_and_its_end(redis: Redis, records: SqlRecords) -> None:
    records.calls.note([snapshot(call_sid="CA1", started_at=at(-12))])
    a_day(redis)
    drain_all(redis, records)
    first, second, third = visits(records)
    assert (first.call_sid, first.client, first.priority) == ("CA1", "acme", 5)
    assert (first.rang_at, first.joined_at, first.left_at) == (at(-12), at(0), at(96))
    assert [(each.operator, each.how) for each in first.offers] == [
        ("sam", OfferEnd.MISSED),
        ("joy", OfferEnd.FINISHED),
    ]
    assert first.offers[0].offered_at == at(5)
    assert first.answered_at == at(36)
    assert second.abandoned
    assert second.left_at == at(40)
    assert (third.how, third.left_at) == (VisitEnd.EXPIRED, at(122))
    assert redis.xlen(keys.QUEUE_FACTS) == 0


def test_operators_states_are_kept(redis: Redis, records: SqlRecords) -> None:
    a_day(redis)
    drain_all(redis, records)
    spans = records.queue.spans(at(31), at(300))
    assert [(each.operator, each.state) for each in spans] == [
        ("joy", Presence.RINGING),  # they were in it when this time began
        ("joy", Presence.ON_CALL),
        ("joy", Presence.WRAP_UP),
        ("joy", Presence.AVAILABLE),
        ("sam", Presence.AWAY),
    ]
    assert spans[0].since == at(30)
    assert spans[2].until == at(126)
    assert spans[-1].reason == "no answer"
    assert spans[-1].until is None


def test_facts_that_come_twice_and_in_any_order_give_the_same(
    redis: Redis, records: SqlRecords
) -> None:
    a_day(redis)
    facts = [fact_from_json(fields[b"fact"]) for fields in entries(redis, keys.QUEUE_FACTS)]
    drain_all(redis, records)
    wanted, spans = visits(records), records.queue.spans(NOON, NOON + DAY)
    shuffled = facts * 2
    random.Random(7).shuffle(shuffled)  # noqa: S311 - the same order every time
    records.queue.note(shuffled)
    assert visits(records) == wanted
    assert records.queue.spans(NOON, NOON + DAY) == spans


def test_what_a_dead_relay_has_read_is_taken_over(redis: Redis, records: SqlRecords) -> None:
    a_day(redis)
    drain_facts(redis, records.queue, 1)
    redis.xreadgroup(keys.RECORDS_GROUP, "dead", {keys.QUEUE_FACTS: ">"})
    drain_all(redis, records, dead_after_ms=0)
    assert len(visits(records)) == 3


def test_what_cannot_be_read_is_put_aside(redis: Redis, records: SqlRecords) -> None:
    redis.xadd(keys.QUEUE_FACTS, {"fact": json.dumps({"what": "sung", "at": 1})})
    a_day(redis)
    drain_all(redis, records)
    assert len(visits(records)) == 3
    [refused] = entries(redis, keys.QUEUE_FACTS_REFUSED)
    assert b"not a fact" in refused[b"error"]


def test_a_caller_who_is_handed_on_stays_in_one_visit(redis: Redis, records: SqlRecords) -> None:
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    queue.wait(QueueEntry("CA1", "acme", "", "", 0, (), NOON, 120, wrap_up=30), NOON)
    operators.sign_on("sam", None, NOON)
    (first,) = queue.match(at(1), LEASE)
    queue.operator_answered(first.id, at(5))
    queue.requeue(first.id, at(60))
    operators.sign_on("joy", None, at(61))
    (second,) = queue.match(at(61), LEASE)
    queue.operator_answered(second.id, at(65))
    queue.hang_up("CA1", at(90))
    drain_all(redis, records)
    (visit,) = visits(records)
    assert [each.how for each in visit.offers] == [OfferEnd.HANDED_ON, OfferEnd.FINISHED]
    assert visit.answered_at == at(5)
    assert not visit.abandoned
