"""Reconciliation: what the carrier has is compared with the records, and mended.

A callback may be lost, and whatever it told with it. So the carrier is asked what there is, and
what the records do not have is kept in the same way as if it had been told: the same row by the
same SID, whoever comes first. It may be broken off anywhere and begun anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from ivr.core.carrier import CarrierCall, CarrierRecording, CarrierText
from ivr.core.reconciliation import Comparison, Discrepancy, Mend
from ivr.errors import CarrierError, RecordsUnavailable, StateUnavailable, TangoError

LONGEST_CALL = timedelta(hours=24)
"""https://www.twilio.com/docs/voice/api/call-resource: a call's longest `TimeLimit`."""

ThingT = TypeVar("ThingT")

log = structlog.get_logger()


class CarrierSide(Protocol):
    """What the carrier has; `ivr.adapters.twilio.lists.CarrierLists` is the real one. Every method
    raises `CarrierError`."""

    def calls(self, since: datetime) -> Iterator[list[CarrierCall]]:
        """Calls that began since then, a page at a time."""

    def call(self, sid: str) -> CarrierCall:
        """One call. Raises `CallGone` where there is none."""

    def recordings(self, since: datetime) -> Iterator[list[CarrierRecording]]:
        """Recordings begun since then, a page at a time."""

    def room(self, sid: str) -> str:
        """The name of a conference. Raises `CallGone` where there is none."""

    def texts(self, since: datetime) -> Iterator[list[CarrierText]]:
        """Texts sent or received since then, a page at a time."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A discrepancy and what mends it; where `act` is None nothing does, as its `why` says."""

    found: Discrepancy
    act: Callable[[], object] | None


class Compares(Protocol[ThingT]):
    """Compares a page of things with the records."""

    def compare(self, page: list[ThingT], now: datetime) -> Iterable[Repair]:
        """What is not alike, and what mends it."""


class ComparesCalls(Compares[CarrierCall], Protocol):
    """Compares calls, also those that only we know of."""

    def left_open(self, since: datetime, seen: set[str], now: datetime) -> Iterable[Repair]:
        """What there is to do about calls that have not ended here, besides those of `seen`."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Compares and mends. `clock` gives the time, aware; `waiting` says how many facts wait for
    the records, and raises `StateUnavailable`."""

    carrier: CarrierSide
    calls: ComparesCalls
    recordings: Compares[CarrierRecording]
    texts: Compares[CarrierText]
    clock: Callable[[], datetime]
    waiting: Callable[[], int]

    def run(
        self, since: datetime, *, dry_run: bool = False, alive: Callable[[], object] = lambda: None
    ) -> Comparison:
        """Compare everything since `since`; with `dry_run` nothing is changed.

        `alive` is called before each page and each repair, and may raise to break off. What the
        carrier or the stores refuse breaks off the rest, and the result says so. Nothing is
        compared while facts wait for the records: what they tell would count as lost, and be kept
        with less than they know.
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
            run.mend(self.calls.left_open(since - LONGEST_CALL, seen, self.clock()))
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
    """One run: what was compared so far, and what came of it."""

    def __init__(
        self, dry_run: bool, alive: Callable[[], object], clock: Callable[[], datetime]
    ) -> None:
        self.compared: Counter[str] = Counter()
        self.found: list[Discrepancy] = []
        self._dry_run = dry_run
        self._alive = alive
        self._clock = clock

    def compare(self, kind: str, page: list[ThingT], with_ours: Compares[ThingT]) -> None:
        self._alive()
        self.compared[kind] += len(page)
        self.mend(with_ours.compare(page, self._clock()))

    def mend(self, repairs: Iterable[Repair]) -> None:
        for repair in repairs:
            self._alive()
            found = self._mended(repair)
            say = log.error if found.mend is Mend.FAILED else log.warning
            say(
                "discrepancy.found",
                kind=found.kind,
                sid=found.sid,
                client=found.client,
                what=found.words,
                mend=found.mend,
                why=found.why,
            )
            self.found.append(found)

    def _mended(self, repair: Repair) -> Discrepancy:
        found = repair.found
        if repair.act is None:
            return replace(found, mend=Mend.FAILED)
        if self._dry_run:
            return found
        try:
            repair.act()
        except (RecordsUnavailable, StateUnavailable):
            raise
        except TangoError as error:
            return replace(found, mend=Mend.FAILED, why=str(error))
        except Exception as error:  # one thing must not keep the others from being mended
            log.exception("discrepancy.repair_failed", kind=found.kind, sid=found.sid)
            return replace(found, mend=Mend.FAILED, why=f"{type(error).__name__}; see the log")
        return replace(found, mend=Mend.DONE)
