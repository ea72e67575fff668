"""Runs reconciliation after each start of Tango or Redis, and hourly; one machine at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.comparisons import RedisComparisons
from ivr.adapters.redis.fact_journal import FactJournal
from ivr.adapters.redis.server import Connection
from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.flows.recorded_versions import RecordedVersions
from ivr.adapters.twilio.lists import CarrierLists
from ivr.bootstrap import Services
from ivr.core.call.call_leg import CallLeg
from ivr.core.nodes import KINDS
from ivr.core.reconciliation import Comparison, RepairStatus
from ivr.errors import FlowError
from ivr.metrics import RECONCILED
from ivr.services.deletion_log import DeletionLog
from ivr.services.lost_calls import LostCalls
from ivr.services.lost_recordings import LostRecordings
from ivr.services.lost_texts import LostTexts
from ivr.services.reconciliation import CarrierHistory, Reconciliation
from ivr.services.status_texts import asks
from ivr.settings import Settings

EVERY = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=5)
"""How soon one that was broken off is begun anew."""

AFTER_REDIS = timedelta(minutes=3)
"""How long after Redis has been started anew, which may have lost its last second: by then nothing
that was lost counts as still on its way (`ivr.services.lost_calls`)."""

LOOKS_BACK = timedelta(hours=24)
LONGEST_AWAY = timedelta(days=14)
"""How far back the first comparison after a long absence looks at most."""

log = structlog.get_logger()


class _Published(RecordedVersions):
    """The versions that are live, and who has which number; the server alone publishes files and
    gives out numbers."""

    def publish_files(self, found: object) -> bool:
        """Nothing."""
        return True

    def settle(self, claims: object, arrived: object) -> bool:
        """Nothing."""
        return True


def open_reconciliation(
    settings: Settings,
    redis: Connection,
    records: SqlRecords,
    clock: Callable[[], datetime],
    carrier: CarrierHistory | None = None,
) -> Reconciliation:
    """Build the reconciliation of this installation with its current client files.

    Raises `FlowError` if there is no folder of client files.
    """
    carrier = carrier or CarrierLists(settings)
    library = FolderLibrary(settings.flows, KINDS, _Published(records, clock))
    services = Services(settings, redis, records, lambda: library, clock)
    state, messages = services.store.state, services.message_keeper
    deleted, record = DeletionLog(records), services.recorder.record

    def end(leg: CallLeg, outcome: str) -> None:
        """As where the carrier tells of it; see `/twilio/status`."""
        services.turns.ended(leg, outcome)
        services.conversations.caller_gone(leg.call_sid, clock())

    return Reconciliation(
        carrier=carrier,
        calls=LostCalls(carrier, records, library, deleted, state, end),
        recordings=LostRecordings(carrier, records, library, deleted, state, messages, record),
        texts=LostTexts(records, library, deleted, record, asks),
        clock=clock,
        waiting=FactJournal(redis).waiting,
    )


class HourlyReconciliation:
    """The relay's loop: one comparison after the start, then one every hour, on whichever machine
    is first; also one when Redis has been restarted or replaced."""

    def __init__(
        self,
        redis: Connection,
        clock: Callable[[], datetime],
        reconciliation: Callable[[], Reconciliation],
    ) -> None:
        self._redis = redis
        self._comparisons = RedisComparisons(redis)
        self._clock = clock
        self._reconciliation = reconciliation
        self._due: datetime | None = None
        self._redis_run: str | None = None
        self._redis_began: datetime | None = None

    def once(self) -> int:
        """Compare if it is time. Returns 0: there is never more to do at once. Raises
        `StateUnavailable` and `RecordsError`."""
        now, last = self._clock(), self._comparisons.last()
        self._look_at_redis(now)
        if not self._is_time(now, last):
            return 0
        since = self._since(now, last)
        try:
            came = compare_alone(self._redis, self._reconciliation, since, clock=self._clock)
        except FlowError as error:  # whose calls they are cannot be known
            log.warning("reconciliation.broken_off", error=str(error))
            self._due = now + AGAIN_AFTER
            return 0
        if came is not None:  # else another machine is at it, and leaves word when it is done
            self._due = now + (EVERY if came.broken_off is None else AGAIN_AFTER)
        return 0

    def _look_at_redis(self, now: datetime) -> None:
        """Notice a restart of Redis."""
        run = self._comparisons.redis_run()
        if self._redis_run not in (None, run):
            self._due, self._redis_began = now + AFTER_REDIS, now
        self._redis_run = run

    def _is_time(self, now: datetime, last: datetime | None) -> bool:
        if self._due is None:
            return True
        if now < self._due:
            return False
        if self._redis_began is not None and (last is None or last < self._redis_began):
            return True
        return last is None or now >= last + EVERY

    def _since(self, now: datetime, last: datetime | None) -> datetime:
        """Return the usual period, or the time since the last comparison if that is longer ago."""
        usual = now - LOOKS_BACK
        return usual if last is None else max(min(usual, last - EVERY), now - LONGEST_AWAY)


def compare_alone(
    redis: Connection,
    reconciliation: Callable[[], Reconciliation],
    since: datetime,
    *,
    clock: Callable[[], datetime],
    dry_run: bool = False,
) -> Comparison | None:
    """Compare while no other process does, and publish the result to the metrics and the next run.

    Returns None if another process is comparing. Raises `StateUnavailable`.
    """
    began, comparisons = clock(), RedisComparisons(redis)
    with comparisons.turn() as alive:
        if alive is None:
            return None
        came = reconciliation().run(since, dry_run=dry_run, alive=alive)
    if not dry_run:
        _tell(came)
        unmended = sum(found.repair is RepairStatus.FAILED for found in came.found)
        comparisons.note(unmended, began if came.broken_off is None else None)
    return came


def _tell(came: Comparison) -> None:
    for found in came.found:
        RECONCILED.labels(found.kind, found.repair.name.lower()).inc()
    if came.broken_off is not None:
        log.warning("reconciliation.broken_off", error=came.broken_off)
    log.info(
        "reconciliation.finished",
        since=came.since.isoformat(),
        found=len(came.found),
        **came.compared,
    )
