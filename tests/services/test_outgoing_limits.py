"""How far a caller can make us call, text and wait."""

from __future__ import annotations

import pytest
from redis import Redis

from ivr.adapters.redis.outgoing_counts import OutgoingCounts
from ivr.services.outgoing_limits import CALL_BACKS, PER_HOUR, PLACES, RINGS, TEXTS, OutgoingLimits

OWN = ["+442079460301"]


def refused(limits: OutgoingLimits, kind: str, number: str, once: str = "CA1/1") -> bool:
    return limits.refused(kind, number, client="acme", own=OWN, known=["+34600123456"], once=once)


@pytest.mark.parametrize("kind", [TEXTS, CALL_BACKS, PLACES, RINGS])
def test_so_much_in_an_hour_and_no_more(kind: str, redis: Redis) -> None:
    limits = OutgoingLimits(OutgoingCounts(redis), ["GB"])
    acts = [refused(limits, kind, "+447700900123", f"CA{n}/1") for n in range(100)]
    assert acts == [False] * PER_HOUR[kind] + [True] * (100 - PER_HOUR[kind])
    assert not refused(limits, kind, "+447700900124")
    (key,) = [k for k in redis.keys("ivr:outgoing:*") if redis.scard(k) > 1]
    assert 0 < int(redis.ttl(key)) <= 3600


def test_the_same_again_counts_once(redis: Redis) -> None:
    limits = OutgoingLimits(OutgoingCounts(redis), ["GB"])
    assert not any(refused(limits, TEXTS, "+447700900123") for _ in range(50))


def test_countries_count_and_numbers_of_the_file_may_be_anywhere(redis: Redis) -> None:
    limits = OutgoingLimits(OutgoingCounts(redis), ["IE"])
    assert not refused(limits, TEXTS, "+353871234567")
    assert not refused(limits, TEXTS, "+447700900123")  # the client's own country
    assert refused(limits, CALL_BACKS, "+33612345678")
    assert not refused(limits, TEXTS, "+34600123456")
    assert refused(limits, TEXTS, "+8816123456789")
    assert not refused(limits, PLACES, "+33612345678")  # anybody may wait


def test_without_redis_nobody_is_refused() -> None:
    away = OutgoingLimits(OutgoingCounts(Redis.from_url("redis://127.0.0.1:1")), ["GB"])
    assert not refused(away, TEXTS, "+447700900123")
    assert refused(away, TEXTS, "+449098790000")
