"""How promises of the outbox are kept: one after another, again where it fails, never for ever.

A row is claimed, the sending done outside any transaction, the row finished. Whoever dies in
between leaves a row that is due again when its lease ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

import structlog

from ivr.errors import DeliveryError, DeliveryRefused
from ivr.records import Records
from ivr.records.outbox import OutboxItem, OutboxKind

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=1)
PASS_SECONDS = 30
"""How long one call of `work_off` goes on claiming, so that its caller can stop."""

log = structlog.get_logger()
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is to be done for one row. `about` is for the log; `send` raises `DeliveryError`."""

    about: Mapping[str, object]
    send: Callable[[], object]


def work_off(
    records: Records, kind: OutboxKind, now: datetime, prepare: Callable[[OutboxItem], Attempt]
) -> int:
    """Do what is due of one kind, for about `PASS_SECONDS`; returns how many were dealt with.

    A failure is logged and tried again, after 30 seconds at first and an hour at most; after a
    day, or where it is refused for good, it is given up and logged as an error. Raises
    `RecordsError`.
    """
    began = time.monotonic()
    dealt_with = 0
    while (passed := time.monotonic() - began) < PASS_SECONDS:
        moment = now + timedelta(seconds=passed)
        claimed = records.claim([kind], moment, LEASE, limit=1)
        if not claimed:
            break
        _deal_with(claimed[0], prepare(claimed[0]), records, moment)
        dealt_with += 1
    return dealt_with


def _deal_with(item: OutboxItem, attempt: Attempt, records: Records, now: datetime) -> None:
    bound = log.bind(**attempt.about, attempts=item.attempts)
    try:
        attempt.send()
    except DeliveryError as error:
        if isinstance(error, DeliveryRefused) or now - item.first_claimed_at >= GIVE_UP_AFTER:
            bound.error(f"{item.kind}.given_up", error=str(error))
            records.give_up(item.id, str(error), now)
        else:
            at = now + wait_before(item.attempts + 1)
            bound.warning(f"{item.kind}.failed", error=str(error), again_at=at.isoformat())
            records.retry(item.id, at, str(error))
    else:
        records.done(item.id, now)
        bound.info(f"{item.kind}.sent")


def wait_before(attempt: int) -> timedelta:
    """How long to wait before attempt number `attempt` (from 2): doubling, with jitter, so that
    what failed together does not come back together."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 2, 16))
    return wait * _random.uniform(0.75, 1.25)
