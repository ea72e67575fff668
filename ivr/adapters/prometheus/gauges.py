"""How things stand, found out when Prometheus asks: from the records, from Redis, from the signs of
life. Nothing of it is written by a process that may hang."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ivr import keys
from ivr import metrics as m
from ivr.adapters.files.heartbeats import Heartbeats
from ivr.adapters.redis.comparisons import RedisComparisons
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.redis.server import Connection
from ivr.adapters.redis.stream import lengths
from ivr.adapters.redis.worker_stats import figures
from ivr.adapters.sql import SqlRecords
from ivr.core.queue.states import Presence
from ivr.core.readiness import Readiness
from ivr.core.records.outbox import OutboxKind
from ivr.errors import TangoError
from ivr.services.fresh import Fresh

Families = list[GaugeMetricFamily]

SCRAPE_SECONDS = 3.0
"""How long a source may take to answer; Prometheus waits for ten seconds."""

MOST_COUNTED = 10_000
"""Callers in the queue that are counted."""

STREAMS = {"journal": keys.JOURNAL, "facts": keys.FACTS, "queue-facts": keys.QUEUE_FACTS}
REFUSED = {
    "journal": keys.JOURNAL_REFUSED,
    "facts": keys.FACTS_REFUSED,
    "queue-facts": keys.QUEUE_FACTS_REFUSED,
}

log = structlog.get_logger()


class Gauges(Collector):
    """Asks its sources, by name, at most once a second each. One that is away has no gauges."""

    def __init__(self, sources: Mapping[str, Callable[[], Families]]) -> None:
        self._sources = {name: Fresh(find, limit=SCRAPE_SECONDS) for name, find in sources.items()}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Called by Prometheus' library."""
        for source in self._sources.values():
            source.begin()
        for name, source in self._sources.items():
            try:
                yield from source.get()
            except (TangoError, OSError, TimeoutError) as error:
                log.warning("metrics.source_failed", source=name, error=str(error))


def of_records(records: SqlRecords, now: datetime) -> Families:
    """What is promised and not kept yet. Raises `RecordsError`."""
    outbox = {str(kind): records.outbox.waiting(kind) for kind in OutboxKind}
    due = {kind: _age(each.oldest_due, now) for kind, each in outbox.items()}
    jobs, unread = records.jobs.count(now), records.deliveries.unread()
    calls = records.call_backs.waiting()
    oldest_call = min((each.asked_at for each in calls), default=None)
    return [
        m.OUTBOX_WAITING.being({kind: each.count for kind, each in outbox.items()}),
        m.OUTBOX_OLDEST_SECONDS.being(due),
        m.JOBS_OPEN.being(jobs.open),
        m.JOBS_OVERDUE.being(jobs.overdue),
        m.CALL_BACKS_WAITING.being(len(calls)),
        m.CALL_BACKS_OLDEST_SECONDS.being(_age(oldest_call, now)),
        m.DELIVERIES_UNREAD.being(unread.count),
        m.DELIVERIES_OLDEST_UNREAD_SECONDS.being(_age(unread.oldest, now)),
    ]


def of_redis(redis: Connection, now: datetime) -> Families:
    """Who waits for an operator, what the speech workers do, and what is on its way into the
    records. Raises `StateUnavailable`."""
    waits = [
        entry.waited.total_seconds()
        for entry in RedisOperatorQueue(redis).waiting(now, MOST_COUNTED)
    ]
    states = Counter(each.state for each in RedisOperators(redis).all(now))
    speech = figures(redis)
    return [
        m.QUEUE_WAITING.being(len(waits)),
        m.QUEUE_LONGEST_SECONDS.being(max(waits, default=0.0)),
        m.OPERATORS.being({str(state): states[state] for state in Presence}),
        m.STREAM_WAITING.being(lengths(redis, STREAMS)),
        m.STREAM_REFUSED.being(lengths(redis, REFUSED)),
        m.SPEECH_WORKERS.being(speech.workers),
        m.SPEECH_UNHEARD.being(speech.unheard),
        m.SPEECH_AUDIO_SECONDS.being(speech.audio_seconds),
        m.SPEECH_WORK_SECONDS.being(speech.work_seconds),
        m.SPEECH_JOBS.being(dict(speech.outcomes)),
        *_of_reconciliation(RedisComparisons(redis), now),
    ]


def _of_reconciliation(comparisons: RedisComparisons, now: datetime) -> Families:
    """What the last comparison with the carrier has left; nothing where there was none."""
    last, unmended = comparisons.last(), comparisons.unmended()
    if last is None:
        return []
    return [
        m.RECONCILE_AGE_SECONDS.being(_age(last, now)),
        m.RECONCILE_UNMENDED.being(unmended),
    ]


def of_parts(readiness: Readiness) -> Families:
    """Which parts can do their work."""
    return [m.PART_UP.being({each.name: float(not each.why) for each in readiness.parts})]


def of_signs(heartbeats: Heartbeats) -> Families:
    """When each process and each loop was last heard of."""
    now, signs = heartbeats.now(), heartbeats.all()
    ages = {(each.process, each.loop): now - each.at for each in signs}
    late = {(each.process, each.loop): float(each.silent(now)) for each in signs}
    return [m.HEARTBEAT_AGE_SECONDS.being(ages), m.HEARTBEAT_LATE.being(late)]


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
