"""How promises of the outbox are kept: one after another, again where it fails, never for ever.

A row is claimed, the sending done outside any transaction, the row finished. Whoever dies in
between leaves a row that is due again when its lease ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

import structlog

from ivr.core.delivery.plan import TRIES, wait_before
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.errors import DeliveryError, DeliveryRefused
from ivr.services.protocols.records import Records

LEASE = timedelta(minutes=5)
PASS_SECONDS = 30
"""How long one call of `work_off` goes on claiming, so that its caller can stop."""

log = structlog.get_logger()
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is to be done for one row. `about` is for the log; `send` raises `DeliveryError`;
    `on_given_up` is told why there is no further attempt."""

    about: Mapping[str, object]
    send: Callable[[], object]
    on_given_up: Callable[[str], object] = lambda error: None


def work_off(
    records: Records,
    kinds: Collection[OutboxKind],
    now: datetime,
    deal: Callable[[OutboxItem, datetime], object],
) -> int:
    """Deal with what is due of these kinds, for about `PASS_SECONDS`; returns how much it was.

    `deal` is given the row and the time, and finishes the row or puts it back. Raises
    `RecordsError`.
    """
    began = time.monotonic()
    dealt_with = 0
    while (passed := time.monotonic() - began) < PASS_SECONDS:
        moment = now + timedelta(seconds=passed)
        claimed = records.outbox.claim(kinds, moment, LEASE, limit=1)
        if not claimed:
            break
        deal(claimed[0], moment)
        dealt_with += 1
    return dealt_with


def attempt_all(
    records: Records,
    kind: OutboxKind,
    now: datetime,
    prepare: Callable[[OutboxItem], Attempt],
    tries: int | None = TRIES,
) -> int:
    """Attempt what is due of one kind; as `work_off` otherwise.

    A failure is logged and tried again, after 30 seconds at first and an hour at most; after
    `tries` (None: never), or where it is refused for good, it is given up and logged as an error.
    """

    def deal(item: OutboxItem, moment: datetime) -> None:
        _attempt(item, prepare(item), records, moment, tries)

    return work_off(records, [kind], now, deal)


def _attempt(
    item: OutboxItem, attempt: Attempt, records: Records, now: datetime, tries: int | None
) -> None:
    bound = log.bind(**attempt.about, attempts=item.attempts)
    try:
        attempt.send()
    except DeliveryError as error:
        spent = tries is not None and item.attempts >= tries
        if isinstance(error, DeliveryRefused) or spent:
            bound.error(f"{item.kind}.given_up", error=str(error))
            records.outbox.give_up(item.id, str(error), now)
            attempt.on_given_up(str(error))
        else:
            at = now + pause_before(item.attempts + 1)
            bound.warning(f"{item.kind}.failed", error=str(error), again_at=at.isoformat())
            records.outbox.put_back(item.id, at, str(error))
    else:
        records.outbox.finish(item.id, now)
        bound.info(f"{item.kind}.sent")


def pause_before(attempt: int) -> timedelta:
    """How long to wait before attempt number `attempt` (from 2), with jitter, so that what failed
    together does not come back together."""
    return wait_before(attempt, _random.random())
