"""Reconciliation: compare what the carrier has with the records, and repair the differences.

A callback can be lost, and its information with it. Reconciliation asks the carrier for its own
lists and keeps whatever is missing exactly as a callback would: in the same row, under the same
SID, whichever comes first. A run can stop at any point; the next one starts again from the lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from ivr.core.carrier import CarrierCall, CarrierRecording, CarrierText
from ivr.core.reconciliation import Comparison, Discrepancy, RepairStatus
from ivr.errors import CarrierError, RecordsUnavailable, StateUnavailable, TangoError

LONGEST_CALL = timedelta(hours=24)
"""The longest `TimeLimit` of a call: https://www.twilio.com/docs/voice/api/call-resource"""

ThingT = TypeVar("ThingT")

log = structlog.get_logger()


class CarrierHistory(Protocol):
    """What the carrier keeps; implemented by `ivr.adapters.twilio.lists.CarrierLists`.

    Every method raises `CarrierError`.
    """

    def calls(self, since: datetime) -> Iterator[list[CarrierCall]]:
        """Return calls that began at or after `since`, a page at a time."""

    def call(self, sid: str) -> CarrierCall:
        """Return one call. Raises `CallGone` if there is no such call."""

    def recordings(self, since: datetime) -> Iterator[list[CarrierRecording]]:
        """Return recordings that began at or after `since`, a page at a time."""

    def room(self, sid: str) -> str:
        """Return the name of a conference. Raises `CallGone` if there is no such conference."""

    def texts(self, since: datetime) -> Iterator[list[CarrierText]]:
        """Return texts sent or received at or after `since`, a page at a time."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A discrepancy and the function that repairs it.

    `apply` is None if it cannot be repaired; the discrepancy's `why` then says so.
    """

    discrepancy: Discrepancy
    apply: Callable[[], object] | None


class Comparer(Protocol[ThingT]):
    """Compares one kind of object with the records."""

    def compare(self, page: list[ThingT], now: datetime) -> Iterable[Repair]:
        """Return the discrepancies of a page, each with its repair."""


class CallComparer(Comparer[CarrierCall], Protocol):
    """Compares calls, including those that only the records have."""

    def left_open(self, since: datetime, seen: set[str], now: datetime) -> Iterable[Repair]:
        """Return repairs for calls that are still open in the records and not in `seen`."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Compares with the carrier and repairs the differences.

    `clock` returns the time, aware. `waiting` returns how many facts are still waiting to be
    written to the records, and raises `StateUnavailable`.
    """

    carrier: CarrierHistory
    calls: CallComparer
    recordings: Comparer[CarrierRecording]
    texts: Comparer[CarrierText]
    clock: Callable[[], datetime]
    waiting: Callable[[], int]

    def run(
        self, since: datetime, *, dry_run: bool = False, alive: Callable[[], object] = lambda: None
    ) -> Comparison:
        """Compare everything since `since` and repair it; `dry_run` changes nothing.

        `alive` is called before each page and each repair, and may raise to stop the run. If the
        carrier, the records or Redis fail, the run stops and the result says why. Nothing is
        compared while facts are waiting for the records: they would look lost, and the copy made
        here would hold less than they do.
        """
        run = _Run(dry_run, alive, self.clock)
        broken_off = None
        try:
            if self.waiting():
                raise RecordsUnavailable(
                    "What the carrier has told still waits for the records; try again in a minute."
                )
            seen: set[str] = set()
            for calls in self.carrier.calls(since - LONGEST_CALL):
                seen |= {call.sid for call in calls}
                run.compare("call", calls, self.calls)
            run.repair(self.calls.left_open(since - LONGEST_CALL, seen, self.clock()))
            for recordings in self.carrier.recordings(since):
                run.compare("recording", recordings, self.recordings)
            for texts in self.carrier.texts(since):
                run.compare("text", texts, self.texts)
        except (CarrierError, RecordsUnavailable, StateUnavailable) as error:
            broken_off = str(error)
        return Comparison(
            since=since,
            compared=dict(run.compared),
            found=tuple(run.found),
            broken_off=broken_off,
        )


class _Run:
    """One run: counts and results so far."""

    def __init__(
        self, dry_run: bool, alive: Callable[[], object], clock: Callable[[], datetime]
    ) -> None:
        self.compared: Counter[str] = Counter()
        self.found: list[Discrepancy] = []
        self._dry_run = dry_run
        self._alive = alive
        self._clock = clock

    def compare(self, kind: str, page: list[ThingT], comparer: Comparer[ThingT]) -> None:
        self._alive()
        self.compared[kind] += len(page)
        self.repair(comparer.compare(page, self._clock()))

    def repair(self, repairs: Iterable[Repair]) -> None:
        for repair in repairs:
            self._alive()
            found = self._repaired(repair)
            say = log.error if found.repair is RepairStatus.FAILED else log.warning
            say(
                "discrepancy.found",
                kind=found.kind,
                sid=found.sid,
                client=found.client,
                what=found.words,
                repair=found.repair,
                why=found.why,
            )
            self.found.append(found)

    def _repaired(self, repair: Repair) -> Discrepancy:
        found = repair.discrepancy
        if repair.apply is None:
            return replace(found, repair=RepairStatus.FAILED)
        if self._dry_run:
            return found
        try:
            repair.apply()
        except (RecordsUnavailable, StateUnavailable):
            raise
        except TangoError as error:
            return replace(found, repair=RepairStatus.FAILED, why=str(error))
        except Exception as error:  # one failure must not stop the other repairs
            log.exception("discrepancy.repair_failed", kind=found.kind, sid=found.sid)
            return replace(
                found, repair=RepairStatus.FAILED, why=f"{type(error).__name__}; see the log"
            )
        return replace(found, repair=RepairStatus.DONE)
