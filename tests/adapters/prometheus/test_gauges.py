"""How things stand, found out when Prometheus asks."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry
from redis import Redis

from ivr.adapters.files.heartbeats import Heartbeats
from ivr.adapters.prometheus.gauges import Families, Gauges, of_records, of_redis, of_signs
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import migrate, open_records
from ivr.core.queue.entry import QueueEntry
from ivr.core.queue.states import Presence
from ivr.errors import RecordsUnavailable
from ivr.keys import JOURNAL
from ivr.settings import Settings
from tests.call_back_samples import at, call_back


def scraped(families: Families) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gauges({"test": lambda: families}))
    return registry


def test_what_is_promised(settings: Settings) -> None:
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    for id_, asked in (("cb1", 30), ("cb2", 90)):
        records.call_backs.promise(call_back(id_, asked=asked))
    value = scraped(of_records(records, at(630))).get_sample_value
    assert value("tango_call_backs_waiting") == 2
    assert value("tango_call_backs_oldest_seconds") == 600
    assert value("tango_jobs_open") == value("tango_jobs_overdue") == 0
    for kind in ("fetch", "transcribe", "email"):
        assert value("tango_outbox_waiting", {"kind": kind}) == 0
        assert value("tango_outbox_oldest_seconds", {"kind": kind}) == 0


def test_how_the_queue_stands(redis: Redis) -> None:
    queue, operators = RedisOperatorQueue(redis), RedisOperators(redis)
    for number in range(2):
        joined = at(number)
        queue.wait(QueueEntry(f"CA{number}", "acme", "", "", 0, (), joined, 600), joined)
    operators.sign_on("sam", ("other",), at(5))
    operators.wish("joy", Presence.AWAY, at(5))
    redis.xadd(JOURNAL, {"call": "{}"})
    value = scraped(of_redis(redis, at(60))).get_sample_value
    assert value("tango_queue_waiting") == 2
    assert value("tango_queue_longest_seconds") == 60
    assert value("tango_operators", {"state": "available"}) == 1
    assert value("tango_operators", {"state": "away"}) == 1
    assert value("tango_operators", {"state": "on_call"}) == 0
    assert value("tango_stream_waiting", {"stream": "journal"}) == 1


def test_who_has_long_given_no_sign_of_life(tmp_path: Path) -> None:
    now = [1000.0]
    heartbeats = Heartbeats(tmp_path, "relay", lambda: now[0])
    heartbeats.pulse("journal").beat(10.0)
    now[0] += 90.0
    heartbeats.pulse().beat(10.0)
    value = scraped(of_signs(heartbeats)).get_sample_value
    assert value("tango_heartbeat_age_seconds", {"process": "relay", "loop": "journal"}) == 90
    assert value("tango_heartbeat_late", {"process": "relay", "loop": "journal"}) == 1
    assert value("tango_heartbeat_late", {"process": "relay", "loop": ""}) == 0


def test_a_source_that_is_away_takes_nothing_from_the_others(tmp_path: Path) -> None:
    heartbeats = Heartbeats(tmp_path, "relay", lambda: 1000.0)
    heartbeats.pulse().beat(10.0)

    def away() -> Families:
        raise RecordsUnavailable("The database is away.")

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gauges({"records": away, "signs": lambda: of_signs(heartbeats)}))
    [name] = {family.name for family in registry.collect()} - {"tango_heartbeat_late"}
    assert name == "tango_heartbeat_age_seconds"
